"""What goes into a recommendation and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from recommender.catalogue import BuyingRoute, StoreStock
from recommender.money import Money


class RelationKind(StrEnum):
    """How an offered product stands to what the contact is about."""

    COMPLEMENT = "complement"
    SERVICE = "service"
    COMPATIBLE = "compatible"
    REPLENISHMENT = "replenishment"
    POPULAR = "popular"
    VARIANT = "variant"
    SUBSTITUTE = "substitute"
    UPGRADE = "upgrade"


ALTERNATIVES = frozenset({RelationKind.VARIANT, RelationKind.SUBSTITUTE, RelationKind.UPGRADE})
"""Kinds that stand in place of a product asked for; they are never cross-sell."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when an offer is wanted.

    `skus` is what the contact is about (order lines, basket, products named), `owned` what the
    customer bought before, `declined` what must not be offered again in this case, `hold_reason`
    why no offer is fitting at all ("open complaint"). `recent` are the products the customer bought
    lately with the days since, latest first; `postcode` is where the customer lives; `most` how many
    offers the contact may still get (None: no cap); `from_recent` lets offers rest on what
    was bought lately where nothing is asked about, `open_to_popular` on what most orders hold.
    """

    skus: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    hold_reason: str | None = None
    channel: str = "email"
    age_checked: bool = False
    recent: tuple[tuple[str, int], ...] = ()
    postcode: str = ""
    most: int | None = None
    from_recent: bool = False
    open_to_popular: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A true statement with its counts, e.g. "bought together in 41 of 300 orders".

    `together` of the `of` orders that hold `anchor_sku` hold the product offered too. Where a count is
    borrowed, it says of which products it is: they hold `counted_sku` in place of the product offered, which
    reads like it; or `anchor_sku` is not asked about itself but reads like `stands_for`, which is.
    """

    text: str
    anchor_sku: str | None = None
    together: int | None = None
    of: int | None = None
    counted_sku: str | None = None
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class OfferPolicy:
    """What the shop decided on offers: by what part a better product may cost more (`price_step`), and how
    many offers one contact may hear (`per_contact`)."""

    price_step: float = 0.25
    per_contact: int = 3

    def __post_init__(self) -> None:
        if not (0.0 <= self.price_step <= 10.0 and self.per_contact >= 0):
            raise ValueError(f"a price step lies between 0 and 10 and a cap is not negative: {self}")


class Feature(NamedTuple):
    """One thing the ranking looked at, with its value."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Displaced:
    """A candidate that scored as high or next, and why it does not stand in this place."""

    sku: str
    title: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why an offer stands in its place.

    `place` counts from 1; `asked_about` is what it was offered on; `evidence` what speaks for it, and
    `features` what the ranking saw; `passed` the rules it passed, each with what was found;
    `displaced` the candidates it stands before (the ruled out that scored higher among them) of the
    `considered`. `probability` is the calibrated chance that it is bought along, where there is one;
    `propensity` the chance with which it came to this place (1 without exploration).
    """

    place: int
    asked_about: tuple[str, ...]
    evidence: tuple[Reason, ...]
    features: tuple[Feature, ...]
    passed: tuple[str, ...]
    displaced: tuple[Displaced, ...]
    considered: int
    model_version: str
    probability: float | None = None
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Offer:
    """One product to recommend, with why, what it costs, what is in stock and where to buy it.

    An alternative names the product it stands for (`instead_of`) and how it differs (`differences`).
    """

    id: str
    sku: str
    title: str
    score: float
    reasons: tuple[Reason, ...]
    price: Money | None
    stock: int | None
    buy_at: tuple[BuyingRoute, ...]
    store_stock: tuple[StoreStock, ...] = ()
    model_version: str = ""
    relation: RelationKind = RelationKind.COMPLEMENT
    instead_of: str | None = None
    differences: tuple[str, ...] = ()
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Offers, best first; or none, with the reason in words.

    `alternatives` stand in place of what was asked for: where it cannot be had, or a step better.
    """

    offers: tuple[Offer, ...]
    no_offer_reason: str | None = None
    alternatives: tuple[Offer, ...] = ()
