"""Whether a product may be offered in a situation, and if not, why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from recommender.catalogue import Product, ProductKind
from recommender.offers import Situation
from recommender.relations import ServiceFit, family_ids, is_replenishable, is_set


class Ruling(StrEnum):
    """What was decided on a product, as words that follow "it is" or stand alone in a list."""

    ELIGIBLE = "eligible"
    UNKNOWN = "not in the catalogue"
    IN_BASKET = "in the basket already"
    VARIANT = "a variant of what is in the basket"
    DECLINED = "declined before"
    OWNED = "owned already"
    NOT_YET = "not on sale yet"
    WITHDRAWN = "withdrawn"
    OUT_OF_STOCK = "out of stock"
    AGE = "sold from a certain age, which was not checked"
    NO_PRICE = "priced at nothing"
    NO_FIT = "a service for other products"


@dataclass(frozen=True, slots=True)
class Decision:
    """The ruling on one product."""

    sku: str
    ruling: Ruling

    @property
    def eligible(self) -> bool:
        """Whether it may be offered."""
        return self.ruling is Ruling.ELIGIBLE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The situation with what the catalogue knows of the products in it, on the day `today`."""

    situation: Situation
    today: date
    asked_about: Mapping[str, Product]
    asked_families: frozenset[str]
    owned_families: frozenset[str]
    declined_families: frozenset[str]

    @classmethod
    def of(cls, situation: Situation, known: Mapping[str, Product], today: date) -> Surroundings:
        """Pick the situation's products out of `known`; a SKU that is not there stands for itself."""

        def families(skus: Iterable[str]) -> frozenset[str]:
            each = (family_ids(known[sku]) if sku in known else (sku,) for sku in skus)
            return frozenset(chain.from_iterable(each))

        return cls(
            situation,
            today,
            {sku: known[sku] for sku in situation.skus if sku in known},
            families(situation.skus),
            families(situation.owned),
            families(situation.declined),
        )


def judge(sku: str, product: Product | None, around: Surroundings) -> Decision:
    """Rule on one candidate; the first rule that forbids it is the one stated."""
    if product is None:
        return Decision(sku, Ruling.UNKNOWN)
    for rule in (_already, _on_sale, _allowed, _service):
        ruling = rule(product, around)
        if ruling is not None:
            return Decision(sku, ruling)
    return Decision(sku, Ruling.ELIGIBLE)


def _already(product: Product, around: Surroundings) -> Ruling | None:
    family = family_ids(product)
    if product.sku in around.situation.skus:
        return Ruling.IN_BASKET
    if family & around.asked_families:
        return Ruling.VARIANT
    if family & around.declined_families:
        return Ruling.DECLINED
    if family & around.owned_families and not is_replenishable(product):
        return Ruling.OWNED
    return None


def _on_sale(product: Product, around: Surroundings) -> Ruling | None:
    if product.available_from is not None and around.today < product.available_from:
        return Ruling.NOT_YET
    if product.available_to is not None and around.today > product.available_to:
        return Ruling.WITHDRAWN
    if product.stock is not None and product.stock <= 0:
        return Ruling.OUT_OF_STOCK
    return None


def _allowed(product: Product, around: Surroundings) -> Ruling | None:
    if product.min_age is not None and product.min_age > 0 and not around.situation.age_checked:
        return Ruling.AGE
    if product.price is not None and product.price.minor <= 0:
        return Ruling.NO_PRICE
    return None


def _service(product: Product, around: Surroundings) -> Ruling | None:
    """A service needs a product it fits that is still to be bought, or that it also serves afterwards."""
    if product.kind is not ProductKind.SERVICE:
        return None
    fit = ServiceFit.of(product)
    afterwards = is_set(product, "after_purchase")
    served = (
        asked
        for sku, asked in around.asked_about.items()
        if (afterwards or sku not in around.situation.owned) and (fit.fits(asked) or not fit.is_stated)
    )
    return None if any(True for _ in served) else Ruling.NO_FIT
