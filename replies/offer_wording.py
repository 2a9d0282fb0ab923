"""An offer in a reply: what it is, why, what it costs, and how to buy it in this channel and another."""

from __future__ import annotations

import re

from recommender.offers import Offer
from replies.buying_ways import way_in_words, ways_to_buy
from replies.composing import SIGN_OFF
from replies.contacts import Channel
from replies.macro_words import DEFAULT_LOCALE
from replies.macros import MacroValue, render
from replies.phrasebook import packaged_phrases

_CLOSE_PROMPT = re.compile(r"^\(Pause: [^\n]*$", re.MULTILINE)


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


def _plain_reason(offer: Offer) -> str:
    words = offer.reasons[0].text.strip().rstrip(".") if offer.reasons else ""
    return f"{words[:1].lower()}{words[1:]}"
