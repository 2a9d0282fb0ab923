"""Findings that writers mended before the reply left: counted by day and rule, with no word of any text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from api.storage.columns import Words, metadata

mended_findings = sa.Table(
    "mended_findings",
    metadata,
    sa.Column("day", Words, primary_key=True),
    sa.Column("rule", Words, primary_key=True),
    sa.Column("rule_version", Words, primary_key=True),
    sa.Column("held", sa.Boolean, primary_key=True),
    sa.Column("replies", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A rule that spoke while a reply was written and had nothing to say when it left.

    `day` is the shop's. `held` says that the gate had held the reply back for it before.
    """

    day: date
    rule: str
    rule_version: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class MendedCount:
    """In how many replies of a day a rule was mended."""

    mended: Mended
    replies: int


class SqlMendedBook:
    """Counts what was mended, bound to one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, mended: Iterable[Mended]) -> None:
        """Count one reply for each."""
        columns = mended_findings.c
        for one in mended:
            key = {
                "day": one.day.isoformat(),
                "rule": one.rule,
                "rule_version": one.rule_version,
                "held": one.held,
            }
            there = sa.and_(*(columns[name] == value for name, value in key.items()))
            counted = sa.update(mended_findings).where(there).values(replies=columns.replies + 1)
            if self._connection.execute(counted).rowcount == 0:
                self._connection.execute(sa.insert(mended_findings), {**key, "replies": 1})

    def since(self, day: date) -> Iterator[MendedCount]:
        """Yield what was mended on that day and later."""
        wanted = sa.select(mended_findings).where(mended_findings.c.day >= day.isoformat())
        for row in self._connection.execute(wanted):
            mended = Mended(date.fromisoformat(row.day), row.rule, row.rule_version, row.held)
            yield MendedCount(mended, row.replies)
