"""Where and how a product can be bought, what suits the contact's channel first."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.catalogue import BuyingRoute, Product, StoreStock

_STORES_SHOWN = 5
_SUITING: dict[str, tuple[str, ...]] = {
    "email": ("web", "click_and_collect", "store", "phone", "catalogue"),
    "chat": ("web", "click_and_collect", "store", "phone", "catalogue"),
    "phone": ("phone", "web", "click_and_collect", "store", "catalogue"),
    "post": ("catalogue", "phone", "store", "web", "click_and_collect"),
    "fax": ("catalogue", "phone", "store", "web", "click_and_collect"),
}


def stores_with_stock(stock: Sequence[StoreStock]) -> tuple[StoreStock, ...]:
    """Return the stores that have any, the fullest first, five at most."""
    filled = (one for one in stock if one.quantity > 0)
    return tuple(sorted(filled, key=lambda one: (-one.quantity, one.store.store_id))[:_STORES_SHOWN])


def routes_for(
    product: Product, stores: Sequence[StoreStock], channel: str, shop_routes: Sequence[BuyingRoute] = ()
) -> tuple[BuyingRoute, ...]:
    """Return the product's own routes, or those derived from its address, the shop's routes and store stock.

    The routes that suit the contact's channel stand first; the rest stay as other ways to buy.
    """
    suiting = _SUITING.get(channel, _SUITING["email"])
    found = product.buy_at or _derived(product, stores, shop_routes)
    place = {name: rank for rank, name in enumerate(suiting)}
    return tuple(sorted(found, key=lambda route: place.get(route.channel, len(place))))


def _derived(
    product: Product, stores: Sequence[StoreStock], shop_routes: Sequence[BuyingRoute]
) -> tuple[BuyingRoute, ...]:
    web = (BuyingRoute("web", product.url),) if product.url else ()
    in_stores = (
        BuyingRoute(
            "store",
            ", ".join(part for part in (one.store.name, one.store.address, one.store.postcode) if part),
            f"{one.quantity} in stock",
            one.checked_at,
        )
        for one in stores
    )
    return (*web, *in_stores, *shop_routes)
