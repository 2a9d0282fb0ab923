"""Every implementation of the storage port, one after another: memory, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.storage import open_storage
from tests.fakes.postgres import a_database, a_server
from tests.fakes.storage import FakeStorage


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_server(tmp_path_factory.mktemp("pg")) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[object]:
    """An empty storage of each kind."""
    match request.param:
        case "memory":
            yield FakeStorage()
        case "sqlite":
            opened = open_storage(f"sqlite:///{tmp_path / 'wellput.db'}")
            yield opened
            opened.close()
        case "postgresql":
            with a_database(request.getfixturevalue("postgres_url")) as url:
                opened = open_storage(url)
                yield opened
                opened.close()
