"""Stored rows as learning wants them: values, order lines as arrays, a fingerprint of each kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import sqlalchemy as sa

from api.storage import shop_rows
from api.storage.contact_book import SqlContactBook
from api.storage.desk_tables import contacts, messages, suggestion_events
from api.storage.learning_book import SqlLearningBook
from api.storage.shop_books import stale_replies
from api.storage.shop_tables import articles, canned_replies, order_lines, products
from recommender.baskets import OrderLineArrays
from recommender.catalogue import Product
from recommender.uptake import CANCELLED
from replies.articles import Article, CannedReply
from replies.contacts import Contact

_ROWS_A_READ = 50_000


class LearningFrames:
    """What is stored, bound to one consistent read."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.learning = SqlLearningBook(connection)

    @property
    def connection(self) -> sa.Connection:
        """The read that frames of their own modules share."""
        return self._connection

    def is_empty(self) -> bool:
        """Whether there is nothing at all to learn from."""
        tables = (articles, canned_replies, products, contacts, order_lines)
        return all(
            self._connection.execute(sa.select(sa.literal(1)).select_from(t).limit(1)).first() is None
            for t in tables
        )

    def articles(self) -> Iterator[Article]:
        """Yield every article in order of id."""
        yield from map(
            shop_rows.article_of, self._connection.execute(sa.select(articles).order_by(articles.c.id))
        )

    def canned_replies(self) -> Iterator[CannedReply]:
        """Yield every canned reply in order of id."""
        stale = stale_replies(self._connection)
        for row in self._connection.execute(sa.select(canned_replies).order_by(canned_replies.c.id)):
            yield shop_rows.canned_reply_of(row, stale=row.id in stale)

    def products(self) -> Iterator[Product]:
        """Yield every product in order of SKU."""
        yield from map(
            shop_rows.product_of, self._connection.execute(sa.select(products).order_by(products.c.sku))
        )

    def contacts(self) -> Iterator[Contact]:
        """Yield every contact in order of id."""
        yield from SqlContactBook(self._connection).every()

    def order_lines(self) -> OrderLineArrays:
        """Return all order lines as arrays of n, in order of key; `kept` leaves out what is no purchase.

        No purchase is a line of no or a negative quantity, and one of a cancelled status. A line that came
        back later is one: it was bought.
        """
        purchase = sa.and_(
            order_lines.c.quantity > 0,
            sa.func.lower(sa.func.coalesce(order_lines.c.status, "")).not_in(sorted(CANCELLED)),
        )
        wanted = sa.select(order_lines.c.order_id, order_lines.c.sku, self._epoch(), purchase.label("kept"))
        result = self._connection.execution_options(yield_per=_ROWS_A_READ).execute(wanted)
        orders, skus = _Codes(), _Codes()
        columns: list[tuple[np.ndarray, ...]] = []
        for rows in result.partitions():
            order_ids, sku_ids, seconds, kept = zip(*rows, strict=True)
            columns.append(
                (
                    orders.of(order_ids),
                    skus.of(sku_ids),
                    np.array(seconds, np.int64),
                    np.array(kept, np.bool_),
                )
            )
        empty = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
        order_codes, sku_codes, seconds, kept = (
            np.concatenate(parts) for parts in zip(empty, *columns, strict=True)
        )
        return OrderLineArrays(order_codes, sku_codes, seconds.astype("datetime64[s]"), skus.names, kept)

    def fingerprint(self, kind: str) -> str:
        """Return a text that changes when rows of the kind (as `wellput import` names it) change."""
        digest = hashlib.sha256()
        for row in self._rows_of(kind):
            digest.update(repr(row).encode("utf-8", errors="surrogatepass"))
        return digest.hexdigest()

    def _rows_of(self, kind: str) -> Iterator[object]:
        """Yield what learning reads of a kind, in order of key."""
        if kind == "articles":
            yield from self.articles()
        elif kind == "replies":
            yield from self.canned_replies()
        elif kind == "catalogue":
            yield from self.products()
        elif kind == "suggestions":
            yield from self._plain(suggestion_events, "suggestion_id", "act", "final_text")
        elif kind == "contacts":
            yield from self._plain(contacts, "id", "topic", "status")
            yield from self._plain(messages, "contact_id", "position", "role", "text", "reply_id")
        else:
            told = (
                "order_id",
                "sku",
                "nth",
                "quantity",
                "status",
                "ordered_at",
                "customer_id",
                "returned_at",
            )
            yield from self._plain(order_lines, *told)

    def _plain(self, table: sa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield the columns named, as the database keeps them, in order of key."""
        columns = [sa.type_coerce(table.c[name], sa.Text) for name in names]
        keys = list(table.primary_key.columns)
        result = self._connection.execution_options(yield_per=_ROWS_A_READ).execute(
            sa.select(*columns).order_by(*keys)
        )
        for rows in result.partitions():
            yield from (tuple(row) for row in rows)

    def _epoch(self) -> sa.ColumnElement[Any]:
        """Seconds since 1970 of `ordered_at`, whatever the database keeps moments as."""
        if self._connection.dialect.name == "postgresql":
            return sa.cast(sa.func.floor(sa.extract("epoch", order_lines.c.ordered_at)), sa.BigInteger)
        return sa.cast(sa.func.strftime("%s", order_lines.c.ordered_at), sa.BigInteger)


class _Codes:
    """Numbers texts in the order in which they first come."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, texts: tuple[str, ...]) -> np.ndarray:
        """Return (n,) int64."""
        known = self._known
        return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._known)
