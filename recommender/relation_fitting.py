"""Learn the relations of a catalogue from its titles, its attributes and what was bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue import Product, ProductKind
from recommender.co_purchase import CoPurchase
from recommender.compatibility import interfaces_among, parts_among, same_interfaces
from recommender.look_alikes import learn_look_alikes
from recommender.relation_book import RelationBook, leaf_of, starts_of
from recommender.relations import family_ids
from recommender.replenishment import CustomerPurchases, learn_repeats
from recommender.thing_names import ThingNames, learn_thing_names
from recommender.titles import Title

_NEAR_IN_PRICE = 12
_KEPT = 12
_COMPANIONS = 50
_PRICE_REACH = 2.0
_LEAST_SHARED = 3
_LEAST_FOR_DIRECTION = 6
_LEAST_RANK_CORRELATION = 0.3


def learn_relations(
    products: Iterable[Product],
    co_purchase: CoPurchase,
    bought: CustomerPurchases,
    vectors: NDArray[np.float16] | None = None,
) -> RelationBook:
    """Return the relations of the products of a catalogue; `vectors` are the texts' in the order of
    `co_purchase.skus`, without them no look-alikes are learned."""
    known = list(products)
    names = learn_thing_names(known)
    interfaces = interfaces_among(known)
    thing_starts, things = starts_of(names.of_product)
    found = _StandIns(known, names, co_purchase).found()
    stands = [
        [one for one in row if same_interfaces(product, known[one.place], interfaces)][:_KEPT]
        for product, row in zip(known, found, strict=True)
    ]
    alike_starts, alike_items = starts_of(_look_alikes(known, co_purchase.skus, vectors))
    stand_starts, stand_items = starts_of([[one.place for one in row] for row in stands])
    flat = [one for row in stands for one in row]
    skus = tuple(product.sku for product in known)
    return RelationBook(
        skus,
        {
            "thing_starts": thing_starts,
            "things": things,
            "bare": np.array(names.bare, dtype=np.int32),
            "alike_starts": alike_starts,
            "alike_items": alike_items,
            "stand_starts": stand_starts,
            "stand_items": stand_items,
            "stand_shared": np.array([one.shared for one in flat], dtype=np.int32),
            "stand_of": np.array([one.companions for one in flat], dtype=np.int32),
            "stand_together": np.array([one.together for one in flat], dtype=np.int32),
            "stand_chance": np.array([one.by_chance for one in flat], dtype=np.float32),
            **_repeats(skus, bought),
        },
        names.names,
        interfaces,
        parts_among(known, interfaces),
        _better(known),
    )


def _look_alikes(
    products: Sequence[Product], skus: Sequence[str], vectors: NDArray[np.float16] | None
) -> list[list[int]]:
    if vectors is None:
        return [[] for _ in products]
    places = {sku: at for at, sku in enumerate(skus)}
    at = np.array([places.get(product.sku, -1) for product in products], dtype=np.int64)
    own = np.where(at[:, None] >= 0, vectors[at], np.float16(0)) if len(at) else vectors[:0]
    return learn_look_alikes(products, own)


def _repeats(skus: tuple[str, ...], bought: CustomerPurchases) -> dict[str, NDArray[np.generic]]:
    learnt = learn_repeats(bought)
    places = {sku: at for at, sku in enumerate(bought.skus)}
    at = np.array([places.get(sku, -1) for sku in skus], dtype=np.int64)
    return {
        "buyers": np.append(learnt.buyers, 0)[at].astype(np.int32),
        "again": np.append(learnt.again, 0)[at].astype(np.int32),
        "middle_days": np.append(learnt.middle_days, 0)[at].astype(np.int32),
        "is_replenished": np.append(learnt.is_replenished, False)[at].astype(np.bool_),
    }


@dataclass(frozen=True, slots=True)
class _Stand:
    place: int
    is_family: bool
    is_same: bool
    shared: int
    companions: int
    together: int
    by_chance: float
    price_step: float


class _StandIns:
    """Finds what could stand in for each product: of the same family, name or kind, at a near price."""

    def __init__(self, products: Sequence[Product], names: ThingNames, co_purchase: CoPurchase) -> None:
        self._products = products
        self._names = names
        self._model = co_purchase
        self._places = {sku: at for at, sku in enumerate(co_purchase.skus)}
        self._companions = [self._companions_of(product.sku) for product in products]

    def found(self) -> list[list[_Stand]]:
        """Return each product's stand-ins, nearest first."""
        near: list[dict[int, bool]] = [{} for _ in self._products]
        for group, is_same in self._groups():
            by_price = sorted(group, key=lambda at: (self._price(at), self._products[at].sku))
            for rank, at in enumerate(by_price):
                first = max(0, rank - _NEAR_IN_PRICE)
                for other in by_price[first : rank + _NEAR_IN_PRICE + 1]:
                    if other != at:
                        near[at][other] = near[at].get(other, False) or is_same
        return [self._ranked(at, others) for at, others in enumerate(near)]

    def _groups(self) -> Iterable[tuple[list[int], bool]]:
        families: dict[str, list[int]] = defaultdict(list)
        things: dict[int, list[int]] = defaultdict(list)
        bare: dict[int, list[int]] = defaultdict(list)
        kinds: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, product in enumerate(self._products):
            if product.kind is ProductKind.SERVICE:
                continue
            for family in family_ids(product):
                families[family].append(at)
            for thing in self._names.of_product[at]:
                things[thing].append(at)
            if self._names.bare[at] >= 0:
                bare[self._names.bare[at]].append(at)
            head = Title.of(product).head
            if product.category and head is not None:
                kinds[leaf_of(product.category), head].append(at)
        for groups, is_same in ((families, True), (bare, True), (things, True), (kinds, False)):
            yield from ((group, is_same) for group in groups.values() if len(group) > 1)

    def _ranked(self, at: int, others: dict[int, bool]) -> list[_Stand]:
        with_it = self._together_with(at)
        stands = [self._stand(at, other, is_same, with_it) for other, is_same in others.items()]
        fitting = (one for one in stands if one.is_family or one.price_step <= _PRICE_REACH)
        return sorted(
            fitting,
            key=lambda one: (
                not one.is_family,
                not one.is_same,
                -(one.shared >= _LEAST_SHARED) * one.shared,
                one.price_step,
                self._products[one.place].sku,
            ),
        )[: 2 * _KEPT]

    def _together_with(self, at: int) -> dict[int, int]:
        """Return in how many orders each kept neighbour was bought with the product."""
        place = self._places.get(self._products[at].sku)
        if place is None:
            return {}
        cells = slice(int(self._model.starts[place]), int(self._model.starts[place + 1]))
        return dict(
            zip(self._model.columns[cells].tolist(), self._model.together[cells].tolist(), strict=True)
        )

    def _stand(self, at: int, other: int, is_same: bool, with_it: dict[int, int]) -> _Stand:
        mine, its = self._companions[at], self._companions[other]
        own, theirs = self._products[at], self._products[other]
        here, there = self._places.get(own.sku), self._places.get(theirs.sku)
        together, by_chance = -1, 0.0
        if here is not None and there is not None:
            together = with_it.get(there, -1)
            orders = self._model.item_orders
            by_chance = float(orders[here]) * float(orders[there]) / max(self._model.orders, 1)
        low, high = sorted((self._price(at), self._price(other)))
        return _Stand(
            other,
            bool(family_ids(own) & family_ids(theirs)),
            is_same,
            len(mine & its),
            len(mine),
            together,
            by_chance,
            high / low if low > 0 else (1.0 if high == 0 else float("inf")),
        )

    def _companions_of(self, sku: str) -> frozenset[int]:
        at = self._places.get(sku)
        if at is None:
            return frozenset()
        cells = slice(int(self._model.starts[at]), int(self._model.starts[at + 1]))
        scores = self._model.scores[cells]
        strongest = np.argsort(-scores, kind="stable")[:_COMPANIONS]
        return frozenset(self._model.columns[cells][strongest].tolist())

    def _price(self, at: int) -> int:
        price = self._products[at].price
        return 0 if price is None else price.minor


def _better(products: Sequence[Product]) -> dict[str, tuple[str, ...]]:
    """Return, by leaf category, the numeric attributes that go up with the price there."""
    by_leaf: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        if product.category and product.price is not None and product.kind is ProductKind.PRODUCT:
            by_leaf[leaf_of(product.category)].append(product)
    found: dict[str, tuple[str, ...]] = {}
    for leaf, own in by_leaf.items():
        names = sorted({name for product in own for name in product.attributes})
        rising = tuple(name for name in names if _rises(name, own))
        if rising:
            found[leaf] = rising
    return found


def _rises(name: str, products: Sequence[Product]) -> bool:
    pairs = [
        (float(value), product.price.minor)
        for product in products
        if product.price is not None
        and isinstance(value := product.attributes.get(name), int | float)
        and not isinstance(value, bool)
    ]
    if len(pairs) < _LEAST_FOR_DIRECTION or len({value for value, _ in pairs}) < 3:
        return False
    values, prices = (np.argsort(np.argsort(np.array(column))) for column in zip(*pairs, strict=True))
    return float(np.corrcoef(values, prices)[0, 1]) >= _LEAST_RANK_CORRELATION
