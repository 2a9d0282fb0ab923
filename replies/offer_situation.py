"""What an offer must know of a customer: what is owned, what was bought lately, what holds offers back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from recommender.customers import Customer, Order
from recommender.uptake import CANCELLED
from replies.records import OfferAct, OfferEvent

VULNERABLE = "vulnerable customer"
NO_CONSENT = "customer has not agreed to marketing"


def owned_of(orders: Iterable[Order]) -> frozenset[str]:
    """Return the products of these orders that were not sent back or cancelled."""
    return frozenset(
        line.sku for order in orders for line in order.lines if _is_kept(line.status, line.returned_at)
    )


def recent_purchases(orders: Sequence[Order], now: datetime) -> tuple[tuple[str, int], ...]:
    """Return each product kept with the whole days since it was last bought, latest first."""
    latest: dict[str, int] = {}
    for order in sorted(orders, key=lambda one: one.ordered_at, reverse=True):
        for line in order.lines:
            if line.quantity > 0 and _is_kept(line.status, line.returned_at):
                latest.setdefault(line.sku, max(0, (now - order.ordered_at).days))
    return tuple(latest.items())


def _is_kept(status: str | None, returned_at: datetime | None) -> bool:
    return returned_at is None and (status is None or status.casefold() not in CANCELLED)


def customer_hold(customer: Customer | None) -> str | None:
    """Return why nothing may be offered to this customer at all, or None."""
    if customer is None:
        return None
    if customer.vulnerable:
        return VULNERABLE
    return NO_CONSENT if customer.marketing_consent is False else None


def offers_left(per_contact: int, events: Iterable[OfferEvent]) -> int:
    """Return how many offers may still be made in a contact: the cap less those presented in it."""
    presented = {event.offer_id for event in events if event.act is OfferAct.PRESENTATION}
    return max(0, per_contact - len(presented))
