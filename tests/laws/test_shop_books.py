"""Laws of what the shop sends: by key, the last one counts, nothing changes when nothing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from recommender.catalogue import BuyingRoute, Product, ProductKind, Store, StoreStock
from recommender.customers import Customer, OrderLine
from recommender.money import Money
from replies.articles import Article, Audience, CannedReply
from tests.fakes.values import after

COSY = Product(
    "KIT-0412",
    "Tea cosy",
    description="Wool.",
    category="Kitchen > Tea",
    brand="Rowe",
    price=Money(1250, "GBP"),
    cost=Money(400, "EUR"),
    stock=2**40,
    url="https://shop.example/cosy",
    image_url="https://shop.example/cosy.jpg",
    variant_of="KIT-0400",
    attributes={"colour": "blue", "weight_g": 210.5, "pieces": 1, "washable": True},
    kind=ProductKind.PRODUCT,
    available_from=date(2026, 1, 1),
    available_to=date(2027, 1, 1),
    buy_at=(BuyingRoute("web", "https://shop.example/cosy", "free over £50", after(0)),),
    min_age=18,
)
YORK = Store("york", "York", "YO1 8AS", "12 Stonegate", "01632 960142", "Mon-Sat 9:30-17:30")


def line(order_id: str, sku: str, nth: int = 1, minutes: float = 0, **changes: Any) -> OrderLine:
    return replace(OrderLine(order_id, sku, nth, 1, after(minutes), customer_id="C-1"), **changes)


def test_products_by_sku(storage: Any) -> None:
    bare = Product("SVC-GIFTWRAP", "Gift wrap", kind=ProductKind.SERVICE)
    with storage.writing() as unit:
        assert unit.intake.put_products([COSY, bare]) == 2
        assert unit.intake.put_products([COSY, bare]) == 0
    with storage.writing() as unit:
        assert dict(unit.catalogue.products({"KIT-0412", "SVC-GIFTWRAP", "gone"})) == {
            "KIT-0412": COSY,
            "SVC-GIFTWRAP": bare,
        }
        dearer = replace(COSY, price=Money(1300, "GBP"), attributes={})
        assert unit.intake.put_products([bare, COSY, dearer]) == 1
    with storage.reading() as unit:
        assert unit.catalogue.products(["KIT-0412"])["KIT-0412"] == dearer
        assert dict(unit.catalogue.products([])) == {}


def test_stock_in_stores(storage: Any) -> None:
    harrogate = Store("harrogate", "Harrogate")
    counts = (StoreStock("KIT-0412", harrogate, 0, after(5)), StoreStock("KIT-0412", YORK, 3))
    with storage.writing() as unit:
        unit.intake.put_products([COSY])
        unit.intake.put_stores([YORK, harrogate])
        assert unit.intake.put_store_stock(counts[::-1]) == 2
    with storage.reading() as unit:
        assert dict(unit.catalogue.store_stock(["KIT-0412", "gone"])) == {"KIT-0412": counts}
        assert unit.catalogue.stores() == (harrogate, YORK)
    with pytest.raises(Exception, match=r"(?i)foreign|not known"), storage.writing() as unit:
        unit.intake.put_store_stock([StoreStock("unknown", YORK, 1)])


def test_customers(storage: Any) -> None:
    jo = Customer(
        "C-1", "Jo Hall", "jo@example.org", "07700 900123", "YO1 8AS", True, "hearing", "1 Low Row", "York"
    )
    unasked = Customer("C-2")
    with storage.writing() as unit:
        assert unit.intake.put_customers([jo, unasked]) == 2
        assert unit.intake.put_customers([replace(jo, marketing_consent=False), unasked]) == 1
    with storage.reading() as unit:
        assert unit.customers.customer("C-1") == replace(jo, marketing_consent=False)
        assert unit.customers.customer("C-2") == unasked
        assert unit.customers.customer("C-3") is None


def test_an_order_keeps_its_lines_in_file_order(storage: Any) -> None:
    lines = (line("1", "Z"), line("1", "A", unit_price=Money(0, "GBP")), line("1", "Z", nth=2, quantity=-5))
    with storage.writing() as unit:
        assert unit.intake.add_order_lines(lines) == 3
        assert unit.intake.add_order_lines(lines[::-1]) == 0
    with storage.reading() as unit:
        order = unit.customers.order("1")
        assert order.lines == lines
        assert (order.customer_id, order.ordered_at) == ("C-1", after(0))
        assert unit.customers.order("2") is None


def test_a_known_return_is_not_forgotten(storage: Any) -> None:
    sold = line("1", "A", status="delivered")
    returned = replace(sold, returned_at=after(60))
    with storage.writing() as unit:
        assert unit.intake.add_order_lines([sold]) == 1
        assert unit.intake.add_order_lines([returned]) == 1
        assert unit.intake.add_order_lines([sold]) == 0
        assert unit.customers.order("1").lines == (returned,)


def test_orders_of_a_customer_come_latest_first(storage: Any) -> None:
    lines = [line("1", "A", minutes=5), line("2", "A", minutes=9), line("3", "A", minutes=5)]
    with storage.writing() as unit:
        unit.intake.add_order_lines(
            [*lines, line("4", "A", customer_id=None), line("5", "A", customer_id="C-2")]
        )
    with storage.reading() as unit:
        assert [order.order_id for order in unit.customers.orders_of("C-1")] == ["2", "3", "1"]
        assert [order.order_id for order in unit.customers.orders_of("C-1", limit=1)] == ["2"]


def test_approved_texts(storage: Any) -> None:
    article = Article(
        "a-1",
        "Delivery",
        "# Delivery\n\nFree over £50.",
        Audience.AGENT,
        ("delivery_status", "delivery_options"),
        ("email",),
        "Ann",
        date(2026, 1, 1),
        date(2027, 1, 1),
        "https://shop.example/delivery",
    )
    macro = CannedReply(
        "r-1", "Dear {{ name }}", "Hello", ("greeting",), ("chat",), ("tag:hello",), "Ann", date(2027, 1, 1)
    )
    plain = CannedReply("r-0", "Thank you.")
    with storage.writing() as unit:
        assert unit.intake.put_articles([article, Article("a-2", "T", "B")]) == 2
        assert unit.intake.put_canned_replies([macro, plain]) == 2
        assert unit.intake.put_articles([article]) == unit.intake.put_canned_replies([macro, plain]) == 0
    with storage.reading() as unit:
        assert dict(unit.knowledge.articles(["a-1", "a-9"])) == {"a-1": article}
        assert dict(unit.knowledge.canned_replies(["r-1"])) == {"r-1": macro}
        assert list(unit.knowledge.all_canned_replies()) == [plain, macro]
