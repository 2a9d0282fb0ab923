"""Values that a text states, each in one form: amounts, percentages, measures, times, links, codes, counts.

"£5", "5.00 GBP" and "five pounds" are one amount; "1,000" is 1000; "1.5 m" is 1500 mm; "5.30pm" is 17:30.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from brand_voice.finding import Span


class ValueKind(StrEnum):
    """What a stated value is; PERIOD and DATE are read by `stated_dates`, STRETCH by `named_stretches`,
    FACT by `product_facts`."""

    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    DATE = "date"
    STRETCH = "stretch of days"
    PERIOD = "period"
    TIME = "time of day"
    LINK = "link"
    CODE = "number of an order or a parcel"
    MEASURE = "measure"
    COUNT = "number"
    FACT = "product fact"


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its place; two values with one kind and key say the same."""

    kind: ValueKind
    key: str
    span: Span


_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORD_VALUES = {word: number for number, word in enumerate(_SMALL.split())} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_ANY_WORD = "|".join(sorted(_WORD_VALUES, key=len, reverse=True))
NUMBER_WORDS = (
    rf"(?:(?:{_ANY_WORD}|a|an)[ -]hundred(?:[ -]and)?(?:[ -](?:{_ANY_WORD}))*"
    rf"|(?:{_ANY_WORD})(?:[ -](?:{_ANY_WORD}))?)"
)
_START = re.compile(
    r"[\u00a3\u20ac$]|(?<!\w)(?:\d|gbp|eur|usd|noon|midday|midnight"
    rf"|(?=[aefnostz])(?:{_ANY_WORD}|an?(?=[ -]hundred)))"
)
FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,3})?"
NUMBER = rf"(?:{FIGURES}|(?=[aefnostz]){NUMBER_WORDS})"

_SIGNS = {"\u00a3": "GBP", "\u20ac": "EUR", "$": "USD"}
_NAMES = {
    "gbp": "GBP",
    "eur": "EUR",
    "usd": "USD",
    "pound": "GBP",
    "quid": "GBP",
    "euro": "EUR",
    "dollar": "USD",
}
_AMOUNT = re.compile(
    rf"(?P<sign>[\u00a3\u20ac$]) ?(?P<signed>{FIGURES})(?! ?%)(?P<k>k\b)?"
    rf"|\b(?P<code>gbp|eur|usd) ?(?P<coded>{FIGURES})\b"
    rf"|(?<![\w.,\u00a3\u20ac$-])(?P<named>{NUMBER}) ?(?P<name>gbp|eur|usd|pounds?|quid|euros?|dollars?)\b"
    rf"(?:(?: and)? (?P<pence>\d{{1,2}}|{NUMBER_WORDS}) ?(?:pence|p)\b"
    rf"|(?<=pounds) (?P<bare>\d\d|(?:{_ANY_WORD})(?:[ -](?:{_ANY_WORD}))?)"
    r"(?=[.,;:!?)]|\s*$| (?:each|for|per|to|on|at|in|a)\b))?"
    rf"|(?<![\w.,\u00a3\u20ac$:-])(?P<minor>\d{{1,3}}|{NUMBER_WORDS}) ?(?:pence|p)\b(?!\.m)"
)
_PERCENT = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER}) ?(?:%|per ?cent\b|percent\b)")
_UNIT_LINES = """
mm: mm 1, millimetre 1, cm 10, centimetre 10, m 1000, metre 1000, meter 1000, km 1000000
inch: inch 1, inche 1, " 1, ft 12, foot 12, feet 12
g: g 1, gram 1, kg 1000, kilo 1000, kilogram 1000
ml: ml 1, cl 10, l 1000, litre 1000, liter 1000
w: w 1, watt 1
v: v 1, volt 1
mah: mah 1
mb: mb 1, gb 1024, tb 1048576
hz: hz 1
degrees: degree 1, \u00b0c 1, \u00b0 1
pieces: piece 1
tog: tog 1
thread: thread 1
bulbs: bulb 1
seats: seater 1
"""
_UNITS = {
    name.rpartition(" ")[0].strip(): (base, int(name.rpartition(" ")[2]))
    for line in _UNIT_LINES.strip().splitlines()
    for base, _, names in (line.partition(":"),)
    for name in names.split(",")
}
_UNIT_NAMES = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_TIMES = r" ?(?:x|by|\u00d7) ?"
_MEASURE = re.compile(
    rf"(?<![\w.,-])(?=[\daefnostz])(?P<first>{NUMBER})(?:{_TIMES}(?P<second>{FIGURES})(?:{_TIMES}(?P<third>{FIGURES}))?)?"
    rf"[ -]?(?P<unit>{_UNIT_NAMES})(?:s|es)?(?![\w])"
)
_CLOCK = re.compile(
    r"(?<![\w.:/\u00a3\u20ac$-])"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>am|pm|a\.m\.?|p\.m\.?)(?![a-z])"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?!\d|:\d)"
    r"|(?P<word>noon|midday|midnight)\b|(?P<oclock>\d{1,2}) ?o'clock)"
)
_LINK = re.compile(
    r"(?<![\w@./-])(?:https?://|www\.)[^\s<>\"'()\[\]]{3,2000}"
    r"|(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}"
    r"(?:com|co\.uk|org|org\.uk|net|uk|eu|io|shop|store|example|info|biz|ie)"
    r"(?:/[^\s<>\"'()\[\]]{0,500})?(?![\w@-])"
)
_CODE = re.compile(
    r"(?<![\w#-])(?P<code>[a-z]{1,4}-?\d{4,14}(?:-[a-z0-9]{1,6})?)(?![\w-])"
    r"|\b(?:order|tracking|parcel|invoice|reference|ref|consignment|case|ticket)"
    r"(?: (?:number|no|reference|ref|id))?"
    r"\.?:?(?: is| was)? ?#?(?P<plain>[a-z]{0,4}\d{4,20})(?![\w-])|#(?P<hash>\d{4,14})\b"
)
_LONG_NUMBER = re.compile(r"\d{4,}")
REACH = 50
_COUNT = re.compile(
    rf"(?<![\w.,:/\u00a3\u20ac$#+-])(?=[\daefnostz])(?P<number>{NUMBER})(?![\w:/]|[.,]\d|-\d| ?%)"
)


