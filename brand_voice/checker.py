"""The check: a text against a rulebook. It never raises on a text; a rule that cannot finish blocks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date

from brand_voice.finding import (
    CheckContext,
    CheckResult,
    Finding,
    Severity,
    Span,
    text_sha256,
    verdict_of,
)
from brand_voice.markup import displayed
from brand_voice.reading import Reading, read
from brand_voice.revealing import Revealed, revealed
from brand_voice.rulebook import Rulebook
from brand_voice.rules import CHANNELS, Rule, Triggered
from brand_voice.setting_aside import SetAside, split
from brand_voice.sieve import Sieve
from brand_voice.vale.house import ValeLook

_A_FEW_WORDS = (
    "Dear Sam,\n\nThank you for your message of 3 May. We will refund the \u00a35 you paid within 5 "
    "days, to the card you used.\n\nKind regards,\nJo Bloggs"
)
_MOST_CASES = 500
"""Sorts of cases (channel, topic, flags, day, audience, language) whose rules are kept at hand."""


class Checker:
    """Checks texts against one rulebook; safe to share between threads."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._in_force: dict[Hashable, tuple[tuple[int, Rule], ...]] = {}
        self._by_id = {rule.id: rule for rule in rulebook.rules}
        triggered = [
            (number, rule.kind.triggers())
            for number, rule in enumerate(rulebook.rules)
            if isinstance(rule.kind, Triggered)
        ]
        self._sieve = Sieve((number, one.view, one.patterns) for number, one in triggered)
        self._silent_beside = {rule.id: rule.silent_beside for rule in rulebook.rules if rule.silent_beside}
        self._of_vale = frozenset(rule.id for rule in rulebook.rules if isinstance(rule.kind, ValeLook))
        self._not_displayed = self._of_vale | {rule.id for rule in rulebook.rules if rule.surface_only}
        self._sifted = frozenset(number for number, _ in triggered)

    def warm_up(self) -> None:
        """Check a text of a few words on each channel, so that the first caller does not wait for what is
        made when it is first needed (the grammar checker takes a second)."""
        today = date(2000, 1, 1)
        for channel in CHANNELS:
            self.check(_A_FEW_WORDS, CheckContext(channel, today, flags=frozenset({"next_step", "offer"})))

    def check(self, text: str, context: CheckContext, set_asides: Iterable[SetAside] = ()) -> CheckResult:
        """Return the findings on `text`, in order of place, then of rule.

        The same text in the same context has the same findings. A text that hides something, or that is in
        markup, is judged twice: as given, and as it is seen. Findings set aside by `set_asides`
        do not count. Never raises on a text: a rule that fails or takes too long gives a blocking finding
        that names it.
        """
        findings = self._findings(read(text), context)
        seen = revealed(text)
        if seen is not None:
            _add(findings, self._behind(seen, context))
        if context.format != "text":
            findings = self._with_displayed(findings, text, context)
        findings = self._once(findings)
        findings.sort(
            key=lambda finding: (finding.span.start, finding.span.end, finding.rule, finding.message)
        )
        sha256 = text_sha256(text)
        counting, aside = split(findings, set_asides, self._by_id, sha256)
        return CheckResult(verdict_of(counting), tuple(counting), self.rulebook.version, sha256, tuple(aside))

    def _findings(self, reading: Reading, context: CheckContext, *, behind: bool = False) -> list[Finding]:
        woken = self._sieve.woken(reading)
        findings: list[Finding] = []
        for number, rule in self._applying(context):
            if number in self._sifted and number not in woken:
                continue
            if not (behind and rule.surface_only):
                findings.extend(_guarded(rule, reading, context))
        return findings

    def _applying(self, context: CheckContext) -> tuple[tuple[int, Rule], ...]:
        """Return the rules that have a say in such a case, with their numbers; kept for the next text."""
        key = (
            context.channel,
            context.format,
            context.topic,
            context.flags,
            context.today,
            context.audience,
            context.language,
        )
        applying = self._in_force.get(key)
        if applying is None:
            numbered = enumerate(self.rulebook.rules)
            applying = tuple((number, rule) for number, rule in numbered if rule.applies(context))
            if len(self._in_force) < _MOST_CASES:
                self._in_force[key] = applying
        return applying

    def _once(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings but for those beside which another rule says as much in the same place."""
        louder: dict[str, list[Finding]] = {}
        for finding in findings:
            louder.setdefault(finding.rule, []).append(finding)
        return [
            finding
            for finding in findings
            if not any(
                _covers(other, finding)
                for rule in self._silent_beside.get(finding.rule, ())
                for other in louder.get(rule, ())
            )
        ]

    def _with_displayed(self, findings: list[Finding], text: str, context: CheckContext) -> list[Finding]:
        """Return the findings on a text in markup with those on what it displays. What a text lacks is told
        by what it displays: a greeting stands at its beginning, whatever tags stand before."""
        displayed = list(self._displayed(text, context))
        lacked = {one.rule for one in displayed if _is_lack(one)} | self._not_displayed
        kept = [one for one in findings if not _is_lack(one) or one.rule in lacked]
        if context.format == "html":  # a fix in words does not fit between tags
            kept = [replace(one, fixes=()) if _is_lack(one) else one for one in kept]
        said = {one.rule for one in kept if _is_lack(one)}
        _add(kept, (one for one in displayed if not (_is_lack(one) and one.rule in said)))
        return kept

    def _displayed(self, text: str, context: CheckContext) -> Iterable[Finding]:
        """Yield what is wrong with a text in markup as it is displayed; a fix would break the markup."""
        shown = _as_shown(text, context.format)
        for finding in self._findings(read(shown.text), replace(context, format="text"), behind=True):
            if finding.rule not in self._of_vale:  # Vale's rules see markup as Vale does, comments included
                yield replace(finding, span=shown.given(finding.span), fixes=())

    def _behind(self, seen: Revealed, context: CheckContext) -> Iterable[Finding]:
        for finding in self._findings(read(seen.text), context, behind=True):
            fixes = tuple(map(seen.given_fix, finding.fixes))
            yield replace(finding, span=seen.given(finding.span), fixes=fixes)


def _as_shown(text: str, form: str) -> Revealed:
    """Return a text in markup as a reader sees it, what its letters hide included."""
    words, places = displayed(text, form)
    seen = revealed(words)
    if seen is None:
        return Revealed(words, places)
    return Revealed(seen.text, tuple(places[place] for place in seen.places))


def _is_lack(finding: Finding) -> bool:
    """Say whether a finding is about what is not there."""
    return finding.span.start == finding.span.end


def _covers(one: Finding, other: Finding) -> bool:
    """Say whether two findings meet and the first is at least as grave."""
    order = list(Severity)
    meet = one.span.start < other.span.end and other.span.start < one.span.end
    return meet and order.index(one.severity) <= order.index(other.severity)


def _add(findings: list[Finding], more: Iterable[Finding]) -> None:
    """Add what a second look found, unless the first look had the rule strike there or beside."""
    places: dict[str, list[Span]] = {}
    for finding in findings:
        places.setdefault(finding.rule, []).append(finding.span)
    for finding in more:
        span = finding.span
        known = places.get(finding.rule, ())
        if not any(one.start <= span.end and span.start <= one.end for one in known):
            findings.append(finding)


def _guarded(rule: Rule, reading: Reading, context: CheckContext) -> list[Finding]:
    try:
        return rule.findings(reading, context)
    except TimeoutError:
        reason = "took too long on this text"
    except Exception as fault:  # noqa: BLE001 - whatever goes wrong in a rule must block, not pass
        reason = f"failed on this text ({type(fault).__name__})"
    message = f"Check failed: rule {rule.id} {reason}, so the text counts as not checked."
    why = (
        "A text that a rule could not read must not go out unread. Shorten the text, or have the rule mended."
    )
    return [Finding(rule.id, Severity.BLOCK, Span(0, len(reading.raw)), message, why)]
