"""The versions of the brand's own rulebook and the drafts of its rules, bound to one transaction.

Versions are numbered 1, 2, 3, … and never changed; the database refuses to. Their files are kept once,
whatever many versions hold them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, equals, metadata, one_of


class VersionAct(StrEnum):
    """How a version came about."""

    FILES = "files"  # taken from the files of a folder
    EDITED = "edited"  # a rule was edited or created in the pages
    STARTER = "starter"  # rules of the starter were accepted
    ROLLED_BACK = "rolled back"  # equals an older version


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of the rulebook: who made it, when, why and how.

    `version` is name@hash as checks carry it. `restores` is the number of the version it equals (0: the house
    rulebook as it comes). `rules` are the ids it adds, changes or takes away. `refused` holds the reasons for
    which it never came in force; empty where it did.
    """

    number: int
    act: VersionAct
    version: str
    at: datetime
    actor: str
    reason: str
    restores: int | None = None
    rules: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule somebody is writing: `text` is its YAML, `rule_id` the rule it was begun from ("": a new one).

    `base` is the version of that rule when it was begun; `revision` counts how often the draft was saved.
    `rehearsal` says, in words, what came of the last rehearsal of this revision; "" without one.
    """

    id: str
    rule_id: str
    text: str
    base: str
    revision: int
    saved_at: datetime
    saved_by: str
    rehearsal: str = ""


Numbers = tuple[int, int]
"""The number in force (0: none of its own) and the newest, which may have been refused."""

rulebook_files = sa.Table(
    "rulebook_files",
    metadata,
    sa.Column("sha256", Words, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

rulebook_versions = sa.Table(
    "rulebook_versions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("act", Words, nullable=False),
    sa.Column("version", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("restores", sa.Integer),
    sa.Column("rules", Document, nullable=False),
    sa.Column("files", Document, nullable=False),
    sa.Column("refused", Document),
    sa.CheckConstraint("number > 0", name="number"),
    one_of("act", VersionAct),
)

rule_drafts = sa.Table(
    "rule_drafts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("rule_id", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("base", Words, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("saved_by", Words, nullable=False),
    sa.Column("rehearsal", Words, nullable=False),
)


_IN_FORCE = sa.select(sa.func.max(rulebook_versions.c.number)).where(rulebook_versions.c.refused.is_(None))
_NUMBERS = sa.select(
    sa.func.max(rulebook_versions.c.number).filter(rulebook_versions.c.refused.is_(None)),
    sa.func.max(rulebook_versions.c.number),
)


def rulebook_number(connection: sa.Connection) -> int:
    """Return the number of the version in force; 0 while there is none."""
    return connection.execute(_IN_FORCE).scalar() or 0


class SqlRulebookBook:
    """Reads and adds versions; keeps drafts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def numbers(self) -> Numbers:
        """Return the number in force and the newest one."""
        in_force, newest = self._connection.execute(_NUMBERS).one()
        return in_force or 0, newest or 0

    def add(self, record: VersionRecord, files: Mapping[str, bytes]) -> None:
        """Write a version with its files, by their paths. A number taken raises an error of the database."""
        hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
        known = set(self._connection.scalars(sa.select(rulebook_files.c.sha256)))
        fresh = {hashes[path]: content for path, content in files.items() if hashes[path] not in known}
        if fresh:
            rows = [{"sha256": sha256, "content": content} for sha256, content in fresh.items()]
            self._connection.execute(sa.insert(rulebook_files), rows)
        row = {
            "number": record.number,
            "act": record.act.value,
            "version": record.version,
            "at": record.at,
            "actor": record.actor,
            "reason": record.reason,
            "restores": record.restores,
            "rules": list(record.rules),
            "files": hashes,
            "refused": list(record.refused) or None,
        }
        self._connection.execute(sa.insert(rulebook_versions), row)

    def get(self, number: int) -> VersionRecord | None:
        """Return a version, or None."""
        found = self._versions(rulebook_versions.c.number == number, 1)
        return found[0] if found else None

    def history(self, limit: int, before: int | None = None) -> Sequence[VersionRecord]:
        """Return the last versions, newest first; only those with a number under `before` when given."""
        wanted = sa.true() if before is None else rulebook_versions.c.number < before
        return self._versions(wanted, limit)

    def files(self, number: int) -> dict[str, bytes]:
        """Return the files of a version by their paths; none for 0. Raises KeyError for an unknown number."""
        if number == 0:
            return {}
        named = sa.select(rulebook_versions.c.files).where(rulebook_versions.c.number == number)
        row = self._connection.execute(named).first()
        if row is None:
            raise KeyError(f"there is no version {number} of the rulebook")
        wanted = sa.select(rulebook_files).where(rulebook_files.c.sha256.in_(set(row.files.values())))
        contents = {one.sha256: bytes(one.content) for one in self._connection.execute(wanted)}
        return {path: contents[sha256] for path, sha256 in sorted(row.files.items())}

    def drafts(self) -> Sequence[RuleDraft]:
        """Return all drafts, the last saved first."""
        return self._drafts(sa.true())

    def draft(self, draft_id: str) -> RuleDraft | None:
        """Return a draft, or None."""
        found = self._drafts(equals(rule_drafts.c.id, draft_id))
        return found[0] if found else None

    def keep_draft(self, draft: RuleDraft) -> bool:
        """Store a new draft (revision 1), or the next revision of one that is still at the one before; return
        whether it was kept."""
        row = {name: getattr(draft, name) for name in RuleDraft.__slots__}
        if draft.revision == 1:
            self._connection.execute(sa.insert(rule_drafts), row)
            return True
        still = sa.and_(rule_drafts.c.id == draft.id, rule_drafts.c.revision == draft.revision - 1)
        return self._connection.execute(sa.update(rule_drafts).where(still).values(row)).rowcount == 1

    def note_rehearsal(self, draft_id: str, revision: int, words: str) -> None:
        """Keep what a rehearsal of that revision came to."""
        meant = sa.and_(equals(rule_drafts.c.id, draft_id), rule_drafts.c.revision == revision)
        self._connection.execute(sa.update(rule_drafts).where(meant).values(rehearsal=words))

    def drop_draft(self, draft_id: str) -> None:
        """Forget a draft."""
        self._connection.execute(sa.delete(rule_drafts).where(equals(rule_drafts.c.id, draft_id)))

    def _versions(self, wanted: sa.ColumnElement[bool], limit: int) -> Sequence[VersionRecord]:
        query = sa.select(rulebook_versions).where(wanted).order_by(rulebook_versions.c.number.desc())
        return [_version_of(row) for row in self._connection.execute(query.limit(limit))]

    def _drafts(self, wanted: sa.ColumnElement[bool]) -> Sequence[RuleDraft]:
        query = sa.select(rule_drafts).where(wanted)
        rows = self._connection.execute(query.order_by(rule_drafts.c.saved_at.desc(), rule_drafts.c.id))
        return [RuleDraft(**{name: getattr(row, name) for name in RuleDraft.__slots__}) for row in rows]


def _version_of(row: sa.Row[Any]) -> VersionRecord:
    return VersionRecord(
        number=row.number,
        act=VersionAct(row.act),
        version=row.version,
        at=row.at,
        actor=row.actor,
        reason=row.reason,
        restores=row.restores,
        rules=tuple(row.rules),
        refused=tuple(row.refused or ()),
    )
