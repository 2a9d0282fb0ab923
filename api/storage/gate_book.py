"""What was asked of the gate and decided, bound to one transaction; the database refuses to change a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, equals, metadata, one_of, running_number
from api.storage.rulebook_book import rulebook_number
from brand_voice.finding import Span
from replies.departures import GateAct, GateRecord

gate_records = sa.Table(
    "gate_records",
    metadata,
    running_number(),
    sa.Column("id", Words, nullable=False, unique=True),
    sa.Column("act", Words, nullable=False),
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("text_sha256", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("rules", Document, nullable=False),
    sa.Column("asked_id", Words, unique=True),
    sa.Column("expires_at", Moment),
    sa.Column("text", Words, nullable=False),
    sa.Column("span_start", sa.Integer),
    sa.Column("span_end", sa.Integer),
    one_of("act", GateAct),
)


class SqlGateBook:
    """Fulfils `replies.ports.GateBook`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, record: GateRecord) -> None:
        """Write a line. A question is decided once: a second decision raises an error of the database."""
        span = record.span
        self._connection.execute(
            sa.insert(gate_records),
            {
                "id": record.id,
                "act": record.act.value,
                "contact_id": record.contact_id,
                "text_sha256": record.text_sha256,
                "at": record.at,
                "actor": record.actor,
                "role": record.role,
                "reason": record.reason,
                "rules": list(record.rules),
                "asked_id": record.asked_id,
                "expires_at": record.expires_at,
                "text": record.text,
                "span_start": None if span is None else span.start,
                "span_end": None if span is None else span.end,
            },
        )

    def of_contact(self, contact_id: str) -> Sequence[GateRecord]:
        """Return the lines about a contact, in the order they were written."""
        return self._read(equals(gate_records.c.contact_id, contact_id))

    def get(self, record_id: str) -> GateRecord | None:
        """Return the line, or None."""
        found = self._read(equals(gate_records.c.id, record_id))
        return found[0] if found else None

    def undecided(self) -> Sequence[GateRecord]:
        """Return the questions nobody has decided, oldest first."""
        decided = sa.select(gate_records.c.asked_id).where(gate_records.c.asked_id.is_not(None))
        return self._read(
            sa.and_(gate_records.c.act == GateAct.ASKED.value, gate_records.c.id.not_in(decided))
        )

    def rulebook_number(self) -> int:
        """Return the number of the rulebook in force."""
        return rulebook_number(self._connection)

    def _read(self, wanted: sa.ColumnElement[bool]) -> Sequence[GateRecord]:
        rows = self._connection.execute(sa.select(gate_records).where(wanted).order_by(gate_records.c.n))
        return [_record_of(row) for row in rows]


def _record_of(row: sa.Row[Any]) -> GateRecord:
    return GateRecord(
        id=row.id,
        act=GateAct(row.act),
        contact_id=row.contact_id,
        text_sha256=row.text_sha256,
        at=row.at,
        actor=row.actor,
        role=row.role,
        reason=row.reason,
        rules=tuple(row.rules),
        asked_id=row.asked_id,
        expires_at=row.expires_at,
        text=row.text,
        span=None if row.span_start is None else Span(row.span_start, row.span_end),
    )
