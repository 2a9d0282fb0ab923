"""A rule as it is being written, and what its texts do right now."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from api.web.service import wellput
from api.web.voice.marking import marked
from api.web.voice.problems import problems_of
from brand_voice.finding import CheckResult
from brand_voice.proof import ProofFailure, alone, example_context, prove_rule
from brand_voice.rulebook import RulebookError
from brand_voice.rules import Example, Rule

_LONGEST_S = 2.0
_LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class LiveText:
    """A text of the rule: its pieces, those found marked; `wrong` is "" where it does as it must."""

    pieces: tuple[tuple[str, bool], ...]
    must_fail: bool
    wrong: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """What is to be said of a rule in the editor: `problems` by field, or what its texts do.

    `cut_short`: time ran out before the last text. `tried` is what any other text, `pieces`, comes to.
    """

    problems: tuple[tuple[str, str], ...] = ()
    texts: tuple[LiveText, ...] = ()
    cut_short: bool = False
    tried: CheckResult | None = None
    pieces: tuple[tuple[str, bool], ...] = ()

    @property
    def wrong(self) -> int:
        return sum(1 for one in self.texts if one.wrong)


def live(text: str, other: str) -> Live:
    """Read the rule and run its texts and one `other` by it."""
    book = wellput().brand_desk.book
    if not text.strip():
        return Live()
    try:
        rule = book.read_draft(text)
    except RulebookError as fault:
        return Live(problems=problems_of(str(fault)))
    texts, cut_short = _texts(rule)
    words = other.replace("\r\n", "\n")[:_LONGEST_TEXT]
    tried = book.try_text(rule, words, "") if words.strip() and not cut_short else None
    return Live((), texts, cut_short, tried, () if tried is None else marked(words, tried.findings))


def _texts(rule: Rule) -> tuple[tuple[LiveText, ...], bool]:
    """Run the texts of a rule until time runs out."""
    until = time.monotonic() + _LONGEST_S
    found: list[LiveText] = []
    for must_fail, examples in ((True, rule.fails), (False, rule.passes)):
        for example in examples:
            if time.monotonic() > until:
                return tuple(found), True
            found.append(_one(rule, example, must_fail=must_fail))
    return tuple(sorted(found, key=lambda one: not one.wrong)), False


def _one(rule: Rule, example: Example, *, must_fail: bool) -> LiveText:
    only = replace(rule, fails=(example,) if must_fail else (), passes=() if must_fail else (example,))
    failures = [failure for failure in prove_rule(only) if failure.text == example.text]
    result = alone(rule)(example.text, example_context(rule, example))
    message = result.findings[0].message if result.findings else ""
    wrong = _said(failures[0]) if failures else ""
    return LiveText(marked(example.text, result.findings), must_fail, wrong, message)


def _said(failure: ProofFailure) -> str:
    return {
        "fail": "is not found",
        "pass": "is found",
        "mended by its fix": "is not mended by its fix",
    }.get(failure.expected, failure.expected)
