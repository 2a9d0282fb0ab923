"""What a query says besides words: a price it may cost, sizes and amounts with their unit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from recommender.money import minor_digits

_AMOUNT = (
    r"(?:(?P<sign{n}>[£€$])\s?)?(?P<value{n}>\d{{1,7}}(?:,\d{{3}})*(?:\.\d{{1,2}})?)"
    r"(?:\s?(?P<name{n}>£|€|\$|GBP|EUR|USD|pounds?|quid|euros?|dollars?)(?!\w))?"
)
_ONE, _TWO = _AMOUNT.format(n=1), _AMOUNT.format(n=2)
_AT_MOST = r"(?:under|below|less than|cheaper than|no more than|not more than|up to|at most|max(?:imum)?\.?)"
_AT_LEAST = r"(?:over|above|more than|dearer than|at least|from|min(?:imum)?\.?)"
_BETWEEN = re.compile(
    rf"(?<![\w.])(?:(?:between|from)\s+)?{_ONE}\s?(?:and|to|-|–)\s?{_TWO}(?![\w.])", re.IGNORECASE
)
_LIMIT = re.compile(rf"\b(?:(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST}))\s+{_ONE}(?![\w.]\S)", re.IGNORECASE)
_CURRENCIES = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "pound": "GBP",
    "quid": "GBP",
    "euro": "EUR",
    "dollar": "USD",
}

_UNITS: dict[str, tuple[str, Decimal]] = {
    **{name: ("m", Decimal("0.001")) for name in ("mm", "millimetre", "millimeter")},
    **{name: ("m", Decimal("0.01")) for name in ("cm", "centimetre", "centimeter")},
    **{name: ("m", Decimal(1)) for name in ("m", "metre", "meter")},
    **{name: ("m", Decimal("0.0254")) for name in ("inch", "inche", "in", '"', "''", "″", "”")},
    **{name: ("m", Decimal("0.3048")) for name in ("ft", "foot", "feet")},
    **{name: ("kg", Decimal("0.001")) for name in ("g", "gram", "gramme")},
    **{name: ("kg", Decimal(1)) for name in ("kg", "kilo", "kilogram")},
    **{name: ("l", Decimal("0.001")) for name in ("ml", "millilitre", "milliliter")},
    **{name: ("l", Decimal("0.01")) for name in ("cl",)},
    **{name: ("l", Decimal(1)) for name in ("l", "litre", "liter")},
    **{name: ("gb", Decimal("0.001")) for name in ("mb",)},
    **{name: ("gb", Decimal(1)) for name in ("gb",)},
    **{name: ("gb", Decimal(1000)) for name in ("tb",)},
    **{name: ("w", Decimal(1)) for name in ("w", "watt")},
    **{name: ("w", Decimal(1000)) for name in ("kw",)},
    **{name: ("v", Decimal(1)) for name in ("v", "volt")},
    **{name: ("mah", Decimal(1)) for name in ("mah",)},
    **{name: ("hz", Decimal(1)) for name in ("hz",)},
    **{name: ("hz", Decimal(1_000_000)) for name in ("mhz",)},
    **{name: ("hz", Decimal(1_000_000_000)) for name in ("ghz",)},
}
BASE_UNITS = tuple(sorted({unit for unit, _ in _UNITS.values()}))
_MEASURE = re.compile(
    r"(?<![\w.,])(?P<value>\d{1,6}(?:\.\d{1,4})?)[\s-]?(?P<unit>[A-Za-z]{1,11}|\"|''|″|”)(?!\w)"
)
_LEAST_MINOR, _MOST_MINOR = -(2**62), 2**62
NEAR = Decimal("0.03")  # "17 inch" and 43.2 cm are one size


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount in a base unit (m, kg, l, gb, w, v, mah, hz)."""

    value: Decimal
    unit: str

    def fits(self, others: Iterable[Measure]) -> bool:
        """Whether one of `others` is of the same unit and within 3 %."""
        return any(
            one.unit == self.unit and abs(one.value - self.value) <= NEAR * self.value for one in others
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A query taken apart: its words without price and measures, the price it states, and its measures.

    `least` and `most` are amounts in the main unit of `currency`, which is None where none was named.
    """

    text: str
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None
    measures: tuple[Measure, ...] = ()

    @property
    def has_price(self) -> bool:
        """Whether a price was stated."""
        return self.least is not None or self.most is not None

    def bounds_minor(self, currency: str) -> tuple[int, int] | None:
        """Return the least and the most that may be paid, in minor units; None where another is meant."""
        if self.currency is not None and currency != self.currency:
            return None
        digits = minor_digits(currency)
        least = _LEAST_MINOR if self.least is None else math.ceil(self.least.scaleb(digits))
        most = _MOST_MINOR if self.most is None else math.floor(self.most.scaleb(digits))
        return min(least, _MOST_MINOR), min(most, _MOST_MINOR)


def read_wish(text: str) -> Wish:
    """Take a query apart.

    A number after "under" or between two bounds is a price only with a currency; "over 2 m" is a size.
    """
    for match in _BETWEEN.finditer(text):
        currency = _currency(match, 1) or _currency(match, 2)
        if currency is not None:
            low, high = sorted((_value(match, 1), _value(match, 2)))
            return _wish(text, match, low, high, currency)
    for match in _LIMIT.finditer(text):
        currency = _currency(match, 1)
        is_bare = currency is None and match.end() == len(text.rstrip())
        if currency is not None or (is_bare and match["most"] is not None):
            value = _value(match, 1)
            is_most = match["most"] is not None
            return _wish(text, match, None if is_most else value, value if is_most else None, currency)
    return Wish(_without_measures(text), measures=measures(text))


def measures(text: str) -> tuple[Measure, ...]:
    """Return the sizes and amounts that stand in `text` with a unit that is known."""
    found = (_measure(match) for match in _MEASURE.finditer(text))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _measure(match: re.Match[str]) -> Measure | None:
    unit, value = match["unit"].lower(), Decimal(match["value"])
    known = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    return None if known is None or value <= 0 else Measure(value * known[1], known[0])


def _without_measures(text: str) -> str:
    """Return `text` without its measures, or as it is where it says nothing else."""
    rest = _MEASURE.sub(lambda match: match[0] if _measure(match) is None else " ", text)
    return " ".join(rest.split()) or text


def named_measure(name: str, value: float) -> Measure | None:
    """Return the measure of a number whose attribute's name ends in its unit: `capacity_ml`, 500."""
    known = _UNITS.get(name.lower().replace("-", "_").rpartition("_")[2])
    if known is None or not 0 < value < 1e9:
        return None
    return Measure(Decimal(str(value)) * known[1], known[0])


def _wish(
    text: str, match: re.Match[str], least: Decimal | None, most: Decimal | None, currency: str | None
) -> Wish:
    rest = " ".join((text[: match.start()] + " " + text[match.end() :]).split())
    return Wish(_without_measures(rest), least, most, currency, measures(rest))


def _currency(match: re.Match[str], number: int) -> str | None:
    said = match[f"sign{number}"] or match[f"name{number}"]
    if said is None:
        return None
    plain = said.lower()
    return _CURRENCIES.get(plain) or _CURRENCIES.get(plain.removesuffix("s"), plain.upper())


def _value(match: re.Match[str], number: int) -> Decimal:
    return Decimal(match[f"value{number}"].replace(",", ""))
