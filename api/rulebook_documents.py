"""The rulebook in force and its versions as JSON documents."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.rulebook_store import InForce
from api.rulebook_versions import Difference
from api.storage.rulebook_book import VersionRecord


class VersionDocument(BaseModel):
    """One version of the brand's own rulebook."""

    number: int
    version: str = Field(description="name@hash, as findings carry it.")
    how: Literal["files", "edited", "starter", "rolled back"]
    at: datetime
    actor: str
    reason: str
    restores: int | None = Field(description="The version it equals, when it was rolled back.")
    rules: list[str] = Field(description="Rules it added, changed or took away.")
    refused: list[str] = Field(description="Why it never came in force; empty when it did.")
    in_force: bool

    @classmethod
    def of(cls, record: VersionRecord, *, in_force: bool) -> VersionDocument:
        return cls(
            number=record.number,
            version=record.version,
            how=record.act.value,
            at=record.at,
            actor=record.actor,
            reason=record.reason,
            restores=record.restores,
            rules=list(record.rules),
            refused=list(record.refused),
            in_force=in_force,
        )


class RuleInForce(BaseModel):
    """A rule of the rulebook in force."""

    id: str
    kind: str
    severity: Literal["block", "warn", "advise"]
    version: str
    owner: str
    message: str
    why: str


class RulebookDocument(BaseModel):
    """The rulebook in force."""

    number: int | None = Field(description="0: the house rulebook as it comes; null: one named by hand.")
    version: str
    refused: str = Field(description='What was refused and did not come in force; "" when nothing was.')
    reasons: list[str]
    rules: list[RuleInForce]

    @classmethod
    def of(cls, now: InForce) -> RulebookDocument:
        rules = [
            RuleInForce(
                id=rule.id,
                kind=rule.kind_name,
                severity=rule.severity.value,
                version=rule.version,
                owner=rule.owner,
                message=rule.message,
                why=rule.why,
            )
            for rule in now.rulebook.rules
        ]
        state = now.state
        return cls(
            number=state.number,
            version=state.version,
            refused=state.refused,
            reasons=list(state.reasons),
            rules=rules,
        )


class FileDifference(BaseModel):
    """What changed in a file, as the lines of a unified diff without its head."""

    path: str
    lines: list[str]


class DifferenceDocument(BaseModel):
    """What lies between two versions."""

    before: int
    after: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    files: list[FileDifference]

    @classmethod
    def of(cls, found: Difference) -> DifferenceDocument:
        return cls(
            before=found.before,
            after=found.after,
            added=list(found.rules.added),
            changed=list(found.rules.changed),
            removed=list(found.rules.removed),
            files=[
                FileDifference(path=change.path, lines=[f"{line.sign}{line.text}" for line in change.lines])
                for change in found.files
            ],
        )
