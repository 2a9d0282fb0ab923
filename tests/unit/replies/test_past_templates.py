"""Past replies as templates: what anyone may be told is kept, what belongs to one case is not."""

from __future__ import annotations

import pytest

from replies.composing import without_form
from replies.past_templates import as_template, vocabulary

KNOWN = vocabulary(["We deliver from our York store within 3 working days."])


@pytest.mark.parametrize(
    "reply",
    [
        "May I have your name, please?",
        "Can I have your flight ID, please?",
        "Goodbye and thank you.",
        "What is your budget?",
        "Alright, where do you want to go?",
        "Delivery takes 3 working days.",
    ],
)
def test_a_whole_reply_that_anyone_may_be_given_is_kept_however_short(reply: str) -> None:
    assert as_template(reply, KNOWN) == reply


@pytest.mark.parametrize(
    "reply",
    [
        "I have sent you the label.",
        "We've refunded it in full.",
        "Your flight is now reserved!",
        "Great, your rsvp is all done and confirmed!",
        "Excellent, the viewing is scheduled now!",
        "Angela will ring you back.",
        "Rose will ring you back.",
        "Delivery takes 9 working days.",
        "Thanks.",
    ],
)
def test_what_is_true_of_one_case_or_says_nothing_is_not_kept(reply: str) -> None:
    assert as_template(reply, KNOWN) is None


def test_of_a_reply_cut_short_most_must_be_left() -> None:
    assert as_template("I have refunded you today. How can I help?", KNOWN) is None


@pytest.mark.parametrize(
    "rest",
    [
        "Let me know how you get on with it, please, won't you.",
        "I will get back to you by 24 November as soon as I can.",
        "Any trouble, please do ring us at once, will you.",
    ],
)
def test_courtesies_left_of_an_answer_are_no_reply(rest: str) -> None:
    assert as_template(f"Angela saw it. {rest}", KNOWN) is None


def test_who_signed_is_no_part_of_a_reply() -> None:
    said = "Delivery takes 3 working days."
    assert as_template(f"{said}\nKind regards\nLarkfield & Rowe Customer Care", KNOWN) == said


def test_what_follows_a_greeting_begins_a_sentence() -> None:
    assert without_form("Hello, how can I help?") == "How can I help?"


def test_what_points_back_to_a_sentence_left_out_is_left_out_too() -> None:
    left = "Delivery takes 3 working days. You can choose a day and a place on the page of your order."
    assert as_template(f"We sent yours to Leeds. It comes in one box. {left}", KNOWN) == left
    assert as_template(f"It comes in one box. {left}", KNOWN) == f"It comes in one box. {left}"


def test_a_sign_off_is_taken_from_the_end_alone() -> None:
    body = "You can bring it to any of our stores. " * 8
    assert without_form(f"Dear Jo,\n{body.strip()}\nMany thanks,\nRuth") == body.strip()
    assert (
        without_form(f"Many thanks for your letter.\n{body}")
        == f"Many thanks for your letter.\n{body}".strip()
    )
