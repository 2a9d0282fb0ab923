"""An offer put into a reply stands before the closing, with reason, price and where to buy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from replies.composing import without_form
from replies.contacts import Channel
from replies.offer_wording import with_offer

from .conftest import an_offer

LETTER = "Dear Joan,\n\nIt left us on Thursday.\n\nKind regards,\nRuth\nLarkfield & Rowe"


def test_the_paragraph_stands_before_the_sign_off() -> None:
    text = with_offer(LETTER, an_offer(), Channel.EMAIL)
    assert text.index("Thursday") < text.index("Pan brush") < text.index("Kind regards")
    assert (
        "£6.50" in text
        and "41 of 300 orders" in text
        and "https://www.larkfieldandrowe.example/pan-brush" in text
    )
    assert text.endswith("Kind regards,\nRuth\nLarkfield & Rowe")


@pytest.mark.parametrize(("channel", "place"), [(Channel.CHAT, "online at"), (Channel.POST, "in our store")])
def test_the_way_to_buy_suits_the_channel(channel: Channel, place: str) -> None:
    assert place in with_offer("It left us on Thursday.", an_offer(), channel)


def test_a_script_offers_before_it_closes() -> None:
    script = "Hello Joan.\n\nIt left us.\n\n(Pause: does this answer it? Then close.)\n\nGoodbye."
    text = with_offer(script, an_offer(), Channel.PHONE)
    assert text.index("Pan brush") < text.index("(Pause")


def test_missing_price_and_route_leave_no_gap() -> None:
    text = with_offer("", replace(an_offer(), price=None, buy_at=(), reasons=()), Channel.EMAIL)
    assert text == "You may also like the Pan brush."


def test_a_hostile_title_is_only_text() -> None:
    hostile = replace(an_offer(), title="{{ 'a' * 50000000 }}{% for x in y %}")
    assert "{{ 'a' * 50000000 }}" in with_offer(LETTER, hostile, Channel.EMAIL)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Mrs Hall,\n\nIt left us.\n\nKind regards,\nRuth",
        "Hello,\nIt left us.\nBest wishes\nRuth Calloway",
        "Hi Joan, It left us.",
        "It left us.",
        "Good morning!\n\nIt left us.\n\nYours sincerely,\n\nRuth",
    ],
)
def test_a_text_loses_its_own_form(text: str) -> None:
    assert without_form(text) == "It left us."
