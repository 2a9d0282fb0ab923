"""What was sent and held back, read for the owner of the rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from api.storage import documents
from api.storage.desk_tables import audit, messages, outbox
from api.storage.gate_book import gate_records
from brand_voice.finding import CheckResult
from replies.contacts import Role
from replies.departures import GateAct

HELD_BACK = "reply blocked"
"""The act in the audit of a reply that the gate held back; its detail names the rules."""


@dataclass(frozen=True, slots=True)
class SaidReply:
    """A reply as it left, the `position`-th message of its contact."""

    contact_id: str
    position: int
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SentCheck:
    """What the check had found in a reply that left."""

    contact_id: str
    at: datetime
    check: CheckResult


@dataclass(frozen=True, slots=True)
class HeldReply:
    """A reply that the gate held back, and the rules that did."""

    contact_id: str
    at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """A decision by which a text with this hash could leave in spite of these rules."""

    contact_id: str
    text_sha256: str
    rules: tuple[str, ...]


class VoiceReports:
    """Reads for the brand owner's pages, bound to one consistent read."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def said_replies(self, limit: int) -> list[SaidReply]:
        """Return the last replies of ours, sent or imported, newest first."""
        wanted = (
            sa.select(messages)
            .where(messages.c.role == Role.AGENT.value)
            .order_by(messages.c.at.desc(), messages.c.contact_id, messages.c.position.desc())
            .limit(limit)
        )
        return [
            SaidReply(row.contact_id, row.position, row.at, row.text)
            for row in self._connection.execute(wanted)
        ]

    def sent_checks(self, since: datetime) -> Iterator[SentCheck]:
        """Yield the checks of what went to the outbox since then."""
        wanted = sa.select(outbox.c.contact_id, outbox.c.created_at, outbox.c.check)
        for row in self._connection.execute(wanted.where(outbox.c.created_at >= since)):
            yield SentCheck(row.contact_id, row.created_at, documents.check_result.load(row.check))

    def held_replies(self, since: datetime) -> Iterator[HeldReply]:
        """Yield what the gate held back since then."""
        wanted = sa.select(audit.c.subject, audit.c.at, audit.c.detail)
        for row in self._connection.execute(wanted.where(audit.c.act == HELD_BACK, audit.c.at >= since)):
            yield HeldReply(row.subject, row.at, tuple(part for part in row.detail.split(", ") if part))

    def allowances(self) -> Iterator[Allowance]:
        """Yield the decisions that let a text leave in spite of its findings."""
        letting = (GateAct.RELEASED.value, GateAct.DEPARTED.value)
        columns = gate_records.c
        wanted = sa.select(columns.contact_id, columns.text_sha256, columns.rules)
        for row in self._connection.execute(wanted.where(columns.act.in_(letting))):
            yield Allowance(row.contact_id, row.text_sha256, tuple(row.rules))
