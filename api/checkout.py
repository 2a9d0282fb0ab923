"""Helping a customer through the checkout: the guide for a product, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from api.identifiers import new_id
from api.storage import SqlStorage
from recommender.buying import routes_for, stores_with_stock
from recommender.catalogue import BuyingRoute
from replies.buying_ways import way_in_words, ways_to_buy
from replies.checkout import CheckoutGuide, CheckoutWalk, NotOnSale, WalkOutcome, guide_for
from replies.contacts import Channel
from replies.ports import Clock
from replies.records import AuditEntry
from replies.shop import Shop
from replies.working_time import local_day

__all__ = ["CheckoutDesk", "NotOnSale", "WalkOutcome"]


class CheckoutDesk:
    """Guides and walks over the storage of a home."""

    def __init__(
        self, storage: SqlStorage, shop: Shop, clock: Clock, routes: tuple[BuyingRoute, ...]
    ) -> None:
        self._storage = storage
        self._shop = shop
        self._clock = clock
        self._routes = routes

    def guide(self, sku: str, channel: str) -> CheckoutGuide:
        """Return the steps for a product. Raises NotOnSale, in words, also for a product nobody knows."""
        with self._storage.reading() as unit:
            product = unit.catalogue.products([sku]).get(sku)
            stock = unit.catalogue.store_stock([sku]).get(sku, ())
        if product is None:
            raise NotOnSale(f"{sku} is not in the catalogue")
        routes = routes_for(product, stores_with_stock(stock), channel, self._routes)
        others = [
            way_in_words(route) for route in ways_to_buy(routes, Channel(channel)) if route.channel != "web"
        ]
        return guide_for(product, self._shop, local_day(self._clock.now(), self._shop), others[:2])

    def begin(self, contact_id: str, sku: str, actor: str) -> CheckoutWalk:
        """Record that a customer is being helped to buy a product. Raises UnknownContact, NotOnSale."""
        with self._storage.reading() as unit:
            channel = unit.contacts.get(contact_id).channel.value
        self.guide(sku, channel)
        walk = CheckoutWalk(new_id("walk"), contact_id, sku, actor, self._clock.now())
        with self._storage.writing() as unit:
            unit.drafting.add_walk(walk)
        return walk

    def note(
        self, walk_id: str, *, done: tuple[int, ...], outcome: WalkOutcome | None, actor: str
    ) -> CheckoutWalk:
        """Record the steps done so far and, at the end, the outcome. Raises UnknownWalk."""
        now = self._clock.now()
        with self._storage.writing() as unit:
            walk = unit.drafting.walk(walk_id)
            ended = now if outcome is not None else walk.ended_at
            changed = replace(
                walk, done=tuple(sorted(set(done))), outcome=outcome or walk.outcome, ended_at=ended
            )
            unit.drafting.update_walk(changed)
            if outcome is not None:
                detail = f"{changed.sku}: {outcome.value}, {len(changed.done)} steps"
                unit.audit.add(AuditEntry(now, actor, "checkout helped", changed.contact_id, detail))
        return changed

    def walk(self, walk_id: str) -> CheckoutWalk:
        """Return a walk. Raises UnknownWalk."""
        with self._storage.reading() as unit:
            return unit.drafting.walk(walk_id)
