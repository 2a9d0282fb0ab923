"""Returns that come as order lines of negative quantity, matched to what was bought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from api.storage.shop_tables import order_lines


@dataclass(slots=True)
class _Line:
    """A line of one owner and product: staged (`seq`) or stored already (its key)."""

    owner: str
    sku: str
    quantity: int
    ordered_at: datetime
    order_id: str
    nth: int
    returned_at: datetime | None
    seq: int | None


def mark_returned(connection: sa.Connection, staged: sa.Table) -> None:
    """Set `returned_at` of purchases that were wholly taken back, on staged rows and on stored ones.

    A line of negative quantity takes back from the latest earlier line of the same customer (without
    one: of the same order) and product that has anything left, then from the one before it. A purchase
    counts as returned when nothing of it is left; a date the shop states stays.
    """
    marked: list[tuple[_Line, datetime]] = []
    for _, lines in groupby(_lines(connection, staged), key=lambda line: (line.owner, line.sku)):
        marked += _taken_back(lines)
    in_file = [{"at_seq": line.seq, "back": back} for line, back in marked if line.seq is not None]
    if in_file:
        connection.execute(
            sa.update(staged)
            .where(staged.c.seq == sa.bindparam("at_seq"))
            .values(returned_at=sa.bindparam("back", type_=staged.c.returned_at.type)),
            in_file,
        )
    stored = [
        {"its_order": line.order_id, "its_sku": line.sku, "its_nth": line.nth, "back": back}
        for line, back in marked
        if line.seq is None
    ]
    if stored:
        lines = order_lines.c
        connection.execute(
            sa.update(order_lines)
            .where(
                lines.order_id == sa.bindparam("its_order"),
                lines.sku == sa.bindparam("its_sku"),
                lines.nth == sa.bindparam("its_nth"),
            )
            .values(returned_at=sa.bindparam("back", type_=lines.returned_at.type)),
            stored,
        )


def _taken_back(lines: Iterable[_Line]) -> Iterator[tuple[_Line, datetime]]:
    bought: list[_Line] = []
    left: list[int] = []
    for line in lines:
        if line.quantity > 0:
            bought.append(line)
            left.append(line.quantity)
            continue
        back = -line.quantity
        while back and bought:
            taken = min(back, left[-1])
            left[-1] -= taken
            back -= taken
            if left[-1] == 0:
                purchase = bought.pop()
                left.pop()
                if purchase.returned_at is None:
                    yield purchase, line.ordered_at


def _lines(connection: sa.Connection, staged: sa.Table) -> list[_Line]:
    """Return the lines of every owner and product that has a return, by owner, product and time."""
    in_file, stored = staged.c, order_lines.c
    returned = sa.union(
        sa.select(_owner(in_file).label("owner"), in_file.sku).where(in_file.quantity < 0),
        sa.select(_owner(stored), stored.sku).where(
            stored.quantity < 0,
            sa.tuple_(_owner(stored), stored.sku).in_(sa.select(_owner(in_file), in_file.sku)),
        ),
    ).cte("returned")
    every = [_Line(*row) for row in connection.execute(_of(in_file, returned, in_file.seq))]
    again = {(line.order_id, line.sku, line.nth) for line in every}
    for row in connection.execute(_of(stored, returned, sa.null())):
        line = _Line(*row)
        if (line.order_id, line.sku, line.nth) not in again:
            every.append(line)
    every.sort(key=lambda line: (line.owner, line.sku, line.ordered_at, line.order_id, line.nth))
    return every


def _of(columns: Any, returned: sa.CTE, seq: sa.ColumnElement[Any]) -> Any:
    return (
        sa.select(
            _owner(columns).label("owner"),
            columns.sku,
            columns.quantity,
            columns.ordered_at,
            columns.order_id,
            columns.nth,
            columns.returned_at,
            seq,
        )
        .join(returned, sa.and_(returned.c.owner == _owner(columns), returned.c.sku == columns.sku))
        .where(sa.func.lower(sa.func.coalesce(columns.status, "")) != "cancelled")
    )


def _owner(columns: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(columns.customer_id, sa.literal("order ") + columns.order_id)
