"""Claims of a draft that nothing in its case supports: values, links and product facts with no source.

A value is supported by a text of the case that states it, by what the records of the case allow, or, where it
only repeats, by the customer's own words. Promises have a module of their own (`promises`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from brand_voice import promise_wordings
from brand_voice.article_facts import titles_stating
from brand_voice.claim_backing import MONEY_COMMITS, Backing, backing_of
from brand_voice.finding import CheckContext, Span
from brand_voice.order_states import untrue_states
from brand_voice.reading import Reading, read
from brand_voice.source_values import clause_of, says_it_otherwise
from brand_voice.stated_values import Value, ValueKind
from brand_voice.subjects import OUTCOMES, subject_of
from brand_voice.text_values import values_of
from brand_voice.value_roles import role_of


@dataclass(frozen=True, slots=True)
class Claim:
    """A value without support. `firm` says that the text commits us by it; `sources_say` what the sources
    state of its kind, as written there, the likeliest first; `of_another` that they state it of something
    else."""

    value: Value
    firm: bool
    sources_say: tuple[str, ...]
    of_another: bool = False


_RETURNS = "returns"
MOST_CLAIMS = 300
"""A text with more claims without support than this shows the first ones."""
_OURS = re.compile(r"\b(?:we|i|our|us)\b")
_ASKS = re.compile(
    r"\b(?:please|could you|can you|would you|you (?:can|may|could|have|need)|let (?:me|us) know|if you)\b"
)
_GRANTS = re.compile(
    r"\byou(?: (?:can|may|have|get|are entitled)\b|'ve (?:got )?|'ll have )"
    r"|(?<!\byour )(?<!\bthe )(?<!\ba )\b(?:re-?turn|send)(?:ed|s)? [^.!?]{0,40}\bwithin\b"
    r"|\breturns? (?:are|is|must|period|window|policy)\b|\baccept\w* returns?\b"
)
_MAY = re.compile(r"\byou may (?!be able|want|like|wish)")
_MINE = re.compile(r"\b(?:i|my)\b|\ba hundred\b")
_ON_CONDITION = re.compile(r"\b(?:if|unless|should)\b[^,;:]*\Z")
_OPEN = re.compile(r"\b(?:open|opens|closed?|closes|opening)\b")
_TERMS = re.compile(
    r"\b(?:valid|expir\w+|run out|runs out|lasts?|guarantee\w*|warrant\w+|trial|contract|subscription|notice"
    r"|entitled|cool\w*[- ]off|pay(?:able|ment)s? (?:over|in|within))\b"
)
_HOURS_WORDS = re.compile(r"\b(?:open|opens|opening|close|closes|closing|hours|lines|deliver|arriv|slot)\w*")
_NO_CLAIM_COUNT = re.compile(
    r"(?:\b(?:step|option|number|page|line|part|size|type|model|version|item|floor|room|extension|press|no\.?|article|section|"
    r"chapter|act|regulations?|pin|code|ending|ending in|digits?|a level|form)\s?|#)$"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a draft states beyond its sources, in order of place: what nothing supports, and what stands in
    other articles that the reader may see, with their titles."""

    unsupported: tuple[Claim, ...] = ()
    elsewhere: tuple[tuple[Value, tuple[str, ...]], ...] = ()


def claims_of(reading: Reading, context: CheckContext) -> tuple[Claim, ...]:
    """Return what a draft states and nothing supports, in order of place."""
    return judged(reading, context).unsupported


