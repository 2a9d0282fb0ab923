"""What a check says: findings with their place, and the verdict they add up to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    ADVISE = "advise"


class Verdict(StrEnum):
    PASS = "pass"
    WARN = "warn"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Span:
    """Code points of the text as given, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fix:
    """A wording that would satisfy the rule, put in place of `span`."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from one rule: where, what, why, and what to write instead."""

    rule: str
    severity: Severity
    span: Span
    message: str
    why: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckContext:
    """All that a check may know of the case, as plain values.

    `channel` email, chat, phone, fax or post. `greeting_names` are names by which the customer may be
    addressed. `known_ids` are order numbers and SKUs of this case. `allowed_contacts` are the e-mail
    addresses and phone numbers that may stand in the text (the customer's own and the shop's).
    `source_texts` are approved texts of this case; `supported_promises` are promise keys (see
    `brand_voice.promises`) that some approved text in force makes. `flags` are plain words such as
    "complaint", "offer", "first_reply".
    """

    channel: str
    today: date
    topic: str | None = None
    greeting_names: tuple[str, ...] = ()
    known_ids: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    source_texts: tuple[str, ...] = ()
    supported_promises: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings on one text, in order of place, and what they add up to."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    rulebook_version: str
    text_sha256: str


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return BLOCKED when any finding blocks, else WARN when any warns, else PASS."""
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return Verdict.BLOCKED
    return Verdict.WARN if Severity.WARN in severities else Verdict.PASS


def text_sha256(text: str) -> str:
    """Return the hash by which a checked text and a sent text are held to be the same."""
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
