"""A figure counts where the sources state it of the same thing; stretches of days are held to the records."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from brand_voice.checker import Checker
from brand_voice.claims import claims_of, values_in
from brand_voice.finding import CheckContext
from brand_voice.promises import unsupported
from brand_voice.reading import read
from tests.unit.brand_voice.claim_contexts import claim_context

SHOPS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "figures_of_another.yaml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 23)


def context_of(shop: str) -> CheckContext:
    return claim_context(SHOPS[shop], SHOPS[shop]["today"])


def found_in(line: str, context: CheckContext) -> list[str]:
    reading = read(line)
    spans = [claim.value.span for claim in claims_of(reading, context)]
    spans += [promise.span for promise in unsupported(reading, context)]
    return [line[span.start : span.end] for span in spans]


@pytest.mark.parametrize(("shop", "line"), [(shop, line) for shop in SHOPS for line in SHOPS[shop]["wrong"]])
def test_what_the_sources_say_of_something_else_is_found(shop: str, line: str) -> None:
    assert found_in(line, context_of(shop))


@pytest.mark.parametrize(("shop", "line"), [(shop, line) for shop in SHOPS for line in SHOPS[shop]["right"]])
def test_what_they_say_in_other_words_is_left_alone(shop: str, line: str) -> None:
    assert found_in(line, context_of(shop)) == []


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("It comes this week.", "2026-11-23/2026-11-29"),
        ("It comes next week.", "2026-11-30/2026-12-06"),
        ("It comes early next week.", "2026-11-30/2026-12-06"),
        ("It comes at the weekend.", "2026-11-28/2026-11-29"),
        ("It comes before the weekend.", "2026-11-23/2026-11-27"),
        ("It comes before the end of the week.", "2026-11-23/2026-11-29"),
        ("It comes by the end of the month.", "2026-11-23/2026-11-30"),
        ("It comes next month.", "2026-12-01/2026-12-31"),
        ("It comes in time for Christmas.", "2026-11-23/2026-12-25"),
        ("It comes by new year.", "2026-11-23/2026-12-31"),
    ],
)
def test_stretches_have_a_first_and_a_last_day(words: str, key: str) -> None:
    assert [value.key for value in values_in(words, TODAY)] == [key]


def test_days_on_record_and_times_taken_support_a_stretch() -> None:
    on_record = CheckContext(channel="email", today=TODAY, allowed_dates=frozenset({date(2026, 11, 25)}))
    timed = CheckContext(channel="email", today=TODAY, source_texts=("Delivery takes 3 to 5 days.",))
    nothing = CheckContext(channel="email", today=TODAY, source_texts=("We sell lamps.",))
    this_week, by_tomorrow = "Your parcel will arrive this week.", "Your parcel will arrive next month."
    assert found_in(this_week, on_record) == found_in(this_week, timed) == []
    assert found_in(by_tomorrow, on_record) == ["next month"]
    assert found_in(this_week, nothing) == ["this week"]


def test_the_gate_says_what_the_sources_give_for_it(checker: Checker) -> None:
    context = CheckContext(
        channel="email",
        today=TODAY,
        source_texts=("You can return it within 35 days. Delivery is £3.95, free on orders over £50.",),
    )
    text = "You can return it within 60 days. Delivery is free on orders over £3.95."
    said = {one.rule: one.message for one in checker.check(text, context).findings}
    assert 'What they say: "35 days"' in said["claim.granted_period"]
    assert 'of something else. What they say of this: "£50"' in said["claim.amount"]


PIECES = """
Your parcel|arrives|by 25 November.|(3rd Dec.)|this week,|by Christmas!|£3.95.|60 cm, deep|and
within 14 days.|at 5.30pm.|15%.|WP-10231.|www.shop.example/a.|next weekend?
""".strip()


@given(st.lists(st.sampled_from(re.split(r"[|\n]", PIECES)), min_size=1, max_size=12))
def test_a_value_begins_and_ends_with_what_it_says(pieces: list[str]) -> None:
    text = " ".join(pieces).replace("and", "\n")
    for value in values_in(text, TODAY):
        words = text[value.span.start : value.span.end]
        assert words == words.strip(" \n,;:!?()") and words and not words.endswith(".")


def test_christmas_gone_by_is_the_next_one() -> None:
    (value,) = values_in("It comes by Christmas.", date(2026, 12, 28))
    assert value.key == "2026-12-28/2027-12-25"
