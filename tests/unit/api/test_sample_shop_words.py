"""The words of the sample shop: articles, canned replies and contacts agree with each other and the shop."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum import luhn

import api.sample_shop
from api.sample_shop.orders import write_orders

SHOP = Path(api.sample_shop.__file__).parent
TODAY = date(2026, 11, 22)
PLACEHOLDERS = {"order.id", "order.date", "order.status", "customer.first_name", "product.title", "due_date"}
CHANNELS = {"email": 60, "chat": 50, "phone": 30, "post": 12, "fax": 10}
UNITS = (
    r"working days?|days?|months?|years?|minutes?|hours?|words|letters|initials|characters|cm|mm|°C|strokes"
)
FIGURE = re.compile(
    rf"£?\d+(?:[:.]\d+)?(?:\s?(?:%|-year|-figure)|\s(?:to\s\d+(?:[:.]\d+)?)?\s?(?:{UNITS})\b)?"
)


@dataclass(frozen=True, slots=True)
class Article:
    fields: dict[str, Any]
    body: str

    @property
    def in_force(self) -> bool:
        return self.fields["valid_from"] <= TODAY <= self.fields["review_by"]


def read_article(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Article(yaml.safe_load(front), body)


def read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SHOP / name).read_text(encoding="utf-8").splitlines()]


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(text: str) -> set[str]:
    return {re.sub(r"\s+", " ", match.group().strip()) for match in FIGURE.finditer(text)}


ARTICLES = [read_article(path) for path in sorted((SHOP / "articles").glob("*.md"))]
REPLIES = read_lines("replies.jsonl")
CONTACTS = read_lines("contacts.jsonl")
QUERIES = read_lines("queries.jsonl")
PAST = [contact for contact in CONTACTS if "wrap_up_code" in contact]
WAITING = [contact for contact in CONTACTS if "wrap_up_code" not in contact]
TOPICS = set(tomllib.loads((SHOP / "shop.toml").read_text(encoding="utf-8"))["topics"])
SKUS = {row["sku"] for row in read_rows(SHOP / "catalogue.csv")}
CUSTOMERS = {row["customer_id"] for row in read_rows(SHOP / "customers.csv")}
OUR_WORDS = [
    *((article.fields["id"], article.body) for article in ARTICLES),
    *((reply["id"], reply["text"]) for reply in REPLIES),
    *(
        (contact["id"], message["text"])
        for contact in CONTACTS
        for message in contact["messages"]
        if message["role"] == "agent"
    ),
]


def test_there_is_enough_of_everything() -> None:
    assert len(ARTICLES) >= 42
    assert len(REPLIES) >= 27
    assert len(PAST) >= 160
    assert len(WAITING) == 14
    by_channel = Counter(contact["channel"] for contact in PAST)
    assert by_channel.keys() == CHANNELS.keys()
    assert all(by_channel[channel] >= least for channel, least in CHANNELS.items()), by_channel


def test_ids_are_unique() -> None:
    for ids in (
        [article.fields["id"] for article in ARTICLES],
        [reply["id"] for reply in REPLIES],
        [contact["id"] for contact in CONTACTS],
    ):
        assert [one for one, count in Counter(ids).items() if count > 1] == []


def test_an_article_says_who_owns_it_and_until_when_it_holds() -> None:
    for path, article in zip(sorted((SHOP / "articles").glob("*.md")), ARTICLES, strict=True):
        fields = article.fields
        assert fields["id"] == path.stem
        assert fields["title"]
        assert fields["owner"]
        assert fields["audience"] in {"public", "agent"}
        assert set(fields["topics"]) <= TOPICS
        assert fields["topics"], path.stem
        assert isinstance(fields["valid_from"], date)
        assert isinstance(fields["review_by"], date)
        assert fields["source_url"].startswith("https://")


def test_one_article_has_expired_and_the_others_hold_beyond_next_year() -> None:
    expired = [article.fields["id"] for article in ARTICLES if not article.in_force]
    assert expired == ["delivery-christmas-2025"]
    others = [article.fields["review_by"].year for article in ARTICLES if article.in_force]
    assert set(others) <= {2028, 2029}


def test_every_topic_is_covered() -> None:
    in_articles = {
        topic
        for article in ARTICLES
        if article.in_force and article.fields["audience"] == "public"
        for topic in article.fields["topics"]
    }
    assert TOPICS - in_articles == set()
    assert TOPICS - {topic for reply in REPLIES for topic in reply["topics"]} == set()
    by_topic = Counter(contact["topic"] for contact in PAST)
    assert by_topic.keys() == TOPICS
    assert min(by_topic.values()) >= 5, by_topic


def test_a_canned_reply_is_approved_by_a_person_and_belongs_to_topics_of_the_shop() -> None:
    for reply in REPLIES:
        assert re.fullmatch(r"[a-z][a-z0-9_]+", reply["id"])
        assert re.match(r"[A-Z][\w'-]+ [A-Z][\w'-]+, ", reply["approved_by"]), reply["id"]
        assert date.fromisoformat(reply["review_by"]).year >= 2028
        assert reply["topics"]
        assert set(reply["topics"]) <= TOPICS
        assert set(reply["channels"]) <= CHANNELS.keys()


def test_placeholders_are_known_ones() -> None:
    used = {name for reply in REPLIES for name in re.findall(r"\{\{ *([\w.]+)", reply["text"])}
    assert used <= PLACEHOLDERS
    assert [reply["id"] for reply in REPLIES if reply["text"].count("{") != reply["text"].count("}")] == []


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["id"])
def test_figures_of_a_canned_reply_stand_in_an_article_in_force(reply: dict[str, Any]) -> None:
    stated = set[str]().union(
        *(
            figures(article.body)
            for article in ARTICLES
            if article.in_force and article.fields["audience"] == "public"
        )
    )
    assert figures(reply["text"]) - stated == set()


def test_figures_keep_their_units() -> None:
    assert figures("by 14:00, within 3 to 5 working days for £3.95") == {
        "14:00",
        "3 to 5 working days",
        "£3.95",
    }


def test_we_never_shout_and_never_write_out_a_template() -> None:
    assert [name for name, text in OUR_WORDS if "!" in text] == []
    assert [name for name, text in OUR_WORDS if re.search(r"\{\w|\w\}(?!\})|~|\|\|", text)] == []


def test_no_card_number_stands_anywhere() -> None:
    texts = [text for _, text in OUR_WORDS]
    texts += [message["text"] for contact in CONTACTS for message in contact["messages"]]
    runs = [re.sub(r"\D", "", run) for text in texts for run in re.findall(r"\d(?:[ -]?\d){12,18}", text)]
    assert [run for run in runs if luhn.is_valid(run)] == []


def test_contacts_name_replies_products_and_customers_that_exist() -> None:
    reply_ids = {reply["id"] for reply in REPLIES}
    for contact in CONTACTS:
        assert contact.get("customer_id", next(iter(CUSTOMERS))) in CUSTOMERS
        assert {offer["sku"] for offer in contact.get("offers", [])} <= SKUS
        for message in contact["messages"]:
            assert message["role"] in {"customer", "agent", "record"}
            assert message["text"].strip()
            if "reply_id" in message:
                assert message["role"] == "agent"
                assert message["reply_id"] in reply_ids


def test_every_canned_reply_was_used() -> None:
    used = Counter(
        message["reply_id"] for contact in PAST for message in contact["messages"] if "reply_id" in message
    )
    settled = {reply["id"] for reply in REPLIES if "{{" not in reply["text"]}  # those with slots are new
    assert settled - used.keys() == set()
    texts = {reply["id"]: reply["text"] for reply in REPLIES}
    for contact in PAST:
        for message in contact["messages"]:
            if "reply_id" in message:
                assert texts[message["reply_id"]] in message["text"], contact["id"]


def test_most_first_replies_carry_a_canned_reply() -> None:
    first = [
        next(message for message in contact["messages"] if message["role"] == "agent") for contact in PAST
    ]
    assert sum("reply_id" in message for message in first) / len(first) >= 0.7


def test_times_are_in_order_and_within_the_year() -> None:
    begins, ends = datetime(2025, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
    for contact in CONTACTS:
        times = [datetime.fromisoformat(message["at"]) for message in contact["messages"]]
        assert times == sorted(times), contact["id"]
        assert begins <= times[0] <= times[-1] < ends, contact["id"]
    received = [contact["messages"][0]["at"] for contact in CONTACTS]
    assert received == sorted(received)


def test_open_contacts_wait_for_us() -> None:
    for contact in WAITING:
        assert contact["messages"][-1]["role"] == "customer"
        assert contact["messages"][0]["at"] >= "2026-11-20"
        assert "topic" not in contact
    assert {contact["channel"] for contact in WAITING} == CHANNELS.keys()
    for contact in PAST:
        assert any(message["role"] == "agent" for message in contact["messages"]), contact["id"]


def test_labelled_queries_teach_every_topic_alike() -> None:
    by_topic = Counter(query["topic"] for query in QUERIES)
    assert by_topic.keys() == TOPICS
    assert set(by_topic.values()) == {10}
    texts = [message["text"] for query in QUERIES for message in query["messages"]]
    assert len(set(texts)) == len(QUERIES)  # one message each, none twice
    assert all(query["messages"][0]["role"] == "customer" for query in QUERIES)
    assert not {query["id"] for query in QUERIES} & {contact["id"] for contact in CONTACTS}


def test_nothing_is_offered_on_a_complaint() -> None:
    assert [c["id"] for c in PAST if c["topic"] == "complaint" and c.get("offers")] == []
    assert sum(bool(c.get("offers")) for c in PAST) >= 15


def test_orders_that_contacts_name_exist_and_are_the_customer_s(tmp_path: Path) -> None:
    write_orders(tmp_path / "orders.csv", until=TODAY + timedelta(days=1))
    owners: dict[str, str] = {}
    placed: dict[str, datetime] = {}
    for row in read_rows(tmp_path / "orders.csv"):
        owners[row["order_id"]] = row["customer_id"]
        placed[row["order_id"]] = datetime.fromisoformat(row["ordered_at"])
    named = [(contact, order_id) for contact in CONTACTS for order_id in contact.get("order_ids", [])]
    assert len(named) >= 30
    for contact, order_id in named:
        assert owners[order_id] == contact["customer_id"], contact["id"]
        assert placed[order_id] < datetime.fromisoformat(contact["messages"][0]["at"]), contact["id"]
