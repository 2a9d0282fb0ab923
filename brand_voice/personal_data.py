"""Personal data in a text: what it is and where; and the text without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import phonenumbers
from stdnum import iban as iban_number
from stdnum.gb import nhs as nhs_number

from brand_voice.card_numbers import CARD_REMOVED, cards_in, mask_card_numbers
from brand_voice.finding import Span
from brand_voice.reading import Reading, read

__all__ = [
    "CARD_REMOVED",
    "DataKind",
    "PersonalData",
    "find_personal_data",
    "mask_card_numbers",
    "personal_data_of",
    "redact",
]


class DataKind(StrEnum):
    """What a piece of personal data is, in plain words."""

    CARD = "card number"
    SECURITY_CODE = "card security code"
    IBAN = "iban"
    BANK = "bank account"
    NATIONAL_INSURANCE = "national insurance number"
    NHS = "nhs number"
    PASSPORT = "passport number"
    SOCIAL_SECURITY = "social security number"
    EMAIL = "email address"
    PHONE = "phone number"
    ADDRESS = "address"
    POSTCODE = "postcode"
    BIRTH_DATE = "date of birth"
    IP_ADDRESS = "ip address"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One piece of personal data and its place."""

    kind: DataKind
    span: Span


_SEPARATORS = str.maketrans("", "", " -.\n/\t")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@])")
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?(?![a-z0-9])")
_UK_IBAN = re.compile(r"gb\d{2}[a-z]{4}\d{14}")
_IBAN_CONTEXT = re.compile(r"\biban\b")
_SORT_CODE = re.compile(r"(?<![\d-])\d{2}([ -]?)\d{2}\1\d{2}(?![\d-])")
_ACCOUNT = re.compile(r"(?<![\d-])(?:\d{8}|\d{4}[ -]\d{4}|\d{2}(?:[ -]\d{2}){3}|\d{7})(?![\d-])")
_BANK_CONTEXT = re.compile(
    r"\bsort ?-?code\b|\baccount (?:number|no)\b|\bbank (?:account|details)\b|\bacc(?:oun)?t\b|\ba/c\b"
)
_NI = re.compile(
    r"(?<![a-z0-9])(?!bg|gb|nk|kn|tn|nt|zz)[abceghj-prstw-z][abceghj-nprstw-z] ?-?\d{2} ?-?\d{2} ?-?\d{2}"
    r" ?-?[a-d]"
    r"(?![a-z0-9])"
)
_NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NHS_CONTEXT = re.compile(r"\bnhs\b")
_PASSPORT = re.compile(r"(?<![a-z0-9])(?:[a-z]{0,2}\d{7,9})(?![a-z0-9])")
_PASSPORT_CONTEXT = re.compile(r"\bpassport\b")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([ -])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_SSN_BARE = re.compile(r"(?<!\d)\d{9}(?!\d)")
_SSN_CONTEXT = re.compile(r"\bssn\b|\bsocial security\b")
_CVV = re.compile(
    r"\b(?:cvv2?|cvc2?|cv2|csc|cid|security code|security number|(?:three|3)[ -]digits?(?: code| number)?)\b"
    r"(?:[^\d\n]{0,30}?)(?P<code>\d{3,4})(?![\d.,]*\d|\s*(?:days?|hours?|%|working))"
)
_POSTCODE = re.compile(
    r"(?<![a-z0-9-])(?:gir ?0aa|(?:[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}|\d[a-hjkps-uw]"
    r"|[a-hk-y]\d[abehmnprv-y]))"
    r" ?\d[abd-hjlnp-uw-z]{2})(?![a-z0-9-])"
)
_STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|court|crescent|terrace|gardens?|grove|place|square|park|"
    r"row|mews|hill|view|walk|rise|green|gate|yard|parade|wharf|boulevard"
)
_ADDRESS = re.compile(
    rf"(?<![a-z0-9\u00a3$])(?:(?:flat|apartment|unit|apt\.?)\s+\w{{1,5}},?\s+)?\d{{1,4}}[a-z]?,?\s+(?:[a-z][a-z'.-]+\s+){{1,4}}?(?:{_STREET})\b\.?"
)
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?day)\b[^\d\n]{0,15}"
    r"(?P<date>\d{1,2}(?:st|nd|rd|th)?[ /.-](?:of )?"
    r"(?:\d{1,2}|[a-z]{3,9})[ /.,-]{1,2}\d{2,4}|\d{4}-\d{2}-\d{2})"
)
_IPV4 = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)")
_IPV6 = re.compile(r"(?<![0-9a-f:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![0-9a-f:])")
_PHONE_LIKE = re.compile(r"(?<![\w.])(?:\+|\(|\d)[\d() .-]{5,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w])")
_PHONE_NAMED = re.compile(r"[ ,:(-]{0,3}(?:office|fax|home|mobile|work|tel|phone|cell|landline)\b")
_AMERICAN = re.compile(r"(?:001[ .-]?)?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[ .-]\d{4}(?: ?x ?\d{1,6})?")
_DATE_OR_HOURS = re.compile(
    r"\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}"
)
_PHONE_CONTEXT = re.compile(
    r"\b(?:phone|telephone|tel|mobile|mob|call|ring|text|fax|whatsapp|number is|reach|contact|landline"
    r"|answer(?:ing)? at|dial|cell)\b"
)
_ORDER_CONTEXT = re.compile(
    r"(?:\b(?:order|reference|ref|invoice|tracking|parcel|sku|item|product|barcode|ean|case|ticket|claim"
    r"|voucher|gift card|"
    r"receipt|serial|model|batch|consignment)"
    r"(?: (?:number|no|code|id|ref))?[.:#]?(?: is| was)?\s*#?|[a-z]{2,4}-)$"
)
_CONTEXT_REACH = 40


