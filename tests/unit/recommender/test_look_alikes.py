"""What looks alike is learned from titles, texts and prices, and is never offered beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue import Product
from recommender.co_purchase import CoPurchase
from recommender.look_alikes import learn_look_alikes
from recommender.money import Money
from recommender.relation_book import RelationBook
from recommender.relation_fitting import learn_relations
from recommender.replenishment import CustomerPurchases
from tests.fakes.catalogue import baskets_of


def goods(*rows: tuple[str, int]) -> list[Product]:
    return [
        Product(f"s{at}", title, price=Money(pence, "GBP") if pence else None)
        for at, (title, pence) in enumerate(rows)
    ]


def at_cosine(*cosines: float) -> NDArray[np.float16]:
    """Unit vectors with these cosines to the first."""
    return np.array([[cosine, (1.0 - cosine**2) ** 0.5] for cosine in cosines], dtype=np.float16)


SHELF = goods(
    ("Reindeer Lantern", 800),
    ("Santa Lantern", 850),
    ("Oak Lantern", 7000),
    ("Reindeer Napkins", 300),
    ("Brass Lantern", 900),
    ("Reindeer Garland", 820),
)
TEXTS = at_cosine(1.0, 0.6, 0.6, 0.6, 0.3, 0.8)


def test_a_near_text_with_the_same_thing_at_a_near_price_looks_alike() -> None:
    alike = learn_look_alikes(SHELF, TEXTS)
    assert 1 in alike[0]
    assert 0 in alike[1]


def test_a_far_price_a_far_text_or_another_thing_does_not() -> None:
    alike = learn_look_alikes(SHELF, TEXTS)
    assert not {2, 3, 4} & set(alike[0])


def test_a_text_of_nearly_one_meaning_needs_no_shared_word() -> None:
    assert 5 in learn_look_alikes(SHELF, TEXTS)[0]


def test_without_texts_nothing_looks_alike() -> None:
    assert learn_look_alikes(SHELF, np.zeros((6, 0), np.float16)) == [[]] * 6
    assert learn_look_alikes(SHELF, np.zeros((6, 2), np.float16)) == [[]] * 6


def test_the_book_says_what_it_is_much_like_and_categories_part(tmp_path: Path) -> None:
    nobody = np.zeros(0, dtype=np.int64)
    skus = [product.sku for product in SHELF]
    model = CoPurchase.fit(baskets_of([["s0", "s1"]], skus))
    learned = learn_relations(SHELF, model, CustomerPurchases(nobody, nobody, nobody, ()), TEXTS)
    learned.save(tmp_path / "book")
    book = RelationBook.load(tmp_path / "book")
    assert book.same_thing(SHELF[0], SHELF[5]) == "much like Reindeer Lantern"
    assert book.same_thing(SHELF[0], SHELF[3]) is None
    lamp, shelf = (
        Product(one.sku, one.title, price=one.price, category=category)
        for one, category in ((SHELF[0], "Light"), (SHELF[5], "Decoration"))
    )
    assert book.same_thing(lamp, shelf) is None
