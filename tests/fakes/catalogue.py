"""A catalogue in memory, and orders to learn from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from recommender.baskets import Baskets, OrderLineArrays
from recommender.catalogue import Product, Store, StoreStock


class FakeCatalogue:
    """Fulfils `recommender.catalogue.Catalogue` from a list of products."""

    def __init__(self, products: Iterable[Product] = (), stock: Iterable[StoreStock] = ()) -> None:
        self._products = {product.sku: product for product in products}
        self._stock: dict[str, list[StoreStock]] = {}
        for one in stock:
            self._stock.setdefault(one.sku, []).append(one)

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        return {sku: self._products[sku] for sku in skus if sku in self._products}

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        return {sku: tuple(self._stock[sku]) for sku in skus if sku in self._stock}

    def stores(self) -> tuple[Store, ...]:
        found = {count.store.store_id: count.store for counts in self._stock.values() for count in counts}
        return tuple(found[store_id] for store_id in sorted(found))


def order_lines(
    orders: Sequence[Collection[str]], skus: Sequence[str] = (), first_day: str = "2026-01-01"
) -> OrderLineArrays:
    """Return the lines of `orders`, one order a day; `skus` adds products nobody bought."""
    names = tuple(dict.fromkeys([*skus, *(sku for order in orders for sku in order)]))
    codes = {sku: code for code, sku in enumerate(names)}
    rows = [(number, codes[sku]) for number, order in enumerate(orders) for sku in order]
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    days = np.datetime64(first_day, "D") + numbers.astype("timedelta64[D]")
    return OrderLineArrays(
        numbers, np.array([code for _, code in rows], dtype=np.int64), days.astype("datetime64[s]"), names
    )


def baskets_of(orders: Sequence[Collection[str]], skus: Sequence[str] = ()) -> Baskets:
    """Return `orders` as baskets, one a day."""
    return Baskets.of(order_lines(orders, skus))
