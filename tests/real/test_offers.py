"""Offers for baskets as they were bought: every stated count is true, nothing but goods is offered."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from api.wiring import Wellput
from recommender.money import Money
from recommender.offers import Reason

pytestmark = pytest.mark.data

NOT_GOODS = {"POSTAGE", "CARRIAGE", "MANUAL", "DISCOUNT", "SAMPLES", "CHARGES", "FEE", "VOUCHER", "DEBT"}
Bought = dict[str, set[str]]


@pytest.fixture(scope="session")
def bought(shop_home: Path) -> Bought:
    """SKUs by invoice, counted from the export by nothing but the csv module: sold lines only."""
    invoices: Bought = defaultdict(set)
    with (shop_home.parent / "start.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given_away = float(row["UnitPrice"]) == 0 and not row["CustomerID"]
            if int(row["Quantity"]) > 0 and not given_away:
                invoices[row["InvoiceNo"]].add(row["StockCode"].strip().upper())
    return invoices


@pytest.fixture(scope="session")
def baskets(bought: Bought) -> list[set[str]]:
    """Every eighth of the invoices with two to six products."""
    return [skus for skus in bought.values() if 2 <= len(skus) <= 6][::8]


def test_every_count_in_a_reason_is_true(shop: Wellput, bought: Bought, baskets: list[set[str]]) -> None:
    orders_with: Bought = defaultdict(set)
    for invoice, skus in bought.items():
        for sku in skus:
            orders_with[sku].add(invoice)
    checked = 0
    for basket in baskets:
        for offer in shop.lookups.offer_for_basket(sorted(basket), 3).offers:
            assert offer.reasons
            for reason in offer.reasons:
                assert reason.anchor_sku is not None
                assert (reason.stands_for or reason.anchor_sku) in basket
                anchor = orders_with[reason.anchor_sku]
                both = anchor & orders_with[reason.counted_sku or offer.sku]
                assert (reason.together, reason.of) == (len(both), len(anchor))
                assert f"in {len(both):,} of {len(anchor):,} orders" in reason.text
                checked += 1
    assert checked > 200


def test_a_borrowed_count_names_the_products_it_is_of(shop: Wellput, baskets: list[set[str]]) -> None:
    borrowed: list[Reason] = []
    with shop.storage.reading() as unit:
        titles = {product.sku: product.title for product in unit.frames.products()}
    for basket in baskets:
        for offer in shop.lookups.offer_for_basket(sorted(basket), 3).offers:
            borrowed += [one for one in offer.reasons if one.counted_sku or one.stands_for]
    assert borrowed
    for reason in borrowed:
        named = [reason.anchor_sku, reason.counted_sku or reason.stands_for]
        assert "reads like" in reason.text
        assert all(sku is not None and titles[sku].strip() in reason.text for sku in named)


def test_only_goods_at_a_price_are_offered_and_none_twice(shop: Wellput, baskets: list[set[str]]) -> None:
    offered = 0
    for basket in baskets:
        offers = shop.lookups.offer_for_basket(sorted(basket), 10).offers
        assert len({offer.sku for offer in offers}) == len(offers)
        for offer in offers:
            assert offer.sku not in basket
            assert not NOT_GOODS & set(offer.title.upper().split()), offer.title
            assert offer.price is not None
            assert offer.price.minor > 0
            offered += 1
    assert offered > 500


def test_most_real_baskets_get_an_offer(shop: Wellput, baskets: list[set[str]]) -> None:
    served = [bool(shop.lookups.offer_for_basket(sorted(basket), 3).offers) for basket in baskets]
    assert sum(served) / len(served) > 0.85


def test_charges_alone_lead_to_no_offer_and_the_reason_is_said(shop: Wellput) -> None:
    made = shop.lookups.offer_for_basket(["POST", "M", "23444"], 3)
    assert made.offers == ()
    assert made.no_offer_reason


def test_offers_carry_the_usual_title_and_price(shop: Wellput) -> None:
    made = shop.lookups.offer_for_basket(["22423"], 3)
    found = {offer.sku: (offer.title, offer.price) for offer in made.offers}
    assert found["22697"] == ("GREEN REGENCY TEACUP AND SAUCER", Money(295, "GBP"))


def test_of_several_designs_the_most_bought_along_is_offered(shop: Wellput, bought: Bought) -> None:
    """The cake stand's teacups come in green, pink and roses: one of them is an offer, three are a shelf."""
    with_stand = [skus for skus in bought.values() if "22423" in skus]
    along = {teacup: sum(teacup in skus for skus in with_stand) for teacup in ("22697", "22698", "22699")}
    offered = [offer.sku for offer in shop.lookups.offer_for_basket(["22423"], 10).offers]
    assert [sku for sku in offered if sku in along] == [max(along, key=lambda sku: along[sku])]
