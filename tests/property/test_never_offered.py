"""What must never be offered where relations are learned: the same thing in another design, what is made
for something else, what the catalogue hides; and whose reasons must be true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.candidates import EvidenceFloor
from recommender.catalogue import AttributeValue, Product
from recommender.co_purchase import CoPurchase
from recommender.cross_sell import CrossSell
from recommender.money import Money
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.offers import ALTERNATIVES, Recommendation, Situation
from recommender.ranking import Engine
from recommender.relation_fitting import learn_relations
from recommender.replenishment import CustomerPurchases
from tests.fakes.catalogue import FakeCatalogue, baskets_of

TODAY = date(2026, 11, 22)
DESIGNS = ("Spaceboy", "Skulls", "Dolly", "Apples")
BAGS = [f"bag{n}" for n in range(4)]
CAPS = ("E27", "E14")


def _product(sku: str, title: str, pence: int, stock: int | None, **attributes: AttributeValue) -> Product:
    return Product(sku, title, price=Money(pence, "GBP"), stock=stock, attributes=attributes)


@st.composite
def shelves(draw: st.DrawFn) -> dict[str, Product]:
    """Four lunch bags, lamps and bulbs of two caps, a filter for one machine, and odds and ends."""
    stock = st.sampled_from([None, 0, 5])
    products = [
        _product(sku, f"Lunch Bag {design}", 165, draw(stock))
        for sku, design in zip(BAGS, DESIGNS, strict=True)
    ]
    for n, cap in enumerate(CAPS):
        products.append(_product(f"lamp{n}", f"Table Lamp Number{n}", 8000 + n, draw(stock), bulb_cap=cap))
        products.append(_product(f"bulb{n}", f"Warm Bulb Sort{n}", 500, draw(stock), bulb_cap=cap))
    products.append(_product("machine", "Moka Machine", 20_000, draw(stock), model="X200"))
    products.append(_product("filter", "Paper Filters", 300, draw(stock), fits="X200; X300"))
    products += [
        _product(f"odd{n}", f"Odd{n} Thing", 100 * 3**n, draw(stock), hidden=draw(st.booleans()))
        for n in range(5)
    ]
    return {product.sku: product for product in products}


SKUS = [*BAGS, "lamp0", "lamp1", "bulb0", "bulb1", "machine", "filter", *(f"odd{n}" for n in range(5))]
ORDERS = st.lists(st.sets(st.sampled_from(SKUS), min_size=2, max_size=8), min_size=6, max_size=30)


@dataclass(frozen=True)
class Case:
    """What is drawn; the offers are made when it is unpacked, so that drawing it stays quick."""

    orders: Sequence[set[str]]
    shelf: dict[str, Product]
    situation: Situation
    n: int

    def __iter__(self) -> Iterator[Any]:
        return iter((made_for(self.orders, self.shelf, self.situation, self.n), self.shelf, self.situation))


SOME = st.frozensets(st.sampled_from(SKUS), max_size=2)
SITUATIONS = st.builds(
    Situation,
    skus=st.lists(st.sampled_from(SKUS), max_size=3, unique=True).map(tuple),
    owned=SOME,
    declined=SOME,
    recent=st.dictionaries(st.sampled_from(SKUS), st.integers(0, 200), max_size=3).map(
        lambda days: tuple(days.items())
    ),
    from_recent=st.booleans(),
    open_to_popular=st.booleans(),
    most=st.none() | st.integers(0, 3),
)
CASES = st.builds(Case, ORDERS, shelves(), SITUATIONS, st.integers(0, 5))


def made_for(
    orders: Sequence[set[str]], shelf: dict[str, Product], situation: Situation, n: int
) -> Recommendation:
    model = CoPurchase.fit(
        baskets_of([sorted(order) for order in orders], SKUS), CoPurchaseSettings(min_orders=1)
    )
    none = np.zeros(0, dtype=np.int64)
    relations = learn_relations(shelf.values(), model, CustomerPurchases(none, none, none, ()))
    numbers = count()
    engine = CrossSell(
        Engine.plain(model),
        (),
        lambda: f"o{next(numbers)}",
        floor=EvidenceFloor(together=1, share=0.0, lift=0.0),
        relations=relations,
    )
    return engine.recommend(situation, FakeCatalogue(shelf.values()), today=TODAY, n=n)


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_never_the_same_thing_in_another_design(case: Case) -> None:
    made, _, situation = case
    offered = {offer.sku for offer in made.offers} & set(BAGS)
    assert len(offered) <= 1
    assert not (offered and set(situation.skus) & set(BAGS))
    assert not (offered and situation.declined & set(BAGS))


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_never_made_for_something_else(case: Case) -> None:
    made, shelf, situation = case
    anchors = set(situation.skus or (sku for sku, _ in situation.recent if situation.from_recent))
    caps = {sku: shelf[sku].attributes.get("bulb_cap") for sku in anchors}
    for sku in (offer.sku for offer in made.offers):
        if sku.startswith("bulb"):
            assert any(
                one.startswith("lamp") and caps[one] == shelf[sku].attributes["bulb_cap"] for one in anchors
            )
        if sku == "filter":
            assert "machine" in anchors


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_never_hidden_nor_more_than_the_contact_may_hear(case: Case) -> None:
    made, shelf, situation = case
    assert not any(shelf[offer.sku].attributes.get("hidden") for offer in (*made.offers, *made.alternatives))
    assert situation.most is None or len(made.offers) <= situation.most


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_an_alternative_can_be_had_and_stands_in_for_what_is_asked_for(case: Case) -> None:
    made, shelf, situation = case
    for offer in made.alternatives:
        assert offer.relation in ALTERNATIVES
        assert offer.instead_of in situation.skus
        assert offer.instead_of not in situation.owned
        assert offer.sku not in (*situation.skus, *situation.owned, *situation.declined)
        assert shelf[offer.sku].stock != 0
        assert offer.reasons
    assert len({offer.sku for offer in made.alternatives}) == len(made.alternatives)


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_every_offer_has_a_receipt_that_agrees_with_it(case: Case) -> None:
    made, _, _ = case
    for place, offer in enumerate(made.offers, start=1):
        receipt = offer.receipt
        assert receipt is not None
        assert (receipt.place, receipt.evidence, receipt.propensity) == (place, offer.reasons, 1.0)
        assert offer.sku not in {out.sku for out in receipt.displaced}
        assert all(out.why for out in receipt.displaced)
        assert receipt.considered >= len(made.offers)


def test_what_is_out_of_stock_is_replaced_by_another_design_and_a_lamp_gets_its_bulb() -> None:
    shelf = {
        product.sku: product
        for product in (
            *(
                _product(sku, f"Lunch Bag {design}", 165, 0 if sku == "bag0" else 5)
                for sku, design in zip(BAGS, DESIGNS, strict=True)
            ),
            _product("lamp0", "Table Lamp", 8000, 5, bulb_cap="E27"),
            _product("bulb0", "Warm Bulb", 500, 5, bulb_cap="E27"),
            _product("bulb1", "Small Bulb", 500, 5, bulb_cap="E14"),
            *(_product(f"odd{n}", f"Odd{n} Thing", 100 * 3**n, 5) for n in range(5)),
        )
    }
    orders = [{"bag0", "odd0"}, {"lamp0", "bulb1"}, {"odd1", "odd2"}] * 4
    out = made_for(orders, shelf, Situation(skus=("bag0",)), 3)
    assert {offer.sku for offer in out.alternatives} == {"bag1", "bag2", "bag3"}
    assert out.alternatives[0].differences == ("the same price, £1.65",)
    assert "Lunch Bag Spaceboy is out of stock" in out.alternatives[0].reasons[0].text
    lit = made_for(orders, shelf, Situation(skus=("lamp0",)), 3)
    assert [offer.sku for offer in lit.offers] == ["bulb0"]
    assert lit.offers[0].reasons[0].text == "fits Table Lamp: bulb cap E27 on both"