def judged(reading: Reading, context: CheckContext) -> Judged:
    """Return what a draft states beyond the sources and records of its case."""
    said = values_of(reading, context.today)
    if not said:
        return Judged()
    backing = backing_of(context)
    found: list[Claim] = []
    elsewhere: list[tuple[Value, tuple[str, ...]]] = []
    denied = _denied(reading, context)
    for sentence, value in said:
        if len(found) == MOST_CLAIMS:
            break
        one = _said(value, reading.low[sentence.start : sentence.end], value.span.start - sentence.start)
        firm = _firm(value, one.sentence, one.at)
        if backing.is_of_another(value, one.role, one.words):
            found.append(Claim(value, firm, backing.said_of(value, one.role), of_another=True))
            continue
        firm = firm or (value.kind is ValueKind.DATE and sentence in denied)
        firm = firm or (one.role == _RETURNS and backing.tells(value.kind, one.role))
        if _stands(one, backing, context, firm=firm):
            continue
        titles = titles_stating(value, context.articles)
        if titles and not _commits(value, one.sentence, firm=firm) and not backing.says_otherwise(value):
            elsewhere.append((value, titles))
        else:
            found.append(Claim(value, firm, backing.said_of(value, one.role)))
    return Judged(tuple(_unexplained(found, said, reading, backing.amounts)), tuple(elsewhere))


def _denied(reading: Reading, context: CheckContext) -> frozenset[Span]:
    """Return the sentences that say of an order what its record denies: a day told there commits us."""
    untrue = untrue_states(reading.raw, dict(context.orders), context.meant_order)
    return frozenset(reading.sentence_at(span.start) for span, _ in untrue)


@dataclass(frozen=True, slots=True)
class _Said:
    """A value at a place of a sentence in small letters, what it is said of, and the words beside it."""

    value: Value
    sentence: str
    at: int
    role: str | None
    words: frozenset[str]


def _said(value: Value, sentence: str, at: int) -> _Said:
    return _Said(value, sentence, at, _role(value, sentence, at), clause_of(value, sentence, at))


def _stands(said: _Said, backing: Backing, context: CheckContext, *, firm: bool) -> bool:
    """Say whether a value may stand: backed, or no claim, and in no clause of a source told otherwise."""
    if backing.supports(said.value, said.sentence, said.role, firm=firm):
        if not backing.only_quotes(said.value, said.sentence):
            return True
    elif not _excused(said.value, said.sentence, said.at, context):
        return False
    return not says_it_otherwise(said.value, said.words, backing.wordings)


def values_in(text: str, today: date) -> tuple[Value, ...]:
    """Return every value that a text states, in order of place."""
    return tuple(value for _, value in values_of(read(text), today))


def _excused(value: Value, sentence: str, at: int, context: CheckContext) -> bool:
    """Say whether the value is no claim about the case: our own next step, what we ask for, chatter."""
    match value.kind:
        case ValueKind.DATE:
            firm = _firm(value, sentence, at)
            said_now = value.key == context.today.isoformat() and not firm
            excused = said_now or _own_date(sentence, at) or _is_due(value, sentence, at, context, firm=firm)
        case ValueKind.STRETCH:
            excused = not _firm(value, sentence, at)
        case ValueKind.PERIOD:
            subject = subject_of(sentence, at, at)
            excused = subject not in OUTCOMES | {_RETURNS} and _TERMS.search(sentence) is None
        case ValueKind.TIME:
            excused = _HOURS_WORDS.search(sentence) is None or subject_of(sentence, at, at) == "contact"
        case ValueKind.COUNT:
            excused = _in_passing(sentence, at) or 1900 <= float(value.key) <= 2100
        case ValueKind.MEASURE:
            excused = sentence.rstrip().endswith("?")
        case ValueKind.PERCENTAGE:
            excused = value.key == "100 %"
        case ValueKind.FACT:
            excused = _HEDGES.search(sentence) is not None or sentence.rstrip().endswith("?")
        case _:
            excused = False
    return excused


def _own_date(sentence: str, at: int) -> bool:
    """Say whether a date is that of our own next step or of what we ask of the customer."""
    subject = subject_of(sentence, at, at)
    if subject in OUTCOMES:
        return False
    return (
        subject in {"contact", _RETURNS}
        or _ASKS.search(sentence, 0, at) is not None
        or _OURS.search(sentence, 0, at) is not None
        or _OPEN.search(sentence) is not None
        or _ON_CONDITION.search(sentence, 0, at) is not None
    )


_WE_BRING_ABOUT = re.compile(r"\b(?:i|we)(?: will| shall| am going to| are going to|'ll)\b")


