"""The sample shop's goods: files a retailer could edit, whole and believable line by line."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

import api.sample_shop
from api.shop_profile import read_shop
from brand_voice.checker import Checker
from brand_voice.finding import CheckContext
from brand_voice.rulebook import load_rulebook
from recommender.catalogue import ProductKind
from recommender.money import Money
from replies.proposals import FactKind

HERE = Path(api.sample_shop.__file__).parent
UNTIL = date(2026, 11, 22)
TOPICS = {
    "delivery_status",
    "delivery_options",
    "late_delivery",
    "damaged_item",
    "missing_item",
    "return_request",
    "refund_status",
    "exchange",
    "cancel_order",
    "change_order",
    "product_question",
    "stock_question",
    "gift_service",
    "gift_card",
    "payment_problem",
    "invoice_request",
    "warranty_claim",
    "store_question",
    "complaint",
    "privacy_request",
    "account_access",
    "price_question",
    "product_care",
    "assembly_help",
}
PLACEHOLDER = re.compile(
    r"lorem|ipsum|\btest\b|\btbc\b|\btodo\b|xxx|foo bar|placeholder|\{\{|!", re.IGNORECASE
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, str]]:
    return rows(HERE / "catalogue.csv")


@pytest.fixture(scope="module")
def by_sku(catalogue: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["sku"]: row for row in catalogue}


# --- the catalogue


def test_catalogue_is_as_wide_as_a_shop(catalogue: list[dict[str, str]]) -> None:
    kinds = Counter(row["kind"] for row in catalogue)
    departments = {row["category"].split(" > ")[0] for row in catalogue if row["kind"] == "product"}
    assert set(kinds) == {kind.value for kind in ProductKind}
    assert kinds["product"] >= 110
    assert kinds["service"] >= 9
    assert len(departments) >= 10
    assert len({row["sku"] for row in catalogue}) == len(catalogue)
    assert len({row["title"] for row in catalogue}) == len(catalogue)
    assert len({row["url"] for row in catalogue}) == len(catalogue)
    assert len({row["description"] for row in catalogue}) == len(catalogue)


def test_every_catalogue_row_can_be_sold(catalogue: list[dict[str, str]]) -> None:
    for row in catalogue:
        sku = row["sku"]
        assert re.fullmatch(r"[A-Z]{3}-\d{4}|SVC-[A-Z]+", sku)
        assert row["currency"] == "GBP", sku
        price, cost = (Money.parse(row[name], "GBP") for name in ("price", "cost"))
        assert re.fullmatch(r"\d+\.\d{2}", row["price"]) and re.fullmatch(r"\d+\.\d{2}", row["cost"]), sku
        assert 0 < cost.minor < price.minor, sku
        assert (row["stock"] == "") == (row["kind"] == "service"), sku
        assert row["stock"] == "" or int(row["stock"]) >= 0, sku
        assert row["url"].startswith("https://www.larkfieldandrowe.example/p/"), sku
        assert row["min_age"] in {"", "18"}, sku
        for name in ("available_from", "available_to"):
            assert row[name] == "" or date.fromisoformat(row[name]), sku
        assert " > " in row["category"] and row["brand"], sku


def test_every_description_is_one_to_three_whole_sentences(catalogue: list[dict[str, str]]) -> None:
    for row in catalogue:
        text = row["description"]
        assert text.endswith("."), row["sku"]
        assert 40 <= len(text) <= 320, row["sku"]
        assert 1 <= len(re.findall(r"[.:](?= [A-Z]|$)", text)) <= 4, row["sku"]
        assert not PLACEHOLDER.search(f"{row['title']} {text}"), row["sku"]


def test_attributes_are_typed_values(catalogue: list[dict[str, str]]) -> None:
    for row in catalogue:
        attributes = json.loads(row["attributes"])
        assert attributes, row["sku"]
        for name, value in attributes.items():
            assert re.fullmatch(r"[a-z_]+", name), row["sku"]
            assert isinstance(value, str | int | float | bool) and value != "", (row["sku"], name)
            if name.endswith(("_ml", "_cm", "_g", "_kg", "_w", "_h")) or name == "pieces":
                assert not isinstance(value, str | bool) and value > 0, (row["sku"], name)
        assert isinstance(attributes.get("replenishable", False), bool)


def test_what_is_used_up_is_marked_replenishable(by_sku: dict[str, dict[str, str]]) -> None:
    def marked(sku: str) -> bool:
        return json.loads(by_sku[sku]["attributes"]).get("replenishable", False)

    assert all(marked(sku) for sku in ("TEA-0201", "CAN-0101", "BAT-0221", "TAB-0302", "GAR-0302"))
    assert not any(marked(sku) for sku in ("TEA-0101", "BED-0101", "FUR-0301", "TAB-0301"))


def test_every_buying_route_says_where(catalogue: list[dict[str, str]]) -> None:
    seen: set[str] = set()
    for row in catalogue:
        routes = json.loads(row["buy_at"])
        assert routes, row["sku"]
        for route in routes:
            assert route.keys() <= {"channel", "url", "place", "note"}, row["sku"]
            assert ("url" in route) != ("place" in route), row["sku"]
            assert route.get("url", row["url"]) == row["url"], row["sku"]
            seen.add(route["channel"])
        assert len({route["channel"] for route in routes}) == len(routes), row["sku"]
    assert seen == {"web", "store", "phone", "catalogue", "click_and_collect"}


def test_variants_name_the_first_of_their_family(by_sku: dict[str, dict[str, str]]) -> None:
    variants = [row for row in by_sku.values() if row["variant_of"]]
    assert len(variants) >= 20
    for row in variants:
        parent = by_sku[row["variant_of"]]
        assert parent["variant_of"] == "", row["sku"]
        assert parent["category"] == row["category"], row["sku"]
        assert parent["brand"] == row["brand"], row["sku"]


def test_services_fit_categories_that_exist(catalogue: list[dict[str, str]]) -> None:
    paths = [f"{row['category']} > " for row in catalogue if row["kind"] == "product"]
    services = [row for row in catalogue if row["kind"] == "service"]
    for row in services:
        attributes = json.loads(row["attributes"])
        fits = attributes["fits_category"]
        assert fits == "*" or any(path.startswith(f"{fits} > ") for path in paths), row["sku"]
        excludes = attributes.get("excludes_category")
        assert excludes is None or any(path.startswith(f"{excludes} > ") for path in paths), row["sku"]
    assert len({json.loads(row["attributes"])["fits_category"] for row in services}) >= 5


def test_blades_and_alcohol_are_for_adults(catalogue: list[dict[str, str]]) -> None:
    for row in catalogue:
        attributes = json.loads(row["attributes"])
        adult = "abv_percent" in attributes or "blade_cm" in attributes or "Cheese Knives" in row["title"]
        assert (row["min_age"] == "18") == adult, row["sku"]


def test_some_are_out_of_stock_one_is_withdrawn_one_is_yet_to_come(catalogue: list[dict[str, str]]) -> None:
    assert 4 <= sum(row["stock"] == "0" for row in catalogue) <= 12
    assert [row["sku"] for row in catalogue if row["available_to"]] == ["CHR-0301"]
    assert [row["sku"] for row in catalogue if row["available_from"] > UNTIL.isoformat()] == ["GAR-0230"]


# --- customers, stores, people, the shop


def test_customers_can_be_told_apart_and_reached() -> None:
    customers = rows(HERE / "customers.csv")
    assert 230 <= len(customers) <= 260
    assert len({row["customer_id"] for row in customers}) == len(customers)
    for name in ("email", "phone"):
        given = [row[name] for row in customers if row[name]]
        assert len(set(given)) == len(given)
    for row in customers:
        assert re.fullmatch(r"C-\d{5}", row["customer_id"])
        assert row["email"] == "" or re.fullmatch(r"[a-z0-9._]+@example\.(com|org)", row["email"]), row
        assert row["phone"] == "" or re.fullmatch(r"07700 900\d{3}|01632 960\d{3}", row["phone"]), row
        assert row["email"] or row["phone"], row
        assert re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}", row["postcode"]), row
        assert row["marketing_consent"] in {"true", "false", ""}
        assert re.fullmatch(r"[a-z_]*", row["vulnerable"])
        assert not PLACEHOLDER.search(row["name"])
    assert 5 <= sum(bool(row["vulnerable"]) for row in customers) <= 20
    consents = Counter(row["marketing_consent"] for row in customers)
    assert min(consents.values()) >= 10
    assert len({row["name"] for row in customers}) < len(customers)  # a name alone identifies nobody


def test_stock_stands_in_known_stores_for_known_goods(by_sku: dict[str, dict[str, str]]) -> None:
    stores = {row["store_id"]: row for row in rows(HERE / "stores.csv")}
    assert {row["postcode"] for row in stores.values()} == {"YO1 8AS", "HG1 1QY"}
    stock = rows(HERE / "store_stock.csv")
    assert len({(row["sku"], row["store_id"]) for row in stock}) == len(stock)
    for row in stock:
        assert by_sku[row["sku"]]["kind"] == "product"
        assert row["store_id"] in stores
        assert int(row["quantity"]) >= 0
        assert datetime.fromisoformat(row["checked_at"]).tzinfo is not None
    products = sum(row["kind"] == "product" for row in by_sku.values())
    for store_id in stores:
        held = [row for row in stock if row["store_id"] == store_id]
        assert len(held) > 0.8 * products
        assert any(row["quantity"] == "0" for row in held)


def test_goods_shown_in_york_only_have_no_harrogate_stock(by_sku: dict[str, dict[str, str]]) -> None:
    for row in rows(HERE / "store_stock.csv"):
        places = [r.get("place", "") for r in json.loads(by_sku[row["sku"]]["buy_at"])]
        if row["store_id"] == "HARROGATE":
            assert any("Harrogate" in place for place in places), row["sku"]


def test_shop_file_states_every_topic_in_the_shops_voice() -> None:
    shop = read_shop(HERE / "shop.toml")
    assert shop.name == "Larkfield & Rowe"
    assert sorted(shop.hours) == [0, 1, 2, 3, 4, 5]
    assert set(shop.reply_within_h) == {"email", "chat", "phone", "fax", "post"}
    assert set(shop.topics) == TOPICS
    kinds = {kind.value for kind in FactKind}
    for topic in shop.topics.values():
        assert topic.name and topic.question.endswith(("please?", ".")) and topic.acknowledgement, topic.id
        assert topic.next_step.count("{{ due_date }}") == 1, topic.id
        assert 1 <= topic.next_step_days <= 5, topic.id
        assert set(topic.facts) <= kinds, topic.id
        words = f"{topic.question} {topic.acknowledgement} {topic.next_step}"
        assert not re.search(r"!|guarantee|immediately|unfortunately", words, re.IGNORECASE), topic.id


def test_every_topics_words_pass_the_house_rulebook() -> None:
    checker = Checker(load_rulebook())
    for topic in read_shop(HERE / "shop.toml").topics.values():
        told = topic.next_step.replace("{{ due_date }}", "Tuesday 24 November 2026")
        body = f"{topic.acknowledgement}\n\n{topic.question}\n\n{told}"
        text = f"Dear Mrs Ackroyd,\n\n{body}\n\nKind regards,\nNadia Walsh\nLarkfield & Rowe Customer Care"
        flags = {"first_reply", "next_step"} | ({"complaint"} if topic.id == "complaint" else set())
        context = CheckContext("email", UNTIL, topic.id, ("Ackroyd",), flags=frozenset(flags))
        assert checker.check(text, context).findings == (), topic.id


def test_nothing_is_offered_where_something_went_wrong() -> None:
    topics = read_shop(HERE / "shop.toml").topics
    held = {id_ for id_, topic in topics.items() if topic.hold_reason is not None}
    assert held >= {
        "complaint",
        "damaged_item",
        "missing_item",
        "late_delivery",
        "refund_status",
        "payment_problem",
        "warranty_claim",
        "privacy_request",
    }
    assert not held & {"product_question", "stock_question", "gift_service", "product_care", "price_question"}


def test_demo_users_have_every_role_and_no_password() -> None:
    users = tomllib.loads((HERE / "users.toml").read_text(encoding="utf-8"))["users"]
    assert Counter(user["role"] for user in users) == {
        "agent": 2,
        "merchandiser": 1,
        "analyst": 1,
        "supervisor": 1,
        "admin": 1,
    }
    assert len({user["username"] for user in users}) == len(users)
    assert all(user.keys() == {"username", "display_name", "role"} for user in users)