def number_of(text: str) -> Decimal | None:
    """Return the number that `text` says in figures or words; None when it says none."""
    low = text.strip().lower().replace(",", "")
    if low[:1].isdigit():
        return Decimal(low)
    total = 0
    for word in re.split(r"[ -]+", low):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in _WORD_VALUES:
            total += _WORD_VALUES[word]
        elif word not in {"and", "a", "an"}:
            return None
    return Decimal(total)


def plain_number(number: Decimal) -> str:
    """Return the number without needless noughts: "12.5", "1000"."""
    return f"{number.normalize():f}"


def starts_of(low: str) -> list[int]:
    """Return the places where a number, a currency or a word for a time of day begins: all of `amounts`,
    `percentages`, `measures`, `times` and `counts` begin at one of them."""
    return [found.start() for found in _START.finditer(low)]


def matches_at(shape: re.Pattern[str], low: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin at `starts` (in order), none within another."""
    end = 0
    for start in starts:
        found = shape.match(low, start) if start >= end else None
        if found is not None:
            end = found.end()
            yield found


def amounts(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield amounts of money; the key is in minor units: "1250 GBP"."""
    for found in matches_at(_AMOUNT, low, starts):
        currency = _currency(found)
        figures = found["signed"] or found["coded"] or found["named"]
        if figures is None:
            number = (number_of(found["minor"]) or Decimal(0)) / 100
        else:
            number = number_of(figures)
            if number is None:
                continue
            number = number * 1000 if found["k"] else number
            pence = found["pence"] or found["bare"]
            if pence:
                number += (number_of(pence) or Decimal(0)) / 100
        yield Value(ValueKind.AMOUNT, f"{plain_number(number * 100)} {currency}", Span(*found.span()))


def _currency(found: re.Match[str]) -> str:
    if found["sign"]:
        return _SIGNS[found["sign"]]
    name = (found["code"] or found["name"] or "gbp").removesuffix("s")
    return _NAMES.get(name, "GBP")


def percentages(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield percentages: "15 %"."""
    for found in matches_at(_PERCENT, low, starts):
        number = number_of(found["number"])
        if number is not None:
            yield Value(ValueKind.PERCENTAGE, f"{plain_number(number)} %", Span(*found.span()))


def measures(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield sizes, weights, volumes and the like in base units: "600 mm"; "60 x 120 cm" is two of them."""
    for found in matches_at(_MEASURE, low, starts):
        unit, factor = _UNITS[found["unit"]]
        for group in ("first", "second", "third"):
            number = number_of(found[group]) if found[group] else None
            if number is not None:
                key = f"{plain_number(number * factor)} {unit}"
                yield Value(ValueKind.MEASURE, key, Span(*found.span()))


def times(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield times of day: "17:30"."""
    for found in matches_at(_CLOCK, low, starts):
        if found["word"]:
            key = "00:00" if found["word"] == "midnight" else "12:00"
        elif found["hour24"]:
            key = f"{int(found['hour24']):02}:{found['minute24']}"
        else:
            hour = int(found["hour"] or found["oclock"])
            if found["half"]:
                hour = hour % 12 + 12 * found["half"].startswith("p")
            if hour > 23:
                continue
            key = f"{hour:02}:{found['minute'] or '00'}"
        yield Value(ValueKind.TIME, key, Span(*found.span()))


def links(low: str) -> Iterator[Value]:
    """Yield links by host and path, without scheme, "www." and closing slash."""
    for found in _LINK.finditer(low):
        written = found.group().rstrip(".,;:!?*'\"")
        key = re.sub(r"^(?:https?://)?(?:www\.)?", "", written).split("#")[0].rstrip("/")
        yield Value(ValueKind.LINK, key, Span(found.start(), found.start() + len(written)))


def codes(low: str) -> Iterator[Value]:
    """Yield numbers of orders, parcels and the like, by their letters and digits."""
    for start, end in surroundings((found.span() for found in _LONG_NUMBER.finditer(low)), len(low)):
        for found in _CODE.finditer(low, start, end):
            group = next(name for name in ("code", "plain", "hash") if found[name])
            yield Value(ValueKind.CODE, bare_code(found[group]), Span(*found.span(group)))


def surroundings(places: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of a text of `size` that reach `REACH` around each of `places` (in order), joined where
    they meet: what holds a place and is shorter lies whole in one of them, with what stands beside it."""
    start = end = -1
    for first, last in places:
        if first - REACH > end:
            if end >= 0:
                yield start, end
            start = max(0, first - REACH)
        end = min(size, last + REACH)
    if end >= 0:
        yield start, end


def bare_code(code: str) -> str:
    """Return a code as codes are compared: letters and digits, small."""
    return re.sub(r"[^a-z0-9]", "", code.lower())


def counts(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield numbers that no unit makes something else of."""
    for found in matches_at(_COUNT, low, starts):
        number = number_of(found["number"])
        if number is not None:
            yield Value(ValueKind.COUNT, plain_number(number), Span(*found.span()))
