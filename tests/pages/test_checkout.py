"""A customer is helped through the checkout: steps, ways around it, an outcome on record, never card data."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue import BuyingRoute, Product
from recommender.money import Money
from replies.checkout import NotOnSale, WalkOutcome, guide_for
from replies.contacts import Channel
from replies.shop import Shop
from tests.pages.fake_service import FakeService
from tests.pages.page_audit import faults_of

LAMP = Product(
    "LMP-1",
    "Brass lamp",
    price=Money(4500, "GBP"),
    url="https://shop.example/lamp",
    buy_at=(
        BuyingRoute("web", "https://shop.example/lamp"),
        BuyingRoute("store", "York"),
        BuyingRoute("phone", "1"),
    ),
)
TODAY = date(2026, 11, 23)
ASKS_FOR_CARD = re.compile(
    r"(?:read|tell|give|send|write|spell|say)[^.]{0,40}\b(?:card|cvv|security code|expiry|sort code|pin)\b",
    re.IGNORECASE,
)


@pytest.fixture
def with_lamp(service: FakeService) -> FakeService:
    with service.storage.writing() as unit:
        unit.intake.put_products([LAMP, Product("OLD-1", "Old lamp", available_to=date(2020, 1, 1))])
    return service


def test_the_steps_are_gone_through_and_the_outcome_is_on_record(
    app: Flask, agent: FlaskClient, with_lamp: FakeService
) -> None:
    answer = agent.post("/desk/contacts/K-1/checkout", data={"sku": "LMP-1"}, follow_redirects=True)
    assert "Open the page of the Brass lamp: https://shop.example/lamp" in answer.text
    assert "It costs £45.00." in answer.text
    assert "in our store: York; by phone on 1" in answer.text
    assert faults_of(app, answer, answer.headers["Content-Security-Policy"]) == []
    with with_lamp.storage.reading() as unit:
        (walk,) = unit.drafting.walks_of("K-1")
    agent.post(f"/desk/checkout/{walk.id}", data={"done": ["0", "1"]})
    agent.post(f"/desk/checkout/{walk.id}", data={"done": ["0", "1", "2"], "outcome": "other_way"})
    kept = with_lamp.checkout.walk(walk.id)
    assert kept.done == (0, 1, 2) and kept.outcome is WalkOutcome.OTHER_WAY and kept.ended_at is not None
    assert agent.post(f"/desk/checkout/{walk.id}", data={"outcome": "stolen"}).status_code == 400


@pytest.mark.parametrize(("sku", "said"), [("OLD-1", "is not sold today"), ("NO", "not in the catalogue")])
def test_what_is_not_sold_has_no_guide(
    agent: FlaskClient, with_lamp: FakeService, sku: str, said: str
) -> None:
    answer = agent.post("/desk/contacts/K-1/checkout", data={"sku": sku}, follow_redirects=True)
    assert said in answer.text


def test_a_product_out_of_stock_has_no_guide() -> None:
    with pytest.raises(NotOnSale, match="out of stock"):
        guide_for(Product("X", "Lamp", stock=0), Shop(), TODAY)


@given(st.sampled_from(list(Channel)), st.text(max_size=40))
def test_no_guide_ever_asks_for_card_data(channel: Channel, title: str) -> None:
    said = guide_for(Product("X", "A lamp"), Shop(), TODAY, ("by phone on 1",)).text(channel)
    assert ASKS_FOR_CARD.search(re.sub(r"\n\([^)]*\)", "", said)) is None  # prompts are for the agent
    assert "never tell it to us or write it to us" in said
    shown = guide_for(Product("X", title), Shop(), TODAY).text(channel)
    assert title in shown or not title or "{{" in shown
