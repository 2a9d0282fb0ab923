"""Stretches of days that a text names without a figure: "this week", "by Christmas", "before the weekend".

The key of a stretch is its first and last day, "2026-11-23/2026-11-29"; it never begins before today.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from brand_voice.finding import Span
from brand_voice.stated_values import Value, ValueKind

_UNIT = r"(?P<{}>week(?:end)?|month|year)"
_STRETCH = re.compile(
    rf"\b(?P<until>by|before|until|till|no later than|in time for) (?:the )?"
    rf"(?:(?P<feast>christmas(?: eve| day)?|new year)(?:'s)?(?: eve| day)?\b"
    rf"|(?:end of )?(?:(?P<until_which>this|next|the) )?{_UNIT.format('until_unit')}(?:'s end| end)?\b)"
    rf"|\b(?:end of |over |at |during |within |early |late |later )*"
    rf"(?P<which>this|next|coming) {_UNIT.format('unit')}\b"
    rf"|\b(?:end of|over|at|later in) the {_UNIT.format('the_unit')}\b"
)
_HINTS = ("week", "month", "year", "christmas")


def stretches(low: str, today: date) -> Iterator[Value]:
    """Yield the stretches of a text in small letters, as seen `today`."""
    if not any(hint in low for hint in _HINTS):
        return
    for found in _STRETCH.finditer(low):
        first, last = _days(found, today)
        key = f"{max(first, today).isoformat()}/{last.isoformat()}"
        yield Value(ValueKind.STRETCH, key, Span(*found.span()))


def days_of(key: str) -> tuple[date, date]:
    """Return the first and the last day of a stretch's key."""
    first, _, last = key.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def _days(found: re.Match[str], today: date) -> tuple[date, date]:
    if found["until"]:
        if found["feast"]:
            return today, _feast(found["feast"], today)
        first, last = _of_unit(found["until_unit"], found["until_which"] == "next", today)
        before = found["until"] == "before" and "end" not in found.group().split()
        return today, max(today, first - timedelta(days=1)) if before else last
    unit = found["unit"] or found["the_unit"]
    return _of_unit(unit, found["which"] == "next", today)


def _feast(name: str, today: date) -> date:
    month, day = (12, 31) if name.startswith("new") else (12, 25)
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def _of_unit(unit: str, following: bool, today: date) -> tuple[date, date]:
    """Return the first and the last day of this week, weekend, month or year, or of the `following` one."""
    if unit in {"week", "weekend"}:
        monday = today + timedelta(days=7 * following - today.weekday())
        return monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6)
    if unit == "year":
        return date(today.year + following, 1, 1), date(today.year + following, 12, 31)
    first = date(today.year, today.month, 1)
    after = [first]
    for _ in range(2):
        after.append((after[-1] + timedelta(days=31)).replace(day=1))
    return after[following], after[following + 1] - timedelta(days=1)
