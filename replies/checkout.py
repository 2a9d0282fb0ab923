"""A product's purchase on the shop's website, step by step, for an agent to go through with the customer.

The guide never asks for card data: whoever pays types that into the page or the keypad, and the step says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from recommender.catalogue import Product
from replies.contacts import Channel
from replies.macros import MacroValue, render
from replies.shop import Shop

USUAL_STEPS: tuple[str, ...] = (
    "Open the page of the {{ product.title }}{% if product.url %}: {{ product.url }}{% endif %}",
    "Choose the colour or size and how many you would like, and put it into the basket."
    "{% if product.price %} It costs {{ product.price }}.{% endif %}",
    "Open the basket, look through what is in it, and go on to the checkout.",
    "Sign in, or go on as a guest; a guest needs only an e-mail address.",
    "Enter the delivery address, or choose to collect it, and pick the delivery that suits you.",
    "Choose how to pay. Whatever the page asks for at this step, please type it into the page yourself and "
    "never tell it to us or write it to us.",
    "Place the order. You see an order number, and a confirmation comes by e-mail; if it does not, please "
    "ask us before you order again.",
)
"""Steps for a shop that states none of its own; each is a template over product.* and shop.*."""

_PROMPTS: Mapping[int, str] = {
    0: "Keep to the words on their screen, and ask what it shows before you suggest anything.",
    5: "Say nothing that invites card details. If they begin to read them out, stop them kindly.",
    6: "Note the order number they see.",
}


class NotOnSale(ValueError):
    """The product cannot be bought today, so there is nothing to walk through."""


class UnknownWalk(LookupError):
    """No walk through the checkout has this id."""


class WalkOutcome(StrEnum):
    BOUGHT = "bought"
    OTHER_WAY = "other_way"  # by phone, in a store, from the catalogue
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to say to the customer, and a prompt for the agent ("" for none)."""

    say: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutGuide:
    """The steps for one product; `other_ways` are other ways to buy it, for when the website will not do."""

    sku: str
    title: str
    steps: tuple[Step, ...]
    other_ways: tuple[str, ...]

    def text(self, channel: Channel) -> str:
        """Return the guide as a paragraph of a reply: numbered steps, prompts in a script alone."""
        spoken = channel is Channel.PHONE
        lines = [
            f"{place}. {step.say}" + (f"\n({step.prompt})" if spoken and step.prompt else "")
            for place, step in enumerate(self.steps, 1)
        ]
        others = f"You can also buy it {' or '.join(self.other_ways)}." if self.other_ways else ""
        return "\n".join((*lines, *([others] if others else [])))


@dataclass(frozen=True, slots=True)
class CheckoutWalk:
    """A customer walked through the checkout: the places of the steps done (from 0), and how it ended."""

    id: str
    contact_id: str
    sku: str
    actor: str
    started_at: datetime
    done: tuple[int, ...] = ()
    outcome: WalkOutcome | None = None
    ended_at: datetime | None = None


def guide_for(product: Product, shop: Shop, today: date, other_ways: Sequence[str] = ()) -> CheckoutGuide:
    """Return the guide for `product`. Raises NotOnSale when it is not sold today."""
    begun = product.available_from is None or product.available_from <= today
    over = product.available_to is not None and product.available_to < today
    if not begun or over or product.stock == 0:
        why = "is out of stock" if begun and not over else "is not sold today"
        raise NotOnSale(f"{product.title} ({product.sku}) {why}")
    values: dict[str, MacroValue] = {
        "product.title": product.title,
        "product.url": product.url,
        "product.price": product.price,
        "shop.name": shop.name,
        "shop.website": shop.website,
    }
    stated = shop.checkout_steps or USUAL_STEPS
    steps = tuple(
        Step(render(template, values, shop.locale), "" if shop.checkout_steps else _PROMPTS.get(place, ""))
        for place, template in enumerate(stated)
    )
    return CheckoutGuide(product.sku, product.title, steps, tuple(other_ways))
