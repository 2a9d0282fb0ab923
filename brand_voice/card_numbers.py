"""Payment card numbers: found in any usual spelling, masked before a text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from brand_voice.finding import Span
from brand_voice.reading import Reading, read

CARD_REMOVED = "[card number removed]"

# Digits with at most a few separators between two of them: spaces, dashes, dots, slashes, line breaks,
# and the invisible characters that mail programs and people who hide numbers put there.
_GAP = r"[ \-./_\n\u200b-\u200f\u2060\ufeff\u00ad]{0,3}"
_DIGIT_RUN = re.compile(rf"(?<![\d])\d(?:{_GAP}\d){{11,}}(?!\d)")
_SHORTEST, _LONGEST = 13, 19
_GROUPINGS = frozenset(
    {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5), (6, 13), (4, 4, 4, 4, 2)}
)
_CONTEXT = re.compile(
    r"\b(?:card|visa|master ?card|maestro|amex|american express|debit|credit|pan|long number|expiry"
    r"|expires|cvv2?|cvc)\b"
)
_CONTEXT_REACH = 60


def find_card_numbers(text: str, known_ids: frozenset[str] = frozenset()) -> tuple[Span, ...]:
    """Return the places of payment card numbers, in order.

    A card number has 13 to 19 digits, the prefix and length of a real issuer and a right Luhn digit (ISO/IEC
    7812). Known ids (order numbers, SKUs) are none. Digits may be of any script, with separators between.
    """
    return cards_in(read(text), known_ids)


def cards_in(reading: Reading, known_ids: frozenset[str]) -> tuple[Span, ...]:
    """Return the places of payment card numbers in a text already read."""
    known = {_digits(known_id) for known_id in known_ids}
    found: list[Span] = []
    for run in _DIGIT_RUN.finditer(reading.plain):
        found.extend(_cards_of(reading.low, run.start(), run.end(), known))
    return tuple(found)


def mask_card_numbers(text: str, known_ids: frozenset[str] = frozenset()) -> str:
    """Return `text` with every payment card number replaced by `CARD_REMOVED`."""
    pieces: list[str] = []
    place = 0
    for span in find_card_numbers(text, known_ids):
        pieces += (text[place : span.start], CARD_REMOVED)
        place = span.end
    return "".join((*pieces, text[place:]))


def _cards_of(low: str, start: int, end: int, known: set[str]) -> Iterator[Span]:
    """Yield the cards in one run of digits; groups at either end may belong elsewhere."""
    groups = [(found.start() + start, found.end() + start) for found in re.finditer(r"\d+", low[start:end])]
    first = 0
    while first < len(groups):
        last = _card_from(low, groups, first, known)
        if last is None:
            first += 1
        else:
            yield Span(groups[first][0], groups[last][1])
            first = last + 1


def _card_from(low: str, groups: list[tuple[int, int]], first: int, known: set[str]) -> int | None:
    """Return the last group of a card number that begins with group `first`, the longest such."""
    best: int | None = None
    digits = ""
    if low[groups[first][0]] in "0179":  # no card scheme begins so
        return None
    if low[max(0, groups[first][0] - 1) : groups[first][0]] == "+":  # an international phone number
        return None
    for last in range(first, len(groups)):
        digits += low[groups[last][0] : groups[last][1]]
        if len(digits) > _LONGEST:
            break
        if len(digits) < _SHORTEST or digits in known or not _has_issuer(digits) or not _luhn(digits):
            continue
        sizes = tuple(stop - begin for begin, stop in groups[first : last + 1])
        likely = _written_as_card(sizes) and (len(digits) > 15 or digits[0] in "34")
        if likely or _named_as_card(low, groups[first][0], groups[last][1]):
            best = last
    return best


def _written_as_card(sizes: tuple[int, ...]) -> bool:
    """Say whether the digits are grouped as on a card, stand together, or stand one by one."""
    return len(sizes) == 1 or sizes in _GROUPINGS or max(sizes) == 1 or (min(sizes) >= 2 and len(sizes) > 2)


def _named_as_card(low: str, start: int, end: int) -> bool:
    around = low[max(0, start - _CONTEXT_REACH) : end + _CONTEXT_REACH]
    return _CONTEXT.search(around) is not None


def _has_issuer(digits: str) -> bool:
    """Say whether prefix and length are those of a card scheme in use (ISO/IEC 7812 ranges)."""
    size, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    if digits[0] == "4":
        return size in {13, 16, 19}
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return size == 16
    if two in {34, 37}:
        return size == 15
    if 300 <= three <= 305 or two in {36, 38, 39}:
        return 14 <= size <= 19
    if 3528 <= four <= 3589 or four == 6011 or two in {62, 64, 65, 81}:
        return 16 <= size <= 19
    return two in {50, 56, 57, 58, 60, 61, 63, 66, 67, 68, 69} and 13 <= size <= 19


_DOUBLED = {str(digit): sum(divmod(2 * digit, 10)) for digit in range(10)}


def _luhn(digits: str) -> bool:
    """Say whether the last digit checks the others (ISO/IEC 7812-1)."""
    return (sum(map(int, digits[-1::-2])) + sum(_DOUBLED[digit] for digit in digits[-2::-2])) % 10 == 0


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())
