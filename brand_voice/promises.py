"""Promises that a text makes, under keys by which a draft is held to what the shop has approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from brand_voice import promise_wordings as wordings
from brand_voice.dates import PERIODS, period_name
from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.patterns import Match
from brand_voice.reading import Reading, read


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
_SENTENCE_LIMIT = 1500


def find_promises(reading: Reading) -> tuple[Promise, ...]:
    """Return the promises of a draft, in order of place.

    Firm words only: "should" and "usually" promise nothing. What we say of our own next message ("we will
    email you within two days") is a next step, not a promise of an outcome.
    """
    found: list[Promise] = []
    for sentence in reading.sentences:
        if sentence.end - sentence.start <= _SENTENCE_LIMIT:
            found.extend(_in_sentence(reading, sentence, firm_only=True))
    return tuple(sorted(found, key=lambda promise: (promise.span.start, promise.span.end, promise.key)))


@lru_cache(maxsize=4096)
def promise_keys(text: str) -> frozenset[str]:
    """Return the keys of what an approved text promises or states.

    "Delivery takes 3 to 5 working days" gives "delivery:5 days": a period is known by its longest time, and
    working and calendar days are one.
    """
    reading = read(text)
    return frozenset(
        promise.key
        for sentence in reading.sentences
        for promise in _in_sentence(reading, sentence, firm_only=False)
    )


def unsupported(reading: Reading, context: CheckContext) -> tuple[Promise, ...]:
    """Return the promises of a draft that neither `supported_promises` nor a source text makes."""
    promises = find_promises(reading)
    if not promises:
        return ()
    supported = context.supported_promises.union(*(promise_keys(text) for text in context.source_texts))
    return tuple(promise for promise in promises if promise.key not in supported)


def _in_sentence(reading: Reading, sentence: Span, *, firm_only: bool) -> Iterator[Promise]:
    low = reading.low[sentence.start : sentence.end]
    yield from _certain(reading, low, sentence.start)
    firm = wordings.COMMITS.search(low) is not None and wordings.HEDGED.search(low) is None
    if firm or not firm_only:
        yield from _periods(low, sentence.start)
        yield from _overnight(low, sentence.start)
    yield from _stated(low, sentence.start)
    if not firm_only:
        yield from _bare_statements(low)


def _certain(reading: Reading, low: str, start: int) -> Iterator[Promise]:
    if not _holds(low, wordings.CERTAINTY_HINTS):
        return
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


def _periods(low: str, start: int) -> Iterator[Promise]:
    for found in PERIODS.matches(low):
        subject = _subject(low, found.start(), found.end())
        named = wordings.NAMED_PERIOD.match(low, found.end()) is not None
        if subject is None or subject in {"contact", "returns"} or named:
            continue
        span = Span(start + found.start(), start + found.end())
        yield Promise(
            PromiseFamily.PERIOD, f"{subject}:{period_name(found)}", span, _hedge(low, start, found.start())
        )


def _hedge(low: str, start: int, before: int) -> tuple[Fix, ...]:
    place = low.rfind(" will ", 0, before)
    return (Fix(Span(start + place + 1, start + place + 5), "should"),) if place >= 0 else ()


def _overnight(low: str, start: int) -> Iterator[Promise]:
    if not _holds(low, wordings.AT_ONCE_HINTS):
        return
    strict = list(wordings.OVERNIGHT.matches(low))
    for found in strict or list(wordings.AT_ONCE.matches(low)):
        subject = _subject(low, found.start("when"), found.end("when"))
        if subject in {None, "contact", "returns", "collection"}:
            continue
        family = PromiseFamily.OVERNIGHT if strict or subject == "refund" else PromiseFamily.PERIOD
        span = Span(start + found.start("by" if strict else "when"), start + found.end("when"))
        yield Promise(
            family, f"{subject}:{found.group('when')}", span, _hedge(low, start, found.start("when"))
        )


def _stated(low: str, start: int) -> Iterator[Promise]:
    if _holds(low, wordings.FULL_REFUND_HINTS):
        for found in wordings.FULL_REFUND.matches(low):
            if not wordings.NEGATED.search(low, max(0, found.start() - 20), found.start("what")):
                yield Promise(PromiseFamily.REFUND, "refund:full", _named(found, "what", start))
    if _holds(low, wordings.FREE_HINTS):
        for found in wordings.FREE.matches(low):
            if not wordings.NEGATED.search(low, max(0, found.start() - 20), found.start("what")):
                yield Promise(PromiseFamily.FREE, _free_key(found.group("of")), _named(found, "what", start))
    if "\u00a3" in low or "%" in low:
        for found in wordings.GOODWILL.matches(low):
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
        yield Promise(PromiseFamily.FREE, _free_key(found.group(1) or found.group(2)), Span(*found.span()))


def _holds(low: str, hints: tuple[str, ...]) -> bool:
    return any(hint in low for hint in hints)


def _free_key(thing: str | None) -> str:
    return f"free:{wordings.FREE_NAMES.get(thing or '', thing)}"


def _named(found: Match, group: str, start: int) -> Span:
    return Span(start + found.start(group), start + found.end(group))


def _subject(low: str, start: int, end: int) -> str | None:
    """Return what the period at `start` is about: the nearest subject before it, else after it.

    What arrives is the refund where one was named just before, else a delivery.
    """
    subjects = list(wordings.SUBJECTS.finditer(low))
    before = [found.lastgroup for found in subjects if found.end() <= start]
    after = [found.lastgroup for found in subjects if found.start() >= end]
    named = (before[-1:] or after[:1] or [None])[0]
    if named == "arrival":
        return "refund" if before[-2:-1] == ["refund"] else "delivery"
    return named
