"""Every implementation of the storage port, one after another: memory, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.storage import open_storage
from tests.fakes.postgres import a_database, a_server
from tests.fakes.storage import FakeStorage


@pytest.fixture(scope="session")
def postgres() -> Iterator[tuple[str, str]]:
    """The URL of a server, and the name of a database in it that has our tables and no row."""
    with a_server() as server_url, a_database(server_url) as url:
        open_storage(url).close()
        yield server_url, url.partition("?")[0].rpartition("/")[2]


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
            with a_database(*request.getfixturevalue("postgres")) as url:
                opened = open_storage(url)
                yield opened
                opened.close()
