"""How far a list of a look-up is told."""

from __future__ import annotations

import json

import pytest

from replies.list_progress import ListProgress, list_progress

SHORT = [
    "Turn right on El Camino.",
    "After 5 kilometers turn left.",
    "Drive for 3 blocks and turn left.",
    "You are there then.",
]
LONG = [f"{step[:-1]}, just after the tall brown building." for step in SHORT]
DIRECTIONS = json.dumps({"Detailed": LONG, "Steps": SHORT, "Price": 3, "Names": ["A", "B"]})


def told(*replies: str) -> ListProgress | None:
    return list_progress(DIRECTIONS, replies)


def test_nothing_is_told_before_the_first_item() -> None:
    assert told() is None and told("When will you start?") is None
    assert list_progress("", ["Turn right on El Camino."]) is None


def test_the_latest_item_told_says_how_many_are_left() -> None:
    assert told(f"{SHORT[0]} Can I go on?") == ListProgress(3, 0, "Steps")
    assert told(SHORT[0], f"OK. {SHORT[2]} Can I go on?") == ListProgress(1, 0, "Steps")
    assert told(SHORT[0], SHORT[3], "Anything else?") == ListProgress(0, 1, "Steps")


def test_the_fuller_wording_is_told_from_the_short_one() -> None:
    assert told(SHORT[0], LONG[0]) == ListProgress(3, 0, "Detailed")


@pytest.mark.parametrize(
    "look_up",
    [
        "1. Open the lid slowly\n2. Take out the filter\n3. Rinse it under water",
        '[{"help": {"do": ["Open the lid slowly", "Take out the filter", "Rinse it under water"]}}]',
    ],
)
def test_lines_with_numbers_and_lists_deep_inside_are_lists(look_up: str) -> None:
    found = list_progress(look_up, ["First open the lid slowly, please.", "Now take out the filter."])
    assert found is not None and (found.left, found.ago) == (1, 0)


@pytest.mark.parametrize(
    "look_up",
    [
        "{",
        "null",
        '["a", "b"]',
        "[" * 3_000,
        "[" * 900 + "]" * 900,
        "\n \n" * 2_600,
        "[1, 2, [3, [4]]]",
        "{}\n[[]]",
    ],
)
def test_what_is_no_list_to_tell_is_passed_over(look_up: str) -> None:
    assert list_progress(look_up, ["a b c"]) is None
