"""Importing rows into tables: fields, maps, rejects, reports, and that a second time changes nothing."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from api.importing import NotImported
from api.importing.cells import BadCell, buying_routes
from recommender.catalogue import BuyingRoute, Product, ProductKind, Store, StoreStock
from recommender.customers import Customer, OrderLine
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


COSY = Product(
    "KIT-0412",
    "Tea cosy, “Wool”",
    description="Warm.\nWashable.",
    category="Kitchen > Tea",
    brand="Rowe",
    price=Money(1250, "GBP"),
    cost=Money(410, "GBP"),
    stock=7,
    url="https://shop.example/cosy",
    variant_of="KIT-0400",
    attributes={"colour": "blue", "weight_g": 210.5, "pieces": 1, "washable": True},
    kind=ProductKind.PRODUCT,
    available_from=date(2026, 1, 1),
    buy_at=(BuyingRoute("web", "https://shop.example/cosy"), BuyingRoute("store", "York", "ground floor")),
    min_age=18,
)
CATALOGUE = """sku,title,description,category,brand,price,currency,cost,stock,url,variant_of,attributes,kind,available_from,buy_at,min_age
KIT-0412,"Tea cosy, “Wool”","Warm.
Washable.",Kitchen > Tea,Rowe,12.50,GBP,4.10,7,https://shop.example/cosy,KIT-0400,"{""colour"": ""blue"", ""weight_g"": 210.5, ""pieces"": 1, ""washable"": true}",product,2026-01-01,"[{""channel"": ""web"", ""url"": ""https://shop.example/cosy""}, {""channel"": ""store"", ""place"": ""York"", ""note"": ""ground floor""}]",18
SVC-WRAP,Gift wrap,,,,,,,,,,,service,,,
"""  # noqa: E501  rows as a file has them


def test_a_catalogue(bring_in: BringingIn) -> None:
    report = bring_in("catalogue", CATALOGUE)
    assert (report.rows, report.added, report.changed, report.unchanged, report.rejected) == (2, 2, 0, 0, 0)
    assert (report.rejects_file, report.warnings) == (None, ())
    wrap = Product("SVC-WRAP", "Gift wrap", kind=ProductKind.SERVICE)
    assert products(bring_in, "KIT-0412", "SVC-WRAP") == [COSY, wrap]


def test_importing_again_changes_nothing_and_a_new_price_changes_one(bring_in: BringingIn) -> None:
    bring_in("catalogue", CATALOGUE)
    again = bring_in("catalogue", CATALOGUE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    dearer = bring_in("catalogue", CATALOGUE.replace("12.50", "13.00"))
    assert (dearer.added, dearer.changed, dearer.unchanged) == (0, 1, 1)
    assert products(bring_in, "KIT-0412") == [replace(COSY, price=Money(1300, "GBP"))]


def test_a_column_that_is_not_there_leaves_what_is_known(bring_in: BringingIn) -> None:
    bring_in("catalogue", CATALOGUE)
    report = bring_in("catalogue", "sku,title,stock\nKIT-0412,Tea cosy,\n")
    assert report.changed == 1
    assert products(bring_in, "KIT-0412") == [replace(COSY, title="Tea cosy", stock=None)]


ROWS = [
    {"sku": "A", "title": "Tray", "price": "1.50", "stock": 3, "attributes": {"pieces": 2}},
    {"sku": "B", "title": "Jug; tall, “blue”", "price": "2", "stock": None, "attributes": {}},
]
EXPECTED = [
    Product("A", "Tray", price=Money(150, "GBP"), stock=3, attributes={"pieces": 2}),
    Product("B", "Jug; tall, “blue”", price=Money(200, "GBP")),
]


def _jsonl() -> bytes:
    return "\n".join(json.dumps(row) for row in ROWS).encode()


def _parquet() -> bytes:
    target = io.BytesIO()
    flat = [{**row, "attributes": json.dumps(row["attributes"])} for row in ROWS]
    parquet.write_table(pyarrow.Table.from_pylist(flat), target)
    return target.getvalue()


CSV = (
    'sku,title,price,stock,attributes\nA,Tray,1.50,3,"{""pieces"": 2}"\nB,"Jug; tall, “blue”",2,,\n'.encode()
)
TSV = CSV.replace(b",", b"\t").replace(b"tall\t", b"tall,")
FORMS = {
    "a.csv": CSV,
    "a.tsv": TSV,
    "a.jsonl": _jsonl(),
    "a.parquet": _parquet(),
    "bom.csv": b"\xef\xbb\xbf" + CSV,
    "crlf.csv": CSV.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_plain_or_packed(bring_in: BringingIn, name: str, packed: bool) -> None:
    content = gzip.compress(FORMS[name]) if packed else FORMS[name]
    report = bring_in("catalogue", content, name=name + ".gz" * packed)
    assert report.added == 2
    assert products(bring_in, "A", "B") == EXPECTED


def test_standard_input_needs_its_format(bring_in: BringingIn, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(gzip.compress(CSV))

    monkeypatch.setattr("sys.stdin", Stdin)
    with pytest.raises(NotImported, match="--format csv"):
        bring_in.file("catalogue", Path("-"))
    assert bring_in.file("catalogue", Path("-"), file_format="csv").added == 2


ORDERS = """order_id,sku,quantity,ordered_at,customer_id,unit_price,currency,channel,status,returned_at,contact_id
1,A,2,2026-07-01T10:00:00+02:00,C-1,1.50,EUR,web,delivered,,
1,B,1,2026-07-01 09:00:00,C-1,2.00,,,,2026-07-09,K-1
1,A,3,2026-07-01T08:00:00Z,C-1,,,,,,
"""  # noqa: E501  rows as a file has them


def test_orders(bring_in: BringingIn) -> None:
    report = bring_in("orders", ORDERS)
    assert (report.rows, report.added) == (3, 3)
    at = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    first = OrderLine("1", "A", 1, 2, at, "C-1", Money(150, "EUR"), "web", "delivered")
    returned = datetime(2026, 7, 8, 23, 0, tzinfo=UTC)  # midnight of the 9th in London
    second = OrderLine("1", "B", 1, 1, at, "C-1", Money(200, "GBP"), returned_at=returned, contact_id="K-1")
    assert lines(bring_in, "1") == (first, second, OrderLine("1", "A", 2, 3, at, "C-1"))
    again = bring_in("orders", ORDERS)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)


def test_a_return_is_matched_to_what_was_bought(bring_in: BringingIn) -> None:
    rows = [
        ("1", "A", 6, "2026-01-01"),
        ("2", "A", 6, "2026-01-02"),
        ("3", "A", -2, "2026-01-03"),
        ("4", "A", -4, "2026-01-04"),
        ("5", "A", -1, "2026-01-05"),
        ("6", "B", 1, "2026-01-06"),
        ("7", "A", 1, "2026-01-07"),
    ]
    text = "order_id,sku,quantity,ordered_at,customer_id\n"
    text += "".join(f"{order},{sku},{quantity},{at}T12:00:00Z,C-1\n" for order, sku, quantity, at in rows)
    text += "8,A,-9,2026-01-08T12:00:00Z,\n9,A,2,2026-01-09T12:00:00Z,\n9,A,-2,2026-01-10T12:00:00Z,\n"
    for first in (True, False):
        report = bring_in("orders", text)
        assert (report.added, report.changed) == ((10, 0) if first else (0, 0))
        back = {order: [line.returned_at for line in lines(bring_in, order)] for order in "12345679"}
        fourth, tenth = datetime(2026, 1, 4, 12, tzinfo=UTC), datetime(2026, 1, 10, 12, tzinfo=UTC)
        assert back == {**{order: [None] for order in "134567"}, "2": [fourth], "9": [tenth, None]}
        assert [line.status for line in lines(bring_in, "3")] == ["returned"]
        assert [line.quantity for line in lines(bring_in, "3")] == [-2]


def test_a_return_in_a_later_file_or_an_earlier_one_is_matched_too(bring_in: BringingIn) -> None:
    head = "order_id,sku,quantity,ordered_at,customer_id\n"
    bought, back = "1,A,2,2026-01-01T12:00:00Z,C-1\n", "2,A,-2,2026-01-02T12:00:00Z,C-1\n"
    bring_in("orders", head + bought)
    bring_in("orders", head + back)
    returned = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert lines(bring_in, "1")[0].returned_at == returned
    bring_in("orders", head + back.replace("C-1", "C-2").replace("2,A", "4,A", 1))
    bring_in("orders", head + bought.replace("C-1", "C-2").replace("1,A", "3,A", 1))
    assert lines(bring_in, "3")[0].returned_at == returned
    assert bring_in("orders", head + bought + back).unchanged == 2


def test_stores_and_their_stock(bring_in: BringingIn) -> None:
    bring_in("catalogue", CATALOGUE)
    bring_in("stores", "store_id,name,postcode,opening_hours\nyork,York,YO1 8AS,Mon-Sat\n")
    text = "sku,store_id,quantity,checked_at\nKIT-0412,york,3,2026-11-21T17:35:00+00:00\n"
    text += "X,york,1,\nKIT-0412,leeds,1,\n"
    report = bring_in("store_stock", text)
    assert (report.added, report.rejected) == (1, 2)
    reasons = [(row["line"], row["column"]) for row in bring_in.rejects(report)]
    assert reasons == [("3", "sku"), ("4", "store_id")]
    with bring_in.storage.reading() as unit:
        (count,) = unit.catalogue.store_stock(["KIT-0412"])["KIT-0412"]
    checked = datetime(2026, 11, 21, 17, 35, tzinfo=UTC)
    assert count == StoreStock(
        "KIT-0412", Store("york", "York", "YO1 8AS", opening_hours="Mon-Sat"), 3, checked
    )


def test_customers(bring_in: BringingIn) -> None:
    text = "customer_id,name,email,marketing_consent,vulnerable\n"
    text += "C-1,Jo,jo@example.org,YES,hearing\nC-2,,,0,\nC-3,,,,\n"
    bring_in("customers", text + "C-4,,,,is very ill and sad\n")
    with bring_in.storage.reading() as unit:
        found = [unit.customers.customer(f"C-{n}") for n in range(1, 5)]
    assert found[0] == Customer("C-1", "Jo", "jo@example.org", marketing_consent=True, vulnerable="hearing")
    assert [one and one.marketing_consent for one in found] == [True, False, None, None]
    assert found[3] is None, "free text about a person is not kept"


def test_a_price_may_carry_the_sign_of_its_currency(bring_in: BringingIn) -> None:
    rows = (
        ("A", "£66.00", "GBP"),
        ("B", "£1,250.50", ""),
        ("C", "€90,50", "EUR"),
        ("D", "1.290,00 €", ""),
        ("E", "€5", "GBP"),
        ("F", "90,50", "EUR"),
        ("G", "12.99", "£"),
        ("H", "$5", ""),
    )
    text = "sku,title,price,currency\n" + "".join(f'{sku},Pot,"{price}",{of}\n' for sku, price, of in rows)
    report = bring_in("catalogue", text)
    with bring_in.storage.reading() as unit:
        found = unit.catalogue.products([sku for sku, _, _ in rows])
    assert {sku: str(one.price) for sku, one in found.items()} == {
        "A": "£66.00",
        "B": "£1250.50",
        "C": "€90.50",
        "D": "€1290.00",
        "G": "£12.99",
    }
    assert report.rejected == 3, "another currency than the row's, a bare comma, a sign of many currencies"


def test_where_a_customer_lives_is_kept_by_files_that_do_not_state_it(bring_in: BringingIn) -> None:
    text = 'customer_id,street,town,postcode\nC-1,"Flat 2\n4 Mill Lane",York,YO1 8AS\n'
    bring_in("customers", text)
    bring_in("customers", "customer_id,name\nC-1,Jo Hall\n")
    with bring_in.storage.reading() as unit:
        found = unit.customers.customer("C-1")
    assert found is not None and found.name == "Jo Hall"
    assert found.postal_lines == ("Flat 2", "4 Mill Lane", "York", "YO1 8AS")


def test_of_a_repeated_key_the_last_row_counts_but_the_title_is_the_usual_one(bring_in: BringingIn) -> None:
    text = "StockCode,Description,UnitPrice\n"
    text += "A,TRAY,1.00\nA,TRAY ROUND,2.00\nA,TRAY ROUND,3.00\nA,damaged?,4.00\nB,JUG,1\n"
    fields = '[columns]\nsku = "StockCode"\ntitle = "Description"\nprice = "UnitPrice"\n'
    for changed in (2, 0):
        report = bring_in("catalogue", text, fields=fields)
        assert (report.rows, report.added + report.changed, report.repeated) == (5, changed, 3)
    assert products(bring_in, "A") == [Product("A", "TRAY ROUND", price=Money(400, "GBP"))]
    assert "3 rows have the key of a later row" in report.warnings[0]


def test_progress_is_told(bring_in: BringingIn) -> None:
    told: list[int] = []
    bring_in("catalogue", CATALOGUE, on_progress=told.append)
    assert told[-1] == 2


def test_a_way_to_buy_says_when_it_was_checked() -> None:
    stated = (
        '[{"channel": "web", "url": "https://shop.example/a", "checked_at": "2026-11-20T09:00:00+01:00"}]'
    )
    (route,) = buying_routes(stated)
    assert route.checked_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    with pytest.raises(BadCell):
        buying_routes(stated.replace("2026-11-20T09:00:00+01:00", "lately"))
