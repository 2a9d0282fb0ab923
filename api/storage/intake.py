"""Values the shop sends, stored by key: new, changed, or already there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from api.storage import shop_rows, shop_tables
from api.storage.staging import Staging
from recommender.catalogue import Product, Store, StoreStock
from recommender.customers import Customer, OrderLine
from replies.articles import Article, CannedReply


class SqlIntake:
    """Takes order lines and the other kinds in, each by its key.

    Every method returns how many rows are new or changed; the last of equal keys counts.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_order_lines(self, lines: Sequence[OrderLine]) -> int:
        """Store order lines; an empty `returned_at` does not erase one that is known."""
        rows = [shop_rows.order_line_row(line, position) for position, line in enumerate(lines)]
        return self._merge(shop_tables.order_lines, rows)

    def put_products(self, values: Sequence[Product]) -> int:
        """Store products as the catalogue states them now."""
        return self._merge(shop_tables.products, [shop_rows.product_row(value) for value in values])

    def put_stores(self, values: Sequence[Store]) -> int:
        """Store stores."""
        return self._merge(shop_tables.stores, [shop_rows.store_row(value) for value in values])

    def put_store_stock(self, values: Sequence[StoreStock]) -> int:
        """Store counts; their product and their store must be known (sqlalchemy IntegrityError otherwise)."""
        return self._merge(shop_tables.store_stock, [shop_rows.store_stock_row(value) for value in values])

    def put_customers(self, values: Sequence[Customer]) -> int:
        """Store customers."""
        return self._merge(shop_tables.customers, [shop_rows.customer_row(value) for value in values])

    def put_articles(self, values: Sequence[Article]) -> int:
        """Store knowledge articles."""
        return self._merge(shop_tables.articles, [shop_rows.article_row(value) for value in values])

    def put_canned_replies(self, values: Sequence[CannedReply]) -> int:
        """Store canned replies."""
        rows = [shop_rows.canned_reply_row(value) for value in values]
        return self._merge(shop_tables.canned_replies, rows)

    def _merge(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
        if not rows:
            return 0
        staging = Staging(self._connection, table)
        staging.add_rows(rows)
        merged = staging.merge(staging.names, quiet=("position",), kept=("returned_at",))
        staging.drop()
        return merged.added + merged.changed
