"""Dates and periods that a text states, each in one form: "3rd Dec" is 2026-12-03, a fortnight is 14 days.

Relative dates count from the day of the check. Day comes before month, as in the UK.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from brand_voice.finding import Span
from brand_voice.stated_values import NUMBER, Value, ValueKind, matches_at, number_of, surroundings

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?P<slashed>\d{{1,2}}(?P<mark>[/.])\d{{1,2}}(?P=mark)(?:(?:19|20)\d\d|\d\d)|\d{{1,2}}/\d{{1,2}}"
    rf"(?=[\s,.;:)]|$))"
    rf"|(?:(?:{_WEEKDAY}|mon|tue|wed|thu|fri|sat|sun),? )?(?:the )?"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b(?:\.(?=,? (?:19|20)\d\d))?"
    rf"(?:,? (?P<year>(?:19|20)\d\d)(?!\d))?"
    rf"|(?:{_WEEKDAY},? )?(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    rf"(?:,? (?P<year2>(?:19|20)\d\d)(?!\d))?"
    r"|(?P<which>last |next |this |coming |on |by |before |until |till |for |from )"
    rf"(?P<weekday>{_WEEKDAY})\b(?!,? (?:the )?\d| ?(?:to|and|-|or)\b)"
    rf"|(?P<named>today|tomorrow|yesterday|tonight)\b)"
)
_UNIT = (
    r"(?:minutes?|mins?|hours?|hrs?|(?:(?:working|business|calendar|week|full|weekdays?)[ -])?days?"
    r"|(?:working |full |calendar )?weeks?|fortnights?|(?:calendar )?months?|years?)"
)
_PERIOD = re.compile(
    rf"(?<![\w.,\u00a3\u20ac$-])(?:(?P<low>{NUMBER}) ?(?:-|to|or|and) ?)?(?P<high>{NUMBER})[ -]?"
    rf"(?P<unit>{_UNIT})\b"
    r"|\b(?P<one>an?|one|the|per|each|every) (?P<single>fortnight|week|month|year|hour|day)\b"
)
_HOURS = {"hour": 1, "hr": 1, "day": 24, "week": 168, "fortnight": 336}


def dates(low: str, today: date) -> Iterator[Value]:
    """Yield calendar dates as ISO text; a weekday is the next such day, with its date its date."""
    found_in = (
        found
        for start, end in surroundings(_hints(low), len(low))
        for found in _DATE.finditer(low, start, end)
    )
    for found in found_in:
        day = _resolved(found, today)
        if day is not None:
            yield Value(ValueKind.DATE, day.isoformat(), Span(*found.span()))


def fixed_dates(low: str) -> Iterator[str]:
    """Yield the dates that mean the same on any day, as "2026-12-03" or, without a year, "--12-03"."""
    for start, end in surroundings(_hints(low), len(low)):
        for found in _DATE.finditer(low, start, end):
            if found["named"] or found["weekday"]:
                continue
            day = _resolved(found, date(2000, 1, 1))  # a leap year knows every day
            told = found["iso"] or found["year"] or found["year2"]
            if day is not None and (told or (found["slashed"] and found["mark"])):
                yield day.isoformat()
            elif day is not None:
                yield f"--{day:%m-%d}"


_DATE_WORDS = (*_MONTHS, "today", "tomorrow", "tonight", "yesterday", "sday", "nday", "iday", "urday")
_DATE_FIGURES = re.compile(r"\d[/.-]\d")


def _hints(low: str) -> list[tuple[int, int]]:
    """Return the places that hold part of every date: a month, a day by its name, figures with a mark."""
    hints = [found.span() for found in _DATE_FIGURES.finditer(low)]
    for word in _DATE_WORDS:
        place = low.find(word)
        while place >= 0:
            hints.append((place, place + len(word)))
            place = low.find(word, place + 1)
    return sorted(hints)


def _resolved(found: re.Match[str], today: date) -> date | None:
    if found["iso"]:
        return _day(*map(int, found["iso"].split("-")))
    if found["slashed"]:
        parts = [int(part) for part in re.split(r"[/.]", found["slashed"])]
        if len(parts) == 2:
            return _nearest(parts[0], parts[1], today)
        return _day(parts[2] + 2000 * (parts[2] < 100), parts[1], parts[0])
    if found["named"]:
        return today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(found["named"], 0))
    if found["weekday"]:
        ahead = (_DAYS.index(found["weekday"][:3]) - today.weekday()) % 7
        which = found["which"].strip()
        return today + timedelta(days=ahead - 7 if which == "last" else ahead or 7 * (which == "next"))
    month = _MONTHS.index((found["month"] or found["month2"])[:3]) + 1
    day, year = int(found["day"] or found["day2"]), found["year"] or found["year2"]
    return _day(int(year), month, day) if year else _nearest(day, month, today)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, today: date) -> date | None:
    near = [_day(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((one for one in near if one is not None), key=lambda one: abs(one - today), default=None)


_ONE_UNIT = re.compile(r"(?:fortnight|week|month|year|hour|day)\b")
_ONE = re.compile(r"\b(?:an?|one|the|per|each|every) $")


def periods(low: str, starts: Iterable[int]) -> Iterator[Value]:
    """Yield periods: "14 days", "3-5 days" for a range, "48 hours" as "2 days"; working days are days."""
    units = (unit.start() for unit in _ONE_UNIT.finditer(low))
    ones = (_ONE.search(low, max(0, unit - 7), unit) for unit in units)
    begins = sorted({*starts, *(one.start() for one in ones if one is not None)})
    for found in matches_at(_PERIOD, low, begins):
        if found["single"]:
            if found["one"] in {"per", "each", "every", "the"}:
                continue
            yield Value(ValueKind.PERIOD, _period(1, 1, found["single"]), Span(*found.span()))
            continue
        high = number_of(found["high"])
        least = number_of(found["low"]) if found["low"] else high
        if high is not None and least is not None and high == int(high) and least == int(least):
            key = _period(int(least), int(high), found["unit"])
            yield Value(ValueKind.PERIOD, key, Span(*found.span()))


def _period(least: int, most: int, unit: str) -> str:
    words = ("day", "fortnight", "week", "hour", "hr")  # "weekday" is a day
    word = next((name for name in words if name in unit), "")
    if word:
        low, high = least * _HOURS[word], most * _HOURS[word]
        if low % 24 == 0 and high % 24 == 0:
            least, most, name = low // 24, high // 24, "days"
        else:
            least, most, name = low, high, "hours"
    else:
        name = "minutes" if unit.startswith("min") else "months" if "month" in unit else "years"
        if name == "years":
            least, most, name = least * 12, most * 12, "months"
    return f"{most} {name}" if least == most else f"{least}-{most} {name}"


def longest(key: str) -> str:
    """Return a period's key by its longest time alone: "3-5 days" gives "5 days"."""
    return key.rsplit("-", maxsplit=1)[-1]