def _is_due(value: Value, sentence: str, at: int, context: CheckContext, *, firm: bool) -> bool:
    """Say whether our next step is due on that day and the text says that we take it: "I will have your
    refund paid by Tuesday", not "your parcel will be with you by Tuesday"."""
    if date.fromisoformat(value.key) not in context.due_dates:
        return False
    return not firm or _WE_BRING_ABOUT.search(sentence, 0, at) is not None


def _in_passing(sentence: str, at: int) -> bool:
    return _NO_CLAIM_COUNT.search(sentence, 0, at) is not None or _MINE.search(sentence) is not None


_HEDGES = re.compile(r"\b(?:whether|check|find out|ask|confirm|not sure|let me know|if it|if they)\b")


def _firm(value: Value, sentence: str, at: int) -> bool:
    """Say whether the text commits us: an outcome on a date, money, a link or a code; not what it hedges."""
    if value.kind in {ValueKind.DATE, ValueKind.STRETCH}:
        return (
            promise_wordings.COMMITS.search(sentence, 0, at) is not None
            and promise_wordings.HEDGED.search(sentence) is None
            and subject_of(sentence, at, at) in OUTCOMES
        )
    return value.kind in {ValueKind.AMOUNT, ValueKind.PERCENTAGE, ValueKind.LINK, ValueKind.CODE}


def _commits(value: Value, sentence: str, *, firm: bool) -> bool:
    """Say whether the text gives money or names the day of an outcome: what an article says in general does
    not settle that in this case."""
    if value.kind in {ValueKind.AMOUNT, ValueKind.PERCENTAGE}:
        return MONEY_COMMITS.search(sentence) is not None
    return value.kind in {ValueKind.DATE, ValueKind.STRETCH} and firm


def _role(value: Value, sentence: str, at: int) -> str | None:
    """Return what a draft says the value of; a period for sending things back only where it firmly grants it,
    not where it tells what we do with what came back."""
    role = role_of(value, sentence, at)
    if role != _RETURNS:
        return role
    plain = _MAY.sub("you can ", sentence)
    granted = _GRANTS.search(plain) is not None and promise_wordings.HEDGED.search(plain) is None
    return role if granted else None


_TOGETHER = re.compile(
    r"\b(?:together|altogether|in all|in total|all told|comes? to|the sum|both|for (?:two|three))\b"
)
_MOST_OF_ONE = 12


def _unexplained(
    found: list[Claim], said: list[tuple[Span, Value]], reading: Reading, known: frozenset[str]
) -> Iterator[Claim]:
    """Yield the claims but for amounts that are sum or difference of a supported one in the text and of
    another that the text or the sources state (`known`), or that are told as what known ones come to."""
    wrong = {claim.value.key for claim in found if claim.value.kind is ValueKind.AMOUNT}
    right = {
        _minor(value.key) for _, value in said if value.kind is ValueKind.AMOUNT and value.key not in wrong
    }
    stated = {_minor(key) for key in known}
    for claim in found:
        amount = _minor(claim.value.key) if claim.value.kind is ValueKind.AMOUNT else 0
        adds_up = amount and any(
            abs(amount - one) in right | stated or amount + one in right | stated for one in right
        )
        sentence = reading.sentence_at(claim.value.span.start)
        low = reading.low[sentence.start : sentence.end]
        if claim.of_another or not (adds_up or (amount and _come_to(amount, low, stated))):
            yield claim


def _come_to(amount: int, sentence: str, stated: Collection[int]) -> bool:
    """Say whether an amount is what two stated ones come to, or some of one, in a sentence that tells it as
    such ("both together come to £130") and gives no money."""
    if _TOGETHER.search(sentence) is None or MONEY_COMMITS.search(sentence) is not None:
        return False
    two = any(amount - one in stated for one in stated)
    return two or any(one and amount % one == 0 and amount // one <= _MOST_OF_ONE for one in stated)


def _minor(key: str) -> int:
    return int(float(key.partition(" ")[0]))
