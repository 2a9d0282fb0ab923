"""The values of a text, each with the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from brand_voice import product_facts
from brand_voice import stated_dates as when
from brand_voice import stated_values as stated
from brand_voice.finding import Span
from brand_voice.named_stretches import stretches
from brand_voice.reading import Reading
from brand_voice.stated_values import Value

SMALL_COUNT = 12
"""Counts up to this are said in passing ("two lamps", "step 3") and are no claims."""
_LONGEST_SENTENCE = 1500
_LINK_HINT = re.compile(r"\.[a-z]{2}")


def values_of(reading: Reading, today: date, *, bare: bool = False) -> list[tuple[Span, Value]]:
    """Return the values of a text with their sentences; a place counts once, as what it most tells.

    With `bare` small counts too: a source states what it states.
    """
    low = reading.low
    taken = bytearray(len(low))
    found: list[Value] = []
    for kind_found in _readers(low, today, bare=bare):
        fresh = [value for value in kind_found if taken.find(1, value.span.start, value.span.end) < 0]
        for value in fresh:
            taken[value.span.start : value.span.end] = b"\1" * (value.span.end - value.span.start)
        found += fresh
    found += product_facts.facts(low)
    found.sort(key=lambda value: (value.span.start, value.kind, value.key))
    return [(_around(reading, value.span), value) for value in found]


def _around(reading: Reading, span: Span) -> Span:
    """Return the sentence a value stands in, cut where it is endlessly long."""
    sentence = reading.sentence_at(span.start)
    if sentence.end - sentence.start <= _LONGEST_SENTENCE:
        return Span(sentence.start, max(sentence.end, span.end))
    return Span(max(sentence.start, span.start - 300), max(span.end, min(sentence.end, span.end + 300)))


def _readers(low: str, today: date, *, bare: bool) -> Iterator[Iterable[Value]]:
    """Yield the finders that may find something, the most telling first."""
    starts = stated.starts_of(low)
    if "://" in low or _LINK_HINT.search(low) is not None:
        yield stated.links(low)
    yield stated.amounts(low, starts)
    yield stated.percentages(low, starts)
    yield stated.codes(low)
    yield when.dates(low, today)
    yield stretches(low, today)
    yield when.periods(low, starts)
    yield stated.times(low, starts)
    yield stated.measures(low, starts)
    yield (value for value in stated.counts(low, starts) if bare or float(value.key) > SMALL_COUNT)
