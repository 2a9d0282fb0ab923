"""Numbers by which a bank or an authority knows a person, in folded text: accounts, passports, licences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from stdnum import iban as iban_number
from stdnum.gb import nhs as nhs_number

from brand_voice.finding import Span

Finder: TypeAlias = Callable[[str], Iterable[Span]]
CONTEXT_REACH = 40

_SEPARATORS = str.maketrans("", "", " -.\n/\t")
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?(?![a-z0-9])")
_UK_IBAN = re.compile(r"gb\d{2}[a-z]{4}\d{14}")
_IBAN_CONTEXT = re.compile(r"\biban\b")
_SORT_CODE = re.compile(r"(?<![\d-])\d{2}([ -]?)\d{2}\1\d{2}(?![\d-])")
_ACCOUNT = re.compile(r"(?<![\d-])(?:\d{8}|\d{4}[ -]\d{4}|\d{2}(?:[ -]\d{2}){3}|\d{7})(?![\d-])")
_BANK_CONTEXT = re.compile(
    r"\bsort ?-?code\b|\baccount (?:number|no)\b|\bbank (?:account|details)\b|\bacc(?:oun)?t\b|\ba/c\b"
)
_ACCOUNT_WORDS = re.compile(r"\bsort ?-?code\b|\baccount (?:number|no)\b|\bbank account\b|\ba/c\b|\bacct?\b")
_NI = re.compile(
    r"(?<![a-z0-9])(?!bg|gb|nk|kn|tn|nt|zz)[abceghj-prstw-z][abceghj-nprstw-z] ?-?\d{2} ?-?\d{2} ?-?\d{2}"
    r" ?-?[a-d]"
    r"(?![a-z0-9])"
)
_NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_NHS_CONTEXT = re.compile(r"\bnhs\b")
_PASSPORT = re.compile(r"(?<![a-z0-9])(?:[a-z]{0,2}\d{7,9})(?![a-z0-9])")
_PASSPORT_CONTEXT = re.compile(r"\bpassport\b")
_UK_LICENCE = re.compile(
    r"(?<![a-z0-9])[a-z]{2,5}9{0,3}[ -]?\d[0156]\d(?:0[1-9]|[12]\d|3[01])\d"
    r"[ -]?[a-z][a-z9][ -]?[a-z0-9]{3}(?![a-z0-9])"
)
_LICENCE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{1,2}[ -]?\d{3,4}[ -]?\d{3,5}(?:[ -]?\d{1,5}){0,2}|\d{7,12}"
    r"|\d{2}[ -]\d{3}[ -]\d{3,4})(?![a-z0-9])"
)
_LICENCE_CONTEXT = re.compile(
    r"\bdriv(?:er|ing|er's|ers)\W{0,3}(?:s )?(?:licen[cs]e|permit)\b|\blicen[cs]e\b|\bdvla\b"
)
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([ .-])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_SSN_BARE = re.compile(r"(?<!\d)\d{9}(?!\d)")
_SSN_CONTEXT = re.compile(r"\bssns?\b|\bsocial security\b|\bsocial number\b|\btaxpayer\b")


def bare(text: str) -> str:
    """Return `text` without the marks that people put between digits."""
    return text.translate(_SEPARATORS)


def near(low: str, span: Span, context: re.Pattern[str], reach: int = CONTEXT_REACH) -> bool:
    """Say whether `context` stands within `reach` code points of `span`."""
    return context.search(low, max(0, span.start - reach), min(len(low), span.end + reach)) is not None


def shape(pattern: re.Pattern[str]) -> Finder:
    """Return a finder of every match of `pattern`."""
    return lambda low: [Span(*found.span()) for found in pattern.finditer(low)]


national_insurance = shape(_NI)


def _with_context(pattern: re.Pattern[str], context: re.Pattern[str]) -> Finder:
    def find(low: str) -> Iterator[Span]:
        if context.search(low) is not None:
            for found in pattern.finditer(low):
                if near(low, Span(*found.span()), context):
                    yield Span(*found.span())

    return find


passports = _with_context(_PASSPORT, _PASSPORT_CONTEXT)
_licences_named = _with_context(_LICENCE, _LICENCE_CONTEXT)
_bare_social = _with_context(_SSN_BARE, _SSN_CONTEXT)


def ibans(low: str) -> Iterator[Span]:
    """An IBAN whose check digits are right, a British one of the right shape, or one near the word."""
    for found in _IBAN.finditer(low):
        span = Span(*found.span())
        number = bare(found.group())
        if iban_number.is_valid(number) or _UK_IBAN.fullmatch(number) or near(low, span, _IBAN_CONTEXT):
            yield span


def bank_accounts(low: str, is_order: Callable[[str], bool]) -> Iterator[Span]:
    """A sort code and an account number near each other, or either near the words for it; `is_order` says
    whether the words before a number name it for something else."""
    if _BANK_CONTEXT.search(low) is None:
        return
    for found in _SORT_CODE.finditer(low):
        span = Span(*found.span())
        if re.search(r"sort ?-?code", low[max(0, span.start - 30) : span.start]) or near(
            low, span, _ACCOUNT_WORDS
        ):
            yield span
    for found in _ACCOUNT.finditer(low):
        span = Span(*found.span())
        if near(low, span, _ACCOUNT_WORDS) and not is_order(low[max(0, span.start - 25) : span.start]):
            yield span


def nhs_numbers(low: str) -> Iterator[Span]:
    """Ten digits with a right check digit near "NHS"."""
    if _NHS_CONTEXT.search(low) is None:
        return
    for found in _NHS.finditer(low):
        span = Span(*found.span())
        if near(low, span, _NHS_CONTEXT) and nhs_number.is_valid(found.group()):
            yield span


def driving_licences(low: str) -> Iterator[Span]:
    """A British driver number anywhere; a licence number of another shape near the words for it."""
    for found in _UK_LICENCE.finditer(low):
        if len(bare(found.group())) == 16:
            yield Span(*found.span())
    yield from _licences_named(low)


def social_security(low: str) -> Iterator[Span]:
    """An American number with dashes; with other marks or none only near the words for it."""
    for found in _SSN.finditer(low):
        span = Span(*found.span())
        if found.group(1) == "-" or near(low, span, _SSN_CONTEXT):
            yield span
    yield from _bare_social(low)
