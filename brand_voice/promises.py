"""Promises that a text makes, under keys by which a draft is held to what the shop has approved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from brand_voice import promise_wordings as wordings
from brand_voice.dates import PERIODS, period_name
from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.glances import Glances
from brand_voice.loosening import loosened
from brand_voice.patterns import Match
from brand_voice.reading import Reading, read
from brand_voice.subjects import subject_of


class PromiseFamily(StrEnum):
    """What a promise is about: CERTAINTY that something is sure, OVERNIGHT an outcome by tomorrow."""

    CERTAINTY = "certainty"
    OVERNIGHT = "overnight"
    PERIOD = "period"
    REFUND = "refund"
    FREE = "free"
    GOODWILL = "goodwill"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: its family, the key it is compared by ("refund:14 days") and its place."""

    family: PromiseFamily
    key: str
    span: Span
    fixes: tuple[Fix, ...] = ()


_CERTAIN = (
    ("guarantee", wordings.GUARANTEE),
    ("promise", wordings.WORD_GIVEN),
    ("definitely", wordings.DEFINITELY),
)
_THEIRS = (wordings.THEIR_STEP, wordings.THEIR_TASK)
_SENTENCE_LIMIT = 1500
_CERTAINTY, _UNIT, _AT_ONCE, _FULL_REFUND, _FREE, _GOODWILL = range(6)
_MAY_SAY = Glances(
    loosened("|".join(map(re.escape, hints)), spaces=False)
    for hints in (
        wordings.CERTAINTY_HINTS,
        wordings.UNIT_HINTS,
        wordings.AT_ONCE_HINTS,
        wordings.FULL_REFUND_HINTS,
        wordings.FREE_HINTS,
        wordings.GOODWILL_HINTS,
    )
)


def find_promises(reading: Reading) -> tuple[Promise, ...]:
    """Return the promises of a draft, in order of place.

    Firm words only: "should" and "usually" promise nothing. What we say of our own next message ("we will
    email you within two days") is a next step, not a promise of an outcome.
    """
    may_say = _MAY_SAY.possible(reading.low)
    if not may_say:
        return ()
    found: list[Promise] = []
    for sentence in reading.sentences:
        if sentence.end - sentence.start <= _SENTENCE_LIMIT:
            found.extend(_in_sentence(reading, sentence, may_say, firm_only=True))
    return tuple(sorted(found, key=lambda promise: (promise.span.start, promise.span.end, promise.key)))


@lru_cache(maxsize=4096)
def promise_keys(text: str) -> frozenset[str]:
    """Return the keys of what an approved text promises or states.

    "Delivery takes 3 to 5 working days" gives "delivery:5 days": a period is known by its longest time, and
    working and calendar days are one.
    """
    reading = read(text)
    may_say = _MAY_SAY.possible(reading.low)
    return frozenset(
        promise.key
        for sentence in reading.sentences
        for promise in _in_sentence(reading, sentence, may_say, firm_only=False)
    )


def unsupported(reading: Reading, context: CheckContext) -> tuple[Promise, ...]:
    """Return the promises of a draft that neither `supported_promises` nor a source text makes."""
    promises = find_promises(reading)
    if not promises:
        return ()
    supported = context.supported_promises.union(*(promise_keys(text) for text in context.source_texts))
    return tuple(promise for promise in promises if promise.key not in supported)


def _in_sentence(
    reading: Reading, sentence: Span, may_say: frozenset[int], *, firm_only: bool
) -> Iterator[Promise]:
    low = reading.low[sentence.start : sentence.end]
    if _CERTAINTY in may_say:
        yield from _certain(reading, low, sentence.start)
    timed = list(_periods(low, sentence.start, named=not firm_only)) if _UNIT in may_say else []
    timed += _overnight(low, sentence.start) if _AT_ONCE in may_say else ()
    if timed and (not firm_only or _is_firm(low)):
        yield from timed
    yield from _stated(low, sentence.start, may_say)
    if not firm_only:
        yield from _bare_statements(low)


def _is_firm(low: str) -> bool:
    return wordings.COMMITS.search(low) is not None and wordings.HEDGED.search(low) is None


