"""Uptake: how far offers came (eligible, shown, presented, bought, kept), with honest intervals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from recommender.customers import OrderLine
from recommender.money import Money
from recommender.uncertainty import Interval, wilson_interval

CANCELLED = frozenset({"cancelled", "canceled", "void", "refused", "failed"})


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """One offer and what became of it; times are aware, None where it did not happen."""

    offer_id: str
    contact_id: str
    customer_id: str | None
    sku: str
    made_at: datetime
    shown_at: datetime | None = None
    presented_at: datetime | None = None
    declined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UptakeRows:
    """What is stored: offers, and the order lines that could be uptake of them or take it back.

    `lines` are all lines of the offered products since the first presentation, whoever bought them
    (lines of others are passed over).
    """

    offers: tuple[OfferRecord, ...]
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """How many of `of` reached a stage, the share with its 95 % Wilson interval; None of nothing."""

    name: str
    count: int
    of: int
    share: float | None
    interval: Interval

    @classmethod
    def reached(cls, name: str, count: int, of: int) -> Stage:
        """Work out the share and its interval."""
        return cls(name, count, of, count / of if of else None, wilson_interval(count, of))


@dataclass(frozen=True, slots=True)
class Funnel:
    """The way of the offers; an offer is one product in one contact, however often it was repeated.

    `shown` is of the eligible, `presented` of the shown. `bought` and `kept` are of those presented
    whose window to buy has passed: the `open_windows` are in neither, whether bought yet
    (`bought_in_open_windows`) or not. `kept_may_still_return` of the kept ones can still come back.
    Revenue is that of closed windows, by currency, before and after what came back.
    """

    eligible: int
    shown: Stage
    presented: Stage
    bought: Stage
    kept: Stage
    declined: int
    open_windows: int
    bought_in_open_windows: int
    kept_may_still_return: int
    revenue_bought: tuple[Money, ...]
    revenue_kept: tuple[Money, ...]
    window_days: int

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The four measured stages in their order."""
        return (self.shown, self.presented, self.bought, self.kept)


@dataclass(frozen=True, slots=True)
class _Purchase:
    line: OrderLine
    kept: int

    def worth(self, quantity: int) -> Money | None:
        price = self.line.unit_price
        return None if price is None else Money(price.minor * quantity, price.currency)


def funnel(
    rows: UptakeRows,
    *,
    now: datetime,
    window_days: int = 30,
    return_days: int = 35,
    cancelled: Collection[str] = CANCELLED,
) -> Funnel:
    """Follow the offers to `now`.

    An order line is uptake when it is of the offered product, comes within `window_days` after the
    presentation, and carries the contact's id or is the same customer's. A line counts for one offer
    at most: that of its contact, else the latest presentation before it. Lines of a cancelled status
    are none; a negative quantity takes back from the customer's latest earlier purchase of the
    product. Raises ValueError when a window is not positive.
    """
    if window_days < 1 or return_days < 0:
        raise ValueError(f"windows must be positive: {window_days} days to buy, {return_days} to return")
    made = _one_per_contact(rows.offers)
    window = timedelta(days=window_days)
    presented = [offer for offer in made if offer.presented_at is not None]
    uptake = _attributed(presented, _netted(rows.lines, cancelled), window)
    closed = [offer for offer in presented if offer.presented_at and now > offer.presented_at + window]
    bought = [uptake[offer.offer_id] for offer in closed if offer.offer_id in uptake]
    kept = [purchase for purchase in bought if purchase.kept > 0]
    in_open = len(uptake) - len(bought)
    returning = timedelta(days=return_days)
    shown = sum(offer.shown_at is not None for offer in made)
    return Funnel(
        eligible=len(made),
        shown=Stage.reached("shown", shown, len(made)),
        presented=Stage.reached("presented", len(presented), shown),
        bought=Stage.reached("bought", len(bought), len(closed)),
        kept=Stage.reached("kept", len(kept), len(closed)),
        declined=sum(offer.declined_at is not None for offer in made),
        open_windows=len(presented) - len(closed),
        bought_in_open_windows=in_open,
        kept_may_still_return=sum(now <= one.line.ordered_at + returning for one in kept),
        revenue_bought=_revenue(one.worth(one.line.quantity) for one in bought),
        revenue_kept=_revenue(one.worth(one.kept) for one in bought),
        window_days=window_days,
    )


def _one_per_contact(offers: Iterable[OfferRecord]) -> list[OfferRecord]:
    """Join repeated offers of a product in a contact; each step counts from its first time.

    What was presented was seen, so it counts as shown even where no impression was recorded.
    """
    ordered = sorted(offers, key=lambda one: (one.contact_id, one.sku, one.made_at, one.offer_id))
    joined: list[OfferRecord] = []
    for _, repeated in groupby(ordered, key=lambda one: (one.contact_id, one.sku)):
        same = list(repeated)
        presented = _first(one.presented_at for one in same)
        joined.append(
            replace(
                same[0],
                customer_id=next((one.customer_id for one in same if one.customer_id is not None), None),
                shown_at=_first([*(one.shown_at for one in same), presented]),
                presented_at=presented,
                declined_at=_first(one.declined_at for one in same),
            )
        )
    return joined


def _netted(lines: Iterable[OrderLine], cancelled: Collection[str]) -> list[_Purchase]:
    """Return the purchases in order of time with the quantity that was kept of each."""
    ordered = sorted(lines, key=lambda one: (one.ordered_at, one.order_id, one.sku, one.nth))
    purchases: list[OrderLine] = []
    kept: list[int] = []
    latest: dict[tuple[str, str], list[int]] = {}
    for line in ordered:
        if line.status is not None and line.status.casefold() in cancelled:
            continue
        owner = (line.customer_id or f"order {line.order_id}", line.sku)
        if line.quantity > 0:
            latest.setdefault(owner, []).append(len(purchases))
            purchases.append(line)
            kept.append(line.quantity)
        else:
            _take_back(latest.get(owner, []), kept, -line.quantity)
    return [
        _Purchase(line, left if line.returned_at is None else 0)
        for line, left in zip(purchases, kept, strict=True)
    ]


def _take_back(places: Sequence[int], kept: list[int], quantity: int) -> None:
    for place in reversed(places):
        taken = min(quantity, kept[place])
        kept[place] -= taken
        quantity -= taken


def _attributed(
    presented: Sequence[OfferRecord], purchases: Sequence[_Purchase], window: timedelta
) -> dict[str, _Purchase]:
    """Give each purchase to one offer, and each offer its first purchase."""
    by_sku: dict[str, list[OfferRecord]] = {}
    for offer in presented:
        by_sku.setdefault(offer.sku, []).append(offer)
    taken: dict[str, _Purchase] = {}
    for purchase in purchases:
        line = purchase.line
        fitting = [
            (offer.contact_id == line.contact_id, offer.presented_at, offer.offer_id)
            for offer in by_sku.get(line.sku, ())
            if offer.presented_at is not None
            and offer.presented_at <= line.ordered_at <= offer.presented_at + window
            and _same_buyer(offer, line)
        ]
        if fitting:
            _, _, offer_id = max(fitting)
            taken.setdefault(offer_id, purchase)
    return taken


def _same_buyer(offer: OfferRecord, line: OrderLine) -> bool:
    if line.contact_id is not None and line.contact_id == offer.contact_id:
        return True
    return line.customer_id is not None and line.customer_id == offer.customer_id


def _revenue(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    totals: dict[str, int] = {}
    for amount in amounts:
        if amount is not None:
            totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(totals.items()))


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time is not None), default=None)
