"""What must never happen in an offer, whatever the orders, the catalogue and the situation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.candidates import EvidenceFloor
from recommender.catalogue import Product, ProductKind
from recommender.co_purchase import CoPurchase
from recommender.cross_sell import CrossSell
from recommender.money import Money
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.offers import Offer, Situation
from recommender.ranking import Engine
from tests.fakes.catalogue import FakeCatalogue, baskets_of

SKUS = [f"p{number}" for number in range(8)]
TODAY = date(2026, 11, 22)
DAYS = st.sampled_from([None, None, None, None, *(TODAY + timedelta(days=days) for days in range(-2, 3))])
LOOSE = EvidenceFloor(together=1, share=0.0, lift=0.0)


@st.composite
def products(draw: st.DrawFn, sku: str) -> Product:
    return Product(
        sku,
        f"Product {sku}",
        category=draw(st.sampled_from(["", "Kitchen", "Kitchen > Tea", "Garden"])),
        price=draw(st.sampled_from([None, *(Money(minor * 100, "GBP") for minor in (3, 2, 1, 0))])),
        stock=draw(st.sampled_from([None, 4, 3, 2, 1, 0, -1])),
        variant_of=draw(st.sampled_from([None] * 6 + SKUS[:3])),
        kind=draw(st.sampled_from([ProductKind.PRODUCT] * 4 + [ProductKind.SERVICE])),
        available_from=draw(DAYS),
        available_to=draw(DAYS),
        min_age=draw(st.sampled_from([None, None, None, 0, 18])),
        attributes=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "replenishable": st.booleans(),
                    "after_purchase": st.booleans(),
                    "fits_category": st.sampled_from(["*", "Kitchen", "Garden > Tools"]),
                },
            )
        ),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, Product]:
    known = draw(st.sets(st.sampled_from(SKUS), min_size=6))
    return {sku: draw(products(sku)) for sku in sorted(known)}


ORDERS = st.lists(st.sets(st.sampled_from(SKUS), min_size=2, max_size=6), min_size=8, max_size=30)
SOME = st.frozensets(st.sampled_from(SKUS), max_size=2)
SITUATIONS = st.builds(
    Situation,
    skus=st.lists(st.sampled_from([*SKUS, "unknown"]), min_size=1, max_size=3).map(tuple),
    owned=SOME,
    declined=SOME,
    channel=st.sampled_from(["email", "phone", "post"]),
    age_checked=st.booleans(),
)

Offered = tuple[tuple[Offer, ...], dict[str, Product], Situation, list[set[str]], int]


@dataclass(frozen=True)
class Case:
    """What is drawn; the offers are made when it is unpacked, so that drawing it stays quick."""

    orders: list[set[str]]
    catalogue: dict[str, Product]
    situation: Situation
    n: int
    floor: EvidenceFloor

    def __iter__(self) -> Iterator[Any]:
        return iter(self.offered())

    def offered(self) -> Offered:
        numbers = count()
        baskets = baskets_of([sorted(order) for order in self.orders])
        model = CoPurchase.fit(baskets, CoPurchaseSettings(min_orders=1))
        engine = CrossSell.fitted(
            Engine.plain(model), self.catalogue.values(), new_id=lambda: f"o{next(numbers)}"
        )
        engine = replace(engine, floor=self.floor)
        shelf = FakeCatalogue(self.catalogue.values())
        made = engine.recommend(self.situation, shelf, today=TODAY, n=self.n)
        assert bool(made.offers) == (made.no_offer_reason is None)
        return made.offers, self.catalogue, self.situation, self.orders, self.n


def cases(floor: EvidenceFloor = LOOSE) -> st.SearchStrategy[Case]:
    return st.builds(
        Case, ORDERS, catalogues(), SITUATIONS, st.sampled_from([3, 5, 4, 2, 1, 0]), st.just(floor)
    )


def family(product: Product) -> set[str]:
    return {product.sku} | ({product.variant_of} if product.variant_of else set())


def relatives(skus: frozenset[str] | tuple[str, ...], catalogue: dict[str, Product]) -> set[str]:
    return set(skus).union(*(family(catalogue[sku]) for sku in skus if sku in catalogue))


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_what_is_in_the_basket(case: Case) -> None:
    offers, _, situation, _, _ = case
    assert not {offer.sku for offer in offers} & set(situation.skus)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_a_variant_of_the_basket(case: Case) -> None:
    offers, catalogue, situation, _, _ = case
    taken = relatives(situation.skus, catalogue)
    assert all(not family(catalogue[offer.sku]) & taken for offer in offers)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_what_is_owned_unless_it_is_used_up(case: Case) -> None:
    offers, catalogue, situation, _, _ = case
    owned = relatives(situation.owned, catalogue)
    for offer in offers:
        product = catalogue[offer.sku]
        assert product.attributes.get("replenishable") is True or not family(product) & owned


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_what_was_declined(case: Case) -> None:
    offers, catalogue, situation, _, _ = case
    declined = relatives(situation.declined, catalogue)
    assert all(not family(catalogue[offer.sku]) & declined for offer in offers)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_out_of_stock_or_unknown_to_the_catalogue(case: Case) -> None:
    offers, catalogue, _, _, _ = case
    for offer in offers:
        assert offer.sku in catalogue
        assert offer.stock == catalogue[offer.sku].stock
        assert offer.stock is None or offer.stock > 0


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_outside_its_days_of_sale(case: Case) -> None:
    offers, catalogue, _, _, _ = case
    for product in (catalogue[offer.sku] for offer in offers):
        assert product.available_from is None or product.available_from <= TODAY
        assert product.available_to is None or product.available_to >= TODAY


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_age_restricted_without_the_check(case: Case) -> None:
    offers, catalogue, situation, _, _ = case
    assert situation.age_checked or all(not catalogue[offer.sku].min_age for offer in offers)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_twice_never_two_of_a_family_never_more_than_asked(case: Case) -> None:
    offers, catalogue, _, _, n = case
    assert len(offers) <= n
    seen: set[str] = set()
    for offer in offers:
        assert not family(catalogue[offer.sku]) & seen
        seen |= family(catalogue[offer.sku])
    assert len({offer.id for offer in offers}) == len(offers)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_never_a_service_that_fits_nothing_still_to_buy(case: Case) -> None:
    offers, catalogue, situation, _, _ = case
    for product in (catalogue[offer.sku] for offer in offers):
        if product.kind is not ProductKind.SERVICE:
            continue
        late = product.attributes.get("after_purchase") is True
        wanted = str(product.attributes.get("fits_category", "*"))
        served = [catalogue[sku] for sku in situation.skus if sku in catalogue]
        assert any(
            (late or one.sku not in situation.owned)
            and (one.kind is ProductKind.PRODUCT or "fits_category" not in product.attributes)
            and (wanted == "*" or f"{one.category} >".startswith(f"{wanted} >"))
            for one in served
        )


@given(cases())
@settings(max_examples=50, deadline=None)
def test_every_reason_is_true(case: Case) -> None:
    offers, catalogue, situation, orders, _ = case
    for offer in offers:
        assert offer.reasons
        for reason in offer.reasons:
            assert reason.anchor_sku in situation.skus
            if reason.together is None:
                assert catalogue[offer.sku].kind is ProductKind.SERVICE
                continue
            of = sum(reason.anchor_sku in order for order in orders)
            together = sum({reason.anchor_sku, offer.sku} <= order for order in orders)
            assert (reason.together, reason.of) == (together, of)
            assert reason.text.startswith(
                f"bought together in {together} of {of} order{'s' if of != 1 else ''} with "
            )


@given(cases(EvidenceFloor()))
@settings(max_examples=50, deadline=None)
def test_never_on_fewer_than_three_orders(case: Case) -> None:
    offers, *_ = case
    assert all((reason.together or 3) >= 3 for offer in offers for reason in offer.reasons)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_best_come_first(case: Case) -> None:
    offers, *_ = case
    assert [offer.score for offer in offers] == sorted((offer.score for offer in offers), reverse=True)


@given(SITUATIONS, catalogues(), ORDERS)
@settings(max_examples=60, deadline=None)
def test_never_anything_while_on_hold(
    situation: Situation, catalogue: dict[str, Product], orders: list[set[str]]
) -> None:
    held = Situation(situation.skus, hold_reason="bereavement", age_checked=True)
    engine = CrossSell.fitted(
        Engine.plain(CoPurchase.fit(baskets_of(orders))),
        catalogue.values(),
        new_id=lambda: pytest.fail("no id is needed"),
    )
    made = engine.recommend(held, FakeCatalogue(catalogue.values()), today=TODAY)
    assert (made.offers, made.no_offer_reason) == ((), "bereavement")


def test_these_laws_are_tried_on_real_offers() -> None:
    """Guard against laws that hold because nothing is ever offered."""
    offered = 0

    @given(cases())
    @settings(max_examples=120, database=None, derandomize=True, deadline=None)
    def counted(case: Case) -> None:
        nonlocal offered
        offered += bool(case.offered()[0])

    counted()
    assert offered >= 48
