"""Rules changed a little, to see whether their texts would notice.

A mutant is a rule with one word, one alternative, one pattern, one exception left out, its severity turned
round or one of its numbers moved. A mutant that its rule's texts do not notice shows that they do not prove
what the rule says. Works on the rule as a file tells it, so on every kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from brand_voice.entries.base import RuleEntry
from brand_voice.patterns import PatternError
from brand_voice.proof import prove_rule
from brand_voice.rulebook import ToldRule
from brand_voice.rulebook_file import AnyRule

_RULE: TypeAdapter[RuleEntry] = TypeAdapter(AnyRule)
_NO_BEHAVIOUR = frozenset(
    """
    id kind message why better owner source fails passes hints add use name names suppressible_by when unless
    silent_beside channels formats audience languages topics valid_from valid_to reads
    place of where formula reads_quotes
    """.split()  # noqa: SIM905 - a list of this length is read better as text
)
_PATTERNS = frozenset(
    ("patterns", "match", "except_in", "any_of", "cues", "pattern", "if_found", "then", "reveals")
)
_PHRASES = frozenset(["phrases", "say"])
_SEVERITIES = {"block": "warn", "warn": "block", "advise": "block"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """What was changed in a rule, and whether its texts noticed."""

    rule: str
    change: str
    noticed: bool


def mutants(told: ToldRule) -> Iterator[Mutant]:
    """Yield the mutants of one rule, each held against the rule's own texts.

    A change that makes the rule unreadable, or leaves it as it was, is no mutant.
    """
    document = told.entry.model_dump(mode="json", exclude_unset=True)
    for change, changed in _changes(document):
        try:
            entry = _RULE.validate_python(changed)
            rule = replace(told, entry=entry).build()
        except (ValidationError, PatternError):
            continue
        noticed = next(iter(prove_rule(rule)), None) is not None
        yield Mutant(told.entry.id, change, noticed)


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield f"severity to {_turned(document)}", {**document, "severity": _turned(document)}
    for key, value in document.items():
        if key in _NO_BEHAVIOUR or key == "severity":
            continue
        for change, changed in _of_value(key, value):
            yield change, {k: v for k, v in {**document, key: changed}.items() if v is not None}


def _turned(document: Mapping[str, Any]) -> str:
    severity = document["severity"]
    return _SEVERITIES[severity if isinstance(severity, str) else severity["default"]]


def _of_value(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what the value of a field may be changed to; None leaves the field out."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        for moved in (value + 1, value - 1):
            yield f"{key} {value} to {moved}", moved
    elif isinstance(value, str):
        yield from _of_text(key, value)
    elif isinstance(value, Mapping):
        yield from _of_mapping(key, cast("Mapping[str, Any]", value))
    elif isinstance(value, list):
        yield from _of_list(key, cast("list[Any]", value))


def _of_text(key: str, value: str) -> Iterator[tuple[str, Any]]:
    if key == "except_in":
        yield "except_in left out", None
    if key in _PATTERNS:
        branches = alternatives(value)
        for place, branch in enumerate(branches if len(branches) > 1 else ()):
            rest = "|".join(branches[:place] + branches[place + 1 :])
            yield f"{key} without {_short(branch)}", rest
    elif key in _PHRASES and len(value.split()) > 1:
        yield f"{key} {value!r} without its last word", value.rsplit(None, 1)[0]


def _of_mapping(key: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if key in {"words", "most", "least", "no_sooner"}:
            if len(value) > 1:
                yield f"{key} without {name}", {k: v for k, v in value.items() if k != name}
            if key == "words":
                continue
        if name in _NO_BEHAVIOUR:
            continue
        for change, changed in _of_value(name, inner):
            yield change, {k: v for k, v in {**value, name: changed}.items() if v is not None}


def _of_list(key: str, value: list[Any]) -> Iterator[tuple[str, Any]]:
    for place, item in enumerate(value):
        rest = value[:place] + value[place + 1 :]
        if rest or key in {"allow", "ignore", "leave_out"}:
            yield f"{key} without {_short(item)}", rest
        for change, changed in _of_value(key if isinstance(item, str) else "", item):
            yield change, [*value[:place], changed, *value[place + 1 :]]


def alternatives(source: str) -> list[str]:
    """Return the alternatives of a pattern that stand outside all brackets."""
    branches: list[str] = []
    depth, place, start = 0, 0, 0
    while place < len(source):
        char = source[place]
        if char == "\\":
            place += 2
            continue
        if char == "[":
            place = _behind_set(source, place)
            continue
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            branches.append(source[start:place])
            start = place + 1
        place += 1
    return [*branches, source[start:]]


def _behind_set(source: str, place: int) -> int:
    place += 1
    place += source[place : place + 1] == "^"
    place += source[place : place + 1] == "]"
    while place < len(source) and source[place] != "]":
        place += 2 if source[place] == "\\" else 1
    return place + 1


def _short(item: object) -> str:
    text = str(item)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def share_noticed(found: Iterable[Mutant]) -> float:
    """Return the share of mutants that were noticed; 1 when there are none."""
    told = [mutant.noticed for mutant in found]
    return sum(told) / len(told) if told else 1.0
