"""What the gate may let through all the same, and who answered for it.

    an agent asks --a supervisor--> departed (a block), released (a warning) or refused

Every step is a line nobody changes. A departure holds for one text of one contact, for the rules it names,
until it expires; whoever decides is not who asked. A single finding may be set aside by a role that its rule
names, with a reason (`brand_voice.setting_aside`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from brand_voice.finding import CheckResult, Finding, Severity, Span, Verdict
from brand_voice.personal_data import mask_card_numbers
from brand_voice.setting_aside import SetAside

DECIDERS = frozenset({"supervisor", "admin"})
LEAST_REASON = 8
LONGEST = timedelta(days=7)
USUAL = timedelta(hours=24)
NEVER = frozenset({"safety.card_number", "safety.bank_details", "safety.other_customer"})
"""Rules from which nobody departs: what they find is not ours to give away."""
_FAILED = "Check failed"  # how `brand_voice.checker` begins the finding of a rule that could not finish
GATE_RULE = "gate."
"""How the findings of the gate itself begin: there is nothing to depart from while a check is missing."""


class NotAllowed(ValueError):
    """It may not be asked, decided or set aside so; the message says why and what to do."""


class GateAct(StrEnum):
    ASKED = "asked"
    DEPARTED = "departed"  # a block let through
    RELEASED = "released"  # a warning let through
    REFUSED = "refused"
    SET_ASIDE = "set aside"  # one finding


@dataclass(frozen=True, slots=True)
class GateRecord:
    """A line of what was asked of the gate and decided. `rules` are those it is about, `asked_id` the
    question that a decision answers, `text` the text asked about, `span` the place of a finding set aside."""

    id: str
    act: GateAct
    contact_id: str
    text_sha256: str
    at: datetime
    actor: str
    role: str
    reason: str
    rules: tuple[str, ...]
    asked_id: str | None = None
    expires_at: datetime | None = None
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Who says something to the gate, in which role, why and when."""

    actor: str
    role: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        if len(" ".join(self.reason.split())) < LEAST_REASON:
            raise NotAllowed("Give the reason in a few words; it is kept.")


def holding(result: CheckResult, *, hold_warnings: bool) -> tuple[Finding, ...]:
    """Return the findings that keep the text back: blocks, and warnings where the shop holds them."""
    grave = {Severity.BLOCK, Severity.WARN} if hold_warnings else {Severity.BLOCK}
    return tuple(finding for finding in result.findings if finding.severity in grave)


def question(
    record_id: str, contact_id: str, text: str, held: Sequence[Finding], text_sha256: str, word: Word
) -> GateRecord:
    """Return the question whether `text` may go out all the same. Raises NotAllowed."""
    if not held:
        raise NotAllowed("Nothing holds this text back; send it.")
    for finding in held:
        if finding.rule in NEVER or finding.rule.startswith(GATE_RULE) or finding.message.startswith(_FAILED):
            raise NotAllowed(f"Nobody departs from {finding.rule}: {finding.message} Change the text.")
    if mask_card_numbers(text) != text:
        raise NotAllowed("The text holds a payment card number, which is never stored. Take it out.")
    rules = tuple(sorted({finding.rule for finding in held}))
    line = _line(record_id, GateAct.ASKED, contact_id, text_sha256, rules, word)
    return replace(line, text=text)


def decision(
    record_id: str,
    asked: GateRecord,
    word: Word,
    *,
    allow: bool,
    blocks: bool,
    expires_at: datetime | None = None,
) -> GateRecord:
    """Return the decision on a question; `blocks` says that a rule it names blocks. Raises NotAllowed."""
    if word.role not in DECIDERS:
        raise NotAllowed("A supervisor decides on this.")
    if word.actor == asked.actor:
        raise NotAllowed("Whoever asked does not decide; let another supervisor look at it.")
    until = expires_at if expires_at is not None else word.at + USUAL
    if not word.at < until <= word.at + LONGEST:
        raise NotAllowed(f"A departure ends within {LONGEST.days} days, and not before it begins.")
    act = GateAct.REFUSED if not allow else GateAct.DEPARTED if blocks else GateAct.RELEASED
    line = _line(record_id, act, asked.contact_id, asked.text_sha256, asked.rules, word)
    return replace(line, asked_id=asked.id, expires_at=until if allow else None)


def set_aside(record_id: str, contact_id: str, told: SetAside, word: Word) -> GateRecord:
    """Return the line that one finding was set aside; see `brand_voice.setting_aside.put_aside`."""
    line = _line(record_id, GateAct.SET_ASIDE, contact_id, told.text_sha256, (told.rule,), word)
    return replace(line, span=told.span)


def _line(
    record_id: str, act: GateAct, contact_id: str, text_sha256: str, rules: tuple[str, ...], word: Word
) -> GateRecord:
    reason = mask_card_numbers(" ".join(word.reason.split()))
    return GateRecord(record_id, act, contact_id, text_sha256, word.at, word.actor, word.role, reason, rules)


def permission(
    records: Iterable[GateRecord], held: Sequence[Finding], text_sha256: str, now: datetime
) -> GateRecord | None:
    """Return the decision that lets this very text go although `held` were found, or None.

    A decision that released warnings does not let a block through.
    """
    rules = {finding.rule for finding in held}
    blocked = any(finding.severity is Severity.BLOCK for finding in held)
    wanted = {GateAct.DEPARTED} if blocked else {GateAct.DEPARTED, GateAct.RELEASED}
    for record in records:
        in_time = record.expires_at is not None and record.at <= now < record.expires_at
        if (
            record.act in wanted
            and record.text_sha256 == text_sha256
            and in_time
            and rules <= set(record.rules)
        ):
            return record
    return None


def set_asides(records: Iterable[GateRecord], text_sha256: str) -> tuple[SetAside, ...]:
    """Return the findings set aside in this very text, as the checker takes them."""
    return tuple(
        SetAside(rule, record.span, text_sha256, record.reason, record.role)
        for record in records
        if record.act is GateAct.SET_ASIDE and record.text_sha256 == text_sha256 and record.span is not None
        for rule in record.rules
    )


def unchecked(rule: str, message: str, length: int, rulebook_version: str, sha256: str) -> CheckResult:
    """Return the verdict on a text that could not be checked: blocked, and why."""
    why = "What nobody checked does not go out. Try again; if it stays so, tell whoever keeps the rulebook."
    finding = Finding(f"{GATE_RULE}{rule}", Severity.BLOCK, Span(0, length), message, why)
    return CheckResult(Verdict.BLOCKED, (finding,), rulebook_version, sha256)
