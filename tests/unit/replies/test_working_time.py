"""Due times and working days, with the bank holidays of the nation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from replies.shop import OpeningHours, Shop
from replies.working_time import due_at, is_working_day, reply_due, working_day_after

SHOP = Shop(
    hours={day: OpeningHours(time(8), time(18)) for day in range(5)} | {5: OpeningHours(time(9), time(17))},
    reply_within_h={"email": 10.0},
)


def test_only_open_time_counts_over_the_weekend() -> None:
    friday_evening = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert due_at(friday_evening, 2, SHOP) == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    saturday_afternoon = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert due_at(saturday_afternoon, 1, SHOP) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_the_clock_starts_when_we_open() -> None:
    night = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert due_at(night, 0.5, SHOP) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_hours_are_the_wall_clock_in_summer() -> None:
    summer_night = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    assert due_at(summer_night, 1, SHOP) == datetime(2026, 7, 6, 8, 0, tzinfo=UTC)


def test_bank_holidays_are_those_of_the_nation() -> None:
    second_of_january = date(2025, 1, 2)
    assert is_working_day(second_of_january, SHOP)
    assert not is_working_day(second_of_january, replace(SHOP, nation="SCT"))
    boxing_day_moved = date(2026, 12, 28)
    assert not is_working_day(boxing_day_moved, SHOP)


def test_working_days_skip_saturdays_although_we_are_open() -> None:
    assert working_day_after(date(2026, 11, 20), 1, SHOP) == date(2026, 11, 23)
    assert working_day_after(date(2026, 12, 24), 2, SHOP) == date(2026, 12, 30)
    assert working_day_after(date(2026, 11, 21), 0, SHOP) == date(2026, 11, 23)


def test_a_channel_without_a_promise_has_no_due_time() -> None:
    received = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert reply_due(received, "email", SHOP) == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert reply_due(received, "post", SHOP) is None


def test_a_shop_that_never_opens_and_an_unknown_nation_are_told_in_words() -> None:
    never = replace(SHOP, hours={0: OpeningHours(time(9), time(9))})
    with pytest.raises(ValueError, match="never open"):
        due_at(datetime(2026, 11, 23, tzinfo=UTC), 1, never)
    with pytest.raises(ValueError, match="nation 'XXX'"):
        is_working_day(date(2026, 11, 23), replace(SHOP, nation="XXX"))
    with pytest.raises(ValueError, match="past"):
        working_day_after(date(2026, 11, 23), -1, SHOP)
