"""What is told of stock: the shop's own, and that of a store with the day it was counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from recommender.catalogue import Store, StoreStock
from replies.articles import Article
from tests.fakes.storage import FakeStorage
from tests.unit.replies.product_answers.asking import (
    OUR_SHOP,
    Ask,
    answer,
)


def test_the_stock_of_a_store_is_told_with_the_day_it_was_counted(ask: Ask, storage: FakeStorage) -> None:
    ask("Hello", id="K-0")
    stores = (
        Store("Y", "Larkfield & Rowe, York", address="12 Stonegate"),
        Store("H", "Larkfield & Rowe, Harrogate"),
    )
    counted = datetime(2026, 11, 21, 17, tzinfo=UTC)
    with storage.writing() as unit:
        unit.intake.put_stores(stores)
        unit.intake.put_store_stock(
            [StoreStock("22423", stores[0], 0, counted), StoreStock("22423", stores[1], 6, counted)]
        )
    text = answer(ask("Is 22423 in stock in York?"))
    assert "Larkfield & Rowe, York has none left, as counted on Saturday 21 November 2026." in text
    assert "in stock" not in text and "Harrogate" not in text
    assert "Harrogate has it in stock" in answer(ask("Is 22423 in stock in your stores?", id="K-2"))


def test_a_store_that_should_have_one_is_asked_for_its_stock(ask: Ask, storage: FakeStorage) -> None:
    ask("Hello", id="K-0")
    with storage.writing() as unit:
        unit.intake.put_stores([Store("H", "Larkfield & Rowe, Harrogate")])
    text = answer(ask("How much is 22423 and does the Harrogate shop have one?"))
    assert "£12.75" in text and "does not state the stock in Larkfield & Rowe, Harrogate" in text


def test_no_article_stands_for_the_stock_of_a_product_beside_its_price(
    ask: Ask, storage: FakeStorage
) -> None:
    hours = Article("hours", "Does the Harrogate shop have one", "The Harrogate shop has one late opening.")
    ask("Hello", id="K-0")
    with storage.writing() as unit:
        unit.intake.put_articles([hours])
        unit.intake.put_stores([Store("H", "Larkfield & Rowe, Harrogate")])
    made = ask("How much is 22423, and does the Harrogate shop have one?", knows=(hours,))
    assert "does not state the stock in Larkfield & Rowe, Harrogate" in answer(made)
    assert not any("£12.75" in one.text and "late opening" in one.text for one in made.suggestions)


def test_price_and_stock_asked_in_few_words_are_both_told(ask: Ask) -> None:
    text = answer(ask("Caller asks for price and stock of the regency cakestand"))
    assert "£12.75" in text and "in stock" in text


def test_of_a_store_without_a_count_nothing_is_said_but_that(ask: Ask, storage: FakeStorage) -> None:
    ask("Hello", id="K-0")
    york = Store("Y", "Larkfield & Rowe, York", address="12 Stonegate")
    with storage.writing() as unit:
        unit.intake.put_stores([york, Store("H", "Larkfield & Rowe, Harrogate")])
        unit.intake.put_store_stock([StoreStock("22423", york, 6, datetime(2026, 11, 21, 17, tzinfo=UTC))])
    text = answer(ask("What does 22423 cost, and is it in stock in Harrogate?"))
    assert (
        "£12.75" in text and "Our catalogue does not state the stock in Larkfield & Rowe, Harrogate." in text
    )
    assert "in stock" not in text and "York" not in text
    assert "York has it in stock" in answer(ask("Is 22423 in stock in York?", id="K-2"))


def test_a_store_was_counted_on_the_shops_own_day(ask: Ask, storage: FakeStorage) -> None:
    ask("Hello", id="K-0")
    store = Store("K", "Larkfield & Rowe, Kyoto")
    with storage.writing() as unit:
        unit.intake.put_stores([store])
        unit.intake.put_store_stock([StoreStock("22423", store, 0, datetime(2026, 11, 21, 17, tzinfo=UTC))])
    there = replace(OUR_SHOP, zone=ZoneInfo("Asia/Tokyo"))
    assert "none left, as counted on Sunday 22 November 2026" in answer(
        ask("Is 22423 in stock in Kyoto?", shop=there)
    )
