"""The column types every table is made of, so that both databases hold and order values alike.

Moments are aware datetimes, kept as TIMESTAMPTZ on PostgreSQL and on SQLite as text of one width
("2026-11-22T09:05:00.000000Z"), which sorts as time does. Text holds no NUL and no lone surrogate,
which PostgreSQL cannot keep.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UnstorableText(ValueError, DontWrapMixin):
    """A text with a NUL character or half a surrogate pair, which no database of ours can keep."""


class TimeWithoutZone(ValueError, DontWrapMixin):
    """A point in time that is not stated in full."""


def storable(text: str) -> str:
    """Return `text` as it is. Raises UnstorableText, in words."""
    if "\x00" in text:
        raise UnstorableText(f"the text holds a NUL character at place {text.index(chr(0))}; take it out")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnstorableText(
                f"the text holds half a character at place {error.start}; take it out"
            ) from error
    return text


def is_storable(text: str) -> bool:
    """Whether a row can hold this text."""
    try:
        storable(text)
    except UnstorableText:
        return False
    return True


def equals(column: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    """The condition that `column` holds `text`; of a text that no row can hold it is never true."""
    return column == text if is_storable(text) else sa.false()


def moment_text(moment: datetime) -> str:
    """Return an aware moment as text of one width whose order is the order of time."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC. Raises TimeWithoutZone (a ValueError)."""
    if moment.tzinfo is None:
        raise TimeWithoutZone(f"{moment.isoformat()} has no time zone; state one before it is stored")
    return moment.astimezone(UTC)


def moment_read(value: datetime | str | None) -> datetime | None:
    """Return the moment that a driver gave, in UTC."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.astimezone(UTC)


class Moment(TypeDecorator[datetime]):
    """An aware point in time, read back in UTC."""

    impl = sa.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.Text())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return aware(value) if dialect.name == "postgresql" else moment_text(aware(value))

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return moment_read(value)


class Words(TypeDecorator[str]):
    """Text of any length that both databases can hold."""

    impl = sa.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":  # by code point, as SQLite compares
            return dialect.type_descriptor(sa.Text(collation="C"))
        return dialect.type_descriptor(sa.Text())

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def dump_document(document: object) -> str:
    """Return compact JSON, the same for the same document."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


class Document(TypeDecorator[Any]):
    """A nested value as JSON: PostgreSQL `json` keeps the text as written, SQLite keeps text."""

    impl = sa.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSON(none_as_null=True))
        return dialect.type_descriptor(sa.Text())

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return dump_document(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if isinstance(value, str) and dialect.name != "postgresql" else value


def running_number() -> sa.Column[int]:
    """A primary key that the database counts up; it keeps the order in which rows came."""
    return sa.Column(
        "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
    )


def one_of(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    """A check that `column` holds one of the words of the enumeration."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)
