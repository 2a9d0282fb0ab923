import json
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from recommender.catalogue import BuyingRoute, Product, ProductKind, Store, StoreStock
from recommender.co_purchase import CoPurchase, DamagedModelError
from recommender.cross_sell import NOTHING_NAMED, TOO_LITTLE_BOUGHT, CrossSell
from recommender.money import Money
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.offers import Situation
from recommender.ranking import Engine
from tests.fakes.catalogue import FakeCatalogue, baskets_of

TODAY = date(2026, 11, 22)
ORDERS = (
    [["pot", "tea"]] * 5 + [["pot", "cup"]] * 3 + [["pot", "rare"]] * 2 + [["pot"]] * 2 + [["other"]] * 20
)
PRODUCTS = (
    Product("pot", "Stoneware Teapot ", category="Kitchen > Tea", price=Money(3400, "GBP")),
    Product("tea", "Breakfast Tea", price=Money(650, "GBP"), stock=40, url="https://shop.example/tea"),
    Product("cup", "Tea Cup", price=Money(900, "GBP"), stock=7),
    Product("rare", "Rare Thing"),
    Product("other", "Other"),
    Product("care", "Care Plan", kind=ProductKind.SERVICE, attributes={"fits_category": "Kitchen"}),
    Product("wrap", "Gift Wrap", kind=ProductKind.SERVICE, attributes={"fits_category": "*"}),
)
CATALOGUE = FakeCatalogue(PRODUCTS, [StoreStock("tea", Store("york", "York"), 12)])


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"offer-{next(numbers)}"


def recommender(orders: list[list[str]] = ORDERS, products: tuple[Product, ...] = PRODUCTS) -> CrossSell:
    model = CoPurchase.fit(baskets_of(orders), CoPurchaseSettings(min_orders=1))
    return CrossSell.fitted(Engine.plain(model), products, new_id=ids())


def offered(situation: Situation, catalogue: FakeCatalogue = CATALOGUE, n: int = 3) -> list[str]:
    made = recommender().recommend(situation, catalogue, today=TODAY, n=n)
    return [offer.sku for offer in made.offers]


def test_an_offer_says_why_with_true_counts_what_it_costs_and_where_to_buy_it() -> None:
    made = recommender().recommend(Situation(skus=("pot",)), CATALOGUE, today=TODAY)
    tea = made.offers[0]
    assert (tea.id, tea.sku, tea.title, tea.price, tea.stock) == (
        "offer-1",
        "tea",
        "Breakfast Tea",
        Money(650, "GBP"),
        40,
    )
    assert [reason.text for reason in tea.reasons] == [
        "bought together in 5 of 12 orders with Stoneware Teapot"
    ]
    assert (tea.reasons[0].anchor_sku, tea.reasons[0].together, tea.reasons[0].of) == ("pot", 5, 12)
    assert tea.buy_at == (
        BuyingRoute("web", "https://shop.example/tea"),
        BuyingRoute("store", "York", "12 in stock"),
    )
    assert made.no_offer_reason is None


def test_the_best_come_first_and_a_fitting_service_takes_the_last_place() -> None:
    assert offered(Situation(skus=("pot",))) == ["tea", "cup", "care"]
    assert offered(Situation(skus=("pot",)), n=2) == ["tea", "care"]
    assert offered(Situation(skus=("pot",)), n=1) == ["tea"]


def test_a_service_says_what_it_can_be_added_to() -> None:
    made = recommender().recommend(Situation(skus=("pot",)), CATALOGUE, today=TODAY)
    assert [reason.text for reason in made.offers[2].reasons] == ["can be added to Stoneware Teapot"]


def test_two_orders_together_are_too_few_to_speak_of() -> None:
    assert "rare" not in offered(Situation(skus=("pot",)), n=9)


def test_what_meets_no_more_often_than_chance_is_not_offered() -> None:
    orders = [["pot", "bag"]] * 4 + [["bag", f"x{n}"] for n in range(30)] + [["pot", "y"]]
    products = tuple(Product(sku, sku) for order in orders for sku in order)
    made = recommender(orders, products).recommend(
        Situation(skus=("pot",)), FakeCatalogue(products), today=TODAY
    )
    assert made.offers == ()
    assert made.no_offer_reason == TOO_LITTLE_BOUGHT


def test_on_hold_nothing_is_offered_and_the_reason_is_said() -> None:
    made = recommender().recommend(
        Situation(skus=("pot",), hold_reason="open complaint"), CATALOGUE, today=TODAY
    )
    assert (made.offers, made.no_offer_reason) == ((), "open complaint")


