from __future__ import annotations

from datetime import date

import pytest

from brand_voice.finding import CheckContext
from brand_voice.promises import find_promises, promise_keys, unsupported
from brand_voice.reading import read


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Standard delivery takes 3 to 5 working days.", {"delivery:5 days"}),
        ("We refund you within a fortnight.", {"refund:14 days"}),
        ("Refunds are paid within two weeks.", {"refund:14 days"}),
        (
            "Refunds are paid within 14 days of us receiving it. Returns are free.",
            {"refund:14 days", "free:return"},
        ),
        ("A full refund within 35 days.", {"refund:full", "refund:35 days"}),
        ("Our shop is in York.", set()),
    ],
)
def test_approved_texts_give_keys(text: str, keys: set[str]) -> None:
    assert promise_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Your refund will reach your account within 5 working days.", ["refund:5 days"]),
        ("Your refund should reach your account within 5 working days.", []),
        ("We will email you within 2 working days about your refund.", []),
        ("It will definitely arrive by tomorrow.", ["certainty:definitely", "delivery:tomorrow"]),
        ("We can't guarantee that it arrives.", []),
        ("I have refunded you today.", []),
        ("You have 35 days to return it.", []),
        ("As you told us within 48 hours, we replace what came warm.", []),
        ("If you wrote to us, we replace it within 48 hours.", ["replacement:48 hours"]),
        ("We will deliver what you asked for within 2 days.", ["delivery:2 days"]),
        ("I will not be able to give you a full refund.", []),
    ],
)
def test_drafts_promise_only_in_firm_words(text: str, keys: list[str]) -> None:
    assert [promise.key for promise in find_promises(read(text))] == keys


def test_a_shorter_period_than_the_approved_one_is_unsupported() -> None:
    context = CheckContext("email", date(2026, 11, 23), source_texts=("Delivery takes 3 to 5 working days.",))
    assert unsupported(read("It will arrive within five working days."), context) == ()
    assert [p.key for p in unsupported(read("It will arrive within three working days."), context)] == [
        "delivery:3 days"
    ]
