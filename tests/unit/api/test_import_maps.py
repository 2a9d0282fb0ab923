"""Maps: files whose columns, states and kinds of row are named as somebody else names them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.importing import NotImported
from recommender.catalogue import Product
from recommender.customers import OrderLine
from recommender.money import Money
from tests.fakes.bringing_in import BringingIn


def products(bring_in: BringingIn, *skus: str) -> list[Product]:
    with bring_in.storage.reading() as unit:
        found = unit.catalogue.products(skus)
    return [found[sku] for sku in skus]


def lines(bring_in: BringingIn, order_id: str) -> tuple[OrderLine, ...]:
    with bring_in.storage.reading() as unit:
        order = unit.customers.order(order_id)
    assert order is not None
    return order.lines


MAP = """
[columns]
order_id = "Invoice"
sku = "Code"
quantity = "Qty"
ordered_at = "Date"
customer_id = "Customer"
status = "State"

[defaults]
currency = "EUR"
channel = "web"

[values.status]
Done = "delivered"
'/^Back.*/' = "returned"

[values.customer_id]
'/\\.0$/' = ""

[case]
sku = "upper"

[dates]
zone = "Europe/Berlin"
formats = ["%d/%m/%Y %H:%M"]

[[skip]]
reason = "charges"
sku = "^(POST|D)$"

[[skip]]
reason = "gifts without customer"
Price = "^0"
customer_id = "^$"
"""
EXPORT = """Invoice,Code,Qty,Date,Customer,State,Price
1,85123d,2,01/07/2026 10:00,17850.0,Done,1
1,POST,1,01/07/2026 10:00,17850.0,Done,1
1,D,1,01/07/2026 10:00,17850.0,Done,1
2,B,1,02/07/2026 10:00,,Back to us,1
2,C,1,02/07/2026 10:00,,,0.00
3,C,1,02/07/2026 10:00,9,,0.00
"""


def test_a_map_reads_somebody_elses_export(bring_in: BringingIn) -> None:
    report = bring_in("orders", EXPORT, fields=MAP)
    assert (report.rows, report.added, report.skipped, report.rejected) == (6, 3, 3, 0)
    assert report.warnings == (f"{bring_in.folder / 'given.csv'}: not used are the columns Price",)
    at = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert lines(bring_in, "1") == (OrderLine("1", "85123D", 1, 2, at, "17850", None, "web", "delivered"),)
    assert [line.status for line in lines(bring_in, "2")] == ["returned"]
    assert [line.sku for line in lines(bring_in, "3")] == ["C"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ('"D"', {"POST", "85123D", "DOT"}),
        ('["D", "POST"]', {"85123D", "DOT"}),
        ('"D*"', {"POST", "85123D"}),
        ('"^D"', {"POST", "85123D"}),
        ('"D|DOT"', {"POST", "85123D"}),
        ('"*D"', {"POST", "DOT"}),
        ('"D$"', {"POST", "DOT"}),
    ],
)
def test_skip_patterns(bring_in: BringingIn, pattern: str, left: set[str]) -> None:
    text = "sku,title\n" + "".join(f"{sku},x\n" for sku in ("D", "POST", "85123D", "DOT"))
    report = bring_in("catalogue", text, fields=f"[skip]\nsku = {pattern}\n")
    with bring_in.storage.reading() as unit:
        assert set(unit.catalogue.products(["D", "POST", "85123D", "DOT"])) == left
    assert report.skipped == 4 - len(left)


def test_one_map_may_serve_several_kinds(bring_in: BringingIn) -> None:
    fields = """
[columns]
order_id = "Invoice"
sku = "Code"
title = "Name"
price = "Price"
unit_price = "Price"
quantity = "Qty"
ordered_at = "Date"

[skip]
order_id = "^C"
"""
    text = "Invoice,Code,Name,Price,Qty,Date\n1,A,Tray,2.00,1,2026-01-01\nC2,B,Jug,1.00,1,2026-01-01\n"
    assert bring_in("orders", text, fields=fields).added == 1
    assert bring_in("catalogue", text, fields=fields).added == 1
    assert products(bring_in, "A") == [Product("A", "Tray", price=Money(200, "GBP"))]


def test_a_key_that_only_some_json_lines_have(bring_in: BringingIn) -> None:
    fields = '[columns]\nsku = "id"\nbrand = "supplier"\nurl = "link"\n'
    text = '{"id": 1, "title": "Tray"}\n{"id": 2, "title": "Jug", "supplier": "Rowe"}\n'
    report = bring_in("catalogue", text, name="a.jsonl", fields=fields)
    assert products(bring_in, "1", "2") == [Product("1", "Tray"), Product("2", "Jug", brand="Rowe")]
    assert report.warnings == ("the map reads 'url' from 'link', which no row has",)


def test_attributes_are_gathered_by_prefix(bring_in: BringingIn) -> None:
    text = "sku,title,attr_colour,attr_weight,attr_code,attr_new,attributes\n"
    text += 'A,Tray,blue,210.5,007,true,"{""size"": ""L""}"\nB,Jug,,,,,\n'
    bring_in("catalogue", text, fields='[attributes]\nprefix = "attr_"\n')
    a, b = products(bring_in, "A", "B")
    assert a.attributes == {"size": "L", "colour": "blue", "weight": 210.5, "code": "007", "new": True}
    assert b.attributes == {}


def test_of_a_key_given_twice_the_usual_value_counts_where_the_map_says_so(bring_in: BringingIn) -> None:
    rows = "sku,title,price,currency,stock\nA,Pot,5,GBP,1\nA,Pot,5,GBP,2\nA,damaged,9,EUR,3\n"
    report = bring_in("catalogue", rows, fields='[repeated]\nusual = ["price"]\n')
    assert (report.added, report.repeated) == (1, 2)
    with bring_in.storage.reading() as unit:
        (found,) = unit.catalogue.products(["A"]).values()
    assert (found.title, found.price, found.stock) == ("Pot", Money(500, "GBP"), 3)
    bring_in("catalogue", rows)
    with bring_in.storage.reading() as unit:
        (found,) = unit.catalogue.products(["A"]).values()
    assert found.price == Money(900, "EUR"), "without, the last one"


def test_a_map_that_asks_for_something_else_of_repeated_keys_is_refused(bring_in: BringingIn) -> None:
    with pytest.raises(NotImported, match=r"\[repeated\] has usual"):
        bring_in("catalogue", "sku,title\nA,Pot\n", fields='[repeated]\nfirst = ["price"]\n')
