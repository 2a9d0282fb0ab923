"""The rulebook as its owner looks at it: found, read, proven and tried rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from brand_voice.drafted_rule import draft_of, read_draft, whole_draft
from brand_voice.finding import CheckResult, Severity
from brand_voice.proof import ProofFailure, alone, example_context, prove_rule
from brand_voice.rulebook import Rulebook, RulebookError, ToldRule, told_rules
from brand_voice.rules import Example, Rule


@dataclass(frozen=True, slots=True)
class RuleQuery:
    """What rules are looked for; "" asks for any."""

    words: str = ""
    kind: str = ""
    severity: str = ""
    owner: str = ""
    file: str = ""
    channel: str = ""

    def fits(self, rule: Rule) -> bool:
        """Say whether the rule is looked for: all words stand in it, and it is of each thing named."""
        said = f"{rule.id} {rule.message} {rule.why} {rule.better} {rule.source} {rule.owner}".lower()
        return (
            all(word in said for word in self.words.lower().split())
            and self.kind in ("", rule.kind_name)
            and self.severity in ("", *severities(rule))
            and self.owner in ("", rule.owner)
            and self.file in ("", rule.file)
            and (self.channel == "" or self.channel in rule.channels)
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What rules can be told apart by, each in order."""

    kinds: tuple[str, ...]
    owners: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvenExample:
    """A text of a rule with what became of it; `wrong` is "" where it does as the rule says."""

    text: str
    must_fail: bool
    wrong: str


class BrandBook:
    """Reads one rulebook in force; `folder` says where it was read from (None: the packaged house
    rulebook)."""

    def __init__(self, rulebook: Rulebook, folder: Path | None, today: Callable[[], date]) -> None:
        self.rulebook = rulebook
        self._folder = folder
        self._today = today

    def find(self, query: RuleQuery) -> tuple[Rule, ...]:
        """Return the rules looked for, blocking ones first, then by id."""
        order = list(Severity)
        found = [rule for rule in self.rulebook.rules if query.fits(rule)]
        return tuple(sorted(found, key=lambda rule: (order.index(rule.severity), rule.id)))

    @cached_property
    def choices(self) -> Choices:
        """What the rules in force can be told apart by."""
        rules = self.rulebook.rules
        kinds, owners, files = ({getattr(rule, name) for rule in rules} - {""} for name in _TOLD_APART)
        return Choices(tuple(sorted(kinds)), tuple(sorted(owners)), tuple(sorted(files)))

    def rule(self, rule_id: str) -> Rule:
        """Return a rule in force. Raises KeyError."""
        return self.rulebook.rule(rule_id)

    def draft(self, rule_id: str) -> str:
        """Return the YAML of a rule to start a draft from; "" for one that is not told in such a file, or
        whose file says something else by now."""
        told = self._told.get(rule_id)
        if told is None or told.build().version != self.rule(rule_id).version:
            return ""
        return draft_of(told.entry)

    def whole_draft(self, rule_id: str) -> str:
        """Return the YAML of a rule, its texts with it; "" for one that is not told in such a file."""
        told = self._told.get(rule_id)
        return "" if told is None else whole_draft(told)

    def read_draft(self, text: str) -> Rule:
        """Return the rule of a draft. Raises RulebookError, in words."""
        names = {name for told in self._told.values() for name in told.names}
        return read_draft(text, tuple(sorted(names)))

    def proof(self, rule: Rule) -> tuple[ProvenExample, ...]:
        """Return the texts of a rule, each with what becomes of it now."""
        wrong: dict[str, str] = {}
        for failure in prove_rule(rule):
            wrong.setdefault(failure.text, _said(failure))
        return (
            *(ProvenExample(one.text, True, wrong.get(one.text, "")) for one in rule.fails),
            *(ProvenExample(one.text, False, wrong.get(one.text, "")) for one in rule.passes),
        )

    def try_text(self, rule: Rule, text: str, channel: str) -> CheckResult:
        """Check a text by this rule alone, in the state of the case that the rule asks for."""
        example = Example(text, channel=channel if channel in rule.channels else None, today=self._day(rule))
        return alone(rule)(text, example_context(rule, example))

    def _day(self, rule: Rule) -> date | None:
        today = self._today()
        begun = rule.valid_from is None or rule.valid_from <= today
        return today if begun and (rule.valid_to is None or today <= rule.valid_to) else None

    @cached_property
    def _told(self) -> dict[str, ToldRule]:
        try:
            return {told.entry.id: told for told in told_rules(self._folder)}
        except RulebookError:
            return {}


_TOLD_APART = ("kind_name", "owner", "file")


def severities(rule: Rule) -> tuple[Severity, ...]:
    """Return how grave a finding of the rule can be, gravest first."""
    order = list(Severity)
    return tuple(sorted({rule.severity, *rule.severities.values()}, key=order.index))


def _said(failure: ProofFailure) -> str:
    return {
        "fail": "the rule finds nothing in it",
        "pass": "the rule finds something in it",
        "mended by its fix": "its fix does not mend it",
    }.get(failure.expected, failure.expected)
