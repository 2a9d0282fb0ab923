"""A thing stands before its accessories, and before what is made for it."""

from __future__ import annotations

import pytest

from models.keyword_index import words
from recommender.catalogue import Product
from recommender.product_heads import head_scores, plain_names
from recommender.product_search import ProductSearch
from tests.fakes.encoder import HashingEncoder


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("laptop", "Acme laptop 15 grey", "Acme laptop sleeve 15 grey"),
        ("camera", "Pinhole camera", "Camera battery"),
        ("lamp", "Green table lamp", "Shade for a green lamp"),
        ("laptop sleeve", "Felt laptop sleeve", "Felt sleeve, laptop"),
        ("floor lamp", "Brass floor lamp", "Brass lamp for the floor"),
    ],
)
def test_the_thing_itself_stands_before_what_belongs_to_it(query: str, better: str, worse: str) -> None:
    first, second = head_scores([plain_names(better, ""), plain_names(worse, "")], words(query))
    assert first > second


@pytest.mark.parametrize("query", ["laptop sleeve", "sleeve for a laptop"])
def test_an_accessory_that_is_asked_for_loses_nothing(query: str) -> None:
    (score,) = head_scores([plain_names("Felt laptop sleeve for travel", "")], words(query))
    assert score >= 0


def test_a_long_description_is_no_name() -> None:
    names = [plain_names("PX-3", "compact mobile mouse"), plain_names("PX-3", "very " * 12 + "good mouse")]
    short, long = head_scores(names, ["mouse"])
    assert short > long
    assert head_scores(names, []) == [0.0, 0.0]


def test_a_search_shows_the_thing_before_sixty_bags_for_it() -> None:
    bags = [Product(f"B-{n}", f"Laptop bag no {n}") for n in range(60)]
    goods = [*bags, Product("L-1", "Slim light grey office laptop")]
    encoder = HashingEncoder()
    search = ProductSearch.fit(goods, encoder)
    vector = encoder.encode(["laptop"])[0]
    first, *others = search.search("laptop", vector, 3)
    assert first.sku == "L-1" and first.score > others[0].score
    assert [first, *others] == search.search("laptop", vector, 61)[:3]
