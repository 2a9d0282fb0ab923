"""The check: a text against a rulebook. It never raises on a text; a rule that cannot finish blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from brand_voice.finding import (
    CheckContext,
    CheckResult,
    Finding,
    Fix,
    Severity,
    Span,
    text_sha256,
    verdict_of,
)
from brand_voice.reading import Reading, read
from brand_voice.rulebook import Rulebook
from brand_voice.rules import CHANNELS, Example, Rule

PROOF_DAY = date(2026, 11, 23)
"""The day for which the examples of a rulebook are told."""


class Checker:
    """Checks texts against one rulebook; safe to share between threads."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def check(self, text: str, context: CheckContext) -> CheckResult:
        """Return the findings on `text`, in order of place, then of rule.

        The same text in the same context has the same findings. Never raises on a text: a rule that fails
        or takes too long gives a blocking finding that names it.
        """
        reading = read(text)
        findings: list[Finding] = []
        for rule in self.rulebook.rules:
            if rule.applies(context):
                findings.extend(_guarded(rule, reading, context))
        findings.sort(
            key=lambda finding: (finding.span.start, finding.span.end, finding.rule, finding.message)
        )
        return CheckResult(verdict_of(findings), tuple(findings), self.rulebook.version, text_sha256(text))


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


def apply_fix(text: str, fix: Fix) -> str:
    """Return `text` with the fix in place."""
    return text[: fix.span.start] + fix.replacement + text[fix.span.end :]


@dataclass(frozen=True, slots=True)
class ProofFailure:
    """An example that does not do what its rule says of it."""

    rule: str
    text: str
    expected: str  # "fail", "pass" or "mended by its fix"


def prove(rulebook: Rulebook) -> tuple[ProofFailure, ...]:
    """Run every rule on its own examples; return those that go wrong.

    A text that must fail has a finding of its rule, and each fix offered for a finding makes that one vanish;
    a text that must pass has none.
    """
    failures: list[ProofFailure] = []
    for rule in rulebook.rules:
        alone = Checker(replace(rulebook, rules=(rule,)))
        for example in rule.fails:
            found = alone.check(example.text, example_context(rule, example)).findings
            if not found:
                failures.append(ProofFailure(rule.id, example.text, "fail"))
            failures.extend(_unmended(rule, example, found, alone.check))
        failures.extend(
            ProofFailure(rule.id, example.text, "pass")
            for example in rule.passes
            if alone.check(example.text, example_context(rule, example)).findings
        )
    return tuple(failures)


def example_context(rule: Rule, example: Example) -> CheckContext:
    """Return the context an example is told for: its own channel, else email where the rule holds there."""
    channels = [channel for channel in CHANNELS if channel in rule.channels]
    return CheckContext(
        channel=example.channel or channels[0],
        today=PROOF_DAY,
        topic=example.topic or (min(rule.topics) if rule.topics else None),
        greeting_names=example.greeting_names,
        known_ids=example.known_ids,
        allowed_contacts=example.allowed_contacts,
        source_texts=example.source_texts,
        supported_promises=example.supported_promises,
        flags=rule.when | example.flags,
    )


def _unmended(
    rule: Rule,
    example: Example,
    found: tuple[Finding, ...],
    check: Callable[[str, CheckContext], CheckResult],
) -> list[ProofFailure]:
    context = example_context(rule, example)
    failures: list[ProofFailure] = []
    for finding in found:
        for fix in finding.fixes:
            after = check(apply_fix(example.text, fix), context).findings
            if len(after) >= len(found):
                failures.append(ProofFailure(rule.id, example.text, "mended by its fix"))
    return failures
