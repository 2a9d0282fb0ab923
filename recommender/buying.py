"""Where and how a product can be bought: what suits the contact's channel first, the nearest store first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recommender.catalogue import BuyingRoute, Product, StoreStock
from recommender.postcodes import nearness

_STORES_SHOWN = 5
_SUITING: dict[str, tuple[str, ...]] = {
    "email": ("web", "click_and_collect", "store", "phone", "catalogue"),
    "chat": ("web", "click_and_collect", "store", "phone", "catalogue"),
    "phone": ("phone", "web", "click_and_collect", "store", "catalogue"),
    "post": ("catalogue", "phone", "store", "web", "click_and_collect"),
    "fax": ("catalogue", "phone", "store", "web", "click_and_collect"),
}


def stores_with_stock(stock: Sequence[StoreStock], postcode: str = "") -> tuple[StoreStock, ...]:
    """Return the stores that have any, five at most: the nearest to `postcode` first, of equally near or
    unknown ones the fullest first."""
    filled = ((nearness(postcode, one.store.postcode), one) for one in stock if one.quantity > 0)
    ordered = sorted(
        filled, key=lambda pair: (pair[0].rank, pair[0].km, -pair[1].quantity, pair[1].store.store_id)
    )
    return tuple(replace(one, nearness=near.words) for near, one in ordered)[:_STORES_SHOWN]


def routes_for(
    product: Product, stores: Sequence[StoreStock], channel: str, shop_routes: Sequence[BuyingRoute] = ()
) -> tuple[BuyingRoute, ...]:
    """Return the product's own routes, or those derived from its address and the shop's, with the stores
    that have it in stock in place of a store that is merely named.

    The routes that suit the contact's channel stand first; the rest stay as other ways to buy.
    """
    suiting = _SUITING.get(channel, _SUITING["email"])
    stated = product.buy_at or ((*_web(product), *shop_routes))
    counted = [_store_route(one) for one in stores]
    found = [route for route in stated if not (counted and route.channel == "store")] + counted
    place = {name: rank for rank, name in enumerate(suiting)}
    return tuple(sorted(found, key=lambda route: place.get(route.channel, len(place))))


def _web(product: Product) -> tuple[BuyingRoute, ...]:
    return (BuyingRoute("web", product.url),) if product.url else ()


def _store_route(one: StoreStock) -> BuyingRoute:
    """Say where the store is, what it has, how near it is, when it opens, and when it was counted."""
    store = one.store
    where = ", ".join(part for part in (store.name, store.address, store.postcode) if part)
    said = (f"{one.quantity} in stock", one.nearness, store.opening_hours, store.phone)
    return BuyingRoute("store", where, "; ".join(part for part in said if part), one.checked_at)