def find_personal_data(text: str, *, known_ids: frozenset[str] = frozenset()) -> tuple[PersonalData, ...]:
    """Return the personal data of `text`, in order of place, without overlaps.

    `known_ids` (order numbers, SKUs) are never taken for a card, a phone or an account. Where two kinds
    claim the same place, the first of `DataKind` wins.
    """
    return personal_data_of(read(text), known_ids)


def personal_data_of(reading: Reading, known_ids: frozenset[str]) -> tuple[PersonalData, ...]:
    """Return the personal data of a text already read; see `find_personal_data`."""
    low = reading.low
    ids = {_bare(known_id.lower()) for known_id in known_ids}
    taken = bytearray(len(low))
    found: list[PersonalData] = []
    for kind, finder in _finders(reading, known_ids):
        for span in finder(low):
            if taken.find(1, span.start, span.end) < 0 and _bare(low[span.start : span.end]) not in ids:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
                found.append(PersonalData(kind, span))
    return tuple(sorted(found, key=lambda item: item.span.start))


def redact(text: str, known_ids: frozenset[str] = frozenset()) -> tuple[str, tuple[PersonalData, ...]]:
    """Return `text` with each piece of personal data replaced by its kind in brackets, and the pieces with
    their places in the text as given."""
    found = find_personal_data(text, known_ids=known_ids)
    pieces: list[str] = []
    place = 0
    for item in found:
        pieces += (text[place : item.span.start], f"[{item.kind.value}]")
        place = item.span.end
    return "".join((*pieces, text[place:])), found


Finder: TypeAlias = Callable[[str], Iterable[Span]]


def _finders(reading: Reading, known_ids: frozenset[str]) -> Iterator[tuple[DataKind, Finder]]:
    """Yield the finders worth running on this text: most hold no long number and few telling words."""
    low = reading.low
    longest = max((_digit_count(found.group()) for found in _CLUSTER.finditer(low)), default=0)
    if longest >= 13:
        yield DataKind.CARD, lambda _: cards_in(reading, known_ids)
    if _holds(low, _CVV_HINTS):
        yield DataKind.SECURITY_CODE, _security_codes
    if longest >= 6:
        yield DataKind.IBAN, _ibans
        yield DataKind.NATIONAL_INSURANCE, _plain(_NI)
        yield DataKind.BANK, _bank_accounts
    if longest >= 7:
        yield DataKind.NHS, _nhs_numbers
        yield DataKind.PASSPORT, _passports
        yield DataKind.SOCIAL_SECURITY, _social_security
    if "@" in low:
        yield DataKind.EMAIL, _plain(_EMAIL)
    if _IP_HINT.search(low) is not None:
        yield DataKind.IP_ADDRESS, _ip_addresses
    if _holds(low, ("birth", "born", "dob", "d.o.b")):
        yield DataKind.BIRTH_DATE, _births
    if longest >= 6:
        yield DataKind.PHONE, _phones
    yield DataKind.ADDRESS, _addresses
    yield DataKind.POSTCODE, _plain(_POSTCODE)


_CLUSTER = re.compile(r"\d(?:[^a-z\d]{0,3}\d){5,}")
_IP_HINT = re.compile(r"\d\.\d{1,3}\.\d|[0-9a-f]:[0-9a-f]{1,4}:[0-9a-f]")
_CVV_HINTS = ("cv", "csc", "cid", "security", "digit")


def _digit_count(text: str) -> int:
    return sum(map(str.isdigit, text))


def _holds(low: str, hints: tuple[str, ...]) -> bool:
    return any(hint in low for hint in hints)


def _plain(shape: re.Pattern[str]) -> Finder:
    return lambda low: [Span(*found.span()) for found in shape.finditer(low)]


