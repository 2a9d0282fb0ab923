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
from brand_voice.glances import Glances
from brand_voice.loosening import loosened
from brand_voice.name_tagger import tag
from brand_voice.official_numbers import Finder, bare, shape
from brand_voice.reading import Reading, read
from brand_voice.revealing import revealed

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
_CLUSTER = re.compile(r"\d(?:[^a-z\d]{0,3}\d){5,}")
_IP, _LICENCE, _CODE, _BIRTH, _CARD, _ADDRESS, _POSTCODE = range(7)
_MAY_HOLD = Glances(
    (
        r"\d\.\d{1,3}\.\d|[0-9a-f]:[0-9a-f]{1,4}:[0-9a-f]|[0-9a-f]::[0-9a-f]",
        r"[a-z9]\d{6}[a-z]|[a-z9] \d{6} [a-z]|licen[cs]e|driv|dvla",
        r"cv|csc|cid|security|digit",
        r"birth|born|dob|d\.o\.b",
        r"\d(?:[^a-z\d]*(?:and|then|dash|hyphen|space|dot)?[^a-z\d]*\d){11,}"
        r"|(?:(?:zero|oh|nought|o|one|two|three|four|five|six|seven|eight|nine)[^a-z\d]+){12,}",
        loosened(reached.ADDRESS_SHAPES, spaces=False),
        loosened(reached.POSTCODE.pattern, spaces=False),
    )
)


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
    told = (*personal_data_of(reading, known_ids), *_hidden_data(text, known_ids))
    named = () if keep >= RECOGNISED else named_data_of(reading, known_ids, told)
    found = _merged(item for item in (*told, *named) if item.kind not in keep)
    pieces: list[str] = []
    place = 0
    for item in found:
        pieces += (text[place : item.span.start], f"[{item.kind.value}]")
        place = item.span.end
    return "".join((*pieces, text[place:])), found


def _hidden_data(text: str, known_ids: frozenset[str]) -> Iterable[PersonalData]:
    """Return the personal data that shows only in the text as it is seen."""
    seen = revealed(text)
    if seen is None:
        return ()
    found = personal_data_of(read(seen.text), known_ids)
    return tuple(replace(item, span=seen.given(item.span)) for item in found)


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
    may_hold = _MAY_HOLD.possible(low)
    longest = max((reached.digit_count(found.group()) for found in _CLUSTER.finditer(low)), default=0)
    finders: tuple[tuple[bool, DataKind, Finder], ...] = (
        (_CARD in may_hold, DataKind.CARD, lambda _: cards_in(reading, known_ids)),
        (_CODE in may_hold, DataKind.SECURITY_CODE, _security_codes),
        (longest >= 6, DataKind.IBAN, numbers.ibans),
        (longest >= 6, DataKind.NATIONAL_INSURANCE, numbers.national_insurance),
        (longest >= 6, DataKind.BANK, _bank_accounts),
        (longest >= 7, DataKind.NHS, numbers.nhs_numbers),
        (longest >= 7, DataKind.PASSPORT, numbers.passports),
        (_LICENCE in may_hold, DataKind.DRIVING_LICENCE, numbers.driving_licences),
        (longest >= 7, DataKind.SOCIAL_SECURITY, numbers.social_security),
        ("://" in low or "www." in low, DataKind.ACCESS_LINK, _access_links),
        ("@" in low, DataKind.EMAIL, _EMAILS),
        (_IP in may_hold, DataKind.IP_ADDRESS, reached.ip_addresses),
        (_BIRTH in may_hold, DataKind.BIRTH_DATE, reached.births),
        (longest >= 6, DataKind.PHONE, reached.phones),
        (_ADDRESS in may_hold, DataKind.ADDRESS, reached.addresses),
        (_POSTCODE in may_hold, DataKind.POSTCODE, _POSTCODES),
    )
    return ((kind, finder) for worth, kind, finder in finders if worth)


_EMAILS, _POSTCODES = shape(reached.EMAIL), shape(reached.POSTCODE)


def _bank_accounts(low: str) -> Iterable[Span]:
    return numbers.bank_accounts(low, reached.names_an_order)


def _access_links(low: str) -> Iterable[Span]:
    return reached.web_addresses(low, with_token=True)


def _security_codes(low: str) -> Iterator[Span]:
    for found in _CVV.finditer(low):
        yield Span(*found.span("code"))
