"""Payment card numbers: found in any usual spelling, masked before a text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from brand_voice.finding import Span
from brand_voice.reading import Reading, read
from brand_voice.revealing import revealed

CARD_REMOVED = "[card number removed]"

# Digits with at most a few separators between two of them: spaces, dashes, dots, slashes, line breaks,
# and the invisible characters that mail programs and people who hide numbers put there.
_GAP = r"[ \-./_\n\u200b-\u200f\u2060\ufeff\u00ad]{0,3}"
_DIGIT_RUN = re.compile(rf"(?<![\d])\d(?:{_GAP}\d){{11,}}(?!\d)")
_ODD_GAP = r"(?:(?:[^\w]|_){0,6}|\s{1,3}(?:and|then|dash|hyphen|space|dot)\s{1,3})"
_ODD_RUN = re.compile(rf"(?<!\d)\d(?:{_ODD_GAP}\d){{11,}}(?!\d)")
_DIGIT_WORDS = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh nought o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
_WORD = rf"(?:{'|'.join(_DIGIT_WORDS)})\b"
_SPELT = re.compile(rf"\b{_WORD}(?:[^\w]{{1,3}}{_WORD}){{12,18}}")
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
    found = list(cards_in(read(text), known_ids))
    seen = revealed(text)
    if seen is not None:  # what stands between the digits, or stands for them, may be hidden
        behind = (seen.given(span) for span in cards_in(read(seen.text), known_ids))
        found += [span for span in behind if not _meets(span, found)]
    return tuple(sorted(found, key=lambda span: span.start))


def cards_in(reading: Reading, known_ids: frozenset[str]) -> tuple[Span, ...]:
    """Return the places of payment card numbers in a text already read."""
    known = {_digits(known_id) for known_id in known_ids}
    found: list[Span] = []
    for run in _DIGIT_RUN.finditer(reading.plain):
        found.extend(_cards_of(reading.low, run.start(), run.end(), known))
    for run in _ODD_RUN.finditer(reading.plain):
        odd = _cards_of(reading.low, run.start(), run.end(), known, odd=True)
        found += [span for span in odd if not _meets(span, found)]
    found += (Span(*run.span()) for run in _SPELT.finditer(reading.low) if _is_spelt_card(run.group()))
    return tuple(sorted(found, key=lambda span: span.start))


def _meets(span: Span, others: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _is_spelt_card(words: str) -> bool:
    digits = "".join(_DIGIT_WORDS[word] for word in re.findall(r"[a-z]+", words))
    return _has_issuer(digits) and _luhn(digits)


def mask_card_numbers(text: str, known_ids: frozenset[str] = frozenset()) -> str:
    """Return `text` with every payment card number replaced by `CARD_REMOVED`."""
    pieces: list[str] = []
    place = 0
    for span in find_card_numbers(text, known_ids):
        pieces += (text[place : span.start], CARD_REMOVED)
        place = span.end
    return "".join((*pieces, text[place:]))


def _cards_of(low: str, start: int, end: int, known: set[str], *, odd: bool = False) -> Iterator[Span]:
    """Yield the cards in one run of digits; groups at either end may belong elsewhere. Between `odd` marks
    only digits grouped as on a card or one by one count, and named as a card or with one mark throughout."""
    groups = [(found.start() + start, found.end() + start) for found in re.finditer(r"\d+", low[start:end])]
    first = 0
    while first < len(groups):
        last = _card_from(low, groups, first, known)
        if odd and last is not None and not _surely(low, groups[first : last + 1]):
            last = None
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


def _surely(low: str, groups: list[tuple[int, int]]) -> bool:
    sizes = tuple(stop - begin for begin, stop in groups)
    between = {low[stop:begin] for (_, stop), (begin, _) in pairwise(groups)}
    if sizes not in _GROUPINGS and max(sizes) > 1:
        return False
    return len(between) == 1 or _named_as_card(low, groups[0][0], groups[-1][1])


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
