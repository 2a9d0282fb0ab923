"""Dates as customers in the UK write them, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from brand_voice.finding import Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"

_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_SLASHED = re.compile(r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>(?:20)?\d\d)\b")
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}{_YEAR}\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:(?P<before>yesterday)|(?P<now>today)|(?P<after>tomorrow))\b", re.IGNORECASE)
_RELATIVE_WEEKDAY = re.compile(rf"\b(?P<which>last|next|this)\s+{_WEEKDAY}\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(?P<count>\d{1,3}|a|one|two|three|four|five|six|seven)\s+(?P<unit>day|week)s?\s+ago\b", re.IGNORECASE
)


def find_dates(text: str, written_on: date) -> Iterator[tuple[Span, date]]:
    """Yield (place, date) of the dates in `text`; relative ones count from `written_on`.

    Day comes before month, as in the UK. A date without a year is the nearest such date. Overlapping
    places are possible; impossible dates such as 31/02 are left out.
    """
    for match in _ISO.finditer(text):
        yield from _at(match, _day(int(match["year"]), int(match["month"]), int(match["day"])))
    for match in _SLASHED.finditer(text):
        year = int(match["year"])
        yield from _at(match, _day(year + 2000 * (year < 100), int(match["month"]), int(match["day"])))
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            yield from _at(match, _named_month(match, written_on))
    for match in _NAMED.finditer(text):
        shift = -1 if match["before"] else int(match["after"] is not None)
        yield from _at(match, written_on + timedelta(days=shift))
    for match in _RELATIVE_WEEKDAY.finditer(text):
        yield from _at(match, _weekday(match["which"].lower(), match["weekday"].lower()[:3], written_on))
    for match in _AGO.finditer(text):
        count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
        yield from _at(
            match, written_on - timedelta(days=count * (7 if match["unit"].lower() == "week" else 1))
        )


def _at(match: re.Match[str], found: date | None) -> Iterator[tuple[Span, date]]:
    if found is not None:
        yield Span(match.start(), match.end()), found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named_month(match: re.Match[str], written_on: date) -> date | None:
    month = _MONTHS.index(match["month"].lower()[:3]) + 1
    day = int(match["day"])
    if match["year"] is not None:
        return _day(int(match["year"]), month, day)
    near = [_day(written_on.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((one for one in near if one is not None), key=lambda one: abs(one - written_on), default=None)


def _weekday(which: str, weekday: str, written_on: date) -> date:
    ahead = (_DAYS.index(weekday) - written_on.weekday()) % 7
    if which == "last":
        return written_on + timedelta(days=ahead - 7)
    return written_on + timedelta(days=ahead or (7 if which == "next" else 0))
