"""The books of one transaction, and the storage that opens transactions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from api.storage import engine as engines
from api.storage.accounts import Accounts
from api.storage.assist_log import SqlAssistLog
from api.storage.bulk import BulkLoad, bulk_loading
from api.storage.columns import metadata
from api.storage.contact_book import SqlContactBook
from api.storage.desk_tables import contacts
from api.storage.drafting_book import SqlDraftingBook
from api.storage.fact_book import SqlFactBook
from api.storage.gate_book import SqlGateBook
from api.storage.intake import SqlIntake
from api.storage.learning_book import SqlLearningBook
from api.storage.learning_frames import LearningFrames
from api.storage.ledgers import SqlAuditLog, SqlOutbox
from api.storage.mended_book import SqlMendedBook
from api.storage.reports import Reports
from api.storage.rulebook_book import SqlRulebookBook
from api.storage.schema import NEWEST, ensure_schema
from api.storage.shop_books import SqlCatalogue, SqlCustomerBook, SqlKnowledgeBase
from api.storage.shop_tables import articles, canned_replies, customers, order_lines, products, stores
from api.storage.uptake_rows import uptake_rows
from api.storage.voice_reports import VoiceReports
from recommender.uptake import UptakeRows

_COUNTED = {
    "products": products,
    "stores": stores,
    "customers": customers,
    "order lines": order_lines,
    "articles": articles,
    "canned replies": canned_replies,
    "contacts": contacts,
}


class SqlUnit:
    """Fulfils `replies.ports.Unit`; besides, `intake` takes what the shop sends, `frames` gives what
    learning reads, `reports` what became of suggestions, `learning` what learning from use keeps, `voice`
    what the gate did with replies, `mended` what writers did; `rulebooks` keeps versions and drafts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.contacts = SqlContactBook(connection)
        self.knowledge = SqlKnowledgeBase(connection)
        self.customers = SqlCustomerBook(connection)
        self.catalogue = SqlCatalogue(connection)
        self.assists = SqlAssistLog(connection)
        self.outbox = SqlOutbox(connection)
        self.audit = SqlAuditLog(connection)
        self.gate = SqlGateBook(connection)
        self.facts = SqlFactBook(connection)
        self.intake = SqlIntake(connection)
        self.frames = LearningFrames(connection)
        self.reports = Reports(connection)
        self.voice = VoiceReports(connection)
        self.drafting = SqlDraftingBook(connection)
        self.learning = SqlLearningBook(connection)
        self.rulebooks = SqlRulebookBook(connection)
        self.mended = SqlMendedBook(connection)

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of what people bring in."""
        return {
            name: self._connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in _COUNTED.items()
        }


class SqlStorage:
    """Fulfils `replies.ports.Storage` over SQLite or PostgreSQL. Threads may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Generator[SqlUnit]:
        """One consistent read; nothing written in it is kept."""
        with engines.reading(self.engine) as connection:
            yield SqlUnit(connection)

    @contextmanager
    def writing(self) -> Generator[SqlUnit]:
        """One transaction: durable when the block ends, rolled back when it raises. Keep it short."""
        with engines.writing(self.engine) as connection:
            yield SqlUnit(connection)

    def bulk_loading(self, table: str) -> AbstractContextManager[BulkLoad]:
        """Bring a whole file into `products`, `order_lines`, `customers`, … See `bulk.BulkLoad`."""
        return bulk_loading(self.engine, metadata.tables[table])

    def known_keys(self, table: str) -> frozenset[str]:
        """Return the keys of `products` or `stores` that are stored now."""
        (key,) = metadata.tables[table].primary_key.columns
        with engines.reading(self.engine) as connection:
            return frozenset(connection.scalars(sa.select(key)))

    @cached_property
    def accounts(self) -> Accounts:
        """Users, tokens and attempts to sign in, by the machine's clock."""
        return Accounts(self.engine)

    def uptake_rows(self, since: datetime | None = None) -> UptakeRows:
        """Return the offers made since then with what became of them, and the orders that may be uptake."""
        with engines.reading(self.engine) as connection:
            return uptake_rows(connection, since)

    def describe(self) -> str:
        """Return in words which database this is, without any password."""
        with engines.reading(self.engine) as connection:
            version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        kind = "SQLite" if self.engine.dialect.name == "sqlite" else "PostgreSQL"
        place = self.engine.url.database if kind == "SQLite" else self.engine.url.render_as_string()
        return f"{kind} {version} at {place}, schema {NEWEST}"

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_storage(url: str) -> SqlStorage:
    """Open the database at `url`, creating or migrating its tables.

    `url` is `sqlite:///FILE` or `postgresql://…`. Raises `engine.WrongDatabase` (a ValueError), with
    `schema.DatabaseTooNew` for one made by a newer version.
    """
    engine = engines.make_engine(url)
    try:
        ensure_schema(engine)
    except DatabaseError as error:
        engine.dispose()
        place = engine.url.render_as_string(hide_password=True)
        raise engines.WrongDatabase(f"{place} cannot be opened: {str(error.orig).strip()}") from error
    except BaseException:
        engine.dispose()
        raise
    return SqlStorage(engine)
