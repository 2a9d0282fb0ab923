"""Personal data in a text: what it is and where; and the text without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from brand_voice import official_numbers as numbers
from brand_voice import reachable_data as reached
from brand_voice.card_numbers import CARD_REMOVED, cards_in, mask_card_numbers
from brand_voice.data_kinds import RECOGNISED, DataKind, PersonalData
from brand_voice.finding import Span
from brand_voice.name_tagger import tag
from brand_voice.official_numbers import Finder, bare, shape
from brand_voice.reading import Reading, read

__all__ = [
    "CARD_REMOVED",
    "RECOGNISED",
    "DataKind",
    "PersonalData",
    "find_personal_data",
    "mask_card_numbers",
    "named_data_of",
    "personal_data_of",
    "redact",
]

_CVV = re.compile(
    r"\b(?:cvv2?|cvc2?|cv2|csc|cid|security code|security number|(?:three|3)[ -]digits?(?: code| number)?)\b"
    r"(?:[^\d\n]{0,30}?)(?P<code>\d{3,4})(?![\d.,]*\d|\s*(?:days?|hours?|%|working))"
)
_CVV_HINTS = ("cv", "csc", "cid", "security", "digit")
_CLUSTER = re.compile(r"\d(?:[^a-z\d]{0,3}\d){5,}")
_IP_HINT = re.compile(r"\d\.\d{1,3}\.\d|[0-9a-f]:[0-9a-f]{1,4}:[0-9a-f]|[0-9a-f]::[0-9a-f]")
_LICENCE_HINT = re.compile(r"[a-z9]\d{6}[a-z]|[a-z9] \d{6} [a-z]|licen[cs]e|driv|dvla")


def find_personal_data(text: str, *, known_ids: frozenset[str] = frozenset()) -> tuple[PersonalData, ...]:
    """Return what is personal data by its own shape or by the words for it (numbers, addresses, links), in
    order of place, without overlaps; `redact` finds names and the like besides.

    `known_ids` (order numbers, SKUs) are never taken for a card, a phone or an account. Where two kinds
    claim the same place, the first of `DataKind` wins.
    """
    return personal_data_of(read(text), known_ids)


def personal_data_of(reading: Reading, known_ids: frozenset[str]) -> tuple[PersonalData, ...]:
    """Return the personal data of a text already read; see `find_personal_data`."""
    low = reading.low
    ids = {bare(known_id.lower()) for known_id in known_ids}
    taken = bytearray(len(low))
    found: list[PersonalData] = []
    for kind, finder in _finders(reading, known_ids):
        for span in finder(low):
            if taken.find(1, span.start, span.end) < 0 and bare(low[span.start : span.end]) not in ids:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
                found.append(PersonalData(kind, span))
    return tuple(sorted(found, key=lambda item: item.span.start))


def named_data_of(
    reading: Reading, known_ids: frozenset[str], told: Iterable[PersonalData]
) -> tuple[PersonalData, ...]:
    """Return the names, places, organisations, addresses, dates and links that are not among `told`
    (what `personal_data_of` found), in order of place; a word that is a known id is none."""
    surely = [item for item in told if item.kind not in {DataKind.ADDRESS, DataKind.POSTCODE}]
    plain = [
        PersonalData(kind, span)
        for kind, spans in (
            (DataKind.WEB_ADDRESS, reached.web_addresses(reading.low, with_token=False)),
            (DataKind.DATE, reached.full_dates(reading.low)),
        )
        for span in spans
        if not any(span.start < item.span.end and item.span.start < span.end for item in surely)
    ]
    taken = sorted((item.span for item in (*surely, *plain)), key=lambda span: span.start)
    ids = {known_id.lower() for known_id in known_ids}
    tagged = (
        PersonalData(DataKind(piece.label), piece.span)
        for piece in tag(reading.plain, taken)
        if reading.low[piece.span.start : piece.span.end] not in ids
    )
    return tuple(sorted((*plain, *tagged), key=lambda item: item.span.start))


def redact(
    text: str,
    known_ids: frozenset[str] = frozenset(),
    *,
    keep: frozenset[DataKind] = frozenset(),
) -> tuple[str, tuple[PersonalData, ...]]:
    """Return `text` with each piece of personal data replaced by its kind in brackets, and the pieces with
    their places in the text as given. Kinds of `keep` stay in the text."""
    reading = read(text)
    told = personal_data_of(reading, known_ids)
    named = () if keep >= RECOGNISED else named_data_of(reading, known_ids, told)
    found = _merged(item for item in (*told, *named) if item.kind not in keep)
    pieces: list[str] = []
    place = 0
    for item in found:
        pieces += (text[place : item.span.start], f"[{item.kind.value}]")
        place = item.span.end
    return "".join((*pieces, text[place:])), found


def _merged(items: Iterable[PersonalData]) -> tuple[PersonalData, ...]:
    """Return the items in order of place, those that overlap joined under the name of the first kind."""
    order = list(DataKind)
    merged: list[PersonalData] = []
    for item in sorted(items, key=lambda one: (one.span.start, -one.span.end)):
        last = merged[-1] if merged else None
        if last is not None and item.span.start < last.span.end:
            kind = min(last.kind, item.kind, key=order.index)
            span = Span(last.span.start, max(last.span.end, item.span.end))
            merged[-1] = replace(last, kind=kind, span=span)
        else:
            merged.append(item)
    return tuple(merged)


def _finders(reading: Reading, known_ids: frozenset[str]) -> Iterator[tuple[DataKind, Finder]]:
    """Yield the finders worth running on this text: most hold no long number and few telling words."""
    low = reading.low
    longest = max((reached.digit_count(found.group()) for found in _CLUSTER.finditer(low)), default=0)
    if longest >= 13:
        yield DataKind.CARD, lambda _: cards_in(reading, known_ids)
    if _holds(low, _CVV_HINTS):
        yield DataKind.SECURITY_CODE, _security_codes
    if longest >= 6:
        yield DataKind.IBAN, numbers.ibans
        yield DataKind.NATIONAL_INSURANCE, numbers.national_insurance
        yield DataKind.BANK, lambda text: numbers.bank_accounts(text, reached.names_an_order)
    if longest >= 7:
        yield DataKind.NHS, numbers.nhs_numbers
        yield DataKind.PASSPORT, numbers.passports
    if _LICENCE_HINT.search(low) is not None:
        yield DataKind.DRIVING_LICENCE, numbers.driving_licences
    if longest >= 7:
        yield DataKind.SOCIAL_SECURITY, numbers.social_security
    if "://" in low or "www." in low:
        yield DataKind.ACCESS_LINK, lambda text: reached.web_addresses(text, with_token=True)
    if "@" in low:
        yield DataKind.EMAIL, shape(reached.EMAIL)
    if _IP_HINT.search(low) is not None:
        yield DataKind.IP_ADDRESS, reached.ip_addresses
    if _holds(low, ("birth", "born", "dob", "d.o.b")):
        yield DataKind.BIRTH_DATE, reached.births
    if longest >= 6:
        yield DataKind.PHONE, reached.phones
    yield DataKind.ADDRESS, reached.addresses
    yield DataKind.POSTCODE, shape(reached.POSTCODE)


def _holds(low: str, hints: tuple[str, ...]) -> bool:
    return any(hint in low for hint in hints)


def _security_codes(low: str) -> Iterator[Span]:
    for found in _CVV.finditer(low):
        yield Span(*found.span("code"))
