"""Whether a product may be offered in a situation, and if not, why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from recommender.catalogue import Product, ProductKind
from recommender.compatibility import Fit, judge_fit
from recommender.offers import Situation
from recommender.relation_book import RelationBook, SameThings
from recommender.relations import ServiceFit, family_ids, is_replenishable, is_set


class Ruling(StrEnum):
    """What was decided on a product, as words that follow "it is" or stand alone in a list."""

    ELIGIBLE = "eligible"
    UNKNOWN = "not in the catalogue"
    IN_BASKET = "in the basket already"
    VARIANT = "a variant of what is in the basket"
    SAME_THING = "the same thing as one asked about or bought, in another design"
    HIDDEN = "kept out of offers by the catalogue"
    DECLINED = "declined before"
    OWNED = "owned already"
    NOT_DUE = "bought lately and not yet used up"
    NOT_YET = "not on sale yet"
    WITHDRAWN = "withdrawn"
    OUT_OF_STOCK = "out of stock"
    AGE = "sold from a certain age, which was not checked"
    NO_PRICE = "priced at nothing"
    OTHER_FIT = "made for something else"
    NO_FIT = "a service for other products"


@dataclass(frozen=True, slots=True)
class Decision:
    """The ruling on one product, with what it rests on where that can be said."""

    sku: str
    ruling: Ruling
    detail: str = ""

    @property
    def eligible(self) -> bool:
        """Whether it may be offered."""
        return self.ruling is Ruling.ELIGIBLE

    @property
    def in_words(self) -> str:
        """The ruling with its detail."""
        return f"{self.ruling.value}: {self.detail}" if self.detail else self.ruling.value


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The situation with what the catalogue knows of the products in it, on the day `today`."""

    situation: Situation
    today: date
    asked_about: Mapping[str, Product]
    asked_families: frozenset[str]
    owned_families: frozenset[str]
    declined_families: frozenset[str]
    relations: RelationBook
    asked_things: SameThings
    declined_things: SameThings

    @classmethod
    def of(
        cls,
        situation: Situation,
        known: Mapping[str, Product],
        today: date,
        relations: RelationBook | None = None,
        anchors: Sequence[str] | None = None,
    ) -> Surroundings:
        """Pick the situation's products out of `known`; a SKU that is not there stands for itself.

        `anchors` are what is offered on where nothing is asked about (what was bought lately).
        """
        book = RelationBook() if relations is None else relations
        offered_on = situation.skus if anchors is None else anchors

        def families(skus: Iterable[str]) -> frozenset[str]:
            each = (family_ids(known[sku]) if sku in known else (sku,) for sku in skus)
            return frozenset(chain.from_iterable(each))

        return cls(
            situation,
            today,
            {sku: known[sku] for sku in offered_on if sku in known},
            families(situation.skus),
            families(situation.owned),
            families(situation.declined),
            book,
            book.things_of(known[sku] for sku in offered_on if sku in known),
            book.things_of(known[sku] for sku in situation.declined if sku in known),
        )


def judge(
    sku: str, product: Product | None, around: Surroundings, rules: Mapping[str, Rule] | None = None
) -> Decision:
    """Rule on one candidate by all rules, or those given; the first that forbids it is the one stated."""
    if product is None:
        return Decision(sku, Ruling.UNKNOWN)
    for rule in (RULES if rules is None else rules).values():
        decision = rule(product, around)
        if decision is not None:
            return decision
    return Decision(sku, Ruling.ELIGIBLE)


def _not_there_yet(product: Product, around: Surroundings) -> Decision | None:
    family = family_ids(product)
    if product.sku in around.situation.skus:
        return Decision(product.sku, Ruling.IN_BASKET)
    if family & around.asked_families:
        return Decision(product.sku, Ruling.VARIANT)
    same = around.asked_things.held_by(product)
    return None if same is None else Decision(product.sku, Ruling.SAME_THING, same)


def _not_declined(product: Product, around: Surroundings) -> Decision | None:
    if not around.declined_families:
        return None
    if family_ids(product) & around.declined_families:
        return Decision(product.sku, Ruling.DECLINED)
    same = around.declined_things.held_by(product)
    return None if same is None else Decision(product.sku, Ruling.DECLINED, same)


def _not_owned(product: Product, around: Surroundings) -> Decision | None:
    if not around.owned_families or not family_ids(product) & around.owned_families:
        return None
    repeat = around.relations.repeat(product.sku)
    days = dict(around.situation.recent).get(product.sku)
    if repeat is not None and repeat.is_replenished:
        if days is not None and not repeat.is_due(days):
            return Decision(product.sku, Ruling.NOT_DUE, f"{days} days of about {repeat.middle_days}")
        return None
    return None if is_replenishable(product) else Decision(product.sku, Ruling.OWNED)


def _on_sale(product: Product, around: Surroundings) -> Decision | None:
    if product.available_from is not None and around.today < product.available_from:
        return Decision(product.sku, Ruling.NOT_YET, f"from {product.available_from.isoformat()}")
    if product.available_to is not None and around.today > product.available_to:
        return Decision(product.sku, Ruling.WITHDRAWN, f"on {product.available_to.isoformat()}")
    if product.stock is not None and product.stock <= 0:
        return Decision(product.sku, Ruling.OUT_OF_STOCK)
    return None


def _allowed(product: Product, around: Surroundings) -> Decision | None:
    if is_set(product, "hidden") or is_set(product, "no_offers"):
        return Decision(product.sku, Ruling.HIDDEN)
    if product.min_age is not None and product.min_age > 0 and not around.situation.age_checked:
        return Decision(product.sku, Ruling.AGE)
    if product.price is not None and product.price.minor <= 0:
        return Decision(product.sku, Ruling.NO_PRICE)
    return None


def _fits(product: Product, around: Surroundings) -> Decision | None:
    """What states a model or an interface must fit a product asked about."""
    verdict = judge_fit(product, tuple(around.asked_about.values()), around.relations.interfaces)
    if verdict.fit is Fit.OTHER:
        return Decision(product.sku, Ruling.OTHER_FIT, verdict.statement)
    return None


def _serves(product: Product, around: Surroundings) -> Decision | None:
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
    return None if any(True for _ in served) else Decision(product.sku, Ruling.NO_FIT)


Rule = Callable[[Product, Surroundings], Decision | None]
RULES: Mapping[str, Rule] = {
    "neither in the basket nor the same thing as one there": _not_there_yet,
    "not declined": _not_declined,
    "not owned, or used up": _not_owned,
    "on sale and in stock": _on_sale,
    "not hidden, allowed at any age or checked, priced": _allowed,
    "fits, or nothing says what it is made for": _fits,
    "no service, or one for a product still to buy": _serves,
}
"""The rules in the order in which they are asked, by what passing them means."""
STAND_IN_RULES: Mapping[str, Rule] = {
    words: rule for words, rule in RULES.items() if rule in (_not_declined, _not_owned, _on_sale, _allowed)
}
"""The rules for what stands in place of a product asked for: it may be of the same family."""


def can_be_had(product: Product, today: date) -> bool:
    """Whether the product can be bought today: on sale and in stock or not counted."""
    return (
        (product.available_from is None or product.available_from <= today)
        and (product.available_to is None or product.available_to >= today)
        and (product.stock is None or product.stock > 0)
    )