@pytest.mark.parametrize(
    ("skus", "reason"),
    [
        ((), NOTHING_NAMED),
        (("unknown",), TOO_LITTLE_BOUGHT),
        (("other",), TOO_LITTLE_BOUGHT),
        (("wrap",), TOO_LITTLE_BOUGHT),
    ],
)
def test_why_nothing_is_offered(skus: tuple[str, ...], reason: str) -> None:
    made = recommender().recommend(Situation(skus=skus), CATALOGUE, today=TODAY)
    assert (made.offers, made.no_offer_reason) == ((), reason)


def test_what_rules_took_away_is_said_and_listed() -> None:
    shelf = FakeCatalogue([PRODUCTS[0], Product("tea", "Breakfast Tea", stock=0)])
    situation = Situation(skus=("pot",), declined=frozenset({"cup"}), owned=frozenset({"pot"}))
    engine = recommender()
    made = engine.recommend(situation, shelf, today=TODAY)
    assert made.no_offer_reason == (
        "what goes with this cannot be offered: 2 not in the catalogue, 1 out of stock"
    )
    assert [(one.sku, one.title, one.reason) for one in engine.ruled_out(situation, shelf, today=TODAY)] == [
        ("tea", "Breakfast Tea", "out of stock"),
        ("cup", "cup", "not in the catalogue"),
        ("care", "care", "not in the catalogue"),
    ]


def test_a_variant_family_is_offered_once() -> None:
    orders = [["pot", "red", "blue", "cup"]] * 5 + [["x"]] * 20
    products = (
        Product("pot", "Pot"),
        Product("red", "Red Mug", variant_of="mug"),
        Product("blue", "Blue Mug", variant_of="mug"),
        Product("cup", "Cup"),
    )
    made = recommender(orders, products).recommend(
        Situation(skus=("pot",)), FakeCatalogue(products), today=TODAY
    )
    skus = [offer.sku for offer in made.offers]
    assert len(skus) == 2
    assert "cup" in skus


def test_no_offer_is_asked_for_or_a_senseless_number() -> None:
    assert recommender().recommend(Situation(skus=("pot",)), CATALOGUE, today=TODAY, n=0).offers == ()
    with pytest.raises(ValueError, match="-1 is negative"):
        recommender().recommend(Situation(skus=("pot",)), CATALOGUE, today=TODAY, n=-1)


def test_bare_scores_ask_no_rule_and_are_filled_up_with_what_most_buy() -> None:
    scored = recommender().scores(["pot"], 5)
    assert [one.sku for one in scored] == ["tea", "cup", "rare", "other"]
    assert scored[2].reasons[0].text == "bought together in 2 of 12 orders with pot"
    assert scored[3].reasons[0].text == "bought in 20 of 32 orders"
    assert [one.sku for one in recommender().scores(["unknown"], 2)] == ["other", "pot"]
    assert recommender().scores(["pot"], 0) == []


def test_one_order_is_one_order() -> None:
    scored = recommender([["pot", "tea"]]).scores(["pot"], 1)
    assert scored[0].reasons[0].text == "bought together in 1 of 1 order with pot"


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    engine = recommender()
    engine.save(tmp_path)
    again = CrossSell.load(
        tmp_path, new_id=ids(), model_version="7", shop_routes=(BuyingRoute("phone", "1"),)
    )
    situation = Situation(skus=("pot",), channel="phone")
    offers = again.recommend(situation, CATALOGUE, today=TODAY).offers
    assert [offer.sku for offer in offers] == ["tea", "cup", "care"]
    assert {offer.model_version for offer in offers} == {"7"}
    assert offers[1].buy_at == (BuyingRoute("phone", "1"),)


def test_services_that_are_none_are_refused(tmp_path: Path) -> None:
    recommender().save(tmp_path)
    (tmp_path / "services.json").write_text(json.dumps([{"sku": "x"}]), encoding="utf-8")
    with pytest.raises(DamagedModelError, match=r"services\.json"):
        CrossSell.load(tmp_path, new_id=ids())


def test_where_nobody_bought_what_is_asked_about_offers_rest_on_what_was_bought_lately() -> None:
    asked = Situation(skus=("rare", "new"), owned=frozenset({"pot"}), recent=(("pot", 12),))
    made = recommender().recommend(asked, CATALOGUE, today=TODAY)
    assert [offer.sku for offer in made.offers] == ["tea", "cup"]
    assert made.offers[0].reasons[0].text == "bought together in 5 of 12 orders with Stoneware Teapot"
    assert made.offers[0].receipt is not None
    assert "pot" in made.offers[0].receipt.asked_about
    known = recommender().recommend(Situation(skus=("tea",), recent=(("other", 3),)), CATALOGUE, today=TODAY)
    assert [offer.receipt.asked_about for offer in known.offers if offer.receipt] == [("tea",)]
