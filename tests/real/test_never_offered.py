"""What must never be offered, over baskets as they were bought and the ranking that was learned from them.

The catalogue is the shop's own, with every third product changed as the event needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.wiring import Wellput
from recommender.catalogue import Catalogue, Product, ProductKind, Store, StoreStock
from recommender.cross_sell import CrossSell
from recommender.offers import Offer, Situation

pytestmark = pytest.mark.data

TODAY = date(2011, 12, 10)
OFFERS = 5
Change = Callable[[Product], Product]


class Changed:
    """A catalogue in which `change` happened to every third product."""

    def __init__(self, inner: Catalogue, change: Change) -> None:
        self._inner = inner
        self._change = change

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        found = self._inner.products(skus)
        return {sku: self._change(one) if is_third(sku) else one for sku, one in found.items()}

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        return self._inner.store_stock(skus)

    def stores(self) -> tuple[Store, ...]:
        return self._inner.stores()


def is_third(sku: str) -> bool:
    return sum(map(ord, sku)) % 3 == 0


def as_it_is(product: Product) -> Product:
    return product


class Desk:
    """Real baskets, and what they are offered where the catalogue is changed."""

    def __init__(self, shop: Wellput) -> None:
        cross_sell = shop.learned.cross_sell
        assert cross_sell is not None
        self.cross_sell: CrossSell = cross_sell
        self._shop = shop
        with shop.storage.reading() as unit:
            lines = unit.frames.order_lines()
        orders: dict[int, set[str]] = {}
        for order, sku in zip(lines.order_codes.tolist(), lines.sku_codes.tolist(), strict=True):
            orders.setdefault(order, set()).add(lines.skus[sku])
        self.baskets = [tuple(sorted(skus)) for skus in orders.values() if 2 <= len(skus) <= 6][::12][:50]

    @contextmanager
    def _catalogue(self, change: Change) -> Iterator[Catalogue]:
        with self._shop.storage.reading() as unit:
            yield Changed(unit.catalogue, change)

    def offered(
        self, change: Change = as_it_is, **stated: object
    ) -> Iterator[tuple[tuple[str, ...], tuple[Offer, ...], Mapping[str, Product]]]:
        """Yield each basket with its offers and all products that either names."""
        made_in_all = 0
        with self._catalogue(change) as catalogue:
            for basket in self.baskets:
                situation = replace(Situation(skus=basket), **stated)
                made = self.cross_sell.recommend(situation, catalogue, today=TODAY, n=OFFERS)
                made_in_all += len(made.offers)
                yield basket, made.offers, catalogue.products({*basket, *(one.sku for one in made.offers)})
        assert made_in_all > len(self.baskets), "a law that nothing is offered under proves nothing"


@pytest.fixture(scope="module")
def desk(shop: Wellput) -> Desk:
    return Desk(shop)


def test_never_what_is_in_the_basket_never_twice_never_more_than_asked(desk: Desk) -> None:
    for basket, offers, _ in desk.offered():
        skus = [one.sku for one in offers]
        assert not set(skus) & set(basket)
        assert len(skus) == len(set(skus)) <= OFFERS


def test_never_what_is_owned_and_not_used_up(desk: Desk) -> None:
    usual = {one.sku for _, offers, _ in desk.offered() for one in offers}
    owned = frozenset(sorted(usual)[::2])
    for _, offers, _ in desk.offered(owned=owned):
        for one in offers:
            repeat = desk.cross_sell.relations.repeat(one.sku)
            assert one.sku not in owned or (repeat is not None and repeat.is_replenished)


def test_never_a_variant_of_the_basket_nor_two_of_a_family(desk: Desk) -> None:
    families = 40

    def in_families(product: Product) -> Product:
        return replace(product, variant_of=f"family-{sum(map(ord, product.sku)) % families}")

    for basket, offers, known in desk.offered(in_families):
        taken = {known[sku].variant_of for sku in basket if sku in known} - {None}
        for one in offers:
            family = known[one.sku].variant_of
            assert family is None or family not in taken
            taken |= {family} if family else set()


def test_never_the_same_thing_as_learned_beside_the_basket_or_another_offer(desk: Desk) -> None:
    same_thing = desk.cross_sell.relations.same_thing
    for basket, offers, known in desk.offered():
        beside = [known[sku] for sku in basket if sku in known]
        for one in offers:
            product = known[one.sku]
            assert not [other.title for other in beside if same_thing(other, product)], product.title
            beside.append(product)


def test_never_out_of_stock(desk: Desk) -> None:
    for _, offers, _ in desk.offered(lambda product: replace(product, stock=0)):
        assert not any(is_third(one.sku) for one in offers)


def test_never_withdrawn_nor_before_its_time(desk: Desk) -> None:
    gone, late = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for _, offers, _ in desk.offered(lambda product: replace(product, available_to=gone)):
        assert not any(is_third(one.sku) for one in offers)
    for _, offers, _ in desk.offered(lambda product: replace(product, available_from=late)):
        assert not any(is_third(one.sku) for one in offers)


def test_never_age_restricted_without_the_check(desk: Desk) -> None:
    def for_adults(product: Product) -> Product:
        return replace(product, min_age=18)

    for _, offers, _ in desk.offered(for_adults):
        assert not any(is_third(one.sku) for one in offers)
    checked = (offers for _, offers, _ in desk.offered(for_adults, age_checked=True))
    assert any(is_third(one.sku) for offers in checked for one in offers)


def test_never_made_for_something_else(desk: Desk) -> None:
    for _, offers, _ in desk.offered(
        lambda product: replace(product, attributes={"fits": "MODEL-NOBODY-HAS"})
    ):
        assert not any(is_third(one.sku) for one in offers)


@pytest.mark.parametrize("attribute", ["hidden", "no_offers"])
def test_never_what_the_catalogue_keeps_out(desk: Desk, attribute: str) -> None:
    for _, offers, _ in desk.offered(lambda product: replace(product, attributes={attribute: True})):
        assert not any(is_third(one.sku) for one in offers)


def test_never_what_was_declined(desk: Desk) -> None:
    usual = {one.sku for _, offers, _ in desk.offered() for one in offers}
    declined = frozenset(sorted(usual)[::2])
    for _, offers, _ in desk.offered(declined=declined):
        assert not {one.sku for one in offers} & declined


def test_never_a_service_for_what_is_not_there(desk: Desk) -> None:
    def served_elsewhere(product: Product) -> Product:
        return replace(product, kind=ProductKind.SERVICE, attributes={"fits_category": "Nowhere"})

    for _, offers, _ in desk.offered(served_elsewhere):
        assert not any(is_third(one.sku) for one in offers)
