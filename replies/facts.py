"""Facts in a customer's words: order numbers, dates, amounts, addresses, each with its place.

Places are code points of the text as given. No two facts overlap: the more telling kind wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from brand_voice.finding import Span
from recommender.money import Money
from replies.dates import find_dates
from replies.proposals import Fact, FactKind

MAX_ORDER_LOOKUPS = 8
MAX_FACTS = 60

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}\b")
_ORDER = re.compile(
    r"\b(?P<code>[A-Za-z]{1,4}[- ]?\d{4,12})\b"
    r"|(?:\border(?:\s+(?:number|no|ref|reference|id))?\.?\s*(?:is|:|#|of)?\s*#?\s*|#\s?)(?P<plain>\d{4,12})\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"([A-Z]{1,4})[- ]?(\d{4,12})")
_YEAR_SAID = re.compile(r"[A-Z]+ (?:19|20)\d\d")
_DIGITS = re.compile(
    r"(?<![\w£€$.,+])(?:(?P<letters>[A-Za-z]{1,4})[- ]?)??(?P<digits>\d{5,12})(?![\w-]|[.,]\d)"
)
_NO_DIGIT, _NO_LETTER = re.compile(r"\D"), re.compile(r"[\W\d_]")
_AMOUNT = re.compile(
    r"(?P<sign>[£€$])\s?(?P<signed>\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d{1,9}(?:\.\d\d)?)(?!\d)"
    r"|\b(?P<named>\d{1,9}(?:\.\d\d)?)\s?(?P<name>GBP|EUR|USD|pounds?|quid|euros?)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w+])(?:\+44\s?(?:\(0\)\s?)?|\(?0)\d(?:[\s()-]{0,2}\d){8,10}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD", "pound": "GBP", "quid": "GBP", "euro": "EUR"}

OrderKnown = Callable[[str], bool]


def find_facts(
    text: str,
    *,
    written_on: date,
    order_known: OrderKnown,
    products: Iterable[Fact] = (),
    own_orders: Iterable[str] = (),
) -> tuple[Fact, ...]:
    """Return the facts of `text`, MAX_FACTS at most, in order of place; `products` were found before.

    `order_known` says whether the shop has an order of that number; it is asked MAX_ORDER_LOOKUPS times
    at most. `written_on` is the day relative dates count from. `own_orders` are the customer's own, known
    without their marks and letters too ("rf53785", "53785" for RF-53785).
    """
    taken = list(products)
    for fact in _all(text, written_on, order_known, tuple(own_orders)):
        if not any(fact.span.start < other.span.end and other.span.start < fact.span.end for other in taken):
            taken.append(fact)
        if len(taken) >= MAX_FACTS:
            break
    return tuple(sorted(taken, key=lambda fact: fact.span.start))


def _all(text: str, written_on: date, order_known: OrderKnown, own_orders: Sequence[str]) -> Iterator[Fact]:
    for match in _EMAIL.finditer(text):
        yield Fact(FactKind.EMAIL, match.group().lower(), Span(match.start(), match.end()))
    yield from _own_orders(text, own_orders)
    yield from _orders(text, order_known)
    for match in _AMOUNT.finditer(text):
        yield Fact(FactKind.AMOUNT, _amount(match), Span(match.start(), match.end()))
    for span, day in find_dates(text, written_on):
        yield Fact(FactKind.DATE, day.isoformat(), span)
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\(0\)|[^\d+]", "", match.group())
        yield Fact(FactKind.PHONE, digits, Span(match.start(), match.end()))
    for match in _POSTCODE.finditer(text):
        plain = match.group().upper().replace(" ", "")
        yield Fact(FactKind.POSTCODE, f"{plain[:-3]} {plain[-3:]}", Span(match.start(), match.end()))


def _orders(text: str, order_known: OrderKnown) -> Iterator[Fact]:
    asked: dict[str, bool] = {}
    for match in _ORDER.finditer(text):
        name = "code" if match["code"] is not None else "plain"
        number = match[name].upper()
        if " " in number and _YEAR_SAID.fullmatch(number):
            continue
        for spelt in _spellings(number):
            if spelt not in asked and len(asked) < MAX_ORDER_LOOKUPS:
                asked[spelt] = order_known(spelt)
        number = next((spelt for spelt in _spellings(number) if asked.get(spelt)), number)
        known = asked.get(number, False)
        if known or name == "plain" or "-" in number:  # "W1A4" alone may be anything
            yield Fact(FactKind.ORDER_NUMBER, number, Span(match.start(name), match.end(name)), known)


def _spellings(number: str) -> tuple[str, ...]:
    """Return what an order number may be on record, as given first: "RF53785", "RF 53785" and "RF-53785"."""
    match = _CODE.fullmatch(number)
    if match is None:
        return (number,)
    letters, digits = match.groups()
    return tuple(dict.fromkeys((number, f"{letters}-{digits}", f"{letters}{digits}")))


def _own_orders(text: str, own_orders: Sequence[str]) -> Iterator[Fact]:
    """Yield where the digits of one of the customer's own orders stand, with its letters or without."""
    digits_of = {order_id: _NO_DIGIT.sub("", order_id) for order_id in own_orders}
    for match in _DIGITS.finditer(text):
        fits = [order_id for order_id, digits in digits_of.items() if digits == match["digits"]]
        if len(fits) != 1:
            continue
        letters = match["letters"] or ""
        is_its_own = letters.upper() == _NO_LETTER.sub("", fits[0]).upper()
        if not letters or is_its_own or text[match.end("letters")] == " ":  # a word before the bare number
            start = match.start() if is_its_own else match.start("digits")
            yield Fact(FactKind.ORDER_NUMBER, fits[0], Span(start, match.end()), known=True)


def _amount(match: re.Match[str]) -> str:
    if match["sign"] is not None:
        return _money(match["signed"], _CURRENCIES[match["sign"]])
    name = match["name"].lower()
    return _money(match["named"], _CURRENCIES.get(name.rstrip("s"), name.upper()))


def _money(digits: str, currency: str) -> str:
    money = Money.parse(digits.replace(",", ""), currency)
    return f"{money.decimal_text} {money.currency}"
