"""Ways to buy a product in words, what suits the contact's channel first."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.catalogue import BuyingRoute
from replies.contacts import Channel

_WAYS: dict[Channel, tuple[str, ...]] = {
    Channel.EMAIL: ("web", "click_and_collect", "store", "phone"),
    Channel.CHAT: ("web", "click_and_collect", "store", "phone"),
    Channel.PHONE: ("phone", "web", "click_and_collect", "store"),
    Channel.FAX: ("phone", "store", "catalogue", "web"),
    Channel.POST: ("phone", "store", "catalogue", "web"),
}
_LEADS = {
    "web": "online at",
    "store": "in our store:",
    "phone": "by phone on",
    "catalogue": "from our catalogue,",
    "click_and_collect": "online for collection at",
}


def ways_to_buy(routes: Sequence[BuyingRoute], channel: Channel) -> tuple[BuyingRoute, ...]:
    """Return one route per way to buy, what suits the contact's channel first."""
    wanted = _WAYS[channel]
    rank = {name: place for place, name in enumerate(wanted)}
    first: dict[str, BuyingRoute] = {}
    for route in routes:
        first.setdefault(route.channel, route)
    return tuple(sorted(first.values(), key=lambda route: rank.get(route.channel, len(rank))))


def way_in_words(route: BuyingRoute) -> str:
    """Return a route as it stands in a sentence: "by phone on 01632 960142"."""
    return f"{_LEADS.get(route.channel, route.channel.replace('_', ' '))} {route.place}"
