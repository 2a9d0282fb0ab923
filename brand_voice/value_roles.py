"""What a stated value is said of: the same figure of another matter supports nothing.

"Free from £50, else £3.95" does not support "free over £3.95", nor a refund within 5 days a return within 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from brand_voice.stated_values import Value, ValueKind
from brand_voice.subjects import subject_of

LEAST, MOST, PRICE = "at least", "at most", "price"
_CHARGES = r"(?P<what>[a-z-]+) (?P<charge>fee|charge|deposit|surcharge|excess|penalty|supplement|fine)s?\b"
_CHARGE_AFTER = re.compile(rf" {_CHARGES}")
_CHARGE_BEFORE = re.compile(rf"{_CHARGES}(?: of| is|:)? (?:only |just )?\Z")
_ANY = "a an any the this that our your their its small extra further one-off no"
_ANY_CHARGE = frozenset(_ANY.split())
_LEAST_BEFORE = re.compile(
    r"\b(?:over|above|more than|at least|exceed\w*|spend(?:ing)?|minimum(?: order| spend)?(?: of| is)?"
    r"|reach(?:es)?|(?:orders?|free|baskets?|purchases?) (?:\w+ ){0,2}from) (?:just |only )?\Z"
)
_LEAST_AFTER = re.compile(r"\+| ?or (?:more|over|above)\b| ?and (?:over|above)\b| minimum\b")
_MOST_BEFORE = re.compile(r"\b(?:under|below|less than|at most|up to) (?:just |only )?\Z")
_MOST_AFTER = re.compile(r" ?(?:or|and) (?:less|under|below)\b")
_PRICE_BEFORE = re.compile(
    r"\b(?:costs?|charged?|(?:charge|fee|price)s? (?:of|is)|priced at|pay) (?:just |only )?\Z"
)
_WAYS = {"across": "wide", "in diameter": "wide", "tall": "high", "wide": "wide", "high": "high"} | {
    word: word for word in ("apart", "deep", "long", "thick")
}
_WAY_AFTER = re.compile(rf"s? (?P<way>{'|'.join(_WAYS)})\b")
_REACH = 40


def role_of(value: Value, sentence: str, at: int) -> str | None:
    """Return what the value at `at` of a sentence in small letters is said of: the subject of a day,
    a stretch or a period, the part that an amount plays, the way of a measure; None where nothing tells."""
    end = at + value.span.end - value.span.start
    if value.kind in {ValueKind.PERIOD, ValueKind.DATE, ValueKind.STRETCH}:
        subject = subject_of(sentence, at, end)
        return None if subject == "contact" else subject
    if value.kind is ValueKind.AMOUNT:
        before = sentence[max(0, at - _REACH) : at]
        charge = _CHARGE_AFTER.match(sentence, end) or _CHARGE_BEFORE.search(before)
        if charge is not None and charge["what"] not in _ANY_CHARGE:
            return f"{charge['what']} {charge['charge']}"
        if _LEAST_BEFORE.search(before) is not None or _LEAST_AFTER.match(sentence, end) is not None:
            return LEAST
        if _MOST_BEFORE.search(before) is not None or _MOST_AFTER.match(sentence, end) is not None:
            return MOST
        return PRICE if _PRICE_BEFORE.search(before) is not None else None
    way = _WAY_AFTER.match(sentence, end) if value.kind is ValueKind.MEASURE else None
    return None if way is None else _WAYS[way["way"]]


def plays_another(
    kind: ValueKind,
    role: str | None,
    known: frozenset[str | None],
    tells: Callable[[ValueKind, str], bool],
) -> bool:
    """Say whether a value is said of `role` while the sources state it of the roles `known`, and of `role`
    another one (`tells`). A role None in `known` is one that nothing tells, and may be any."""
    if role is None or role in known:
        return False
    if kind is ValueKind.MEASURE or role == MOST:
        return None not in known
    if kind is ValueKind.AMOUNT and role == PRICE:
        return known == frozenset({LEAST})
    return kind in {ValueKind.PERIOD, ValueKind.AMOUNT} and tells(kind, role)