def _certain(reading: Reading, low: str, start: int) -> Iterator[Promise]:
    for name, shape in _CERTAIN:
        for found in shape.matches(low):
            inner = found.group("word") is not None
            begin, end = (found.start("word"), found.end("word")) if inner else (found.start(), found.end())
            span = Span(start + begin, start + end)
            yield Promise(PromiseFamily.CERTAINTY, f"certainty:{name}", span, _without(reading, span, name))


def _without(reading: Reading, span: Span, name: str) -> tuple[Fix, ...]:
    """Return the wording that says the same without the certainty, where leaving a word out is enough."""
    if name == "definitely":
        text = reading.plain
        if text[span.end : span.end + 1] == " ":
            return (Fix(Span(span.start, span.end + 1), ""),)
        return (Fix(Span(span.start - 1, span.end), ""),) if text[span.start - 1] == " " else ()
    word = reading.low[span.start : span.end]
    return (Fix(span, "expect"),) if word in {"guarantee", "promise"} else ()


def _periods(low: str, start: int, *, named: bool) -> Iterator[Promise]:
    """Yield periods of outcomes; with `named` also "a 6-month guarantee", which is no time to wait."""
    for found in PERIODS.matches(low):
        subject = subject_of(low, found.start(), found.end())
        is_named = wordings.NAMED_PERIOD.match(low, found.end()) is not None
        if subject is None or subject in {"contact", "returns"} or (is_named and not named):
            continue
        if any(step.search(low, 0, found.start()) is not None for step in _THEIRS):
            continue
        span = Span(start + found.start(), start + found.end())
        yield Promise(
            PromiseFamily.PERIOD, f"{subject}:{period_name(found)}", span, _hedge(low, start, found.start())
        )


def _hedge(low: str, start: int, before: int) -> tuple[Fix, ...]:
    place = low.rfind(" will ", 0, before)
    return (Fix(Span(start + place + 1, start + place + 5), "should"),) if place >= 0 else ()


def _overnight(low: str, start: int) -> Iterator[Promise]:
    strict = list(wordings.OVERNIGHT.matches(low))
    for found in strict or list(wordings.AT_ONCE.matches(low)):
        subject = subject_of(low, found.start("when"), found.end("when"))
        if subject in {None, "contact", "returns", "collection"}:
            continue
        family = PromiseFamily.OVERNIGHT if strict or subject == "refund" else PromiseFamily.PERIOD
        span = Span(start + found.start("by" if strict else "when"), start + found.end("when"))
        yield Promise(
            family, f"{subject}:{found.group('when')}", span, _hedge(low, start, found.start("when"))
        )


def _stated(low: str, start: int, may_say: frozenset[int]) -> Iterator[Promise]:
    if _FULL_REFUND in may_say:
        for found in wordings.FULL_REFUND.matches(low):
            if not wordings.NEGATED.search(low, max(0, found.start() - 20), found.start("what")):
                yield Promise(PromiseFamily.REFUND, "refund:full", _named(found, "what", start))
    if _FREE in may_say:
        for found in wordings.FREE.matches(low):
            if not wordings.NEGATED.search(low, max(0, found.start() - 20), found.start("what")):
                yield Promise(PromiseFamily.FREE, _free_key(found.group("of")), _named(found, "what", start))
    if _GOODWILL in may_say:
        for found in wordings.GOODWILL.matches(low):
            if wordings.NEGATED.search(low, max(0, found.start() - 20), found.end()):
                continue
            amount = wordings.AMOUNT.search(found.group("what") or "")
            yield Promise(
                PromiseFamily.GOODWILL,
                f"goodwill:{amount.group() if amount else ''}",
                _named(found, "what", start),
            )


def _bare_statements(low: str) -> Iterator[Promise]:
    """What an approved text grants without a verb of promise ("delivery is free")."""
    for found in wordings.BARE_REFUND.finditer(low):
        yield Promise(PromiseFamily.REFUND, "refund:full", Span(*found.span()))
    for found in wordings.BARE_FREE.finditer(low):
        yield Promise(PromiseFamily.FREE, _free_key(next(filter(None, found.groups()))), Span(*found.span()))


def _free_key(thing: str | None) -> str:
    return f"free:{wordings.FREE_NAMES.get(thing or '', thing)}"


def _named(found: Match, group: str, start: int) -> Span:
    return Span(start + found.start(group), start + found.end(group))
