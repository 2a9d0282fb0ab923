"""The proof of a rulebook: every rule on the texts that must fail it and must pass it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from brand_voice.article_facts import texts_say
from brand_voice.articles_say import SILENT
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext, CheckResult, Finding
from brand_voice.fixing import apply_fix
from brand_voice.rulebook import Rulebook
from brand_voice.rules import CHANNELS, Example, Rule

PROOF_DAY = date(2026, 11, 23)
"""The day for which examples are told that name none, where their rule is in force on it."""


@dataclass(frozen=True, slots=True)
class ProofFailure:
    """An example that does not do what its rule says of it."""

    rule: str
    text: str
    expected: str  # "fail", "pass", "mended by its fix" or a severity


def prove(rulebook: Rulebook) -> tuple[ProofFailure, ...]:
    """Run every rule on its own examples; return those that go wrong.

    A text that must fail has a finding of its rule, and each fix offered for a finding makes that one vanish;
    a text that must pass has none.
    """
    return tuple(failure for rule in rulebook.rules for failure in prove_rule(rule))


def prove_rule(rule: Rule) -> Iterable[ProofFailure]:
    """Yield the examples of one rule that go wrong."""
    check = alone(rule)
    if rule.proven_severity not in {None, rule.severity}:
        yield ProofFailure(rule.id, "", f"severity {rule.proven_severity}")
    for example in rule.fails:
        context = example_context(rule, example)
        found = check(example.text, context).findings
        if not found:
            yield ProofFailure(rule.id, example.text, "fail")
        yield from _unmended(rule, example, found, lambda text, context=context: check(text, context))
    for example in rule.passes:
        if check(example.text, example_context(rule, example)).findings:
            yield ProofFailure(rule.id, example.text, "pass")


def unproven(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the ids of the rules that no text proves, or only one way."""
    return tuple(rule.id for rule in rulebook.rules if not rule.fails or not rule.passes)


def alone(rule: Rule) -> Callable[[str, CheckContext], CheckResult]:
    """Return the check of a text by one rule."""
    return Checker(Rulebook(rule.id, rule.version, (rule,), {})).check


def example_context(rule: Rule, example: Example) -> CheckContext:
    """Return the context an example is told for: its own channel, else email where the rule holds there."""
    channels = [channel for channel in CHANNELS if channel in rule.channels]
    languages = sorted(rule.languages or ())
    return CheckContext(
        channel=example.channel or channels[0],
        today=example.today or _day(rule),
        format="text" if "text" in rule.formats else min(rule.formats),
        topic=example.topic or (min(rule.topics) if rule.topics else None),
        greeting_names=example.greeting_names,
        known_ids=example.known_ids,
        allowed_contacts=example.allowed_contacts,
        source_texts=example.source_texts,
        customer_words=example.customer_words,
        other_names=example.other_names,
        orders=example.orders,
        meant_order=example.meant_order,
        supported_promises=example.supported_promises,
        articles=texts_say(example.articles) if example.articles else SILENT,
        flags=rule.when | example.flags,
        audience=min(rule.audience),
        language=languages[0] if languages else "en-GB",
    )


def _day(rule: Rule) -> date:
    if rule.valid_from is not None and rule.valid_from > PROOF_DAY:
        return rule.valid_from
    if rule.valid_to is not None and rule.valid_to < PROOF_DAY:
        return rule.valid_to
    return PROOF_DAY


def _unmended(
    rule: Rule, example: Example, found: tuple[Finding, ...], check: Callable[[str], CheckResult]
) -> Iterable[ProofFailure]:
    for finding in found:
        for fix in finding.fixes:
            if len(check(apply_fix(example.text, fix)).findings) >= len(found):
                yield ProofFailure(rule.id, example.text, "mended by its fix")
