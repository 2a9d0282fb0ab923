"""An offer in a reply: what it is, why, what it costs, and how to buy it in this channel and another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recommender.catalogue import BuyingRoute
from recommender.offers import Offer
from replies.composing import SIGN_OFF
from replies.contacts import Channel
from replies.macro_words import DEFAULT_LOCALE
from replies.macros import MacroValue, render
from replies.phrasebook import packaged_phrases

_CLOSE_PROMPT = re.compile(r"^\(Pause: [^\n]*$", re.MULTILINE)
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


def with_offer(text: str, offer: Offer, channel: Channel, locale: str = DEFAULT_LOCALE) -> str:
    """Return `text` with a paragraph on `offer` before its closing: title, reason, price, where to buy."""
    ways = ways_to_buy(offer.buy_at, channel)
    values: dict[str, MacroValue] = {
        "product.title": offer.title,
        "product.price": offer.price,
        "offer.reason": _plain_reason(offer),
        "offer.route": way_in_words(ways[0]) if ways else None,
        "offer.other_route": way_in_words(ways[1]) if len(ways) > 1 else None,
    }
    paragraph = render(packaged_phrases(channel).offer, values, locale)
    closings = list((_CLOSE_PROMPT if channel is Channel.PHONE else SIGN_OFF).finditer(text))
    if not closings:
        return f"{text.rstrip()}\n\n{paragraph}" if text.strip() else paragraph
    place = closings[-1].start()
    return f"{text[:place].rstrip()}\n\n{paragraph}\n\n{text[place:]}"


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


def _plain_reason(offer: Offer) -> str:
    words = offer.reasons[0].text.strip().rstrip(".") if offer.reasons else ""
    return f"{words[:1].lower()}{words[1:]}"
