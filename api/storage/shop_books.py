"""Look-ups of what the shop told us, bound to one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa

from api.storage.columns import equals, is_storable
from api.storage.shop_rows import (
    article_of,
    canned_reply_of,
    customer_of,
    order_line_of,
    orders_of,
    product_of,
    store_of,
)
from api.storage.shop_tables import (
    articles,
    canned_replies,
    customers,
    order_lines,
    products,
    store_stock,
    stores,
)
from recommender.catalogue import Product, StoreStock
from recommender.customers import Customer, Order
from replies.articles import Article, CannedReply

_IDS_A_QUERY = 5_000  # databases cap the parameters of one statement


def in_batches(ids: Collection[str]) -> Iterator[list[str]]:
    """Cut ids into lists that fit one statement, without those that no row can have."""
    rest = filter(is_storable, ids)
    while batch := list(islice(rest, _IDS_A_QUERY)):
        yield batch


class SqlCatalogue:
    """Fulfils `recommender.catalogue.Catalogue`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Return the known ones of these products by SKU."""
        found: dict[str, Product] = {}
        for batch in in_batches(skus):
            rows = self._connection.execute(sa.select(products).where(products.c.sku.in_(batch)))
            found.update((row.sku, product_of(row)) for row in rows)
        return found

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        """Return the counts in stores by SKU, each in order of the store's id."""
        found: dict[str, tuple[StoreStock, ...]] = {}
        for batch in in_batches(skus):
            rows = self._connection.execute(
                sa.select(store_stock, stores)
                .join_from(store_stock, stores)
                .where(store_stock.c.sku.in_(batch))
                .order_by(store_stock.c.store_id)
            )
            for row in rows:
                count = StoreStock(row.sku, store_of(row), row.quantity, row.checked_at)
                found[row.sku] = (*found.get(row.sku, ()), count)
        return found


class SqlKnowledgeBase:
    """Fulfils `replies.ports.KnowledgeBase`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def articles(self, ids: Collection[str]) -> Mapping[str, Article]:
        """Return the known ones of these articles by id."""
        found: dict[str, Article] = {}
        for batch in in_batches(ids):
            rows = self._connection.execute(sa.select(articles).where(articles.c.id.in_(batch)))
            found.update((row.id, article_of(row)) for row in rows)
        return found

    def canned_replies(self, ids: Collection[str]) -> Mapping[str, CannedReply]:
        """Return the known ones of these canned replies by id."""
        found: dict[str, CannedReply] = {}
        for batch in in_batches(ids):
            rows = self._connection.execute(sa.select(canned_replies).where(canned_replies.c.id.in_(batch)))
            found.update((row.id, canned_reply_of(row)) for row in rows)
        return found

    def all_canned_replies(self) -> Sequence[CannedReply]:
        """Return every canned reply, in order of id."""
        rows = self._connection.execute(sa.select(canned_replies).order_by(canned_replies.c.id))
        return [canned_reply_of(row) for row in rows]


class SqlCustomerBook:
    """Fulfils `replies.ports.CustomerBook`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def customer(self, customer_id: str) -> Customer | None:
        """Return the customer on record, or None."""
        row = self._connection.execute(
            sa.select(customers).where(equals(customers.c.customer_id, customer_id))
        ).one_or_none()
        return None if row is None else customer_of(row)

    def order(self, order_id: str) -> Order | None:
        """Return the order with its lines in file order, or None."""
        return self._orders([order_id]).get(order_id)

    def orders_of(self, customer_id: str, *, limit: int = 20) -> Sequence[Order]:
        """Return the customer's orders, latest first (of equal times the higher number first)."""
        latest = sa.func.max(order_lines.c.ordered_at)
        numbers = self._connection.scalars(
            sa.select(order_lines.c.order_id)
            .where(equals(order_lines.c.customer_id, customer_id))
            .group_by(order_lines.c.order_id)
            .order_by(latest.desc(), order_lines.c.order_id.desc())
            .limit(limit)
        ).all()
        found = self._orders(numbers)
        return [found[number] for number in numbers]

    def _orders(self, order_ids: Collection[str]) -> dict[str, Order]:
        found: dict[str, Order] = {}
        for batch in in_batches(order_ids):
            rows = self._connection.execute(
                sa.select(order_lines)
                .where(order_lines.c.order_id.in_(batch))
                .order_by(
                    order_lines.c.order_id, order_lines.c.position, order_lines.c.sku, order_lines.c.nth
                )
            )
            found.update(orders_of(order_line_of(row) for row in rows))
        return found
