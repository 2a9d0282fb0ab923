"""What goes into a recommendation and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.catalogue import BuyingRoute, StoreStock
from recommender.money import Money


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when an offer is wanted.

    `skus` is what the contact is about (order lines, basket, products named), `owned` what the
    customer bought before, `declined` what must not be offered again in this case, `hold_reason`
    why no offer is fitting at all ("open complaint"), `today` the day eligibility is judged on.
    """

    skus: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    hold_reason: str | None = None
    channel: str = "email"
    age_checked: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A true statement with its counts, e.g. "bought together in 41 of 300 orders"."""

    text: str
    anchor_sku: str | None = None
    together: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One product to recommend, with why, what it costs, what is in stock and where to buy it."""

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


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Offers, best first; or none, with the reason in words."""

    offers: tuple[Offer, ...]
    no_offer_reason: str | None = None
