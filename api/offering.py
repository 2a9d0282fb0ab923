"""Offers for a situation that no contact holds: a basket, an order, a customer, a message, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from api.learned import Learned
from api.lookups import NotLearned
from recommender.customers import Customer
from recommender.offers import Offer, Receipt, Recommendation, Situation
from replies.cues import find_cues, hold_reason, packaged_cues
from replies.offer_situation import customer_hold, owned_of, recent_purchases
from replies.ports import Clock, Storage, Unit, UnknownOffer
from replies.shop import Shop
from replies.working_time import local_day

_READ_CHARS, _ENCODED_CHARS = 20_000, 2_000


class UnknownOrder(LookupError):
    """No order has this number."""


class UnknownCustomer(LookupError):
    """No customer has this id."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What offers are wanted for. All may be given; with nothing, what most orders hold is offered.

    `text` is a customer's message: the products it names are asked about, and its words may hold
    offers back. `declined` are SKUs that were refused in the conversation at hand.
    """

    skus: tuple[str, ...] = ()
    order_id: str | None = None
    customer_id: str | None = None
    text: str = ""
    channel: str = "email"
    postcode: str = ""
    declined: frozenset[str] = frozenset()
    age_checked: bool = False


class Offering:
    """Recommends from what is learned and in use now; nothing is recorded."""

    def __init__(self, learned: Callable[[], Learned], storage: Storage, shop: Shop, clock: Clock) -> None:
        self._learned = learned
        self._storage = storage
        self._shop = shop
        self._clock = clock

    def recommend(self, wish: Wish, n: int) -> Recommendation:
        """Return up to n offers. Raises NotLearned, UnknownOrder, UnknownCustomer."""
        cross_sell = self._learned().cross_sell
        if cross_sell is None:
            raise NotLearned("No offers can be made yet; import orders, then run 'wellput learn'.")
        today = local_day(self._clock.now(), self._shop)
        with self._storage.reading() as unit:
            situation = self.situation(wish, unit)
            return cross_sell.recommend(situation, unit.catalogue, today=today, n=n)

    def situation(self, wish: Wish, unit: Unit) -> Situation:
        """Return what is known. Raises UnknownOrder, UnknownCustomer, NotLearned."""
        order = None if wish.order_id is None else unit.customers.order(wish.order_id)
        if wish.order_id is not None and order is None:
            raise UnknownOrder(f"no order has the number {wish.order_id!r}")
        customer_id = wish.customer_id or (order.customer_id if order is not None else None)
        customer = self._customer(wish, customer_id, unit)
        orders = tuple(unit.customers.orders_of(customer_id)) if customer_id is not None else ()
        bought = orders if order is None or order in orders else (*orders, order)
        vector = self._vector(wish.text)
        lines = () if order is None else tuple(line.sku for line in order.lines)
        since = self._clock.now() - timedelta(days=self._shop.reoffer_after_days)
        refused = (
            unit.assists.declined_skus(customer_id, "", since=since) if customer_id else frozenset[str]()
        )
        return Situation(
            skus=tuple(dict.fromkeys((*wish.skus, *self._named(wish.text, vector), *lines))),
            owned=owned_of(bought),
            declined=wish.declined | refused,
            hold_reason=self._hold(wish, customer, vector),
            channel=wish.channel,
            age_checked=wish.age_checked,
            recent=recent_purchases(bought, self._clock.now()),
            postcode=wish.postcode or (customer.postcode if customer is not None else ""),
            from_recent=wish.customer_id is not None,
            open_to_popular=wish == Wish(channel=wish.channel, postcode=wish.postcode),
        )

    def _customer(self, wish: Wish, customer_id: str | None, unit: Unit) -> Customer | None:
        if customer_id is None:
            return None
        found = unit.customers.customer(customer_id)
        if (
            found is None
            and wish.customer_id is not None
            and not unit.customers.orders_of(customer_id, limit=1)
        ):
            raise UnknownCustomer(f"no customer has the id {customer_id!r}, and no order either")
        return found

    def _vector(self, text: str) -> NDArray[np.float32] | None:
        encoder = self._learned().encoder
        return None if encoder is None or not text.strip() else encoder.encode([text[:_ENCODED_CHARS]])[0]

    def _named(self, text: str, vector: NDArray[np.float32] | None) -> tuple[str, ...]:
        """Return the products that a message surely names."""
        if not text.strip():
            return ()
        products = self._learned().products
        if vector is None or products is None:
            raise NotLearned("Products cannot be read out of a message yet; run 'wellput learn' first.")
        mentions = products.mentioned(text[:_READ_CHARS], vector)
        return tuple(dict.fromkeys(mention.sku for mention in mentions))

    def _hold(self, wish: Wish, customer: Customer | None, vector: NDArray[np.float32] | None) -> str | None:
        cues, learned = packaged_cues(), self._learned().cues
        by_cue = hold_reason(find_cues(wish.text[:_READ_CHARS], cues), cues)
        likely = None if vector is None or learned is None else learned.likely(vector)
        return by_cue or likely or customer_hold(customer)

    def receipt(self, offer_id: str) -> tuple[Offer, Receipt | None]:
        """Return an offer that was made for a contact, with its receipt. Raises UnknownOffer."""
        with self._storage.reading() as unit:
            made = unit.assists.assist_of_offer(offer_id)
        offer = next((one for one in made.all_offers if one.id == offer_id), None)
        if offer is None:
            raise UnknownOffer(f"no offer has the id {offer_id!r}")
        return offer, offer.receipt
