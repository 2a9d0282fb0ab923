"""The books of one transaction, and the storage that opens transactions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property

import sqlalchemy as sa

from api.storage import engine as engines
from api.storage.assist_log import SqlAssistLog
from api.storage.contact_book import SqlContactBook
from api.storage.intake import SqlIntake
from api.storage.ledgers import SqlAuditLog, SqlOutbox
from api.storage.schema import ensure_schema
from api.storage.shop_books import SqlCatalogue, SqlCustomerBook, SqlKnowledgeBase


class SqlUnit:
    """Fulfils `replies.ports.Unit`; besides, `intake` takes what the shop sends."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @cached_property
    def contacts(self) -> SqlContactBook:
        """Contacts and their messages."""
        return SqlContactBook(self._connection)

    @cached_property
    def knowledge(self) -> SqlKnowledgeBase:
        """Articles and canned replies."""
        return SqlKnowledgeBase(self._connection)

    @cached_property
    def customers(self) -> SqlCustomerBook:
        """Customers and their orders."""
        return SqlCustomerBook(self._connection)

    @cached_property
    def catalogue(self) -> SqlCatalogue:
        """Products and their stock in stores."""
        return SqlCatalogue(self._connection)

    @cached_property
    def assists(self) -> SqlAssistLog:
        """Assists and what became of them."""
        return SqlAssistLog(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Replies on their way out."""
        return SqlOutbox(self._connection)

    @cached_property
    def audit(self) -> SqlAuditLog:
        """Who did what."""
        return SqlAuditLog(self._connection)

    @cached_property
    def intake(self) -> SqlIntake:
        """Order lines, products, articles and the rest as the shop sends them."""
        return SqlIntake(self._connection)


class SqlStorage:
    """Fulfils `replies.ports.Storage` over SQLite or PostgreSQL. Threads may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Generator[SqlUnit]:
        """One consistent read; nothing written in it is kept."""
        with engines.reading(self._engine) as connection:
            yield SqlUnit(connection)

    @contextmanager
    def writing(self) -> Generator[SqlUnit]:
        """One transaction: durable when the block ends, rolled back when it raises. Keep it short."""
        with engines.writing(self._engine) as connection:
            yield SqlUnit(connection)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_storage(url: str) -> SqlStorage:
    """Open the database at `url`, creating or migrating its tables.

    `url` is `sqlite:///FILE` or `postgresql://…`. Raises `engine.WrongDatabase` (a ValueError), with
    `schema.DatabaseTooNew` for one made by a newer version.
    """
    engine = engines.make_engine(url)
    try:
        ensure_schema(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStorage(engine)
