"""What the texts and records of a case state: the backing that a claim needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from brand_voice import product_facts
from brand_voice import stated_dates as when
from brand_voice import stated_values as stated
from brand_voice.finding import CheckContext, Span
from brand_voice.reading import Reading, read
from brand_voice.stated_values import Value, ValueKind

SMALL_COUNT = 12
"""Counts up to this are said in passing ("two lamps", "step 3") and are no claims."""
MOST_SAID = 3
_LONGEST_SENTENCE = 1500
MONEY_COMMITS = re.compile(
    r"\b(?:refund|credit|compensat|reimburs|goodwill|discount|voucher|pay you|paid you|give you|take off"
    r"|waive|deduct|off (?:the|your))"
)


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
    yield when.periods(low, starts)
    yield stated.times(low, starts)
    yield stated.measures(low, starts)
    yield (value for value in stated.counts(low, starts) if bare or float(value.key) > SMALL_COUNT)


_LINK_HINT = re.compile(r"\.[a-z]{2}")
_ASKS = re.compile(
    r"\?\W*$|^\W*(?:(?:and|but|so|or|also|hi|hello|please),? )*"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|how|what|when|which|whether)\b"
)
_ASKED_KINDS = frozenset({ValueKind.FACT, ValueKind.MEASURE, ValueKind.PERIOD, ValueKind.TIME})
_REPEATS = re.compile(
    r"\byou(?:'ve|'re|'d)? (?:\w+ ){0,2}?(?:ask|sa(?:y|id)|mention|wrote|told|want|need|hope|describe)"
    r"|\byour (?:question|message|e-?mail|letter|fax|call)\b|\bwhether\b|\bnot\b|n't\b"
)


_STATES_PRICE = re.compile(
    r"\b(?:price is|prices are|priced at|costs?|sells? (?:at|for)|on sale (?:at|for))\b"
)
_THEY_SAY = re.compile(
    r"\b(?:you|your)\b.{0,30}\b(?:sa(?:y|id|w)|seen?|told|mention|quot|wr(?:ite|ote|itten)|paid|pay|charged?"
    r"|found|expect|budget|ask)|\b(?:an)?other (?:shop|store|site)|\belsewhere\b"
)


@lru_cache(maxsize=4096)
def _source_values(text: str, today: date) -> tuple[tuple[ValueKind, str, str], ...]:
    """Return kind, key and wording of what a source states; a range also states its longest time."""
    reading = read(text)
    found: list[tuple[ValueKind, str, str]] = []
    for _, value in values_of(reading, today, bare=True):
        words = " ".join(reading.plain[value.span.start : value.span.end].split())
        found.append((value.kind, value.key, words))
        if value.kind is ValueKind.PERIOD and "-" in value.key:
            found.append((value.kind, when.longest(value.key), words))
    return tuple(found)


@lru_cache(maxsize=4096)
def _stated_by_customer(text: str, today: date) -> frozenset[tuple[ValueKind, str]]:
    """Return kind and key of what a customer's message states; what it only asks for is no statement."""
    reading = read(text)
    return frozenset(
        (value.kind, value.key)
        for sentence, value in values_of(reading, today, bare=True)
        if _ASKS.search(reading.low[sentence.start : sentence.end].strip()) is None
    )


