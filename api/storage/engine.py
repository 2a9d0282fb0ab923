"""Connections and transactions, the same promises on SQLite and PostgreSQL.

A reading transaction sees one state and is rolled back at its end. A writing transaction is the only
one at its time (BEGIN IMMEDIATE; an advisory lock on PostgreSQL) and durable when it has been
committed (synchronous FULL; PostgreSQL's default).
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DisconnectionError

from api.storage.columns import dump_document

_BUSY_TIMEOUT_MS = 60_000
_BUSY_PAUSE = 0.01  # seconds
_OLDEST_SQLITE = (3, 35, 0)  # UPDATE ... FROM and RETURNING
_WRITERS_LOCK = 0x57454C4C  # "WELL": the advisory lock of PostgreSQL that writers take turns on
_MODE = "wellput_mode"


class WrongDatabase(ValueError):
    """The database URL or what stands at it cannot be used; the message says what to do."""


def make_engine(url: str) -> sa.Engine:
    """Return an engine for `sqlite:///FILE` or `postgresql://…` (psycopg). Raises WrongDatabase."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise WrongDatabase(
            "the database URL cannot be read; write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite_engine(parsed)
        case "postgresql":
            engine = sa.create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                json_serializer=dump_document,
                json_deserializer=json.loads,
                connect_args={"options": "-c timezone=UTC"},
                pool_pre_ping=True,
            )
            event.listen(engine, "begin", _begin_postgresql)
        case other:
            raise WrongDatabase(
                f"{other} is not a database Wellput knows; use sqlite:///FILE or postgresql://…"
            )
    _keep_to_one_process(engine)
    return engine


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise WrongDatabase(f"SQLite {sqlite3.sqlite_version} is too old; Wellput needs 3.35 or newer")
    if not url.database or url.database == ":memory:":
        raise WrongDatabase("Wellput keeps its database in a file; write sqlite:///FILE")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url.set(drivername="sqlite+pysqlite"), json_serializer=dump_document)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    del record
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    _keep_a_write_ahead_log(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "temp_store = FILE"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Change the journal's mode, which a new database wants once; SQLite does not wait its busy time for that
    when another process opens the database at the same moment."""
    until = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(_MODE) == "writing":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # waits for nobody and reads nothing, so the driver does it alone, in a tenth of the time
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    match connection.get_execution_options().get(_MODE):
        case "writing":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        case "reading":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        case _:  # temporary tables only
            pass


def _keep_to_one_process(engine: sa.Engine) -> None:
    """A connection never crosses a fork: the child opens its own (recipe of the SQLAlchemy manual)."""

    def remember(connection: object, record: Any) -> None:
        del connection
        record.info["pid"] = os.getpid()

    def compare(connection: object, record: Any, proxy: Any) -> None:
        del connection
        if record.info["pid"] != os.getpid():
            record.dbapi_connection = proxy.dbapi_connection = None
            raise DisconnectionError("opened in another process")

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)


@contextmanager
def reading(engine: sa.Engine) -> Generator[sa.Connection]:
    """One consistent read; whatever happens in it is rolled back."""
    with engine.connect().execution_options(**{_MODE: "reading"}) as connection:
        connection.begin()
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def writing(engine: sa.Engine) -> Generator[sa.Connection]:
    """One transaction among writers that take turns; committed at the end, rolled back on an error."""
    with engine.connect() as connection, writing_turn(connection):
        yield connection


@contextmanager
def writing_turn(connection: sa.Connection) -> Generator[None]:
    """The same on a connection one holds already, whose temporary tables stay in sight."""
    connection.execution_options(**{_MODE: "writing"})
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(**{_MODE: "staging"})
