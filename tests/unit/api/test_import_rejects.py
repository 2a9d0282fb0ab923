"""Rows that cannot be used: named, set aside, and brought in by a corrected file."""

from __future__ import annotations

import pytest

from api.importing import NotImported
from recommender.customers import OrderLine
from tests.fakes.bringing_in import BringingIn


def lines(bring_in: BringingIn, order_id: str) -> tuple[OrderLine, ...]:
    with bring_in.storage.reading() as unit:
        order = unit.customers.order(order_id)
    assert order is not None
    return order.lines


BAD_ROWS = """order_id,sku,quantity,ordered_at,unit_price
1,A,1,2026-01-01T00:00:00Z,1
2,A,one,2026-01-01T00:00:00Z,1
3,,1,2026-01-01T00:00:00Z,1
4,A,1,yesterday,1
5,A,1,2026-01-01T00:00:00Z,cheap
6,A,1
7,A,99999999999999999999999999,2026-01-01T00:00:00Z,1
8,A,1,2026-01-01T00:00:00Z,1e999
9,A,1.5,2026-01-01T00:00:00Z,1
10,A,2,2026-01-01T00:00:00Z,2
"""


def test_bad_rows_are_named_and_set_aside(bring_in: BringingIn) -> None:
    report = bring_in("orders", BAD_ROWS)
    assert (report.rows, report.added, report.rejected) == (10, 2, 8)
    found = bring_in.rejects(report)
    assert [(row["line"], row["column"]) for row in sorted(found, key=lambda row: int(row["line"]))] == [
        ("3", "quantity"),
        ("4", "sku"),
        ("5", "ordered_at"),
        ("6", "unit_price"),
        ("7", ""),
        ("8", "quantity"),
        ("9", "unit_price"),
        ("10", "quantity"),
    ]
    third = next(row for row in found if row["line"] == "3")
    assert third["row"] == "2,A,one,2026-01-01T00:00:00Z,1"
    assert "'one' is not a whole number" in third["reason"]
    assert third["file"].endswith("given.csv")
    assert [line.quantity for line in lines(bring_in, "10")] == [2]


def test_strict_stops_at_the_first_bad_row_and_keeps_nothing(bring_in: BringingIn) -> None:
    with pytest.raises(NotImported, match=r"line 7.*nothing was imported|line 3, column quantity"):
        bring_in("orders", BAD_ROWS, strict=True)
    with bring_in.storage.reading() as unit:
        assert unit.counts()["order lines"] == 0
    assert not (bring_in.folder / "rejects").exists()


def test_a_corrected_file_brings_in_what_was_rejected(bring_in: BringingIn) -> None:
    head = "order_id,sku,quantity,ordered_at\n"
    bring_in("orders", head + "1,A,x,2026-01-01T00:00:00Z\n1,A,2,2026-01-01T00:00:00Z\n")
    report = bring_in("orders", head + "1,A,1,2026-01-01T00:00:00Z\n1,A,2,2026-01-01T00:00:00Z\n")
    assert (report.added, report.changed, report.unchanged) == (1, 0, 1)
    assert sorted((line.nth, line.quantity) for line in lines(bring_in, "1")) == [(1, 1), (2, 2)]