@dataclass(frozen=True, slots=True)
class Backing:
    """What the case knows: keys by kind, and the wordings of the sources."""

    sources: frozenset[tuple[ValueKind, str]]
    quoted: frozenset[tuple[ValueKind, str]]  # the customer's own words
    stated: frozenset[tuple[ValueKind, str]]  # of these, what the customer says and does not only ask
    wordings: tuple[tuple[ValueKind, str, str], ...]
    hosts: frozenset[str]
    ids: frozenset[str]

    def supports(self, value: Value, sentence: str, *, firm: bool) -> bool:
        """Say whether the value, stated in `sentence`, stands in a source or in the records; the customer's
        own words support what repeats them.

        They do not support what they wish for or ask: money that we would give, what a thing costs, the day
        of an outcome that we commit to (`firm`), a fact told to somebody who only asked whether it is so.
        """
        one = (value.kind, value.key)
        if one in self.sources:
            return True
        if one in self.quoted:
            return self._repeats(value, sentence, firm=firm)
        return self._likewise(value)

    def _repeats(self, value: Value, sentence: str, *, firm: bool) -> bool:
        if value.kind in {ValueKind.AMOUNT, ValueKind.PERCENTAGE}:
            return not _is_ours_to_say(sentence)
        if value.kind is ValueKind.DATE:
            return not firm
        if value.kind in _ASKED_KINDS and (value.kind, value.key) not in self.stated:
            return _REPEATS.search(sentence) is not None
        return True

    def _likewise(self, value: Value) -> bool:
        if value.kind is ValueKind.LINK:
            return "/" not in value.key and _host(value.key) in self.hosts
        if value.kind is ValueKind.CODE:
            return any(known.endswith(value.key) for known in self.ids)
        if value.kind is ValueKind.COUNT:
            numbers = (key.partition(" ")[0] for kind, key in self.sources if kind is not ValueKind.AMOUNT)
            return value.key in numbers or any(known.endswith(value.key) for known in self.ids)
        if value.kind is ValueKind.MEASURE:
            return (ValueKind.COUNT, value.key.partition(" ")[0]) in self.sources
        return False

    def says_otherwise(self, value: Value) -> bool:
        """Say whether the case states the opposite of a product fact, or another material."""
        if value.kind is not ValueKind.FACT:
            return False
        material = value.key.removeprefix("not ").startswith("of ")
        opposite = value.key.removeprefix("not ") if value.key.startswith("not ") else f"not {value.key}"
        return any(
            kind is ValueKind.FACT and (key == opposite or (material and key.startswith("of ")))
            for kind, key in self.sources
        )

    def said_of(self, value: Value) -> tuple[str, ...]:
        """Return what the sources say of this kind of value, those near in meaning first."""
        near = value.key.rpartition(" ")[2]
        said = [(key, words) for kind, key, words in self.wordings if kind is value.kind]
        ordered = [words for key, words in said if key.rpartition(" ")[2] == near]
        ordered += [words for key, words in said if key.rpartition(" ")[2] != near]
        return tuple(dict.fromkeys(ordered))[:MOST_SAID]


def backing_of(context: CheckContext) -> Backing:
    """Return what the case of `context` knows; kept for the next text of the same case."""
    return _backing(
        (*context.source_texts, *context.fact_texts),
        context.customer_words,
        context.allowed_amounts,
        context.allowed_dates,
        context.supported_promises,
        context.allowed_contacts,
        context.known_ids,
        context.today,
    )


@lru_cache(maxsize=256)
def _backing(
    texts: tuple[str, ...],
    customer_words: tuple[str, ...],
    amounts: frozenset[str],
    days: frozenset[date],
    promises: frozenset[str],
    contacts: frozenset[str],
    ids: frozenset[str],
    today: date,
) -> Backing:
    wordings = tuple(one for text in texts for one in _source_values(text, today))
    sources = {(kind, key) for kind, key, _ in wordings}
    sources |= {(ValueKind.AMOUNT, amount) for amount in amounts}
    sources |= {(ValueKind.DATE, day.isoformat()) for day in days}
    sources |= {(ValueKind.PERIOD, key.partition(":")[2]) for key in promises}
    quoted = {(kind, key) for text in customer_words for kind, key, _ in _source_values(text, today)}
    told = frozenset[tuple[ValueKind, str]]().union(
        *(_stated_by_customer(text, today) for text in customer_words)
    )
    hosts = {_host(key) for kind, key in sources if kind is ValueKind.LINK}
    hosts |= {contact.rpartition("@")[2].lower() for contact in contacts if "@" in contact}
    return Backing(
        frozenset(sources),
        frozenset(quoted),
        told,
        wordings,
        frozenset(hosts),
        frozenset(stated.bare_code(known) for known in ids),
    )


def _is_ours_to_say(sentence: str) -> bool:
    """Whether a sentence gives money or tells a price as ours: no customer can say how much that is."""
    if MONEY_COMMITS.search(sentence) is not None:
        return True
    return _STATES_PRICE.search(sentence) is not None and _THEY_SAY.search(sentence) is None


def _host(link: str) -> str:
    return link.partition("/")[0].partition("?")[0]
