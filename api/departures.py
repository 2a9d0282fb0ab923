"""Asking the gate to let a text through, deciding on it, and setting a single finding aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from api.storage import SqlStorage
from brand_voice.finding import CheckResult, Finding, Severity, Span
from brand_voice.setting_aside import NotSetAside, put_aside
from replies.departures import (
    GateRecord,
    NotAllowed,
    Word,
    decision,
    holding,
    question,
    set_aside,
)
from replies.gate import Gate
from replies.ports import Clock
from replies.records import AuditEntry


class UnknownQuestion(LookupError):
    """Nobody asked that of the gate."""


class Departures:
    """What agents ask and supervisors decide; every line is kept and stands in the audit."""

    def __init__(
        self, storage: SqlStorage, clock: Clock, gate: Callable[[], Gate], new_id: Callable[[str], str]
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._gate = gate
        self._new_id = new_id

    def ask(
        self, contact_id: str, text: str, reason: str, *, actor: str, role: str, offers: Sequence[str] = ()
    ) -> GateRecord:
        """Ask whether a text held back may go out. Raises UnknownContact, UnknownOffer, NotAllowed."""
        result, held = self._held(contact_id, text, offers)
        word = Word(actor, role, reason, self._clock.now())
        asked = question(self._new_id("departure"), contact_id, text, held, result.text_sha256, word)
        self._keep(asked)
        return asked

    def decide(
        self,
        asked_id: str,
        *,
        allow: bool,
        reason: str,
        actor: str,
        role: str,
        expires_at: datetime | None = None,
    ) -> GateRecord:
        """Decide on a question, once. Raises UnknownQuestion, NotAllowed."""
        with self._storage.reading() as unit:
            asked = unit.gate.get(asked_id)
            open_ones = {one.id for one in unit.gate.undecided()}
        if asked is None or not asked.text:
            raise UnknownQuestion(f"nobody asked {asked_id!r} of the gate")
        if asked_id not in open_ones:
            raise NotAllowed("This was decided already; ask anew for a new decision.")
        word = Word(actor, role, reason, self._clock.now())
        rules = self._gate().checker.rulebook.rules
        blocks = any(rule.id in asked.rules and rule.severity is Severity.BLOCK for rule in rules)
        decided = decision(
            self._new_id("departure"), asked, word, allow=allow, blocks=blocks, expires_at=expires_at
        )
        self._keep(decided)
        return decided

    def set_aside(
        self, contact_id: str, text: str, rule: str, span: Span, reason: str, *, actor: str, role: str
    ) -> GateRecord:
        """Let one finding in this very text stand. Raises UnknownContact; NotAllowed when there is none
        there, or the rule does not let this role."""
        result, _ = self._held(contact_id, text, ())
        found = next((one for one in result.findings if one.rule == rule and one.span == span), None)
        if found is None:
            raise NotAllowed(f"{rule} finds nothing at that place of the text; check it again.")
        word = Word(actor, role, reason, self._clock.now())
        try:
            told = put_aside(text, found, self._gate().checker.rulebook.rule(rule), reason=reason, role=role)
        except (NotSetAside, KeyError) as error:
            raise NotAllowed(str(error)) from error
        line = set_aside(self._new_id("departure"), contact_id, told, word)
        self._keep(line)
        return line

    def undecided(self) -> Sequence[GateRecord]:
        """Return what waits for a decision, oldest first."""
        with self._storage.reading() as unit:
            return unit.gate.undecided()

    def of_contact(self, contact_id: str) -> Sequence[GateRecord]:
        """Return all that was asked and decided in a contact."""
        with self._storage.reading() as unit:
            return unit.gate.of_contact(contact_id)

    def _held(
        self, contact_id: str, text: str, offers: Sequence[str]
    ) -> tuple[CheckResult, tuple[Finding, ...]]:
        gate = self._gate()
        with self._storage.reading() as unit:
            contact = unit.contacts.get(contact_id)
        result = gate.check(text, contact, tuple(offers))
        return result, holding(result, hold_warnings=gate.shop.hold_warnings)

    def _keep(self, line: GateRecord) -> None:
        until = f", until {line.expires_at:%Y-%m-%d %H:%M} UTC" if line.expires_at is not None else ""
        detail = f"{line.id}: {', '.join(line.rules)}{until}"
        with self._storage.writing() as unit:
            unit.gate.add(line)
            entry = AuditEntry(line.at, line.actor, f"gate: {line.act.value}", line.contact_id, detail)
            unit.audit.add(entry)
