"""What the shop told us, in memory: looked up, and brought in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from recommender.catalogue import Product, Store, StoreStock
from recommender.customers import Customer, Order, OrderLine
from replies.articles import Article, CannedReply
from tests.fakes.stored import State


class Knowledge:
    def __init__(self, state: State) -> None:
        self._state = state

    def articles(self, ids: Collection[str]) -> Mapping[str, Article]:
        return {it: self._state.articles[it] for it in ids if it in self._state.articles}

    def canned_replies(self, ids: Collection[str]) -> Mapping[str, CannedReply]:
        return {it: self._state.canned_replies[it] for it in ids if it in self._state.canned_replies}

    def all_canned_replies(self) -> Sequence[CannedReply]:
        return [self._state.canned_replies[it] for it in sorted(self._state.canned_replies)]


class Customers:
    def __init__(self, state: State) -> None:
        self._state = state

    def customer(self, customer_id: str) -> Customer | None:
        return self._state.customers.get(customer_id)

    def order(self, order_id: str) -> Order | None:
        numbered = sorted(
            ((position, line.sku, line.nth), line)
            for position, line in self._state.order_lines.values()
            if line.order_id == order_id
        )
        lines = tuple(line for _, line in numbered)
        return Order(order_id, lines[0].customer_id, lines[0].ordered_at, lines) if lines else None

    def orders_of(self, customer_id: str, *, limit: int = 20) -> Sequence[Order]:
        latest: dict[str, datetime] = {}
        for _, line in self._state.order_lines.values():
            if line.customer_id == customer_id:
                latest[line.order_id] = max(line.ordered_at, latest.get(line.order_id, line.ordered_at))
        numbers = sorted(latest, key=lambda number: (latest[number], number), reverse=True)[:limit]
        return [order for number in numbers if (order := self.order(number)) is not None]


class Catalogue:
    def __init__(self, state: State) -> None:
        self._state = state

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        return {sku: self._state.products[sku] for sku in skus if sku in self._state.products}

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        found: dict[str, tuple[StoreStock, ...]] = {}
        for sku, store_id in sorted(self._state.store_stock):
            if sku in skus:
                count = self._state.store_stock[sku, store_id]
                now = replace(count, store=self._state.stores[store_id])
                found[sku] = (*found.get(sku, ()), now)
        return found

    def stores(self) -> tuple[Store, ...]:
        return tuple(self._state.stores[store_id] for store_id in sorted(self._state.stores))


class Intake:
    """Puts what the shop sends; returns how many rows are new or changed."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_order_lines(self, lines: Sequence[OrderLine]) -> int:
        changed = 0
        last = {(line.order_id, line.sku, line.nth): (place, line) for place, line in enumerate(lines)}
        for key, (place, line) in last.items():
            if key in self._state.order_lines:
                place, there = self._state.order_lines[key]  # noqa: PLW2901  the place of its first coming stays
                line = replace(line, returned_at=line.returned_at or there.returned_at)  # noqa: PLW2901  as above
                if line == there:
                    continue
            self._state.order_lines[key] = (place, line)
            changed += 1
        return changed

    def put_products(self, values: Sequence[Product]) -> int:
        return _put(self._state.products, {it.sku: it for it in values})

    def put_stores(self, values: Sequence[Store]) -> int:
        return _put(self._state.stores, {it.store_id: it for it in values})

    def put_store_stock(self, values: Sequence[StoreStock]) -> int:
        for it in values:
            if it.sku not in self._state.products or it.store.store_id not in self._state.stores:
                raise ValueError(f"{it.sku} or {it.store.store_id} is not known")
        return _put(self._state.store_stock, {(it.sku, it.store.store_id): it for it in values})

    def put_customers(self, values: Sequence[Customer]) -> int:
        return _put(self._state.customers, {it.customer_id: it for it in values})

    def put_articles(self, values: Sequence[Article]) -> int:
        return _put(self._state.articles, {it.id: it for it in values})

    def put_canned_replies(self, values: Sequence[CannedReply]) -> int:
        return _put(self._state.canned_replies, {it.id: it for it in values})


def _put(there: dict[Any, Any], new: dict[Any, Any]) -> int:
    changed = {key: value for key, value in new.items() if there.get(key) != value}
    there.update(changed)
    return len(changed)
