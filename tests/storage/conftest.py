"""Both databases, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.storage import SqlStorage, open_storage
from tests.fakes.postgres import a_database, a_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with a_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'wellput.db'}"
        return
    with a_database(request.getfixturevalue("postgres_server")) as database_url:
        yield database_url


@pytest.fixture
def storage(url: str) -> Iterator[SqlStorage]:
    opened = open_storage(url)
    yield opened
    opened.close()
