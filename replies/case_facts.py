"""What the records of a case say, as the plain values by which a draft's claims are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from recommender.catalogue import BuyingRoute, Product, StoreStock
from recommender.customers import Order
from recommender.money import Money
from recommender.offers import Offer
from replies.contacts import Contact, Role
from replies.product_attributes import is_secret
from replies.product_records import is_listed
from replies.shop import Shop, TopicPolicy
from replies.working_time import local_day, working_day_after

_POST_DAYS = 5  # a letter there and back, before an answer can be here


def fact_texts(
    contact: Contact,
    orders: Sequence[Order],
    products: Iterable[Product],
    offers: Sequence[Offer],
    shop: Shop,
    today: date,
) -> tuple[str, ...]:
    """Return what orders, products, offers, look-ups, our own earlier messages and the shop's profile say.

    Of a product that is hidden or not sold `today` neither price nor stock nor where to buy it, and of none
    what it costs the shop.
    """
    own = [message.text for message in contact.messages if message.role is not Role.CUSTOMER]
    texts = [*own, f"{shop.website} {shop.address}", *_hours(shop)]
    texts += [text for order in orders for text in _order_lines(order, shop)]
    texts += [text for product in products for text in _product_lines(product, today)]
    texts += [text for offer in offers for text in _offer_lines(offer)]
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def policy_texts(policy: TopicPolicy | None) -> tuple[str, ...]:
    """Return what the policy of a topic says: question, acknowledgement, next step, options."""
    if policy is None:
        return ()
    options = (f"{option.title}: {option.terms}" for option in policy.options)
    return (policy.question, policy.acknowledgement, *policy.all_next_steps, *options)


def amounts_of(
    orders: Sequence[Order], products: Iterable[Product], offers: Sequence[Offer], today: date
) -> frozenset[str]:
    """Return the sums that orders, listed products sold `today` and offers state or add up to, as "1250 GBP"
    in hundredths."""
    found: set[Money] = {
        product.price for product in products if product.price is not None and _told_of(product, today)
    }
    found |= {offer.price for offer in offers if offer.price is not None}
    for order in orders:
        totals: dict[str, int] = {}
        for line in order.lines:
            if line.unit_price is not None:
                whole = line.quantity * line.unit_price.minor
                found |= {line.unit_price, Money(whole, line.unit_price.currency)}
                totals[line.unit_price.currency] = totals.get(line.unit_price.currency, 0) + whole
        found |= {Money(minor, currency) for currency, minor in totals.items()}
    return frozenset(_amount_key(money) for money in found)


def dates_of(contact: Contact, orders: Sequence[Order], shop: Shop) -> frozenset[date]:
    """Return the days of orders, returns and messages."""
    moments = [contact.received_at, *(message.at for message in contact.messages)]
    for order in orders:
        moments.append(order.ordered_at)
        moments += [line.returned_at for line in order.lines if line.returned_at is not None]
    return frozenset(local_day(moment, shop) for moment in moments)


def due_dates_of(policy: TopicPolicy | None, today: date, shop: Shop) -> frozenset[date]:
    """Return the days by which our next step is due, and by which an answer to it is asked for."""
    step = policy.next_step_days if policy is not None else 2
    return frozenset(working_day_after(today, days, shop) for days in (step, step + _POST_DAYS))


def _amount_key(money: Money) -> str:
    hundredths = Decimal(money.decimal_text) * 100
    return f"{hundredths.normalize():f} {money.currency}"


def _hours(shop: Shop) -> tuple[str, ...]:
    return tuple(
        f"We are open from {hours.opens:%H:%M} to {hours.closes:%H:%M}." for hours in shop.hours.values()
    )


def _order_lines(order: Order, shop: Shop) -> Iterator[str]:
    day = local_day(order.ordered_at, shop)
    yield f"Order {order.order_id} of {day.isoformat()}: {order.status or 'taken'}"
    for line in order.lines:
        price = f" at {line.unit_price}" if line.unit_price is not None else ""
        back = f", returned {local_day(line.returned_at, shop)}" if line.returned_at is not None else ""
        yield f"{line.quantity} x {line.sku}{price}{back}"


def _product_lines(product: Product, today: date) -> Iterator[str]:
    yield product.title
    yield product.description
    for name, value in product.attributes.items():
        if not is_secret(name):
            yield _attribute(name, value)
    if not _told_of(product, today):
        return
    if product.price is not None:
        yield f"{product.title} costs {product.price}."
    if product.stock is not None:
        yield f"{product.title} is {'in stock' if product.stock > 0 else 'out of stock'}."
    yield product.url
    yield from _routes(product.buy_at)


def _told_of(product: Product, today: date) -> bool:
    """Whether customers may hear what the product costs today."""
    return product.sold_on(today) and is_listed(product)


_UNITS = ("mm", "cm", "m", "kg", "g", "ml", "l", "w", "v", "mah", "gb", "hz", "litre", "inch", "tog")


def _attribute(name: str, value: str | int | float | bool) -> str:
    words = name.replace("_", " ").replace("-", " ").strip().lower()
    if isinstance(value, bool):
        return f"It is {'' if value else 'not '}{words}."
    *stem, last = words.split() or [""]
    if not isinstance(value, str) and stem and last in _UNITS:
        return f"{' '.join(stem)}: {value:g} {last}"
    return f"{words}: {value}"


def _offer_lines(offer: Offer) -> Iterator[str]:
    yield offer.title
    if offer.price is not None:
        yield f"{offer.title} costs {offer.price}."
    yield from (reason.text for reason in offer.reasons)
    yield from offer.differences
    yield from _routes(offer.buy_at)
    yield from (_store(stock) for stock in offer.store_stock)


def _routes(routes: Iterable[BuyingRoute]) -> Iterator[str]:
    yield from (f"{route.place}. {route.note}" for route in routes)


def _store(stock: StoreStock) -> str:
    store = stock.store
    return f"{store.name}, {store.address} {store.postcode}. {store.opening_hours}. {stock.quantity} there."
