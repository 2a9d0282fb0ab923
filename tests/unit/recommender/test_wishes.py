"""Prices, sizes and misspellings in a query."""

from __future__ import annotations

from decimal import Decimal

import pytest

from recommender.catalogue import Product
from recommender.money import Money
from recommender.product_search import ProductSearch
from recommender.wishes import measures, named_measure, read_wish
from tests.fakes.encoder import HashingEncoder

ENCODER = HashingEncoder(512)
PRODUCTS = (
    Product("MUG-1", "Red enamel mug", price=Money(900, "GBP"), attributes={"capacity_ml": 350}),
    Product("MUG-2", "Blue enamel mug", price=Money(2500, "GBP"), attributes={"capacity_ml": 500}),
    Product("MUG-3", "Green enamel mug"),
    Product("MUG-4", "Grey enamel mug", price=Money(1200, "EUR")),
    Product("TEA-1", "Stoneware teapot, 1.2 l", price=Money(3000, "GBP")),
    Product("DISK-1", "Portable disk 1TB", price=Money(6000, "GBP")),
    Product("DISK-2", "Portable disk 500 GB", price=Money(4000, "GBP")),
    Product("CAB-1", "Cable 150 cm", price=Money(400, "GBP")),
    Product("CAB-2", "Cable 3 m", price=Money(600, "GBP")),
)


@pytest.fixture(scope="module")
def products() -> ProductSearch:
    return ProductSearch.fit(PRODUCTS, ENCODER)


def found(products: ProductSearch, text: str) -> list[str]:
    return [hit.sku for hit in products.search(text, ENCODER.encode([text])[0], 10)]


@pytest.mark.parametrize(
    ("text", "rest", "least", "most", "currency"),
    [
        ("mug under £20", "mug", None, "20", "GBP"),
        ("mug under 20", "mug", None, "20", None),
        ("a gift for less than 15 pounds please", "a gift for please", None, "15", "GBP"),
        ("between £10 and £25.50 mug", "mug", "10", "25.50", "GBP"),
        ("mugs £5-£10", "mugs", "5", "10", "GBP"),
        ("lamp over 100 euros", "lamp", "100", None, "EUR"),
        ("up to $1,500 laptop", "laptop", None, "1500", "USD"),
    ],
)
def test_a_price_is_taken_out_of_the_words(
    text: str, rest: str, least: str | None, most: str | None, currency: str | None
) -> None:
    wish = read_wish(text)
    assert (wish.text, wish.currency) == (rest, currency)
    assert wish.least == (None if least is None else Decimal(least))
    assert wish.most == (None if most is None else Decimal(most))


@pytest.mark.parametrize(
    "text", ["rug over 2 m", "2-3 tier cake stand", "shelf under 30 cm", "model 2060", ""]
)
def test_a_size_is_no_price(text: str) -> None:
    assert not read_wish(text).has_price


def test_measures_are_one_whatever_their_unit() -> None:
    assert measures("1.5 m cable")[0].fits(measures("cable 150cm"))
    assert measures('17" screen')[0].fits(measures("43.2 cm"))
    assert not measures("500 GB")[0].fits(measures("1 TB"))
    assert named_measure("capacity_ml", 500) == measures("0.5 l")[0]
    assert measures("10 in stock of 3 kinds") != measures("3 kinds")
    assert named_measure("pages", 20) is None


def test_a_price_leaves_out_what_costs_more_and_puts_the_unknown_last(products: ProductSearch) -> None:
    hits = found(products, "enamel mug under £20")
    assert hits[0] == "MUG-1"
    assert "MUG-2" not in hits
    assert set(hits[-2:]) == {"MUG-3", "MUG-4"}  # no price, and a price in euros
    assert "MUG-1" not in found(products, "enamel mug over £20")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("500gb disk", "DISK-2"),
        ("1000 gb disk", "DISK-1"),
        ("cable 1.5m", "CAB-1"),
        ("300 cm cable", "CAB-2"),
        ("500 ml mug", "MUG-2"),
        ("350ml mug", "MUG-1"),
    ],
)
def test_sizes_find_the_product_that_has_them(products: ProductSearch, text: str, first: str) -> None:
    assert found(products, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("stonewear teapot", "TEA-1"),
        ("stoneware tea pot", "TEA-1"),
        ("grene mug", "MUG-3"),
        ("bleu mug", "MUG-2"),
    ],
)
def test_misspelt_words_are_put_right(products: ProductSearch, text: str, first: str) -> None:
    assert found(products, text)[0] == first