def _near(low: str, span: Span, context: re.Pattern[str], reach: int = _CONTEXT_REACH) -> bool:
    return context.search(low, max(0, span.start - reach), min(len(low), span.end + reach)) is not None


def _security_codes(low: str) -> Iterator[Span]:
    for found in _CVV.finditer(low):
        yield Span(*found.span("code"))


def _ibans(low: str) -> Iterator[Span]:
    for found in _IBAN.finditer(low):
        span = Span(*found.span())
        bare = _bare(found.group())
        if iban_number.is_valid(bare) or _UK_IBAN.fullmatch(bare) or _near(low, span, _IBAN_CONTEXT):
            yield span


def _bank_accounts(low: str) -> Iterator[Span]:
    """A sort code and an account number near each other, or either near the words for it."""
    if _BANK_CONTEXT.search(low) is None:
        return
    for found in _SORT_CODE.finditer(low):
        span = Span(*found.span())
        if re.search(r"sort ?-?code", low[max(0, span.start - 30) : span.start]) or _near(
            low, span, _ACCOUNT_WORDS
        ):
            yield span
    for found in _ACCOUNT.finditer(low):
        span = Span(*found.span())
        if (
            _near(low, span, _ACCOUNT_WORDS)
            and _ORDER_CONTEXT.search(low[max(0, span.start - 25) : span.start]) is None
        ):
            yield span


_ACCOUNT_WORDS = re.compile(r"\bsort ?-?code\b|\baccount (?:number|no)\b|\bbank account\b|\ba/c\b|\bacct?\b")


def _nhs_numbers(low: str) -> Iterator[Span]:
    if _NHS_CONTEXT.search(low) is None:
        return
    for found in _NHS.finditer(low):
        span = Span(*found.span())
        if _near(low, span, _NHS_CONTEXT) and nhs_number.is_valid(found.group()):
            yield span


def _passports(low: str) -> Iterator[Span]:
    if _PASSPORT_CONTEXT.search(low) is None:
        return
    for found in _PASSPORT.finditer(low):
        if _near(low, Span(*found.span()), _PASSPORT_CONTEXT):
            yield Span(*found.span())


def _social_security(low: str) -> Iterator[Span]:
    for found in _SSN.finditer(low):
        span = Span(*found.span())
        if found.group(1) == "-" or _near(low, span, _SSN_CONTEXT):
            yield span
    if _SSN_CONTEXT.search(low):
        for found in _SSN_BARE.finditer(low):
            if _near(low, Span(*found.span()), _SSN_CONTEXT):
                yield Span(*found.span())


def _ip_addresses(low: str) -> Iterator[Span]:
    for shape in (_IPV4, _IPV6):
        for found in shape.finditer(low):
            yield Span(*found.span())


def _births(low: str) -> Iterator[Span]:
    for found in _BIRTH.finditer(low):
        yield Span(*found.span("date"))


def _phones(low: str) -> Iterator[Span]:
    """Numbers that are phone numbers here or, written internationally, anywhere; the slow library is asked
    only about what has the shape of one."""
    for found in _PHONE_LIKE.finditer(low):
        span = Span(*found.span())
        before = low[max(0, span.start - 30) : span.start]
        written = found.group()
        if not 6 <= _digit_count(written) <= 21 or _DATE_OR_HOURS.fullmatch(written):
            continue
        if _PHONE_NAMED.match(low, span.end):
            yield span
        elif _digit_count(written) < 7 or _ORDER_CONTEXT.search(before):
            continue
        elif _is_phone(written) or _AMERICAN.fullmatch(written) or _PHONE_CONTEXT.search(before):
            yield span


def _is_phone(text: str) -> bool:
    bare = text.strip()
    if not bare.startswith(("+", "0", "(0", "(+")):
        return False
    try:
        number = phonenumbers.parse(bare, "GB")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) and (bare.startswith(("+", "(+")) or _uk_length(bare))


def _uk_length(text: str) -> bool:
    """Say whether the digits are as many as a UK number has; fictitious ranges count too."""
    digits = re.sub(r"\D", "", re.split(r"x|ext", text)[0])
    return (digits.startswith("00") and 11 <= len(digits) <= 15) or (
        digits[:1] == "0" and len(digits) in {10, 11, 12}
    )


def _addresses(low: str) -> Iterator[Span]:
    """A house number with its street; on to the postcode where one follows closely."""
    for found in _ADDRESS.finditer(low):
        tail = _POSTCODE.search(low, found.end(), min(len(low), found.end() + 80))
        yield Span(found.start(), tail.end() if tail is not None else found.end())


def _bare(text: str) -> str:
    return text.translate(_SEPARATORS)
