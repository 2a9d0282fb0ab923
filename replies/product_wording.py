"""The sentences in which a product's record is told: the wording that ships, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from recommender.catalogue import Product
from replies.macros import MacroValue, render, require_safe


@lru_cache(maxsize=1)
def packaged_wording() -> Mapping[str, str]:
    """Return the wording that ships. Raises UnsafeMacro or pydantic's ValidationError for a damaged file."""
    text = resources.files("replies").joinpath("phrasebook/products.yaml").read_text("utf-8")
    wording = TypeAdapter(dict[str, str]).validate_python(yaml.safe_load(text))
    for template in wording.values():
        require_safe(template)
    return wording


def sentence(
    key: str, locale: str, product: Product | None = None, values: Mapping[str, MacroValue] | None = None
) -> str:
    """Return the wording `key` with the product's values and `values` in it. Raises KeyError for a key that
    the wording does not have."""
    filled: dict[str, MacroValue] = dict(values or {})
    if product is not None:
        filled |= {
            "product.title": product.title,
            "product.sku": product.sku,
            "product.price": product.price,
            "product.url": product.url,
            "product.available_from": product.available_from,
            "product.min_age": product.min_age,
        }
    return render(packaged_wording()[key], filled, locale)


def no_such_product(code: str, locale: str) -> str:
    """Return, in words, that no product has the code, and what to send instead."""
    return sentence("no_such_product", locale, values={"wanted.code": code})
