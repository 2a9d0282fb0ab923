"""Real exports, as dirty as they come (decision 0043 says what was decided and why)."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.storage import open_storage
from recommender.money import Money
from replies.articles import Audience
from replies.contacts import ContactStatus
from replies.shop import Shop
from tests.converters import abcd, online_retail, stackfaq, star
from tests.fakes.bringing_in import BringingIn

pytestmark = pytest.mark.data
CHARGES = {"POST", "DOT", "C2", "D", "M", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"}
CHARGES |= {"22016", "23444", "23702"}  # a voucher, next day carriage, a picture file


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Iterator[BringingIn]:
    """The whole of Online Retail, imported."""
    folder = tmp_path_factory.mktemp("retail")
    storage = open_storage(f"sqlite:///{folder / 'wellput.db'}")
    bring_in = BringingIn(storage, folder, Shop())
    file = online_retail.export(data_folder)
    report = bring_in.file("orders", file, map_file=online_retail.ORDERS_MAP)
    assert (report.rows, report.rejected, report.skipped) == (541_909, 0, 5_498)
    assert report.added == report.rows - report.skipped
    catalogue = bring_in.file("catalogue", file, map_file=online_retail.CATALOGUE_MAP)
    assert (catalogue.rejected, catalogue.added) == (0, 3_809)
    yield bring_in
    storage.close()


def test_charges_are_neither_ordered_nor_sold(retail: BringingIn) -> None:
    with retail.storage.reading() as unit:
        assert unit.catalogue.products(CHARGES | {"GIFT_0001_20", "gift_0001_20", "m"}) == {}
        lines = unit.frames.order_lines()
        assert not CHARGES & set(lines.skus)
        order = unit.customers.order("536370")  # its postage line is left out
    assert order is not None
    assert len(order.lines) == 19


def test_the_usual_description_and_price_stand_in_the_catalogue(retail: BringingIn) -> None:
    with retail.storage.reading() as unit:
        found = unit.catalogue.products(["85123A", "85123a", "22423"])
    assert found["85123A"].title == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert found["85123A"].description == ""
    assert found["22423"].title == "REGENCY CAKESTAND 3 TIER"
    assert found["22423"].price == Money(1275, "GBP"), "sold at 24.96 by mail order and at 10.95 by the dozen"
    assert "85123a" not in found, "the same code typed in lower case is the same product"


def test_every_product_ordered_at_a_price_is_in_the_catalogue(retail: BringingIn) -> None:
    with retail.storage.reading() as unit:
        skus = unit.frames.order_lines().skus
        known = unit.catalogue.products(skus)
    assert len(set(skus) - set(known)) == 0


def test_returns_and_cancellations_are_matched(retail: BringingIn) -> None:
    with retail.storage.reading() as unit:
        cancelled = unit.customers.order("C536391")
        orders = unit.customers.orders_of("12346")  # bought 74,215 and cancelled them 16 minutes later
    assert cancelled is not None
    assert {line.status for line in cancelled.lines} == {"returned"}
    assert all(line.quantity < 0 for line in cancelled.lines)
    assert [(order.order_id, order.lines[0].quantity) for order in orders] == [
        ("C541433", -74_215),
        ("541431", 74_215),
    ]
    assert orders[1].lines[0].returned_at == datetime(2011, 1, 18, 10, 17, tzinfo=UTC)


def test_a_missing_customer_is_none_and_a_number_is_no_fraction(
    retail: BringingIn, data_folder: Path
) -> None:
    with gzip.open(online_retail.export(data_folder), "rt", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["InvoiceNo"] == "536414" or row["InvoiceNo"] == "536544"
        ]
    assert not any(row["CustomerID"] for row in rows)
    with retail.storage.reading() as unit:
        order = unit.customers.order("536544")
        assert order is not None
        assert order.customer_id is None
        assert unit.customers.order("536414") is None, "stock found: no customer, no price"
        assert len(unit.customers.orders_of("17850")) == 20
        assert list(unit.customers.orders_of("17850.0")) == []


def test_importing_again_changes_nothing(retail: BringingIn, data_folder: Path) -> None:
    file = online_retail.export(data_folder)
    with retail.storage.reading() as unit:
        before = unit.frames.fingerprint("orders"), unit.frames.fingerprint("catalogue")
    for kind, map_file in (("orders", online_retail.ORDERS_MAP), ("catalogue", online_retail.CATALOGUE_MAP)):
        report = retail.file(kind, file, map_file=map_file)
        assert (report.added, report.changed) == (0, 0)
    with retail.storage.reading() as unit:
        assert (unit.frames.fingerprint("orders"), unit.frames.fingerprint("catalogue")) == before


def test_star_contacts_come_in_whole(bring_in: BringingIn, data_folder: Path) -> None:
    file = star.write_contacts(
        data_folder / "star" / "contacts.jsonl.gz", bring_in.folder / "star.jsonl", most=300
    )
    report = bring_in.file("contacts", file)
    assert (report.rows, report.added, report.rejected) == (300, 300, 0)
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    with bring_in.storage.reading() as unit:
        found = unit.contacts.known([row["id"] for row in rows])
        assert unit.contacts.queue([ContactStatus.OPEN]) == []
    for row in rows:
        contact = found[row["id"]]
        assert contact.topic == next(iter(row["topic"]), None)
        assert [message.reply_id for message in contact.messages] == [
            it.get("reply_id") for it in row["messages"]
        ]
        assert [message.role.value for message in contact.messages] == [it["role"] for it in row["messages"]]
    assert bring_in.file("contacts", file).unchanged == 300


def test_guidelines_become_articles_for_agents(bring_in: BringingIn, data_folder: Path) -> None:
    file = abcd.write_articles(data_folder / "abcd" / "guidelines.json", bring_in.folder / "abcd.jsonl")
    report = bring_in.file("articles", file)
    assert (report.rows, report.added, report.rejected, report.repeated) == (55, 55, 0, 0)
    with bring_in.storage.reading() as unit:
        (article,) = unit.knowledge.articles(["abcd-product-defect-initiate-refund"]).values()
    assert article.audience is Audience.AGENT
    assert "Pull up Account" in article.body


def test_faq_threads_become_articles(bring_in: BringingIn, data_folder: Path) -> None:
    source = data_folder / "stackfaq" / "stackExchange-FAQ.json.gz"
    rows = list(stackfaq.articles(source))
    report = bring_in("articles", "\n".join(map(json.dumps, rows)), name="faq.jsonl")
    assert (report.added, report.rejected) == (125, 0)
    asked = Counter(query["relevant"][0] for query in stackfaq.queries(source))
    assert set(asked) <= {row["id"] for row in rows}
    assert len(asked) > 100
