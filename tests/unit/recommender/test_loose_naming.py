"""What a question about products may name where it names none for sure."""

from __future__ import annotations

import pytest

from recommender.catalogue import Product
from recommender.loose_naming import loosely_named
from recommender.naming import ProductNames

PRODUCTS = (
    Product("22423", "REGENCY CAKESTAND 3 TIER"),
    Product("84997", "Wooden Stacking Blocks"),
    Product("GAR-1", "Bypass Secateurs with Leather Holster"),
    Product("MUG-1", "Stoneware Mug, Oatmeal"),
    Product("MUG-2", "Stoneware Mug, Slate Blue"),
    Product("KNI-1", "Sheffield Chef's Knife, 20 cm"),
    Product("KNI-2", "Sheffield Bread Knife, 23 cm"),
    Product("CAB-1", "Larch Cabinet 60 cm White"),
    Product("CAB-2", "Larch Cabinet 60 cm Navy"),
    Product("SOL-1", "Peaty Soil large"),
    Product("GRV-1", "River Gravel small"),
    Product("FIL-1", "Rivertop Canister Filter 300 l/h"),
    Product("FIL-2", "Rivertop Canister Filter 600 l/h (old model)"),
)
ASKING = frozenset({"price", "cost", "stock"})


def named(text: str) -> list[set[str]]:
    names = ProductNames.of(PRODUCTS)
    return [
        {PRODUCTS[one.position].sku for one in group} for group in loosely_named(names, text, None, ASKING)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what does 22423 cost", [{"22423"}]),
        ("the wodden stacking blocks", [{"84997"}]),
        ("how much are the secateurs?", [{"GAR-1"}]),
        ("secateurs price", [{"GAR-1"}]),
        ("the stonware mug", [{"MUG-1", "MUG-2"}]),
        ("how much is the stonware mug in oatmeal", [{"MUG-1"}]),
        ("got the larch cabinet in white?", [{"CAB-1"}]),
        ("got the larch cabinet?", [{"CAB-1", "CAB-2"}]),
        ("the peaty soil", [{"SOL-1"}]),
        ("is the river gravel small in stock", [{"GRV-1"}]),
        ("my rivertop filter is two years old", [{"FIL-1", "FIL-2"}]),
        ("my rivertop filter is the old model", [{"FIL-2"}]),
    ],
)
def test_a_number_a_misspelt_name_and_one_word_name_products(text: str, expected: list[set[str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order 22423 please",
        "my order number is 22423",
        "#22423",
        "it cost £22423",
        "that was in 22423.50",
        "the secateurs sharpener",
        "a wodden bloc",  # no word of it is spelt as a title spells it
        "where is my parcel",
        "is the river gravel large in stock",
        "the river gravel in large",
    ],
)
def test_numbers_of_other_things_and_other_things_name_none(text: str) -> None:
    assert named(text) == []


def test_a_name_with_an_apostrophe_is_known_in_full() -> None:
    names = ProductNames.of(PRODUCTS)
    found = names.find("How much is the Sheffield Chef's Knife?")
    assert [PRODUCTS[one.position].sku for one in found] == ["KNI-1"]
