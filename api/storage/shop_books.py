"""Look-ups of what the shop told us, bound to one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from api.storage.columns import equals, is_storable
from api.storage.learning_tables import reply_grounds
from api.storage.prepared_select import PreparedSelect, RawRow
from api.storage.shop_rows import (
    ARTICLE_COLUMNS,
    CANNED_REPLY_COLUMNS,
    PRODUCT_COLUMNS,
    article_read,
    canned_reply_of,
    canned_reply_read,
    customer_of,
    order_line_of,
    orders_of,
    product_read,
    store_of,
    store_stock_read,
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
from recommender.catalogue import Product, Store, StoreStock
from recommender.customers import Customer, Order
from replies.articles import Article, CannedReply

_IDS_A_QUERY = 5_000  # databases cap the parameters of one statement


_FEW = (8, 16, 24, 32, 128)
"""How many keys a statement asks for that is built once: every assist asks for a few, and a list of
any length would be put together anew each time."""
_PLACES = tuple(f"key_{place}" for place in range(_FEW[-1]))
_SELECTS = {
    products: sa.select(*PRODUCT_COLUMNS),
    store_stock: sa.select(store_stock, stores)
    .join_from(store_stock, stores)
    .order_by(store_stock.c.store_id),
    articles: sa.select(*ARTICLE_COLUMNS),
}
_KEYS = {products: products.c.sku, store_stock: store_stock.c.sku, articles: articles.c.id}
_OF_MANY = {
    table: select.where(_KEYS[table].in_(sa.bindparam("keys", expanding=True)))
    for table, select in _SELECTS.items()
}
_CANNED_REPLIES = sa.select(*CANNED_REPLY_COLUMNS).order_by(canned_replies.c.id)


@lru_cache(maxsize=16 * len(_FEW))
def _of_few(table: sa.Table, size: int, dialect: Dialect) -> PreparedSelect:
    places = list(map(sa.bindparam, _PLACES[:size]))
    return PreparedSelect(_SELECTS[table].where(_KEYS[table].in_(places)), dialect)


@lru_cache(maxsize=8)
def _all_canned_replies(dialect: Dialect) -> PreparedSelect:
    return PreparedSelect(_CANNED_REPLIES, dialect)


@lru_cache(maxsize=8)
def _stale_replies(dialect: Dialect) -> PreparedSelect:
    return PreparedSelect(
        sa.select(reply_grounds.c.reply_id).where(reply_grounds.c.changed_at.is_not(None)), dialect
    )


def _rows(connection: sa.Connection, table: sa.Table, keys: Collection[str]) -> Iterator[RawRow]:
    """Yield the rows of these keys."""
    for batch in in_batches(keys):
        size = next((size for size in _FEW if size >= len(batch)), None)
        if size is None:
            yield from map(tuple, connection.execute(_OF_MANY[table], {"keys": batch}).all())
        else:
            padded = batch + batch[-1:] * (size - len(batch))
            places = dict(zip(_PLACES, padded, strict=False))
            prepared = _of_few(table, size, connection.dialect)
            yield from prepared.rows(connection, places)


def in_batches(ids: Collection[str]) -> Iterator[list[str]]:
    """Cut ids into lists that fit one statement, without those that no row can have."""
    rest = filter(is_storable, ids)
    while batch := list(islice(rest, _IDS_A_QUERY)):
        yield batch


def stale_replies(connection: sa.Connection) -> frozenset[str]:
    """Return the canned replies that rest on an article which has changed since they were right for it."""
    return frozenset(reply_id for (reply_id,) in _stale_replies(connection.dialect).rows(connection, {}))


class SqlCatalogue:
    """Fulfils `recommender.catalogue.Catalogue`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Return the known ones of these products by SKU."""
        return {
            product.sku: product for product in map(product_read, _rows(self._connection, products, skus))
        }

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        """Return the counts in stores by SKU, each in order of the store's id."""
        found: dict[str, tuple[StoreStock, ...]] = {}
        for row in _rows(self._connection, store_stock, skus):
            count = store_stock_read(row)
            found[row[0]] = (*found.get(row[0], ()), count)
        return found

    def stores(self) -> tuple[Store, ...]:
        """Return every store, in order of id."""
        rows = self._connection.execute(sa.select(stores).order_by(stores.c.store_id))
        return tuple(map(store_of, rows))


class SqlKnowledgeBase:
    """Fulfils `replies.ports.KnowledgeBase`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def articles(self, ids: Collection[str]) -> Mapping[str, Article]:
        """Return the known ones of these articles by id."""
        return {article.id: article for article in map(article_read, _rows(self._connection, articles, ids))}

    def canned_replies(self, ids: Collection[str]) -> Mapping[str, CannedReply]:
        """Return the known ones of these canned replies by id."""
        found: dict[str, CannedReply] = {}
        for batch in in_batches(ids):
            rows = self._connection.execute(sa.select(canned_replies).where(canned_replies.c.id.in_(batch)))
            stale = self._stale()
            found.update((row.id, canned_reply_of(row, stale=row.id in stale)) for row in rows)
        return found

    def all_canned_replies(self) -> Sequence[CannedReply]:
        """Return every canned reply, in order of id."""
        rows = _all_canned_replies(self._connection.dialect).rows(self._connection, {})
        stale = self._stale()
        every = map(canned_reply_read, rows)
        return [replace(reply, stale=True) if reply.id in stale else reply for reply in every]

    def _stale(self) -> frozenset[str]:
        return stale_replies(self._connection)


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
