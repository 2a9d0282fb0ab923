"""What a canned reply may say of a case: every placeholder, and its value here and now."""

from __future__ import annotations

from collections.abc import Mapping

from recommender.catalogue import Product
from recommender.customers import Order
from replies.case import Case, meant_order, order_values
from replies.contacts import Channel
from replies.macros import MacroValue
from replies.meant import meant_numbers, meant_product
from replies.proposals import FactKind, Understanding
from replies.shop import Shop
from replies.working_time import working_day_after

PLACEHOLDERS: Mapping[str, str] = {
    "customer.first_name": "the customer's first name",
    "customer.name": "the customer's name without title",
    "customer.street": "the customer's street, perhaps in several lines",
    "customer.town": "the customer's town",
    "customer.postcode": "the customer's postcode",
    "order.id": "the number of the order the contact is about",
    "order.date": "the day it was ordered",
    "order.status": "its status",
    "order.items": "what was ordered, as a list",
    "order.total": "what it came to",
    "product.title": "the product the contact is about",
    "product.price": "its price; missing when it is not on sale today",
    "product.url": "its page; missing when it is not on sale today",
    "shop.name": "the shop's name",
    "shop.email": "the shop's e-mail address",
    "shop.phone": "the shop's phone number",
    "shop.website": "the shop's website",
    "shop.address": "the shop's address",
    "shop.team": "the team that signs",
    "agent.name": "who signs: the agent, else the team",
    "contact.id": "our reference",
    "today": "today's date",
    "due_date": "the day by which the next step is due",
    "reply_by": "the day by which we ask the customer to reply; later for a letter",
    "channel": "email, chat, phone, fax or post; for conditions",
    "topic": "the topic; for conditions",
}
"""Every name a canned reply may ask for, and what it becomes."""

_POST_DAYS = 5  # there and back

FACT_WORDS: Mapping[FactKind, str] = {
    FactKind.ORDER_NUMBER: "order number",
    FactKind.PRODUCT: "product",
    FactKind.DATE: "date",
    FactKind.AMOUNT: "amount",
    FactKind.EMAIL: "e-mail address",
    FactKind.PHONE: "phone number",
    FactKind.POSTCODE: "postcode",
}


def case_values(
    case: Case, understanding: Understanding, products: Mapping[str, Product], shop: Shop, agent: str
) -> dict[str, MacroValue]:
    """Return every value a macro may use in this case; what nobody knows is missing and stays visible."""
    policy = shop.topics.get(understanding.topic) if understanding.topic is not None else None
    step_days = policy.next_step_days if policy is not None else 2
    post_days = _POST_DAYS if case.contact.channel is Channel.POST else 0
    order = meant_order(case, meant_numbers(understanding.facts, understanding.record))
    product = meant_product(understanding, products)
    return {
        **order_values(order),
        **_items(order, products),
        **_product_values(product, case),
        "customer.first_name": case.first_name,
        "customer.name": case.full_name,
        "customer.street": case.customer.street if case.customer is not None else None,
        "customer.town": case.customer.town if case.customer is not None else None,
        "customer.postcode": case.customer.postcode if case.customer is not None else None,
        "shop.name": shop.name,
        "shop.email": shop.email,
        "shop.phone": shop.phone,
        "shop.website": shop.website,
        "shop.address": shop.address,
        "shop.team": shop.team,
        "agent.name": agent or shop.team,
        "contact.id": case.contact.id,
        "today": case.today,
        "due_date": working_day_after(case.today, step_days, shop),
        "reply_by": working_day_after(case.today, step_days + post_days, shop),
        "channel": case.contact.channel.value,
        "topic": understanding.topic,
    }


def asked_about(understanding: Understanding, values: Mapping[str, MacroValue], matter: str) -> list[str]:
    """Return what the customer asked about, in our words: the matter, their own order, the product named.

    An order number that is not the customer's own is never said back.
    """
    named = {fact.kind for fact in understanding.facts}
    order, title = values.get("order.id"), values.get("product.title")
    about = [matter] if matter else []
    if order is not None and FactKind.ORDER_NUMBER in named:
        about.append(f"your order {order}")
    if title is not None and FactKind.PRODUCT in named:
        about.append(f"the {title}")
    return about


def _items(order: Order | None, products: Mapping[str, Product]) -> dict[str, MacroValue]:
    """Return the titles of an order's lines, none unless all are known, and its total in one currency."""
    if order is None:
        return {}
    titles = [products[line.sku].title for line in order.lines if line.sku in products]
    prices = [line.unit_price for line in order.lines]
    known = [price for price in prices if price is not None]
    total = None
    if known and len(known) == len(prices) and len({price.currency for price in known}) == 1:
        amount = sum(price.minor * line.quantity for price, line in zip(known, order.lines, strict=True))
        total = type(known[0])(amount, known[0].currency)
    return {
        "order.items": titles if len(titles) == len(order.lines) else None,
        "order.total": total,
    }


def _product_values(product: Product | None, case: Case) -> dict[str, MacroValue]:
    """Return a product's values; price and page only while it is on sale, as both are facts of today."""
    if product is None:
        return {}
    on_sale = product.sold_on(case.today)
    return {
        "product.title": product.title,
        "product.price": product.price if on_sale else None,
        "product.url": product.url if on_sale else None,
    }
