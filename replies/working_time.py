"""Working hours and working days of the shop: when a reply is due, which day is "by Thursday".

Pure: the moment asked about is always passed in. Bank holidays come from the `holidays` library,
always asked for the nation, because the country alone misses some (2 January is one in Scotland only).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol, cast

import holidays

from replies.shop import OpeningHours, Shop

_USUAL_HOURS: Mapping[int, OpeningHours] = {day: OpeningHours(time(9), time(17)) for day in range(5)}
_FURTHEST_DAYS = 366  # a due time further away than this means that the shop never opens


class _Calendar(Protocol):
    def __contains__(self, day: object, /) -> bool: ...


@lru_cache(maxsize=64)
def _bank_holidays(country: str, nation: str) -> _Calendar:
    try:
        calendar = holidays.country_holidays(country, subdiv=nation or None)
    except NotImplementedError as error:
        raise ValueError(
            f"no bank holidays are known for country {country!r}, nation {nation!r}; "
            "set country and nation in shop.toml (GB with ENG, SCT, NIR or WLS)"
        ) from error
    return cast(_Calendar, calendar)


def local_day(moment: datetime, shop: Shop) -> date:
    """Return the date on the shop's wall calendar at `moment` (aware)."""
    return moment.astimezone(shop.zone).date()


def is_open_on(day: date, shop: Shop) -> bool:
    """Whether the contact centre works at all on `day`: has hours, and it is no bank holiday."""
    hours = shop.hours or _USUAL_HOURS
    return day.weekday() in hours and day not in _bank_holidays(shop.country, shop.nation)


def is_working_day(day: date, shop: Shop) -> bool:
    """Whether `day` counts as a working day in "within 5 working days": open, and Monday to Friday."""
    return day.weekday() < 5 and is_open_on(day, shop)


def working_day_after(day: date, days: int, shop: Shop) -> date:
    """Return the `days`-th working day after `day`; for 0 `day` itself, or the next one when it is none.

    Raises ValueError when `days` is negative, or the shop has no working day within a year.
    """
    if days < 0:
        raise ValueError(f"{days} working days lie in the past; give 0 or more")
    found = day
    left = days
    if left == 0 and is_working_day(found, shop):
        return found
    left = max(left, 1)
    limit = day + timedelta(days=_FURTHEST_DAYS + 3 * days)
    while left:
        found += timedelta(days=1)
        if found > limit:
            raise ValueError(f"{shop.name} has no working day from {day} on; check [hours] in shop.toml")
        left -= is_working_day(found, shop)
    return found


def due_at(received_at: datetime, working_hours: float, shop: Shop) -> datetime:
    """Return the moment (UTC) at which `working_hours` of open time have passed since `received_at`.

    Only time inside the opening hours counts. Raises ValueError when the shop never opens.
    """
    if working_hours < 0:
        raise ValueError(f"{working_hours} working hours are negative; check reply_within_h in shop.toml")
    left = timedelta(hours=working_hours)
    hours = shop.hours or _USUAL_HOURS
    moment = received_at.astimezone(UTC)
    day = local_day(moment, shop)
    for _ in range(_FURTHEST_DAYS + int(working_hours)):
        if is_open_on(day, shop):
            span = hours[day.weekday()]
            opens = datetime.combine(day, span.opens, shop.zone).astimezone(UTC)
            closes = datetime.combine(day, span.closes, shop.zone).astimezone(UTC)
            begin = max(moment, opens)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    raise ValueError(f"{shop.name} is never open after {received_at}; check [hours] in shop.toml")


def reply_due(received_at: datetime, channel: str, shop: Shop) -> datetime | None:
    """Return when a contact over `channel` is due, or None when the shop promises no time for it."""
    hours = shop.reply_within_h.get(channel)
    return None if hours is None else due_at(received_at, hours, shop)
