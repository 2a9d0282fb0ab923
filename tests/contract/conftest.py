"""The REST service in process, over one learned home for each file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.settings import Settings
from api.wiring import Wellput, open_wellput


@dataclass(frozen=True)
class Rest:
    """A client with a token."""

    client: FlaskClient
    token: str

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers, **options)

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def opened_copy(template: Path, folder: Path) -> Iterator[Wellput]:
    """The product over a copy of a home, in `folder`."""
    with open_wellput(Settings(home=shutil.copytree(template, folder / "home"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def wellput(learned_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wellput]:
    """The product over a learned home that the tests of one file share."""
    with opened_copy(learned_template, tmp_path_factory.mktemp("contract")) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(wellput: Wellput) -> APIFlask:
    return create_app(wellput)


@pytest.fixture(scope="module")
def rest(app: APIFlask, wellput: Wellput) -> Rest:
    return Rest(app.test_client(), wellput.people.add_token("tests", actor="tests"))
