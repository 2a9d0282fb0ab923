"""What each known customer bought on which day, for learning what is bought again."""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa

from api.storage.shop_tables import order_lines
from recommender.replenishment import CustomerPurchases
from recommender.uptake import CANCELLED

_ROWS_A_READ = 50_000


def customer_purchases(connection: sa.Connection) -> CustomerPurchases:
    """Return the kept purchases of known customers; what was cancelled or came back is none."""
    wanted = sa.select(order_lines.c.customer_id, order_lines.c.sku, _day(connection)).where(
        order_lines.c.customer_id.is_not(None),
        order_lines.c.quantity > 0,
        order_lines.c.returned_at.is_(None),
        sa.func.lower(sa.func.coalesce(order_lines.c.status, "")).not_in(sorted(CANCELLED)),
    )
    customers: dict[str, int] = {}
    skus: dict[str, int] = {}
    parts: list[np.ndarray] = [np.zeros((0, 3), dtype=np.int64)]
    result = connection.execution_options(yield_per=_ROWS_A_READ).execute(wanted)
    for rows in result.partitions():
        numbered = (
            (customers.setdefault(customer, len(customers)), skus.setdefault(sku, len(skus)), day)
            for customer, sku, day in rows
        )
        parts.append(np.array(list(numbered), dtype=np.int64))
    lines = np.concatenate(parts)
    return CustomerPurchases(lines[:, 0], lines[:, 1], lines[:, 2], tuple(skus))


def _day(connection: sa.Connection) -> sa.ColumnElement[Any]:
    """Days since 1970 of `ordered_at`, whatever the database keeps moments as."""
    moment = order_lines.c.ordered_at
    if connection.dialect.name == "postgresql":
        return sa.cast(sa.func.floor(sa.extract("epoch", moment) / 86400), sa.BigInteger)
    return sa.cast(sa.func.strftime("%s", moment), sa.BigInteger) // 86400
