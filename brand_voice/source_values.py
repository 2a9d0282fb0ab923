"""What a source states, and whether a draft says it of the very thing that the source says it of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from brand_voice.reading import read
from brand_voice.stated_dates import longest
from brand_voice.stated_values import Value, ValueKind
from brand_voice.text_values import values_of
from brand_voice.value_roles import role_of

_MOST_APART = 3  # words by which two clauses that say like things of different ones may differ, each
_LEAST_SHARED, _SAME = (
    2,
    0.7,
)  # words of a clause, and share of its words, that another has for it to be the same
_HALF, _SLIGHT = 0.5, 0.34
_CLAUSE_ENDS = re.compile(r"[;,:()]|\s-\s|\b(?:but|while|whereas)\b")
_AND = re.compile(r"\b(?:and|or)\b")
_FIGURE = re.compile(r"\d")
_LIKE = {
    ValueKind.AMOUNT: re.compile(r"[\u00a3\u20ac$]|\b(?:gbp|eur|pounds?|euros?|pence)\b"),
    ValueKind.PERIOD: re.compile(r"\b(?:hours?|days?|weeks?|fortnight|months?|years?)\b"),
    ValueKind.PERCENTAGE: re.compile(r"%|\bper ?cent\b"),
}
_WORD = re.compile(r"[a-z][a-z'-]+|\d+")
_FIGURES = frozenset(
    {ValueKind.AMOUNT, ValueKind.PERCENTAGE, ValueKind.PERIOD, ValueKind.MEASURE, ValueKind.COUNT}
)
_SMALL = """
    the and for you your our its with within this that these those are was were will would can has have had
    only just also per each from than then when which who what not them they
    there here more less
"""
_SMALL_WORDS = frozenset(_SMALL.split())


class Stated(NamedTuple):
    """What a source states: kind, key, its wording, what it is said of (see `value_roles`), the words of the
    clause and the sentence it stands in."""

    kind: ValueKind
    key: str
    words: str
    role: str | None
    clause: frozenset[str]
    sentence: str


@lru_cache(maxsize=4096)
def source_values(text: str, today: date) -> tuple[Stated, ...]:
    """Return what a source states; a range also states its longest time."""
    reading = read(text)
    found: list[Stated] = []
    for sentence, value in values_of(reading, today, bare=True):
        words = " ".join(reading.plain[value.span.start : value.span.end].split())
        at = value.span.start - sentence.start
        low = reading.low[sentence.start : sentence.end]
        role, clause = role_of(value, low, at), clause_of(value, low, at)
        told = Stated(value.kind, value.key, words, role, clause, low)
        found.append(told)
        if value.kind is ValueKind.PERIOD and "-" in value.key:
            found.append(told._replace(key=longest(value.key)))
    return tuple(found)


def clause_of(value: Value, sentence: str, at: int) -> frozenset[str]:
    """Return the words beside the value at `at` in its clause of a sentence in small letters; none of kinds
    that are not held against the clauses of sources."""
    if value.kind not in _FIGURES and value.kind is not ValueKind.DATE:
        return frozenset()
    end = at + value.span.end - value.span.start
    ends = [found.span() for found in _CLAUSE_ENDS.finditer(sentence)]
    start = max((last for _, last in ends if last <= at), default=0)
    stop = min((first for first, _ in ends if first >= end), default=len(sentence))
    like = _LIKE.get(value.kind, _FIGURE)  # "£100 a tent and £20 a chair" is two clauses
    joints = [found.span() for found in _AND.finditer(sentence, start, stop)]
    before = [last for first, last in joints if last <= at and like.search(sentence, start, first)]
    after = [first for first, last in joints if first >= end and like.search(sentence, last, stop)]
    start, stop = max(before, default=start), min(after, default=stop)
    words = _WORD.findall(f"{sentence[start:at]} {sentence[end:stop]}")
    return frozenset(word.removesuffix("s") for word in words if _tells(word))


def _tells(word: str) -> bool:
    return word.isdigit() or (len(word) > 2 and word not in _SMALL_WORDS)


def is_of_like(value: Value, words: frozenset[str], told: Sequence[Stated]) -> bool:
    """Say whether the sources state the value of one thing and, in a like clause, another value of the thing
    that the `words` name: "the gold one costs £65" of "silver costs £65, gold costs £110"."""
    own = [one for one in told if one.kind is value.kind and one.key == value.key]
    if value.kind not in _FIGURES or not own:
        return False
    others = [one for one in told if one.kind is value.kind and one.key != value.key and one.clause]
    apart = all(_share(words, one.clause) < _SLIGHT for one in own)
    if apart and any(_is_same_clause(words, one.clause) for one in others):
        return True
    return len({one.clause for one in own}) == 1 and any(
        _names_the_other(words, own[0], one) for one in others
    )


def _names_the_other(words: frozenset[str], own: Stated, other: Stated) -> bool:
    of_own, of_other = own.clause - other.clause, other.clause - own.clause
    if own.sentence == other.sentence and of_own and of_other == other.clause:
        of_words = _share(other.clause, words)
        return of_words >= _HALF and _share(own.clause, words) < of_words * _HALF
    like = own.clause & other.clause or (own.sentence.startswith("|") and other.sentence.startswith("|"))
    apart = 1 <= len(of_own) <= _MOST_APART and 1 <= len(of_other) <= _MOST_APART
    return bool(like and apart and not words & of_own and words & of_other)


def says_it_otherwise(value: Value, words: frozenset[str], told: Sequence[Stated]) -> bool:
    """Say whether a source has the very clause with another value: "tell us within 14 days of noticing"."""
    return any(
        one.kind is value.kind and one.key != value.key and _is_same_clause(words, one.clause) for one in told
    )


def _is_same_clause(words: frozenset[str], clause: frozenset[str]) -> bool:
    if words == clause:
        return bool(words)
    return len(words & clause) >= _LEAST_SHARED and _share(words, clause) >= _SAME


def _share(words: frozenset[str], within: frozenset[str]) -> float:
    return len(words & within) / len(words) if words else 0.0
