"""The REST service in process, over a learned home of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.wiring import Wellput


@dataclass(frozen=True)
class Rest:
    """A client with a token."""

    client: FlaskClient
    token: str

    def post(self, path: str, body: object = None, **options: Any) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers=self._headers, **options)

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def app(wellput: Wellput) -> APIFlask:
    return create_app(wellput)


@pytest.fixture
def rest(app: APIFlask, wellput: Wellput) -> Rest:
    return Rest(app.test_client(), wellput.people.add_token("tests", actor="tests"))
