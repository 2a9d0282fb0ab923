"""A case opened for work: the contact with what the records hold, and what a check may know of it.

`check_context` is the one place where a case becomes a CheckContext, so that the live check, the assist
and the gate at sending come to the same verdict on the same text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from brand_voice.articles_say import SILENT, ArticlesSay
from brand_voice.finding import CheckContext
from brand_voice.promises import promise_keys
from brand_voice.stated_values import codes
from recommender.catalogue import Product
from recommender.customers import Customer, Order
from recommender.offers import Offer
from replies.articles import CannedReply
from replies.case_facts import amounts_of, dates_of, due_dates_of, fact_texts, policy_texts
from replies.contacts import Channel, Contact, Role
from replies.cues import find_cues, packaged_cues
from replies.macros import MacroValues
from replies.order_states import state_of
from replies.ports import Unit
from replies.proposals import Source
from replies.shop import Shop
from replies.working_time import local_day

READ_CHARS = 20_000  # of what a customer wrote; what lies beyond is kept, but not searched for facts
_RECENT = timedelta(days=60)
_MOST_LOOKUPS = 8
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-]){0,79}")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lord", "lady"})
_NO_PERSON = re.compile(r"\b(?:ltd|limited|plc|llp|inc|gmbh|company|co|school|council|club)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|\+?\(?\d[\d ()-]{8,16}\d")


@dataclass(frozen=True, slots=True)
class Case:
    """A contact with its records. `orders` are the customer's own and nobody else's, latest first.

    `linked` are the orders a colleague or the shop's system tied to this contact, among `orders`.
    `canned` are the canned replies in force today; `cues` what the customer's words show; `products` what was
    ordered, by SKU; `other_names` whose orders the customer named that are not theirs.
    """

    contact: Contact
    customer: Customer | None
    orders: tuple[Order, ...]
    linked: tuple[Order, ...]
    canned: tuple[CannedReply, ...]
    cues: frozenset[str]
    declined: frozenset[str]
    now: datetime
    today: date
    products: Mapping[str, Product] = field(default_factory=dict[str, Product])
    other_names: tuple[str, ...] = ()

    @property
    def first_name(self) -> str | None:
        """The name to greet by, or None when the record holds no person's name."""
        names = _name_words(self.customer)
        return names[0] if names else None

    @property
    def full_name(self) -> str | None:
        """The name without its title, or None."""
        return " ".join(_name_words(self.customer)) or None

    def own_order(self, order_id: str) -> Order | None:
        """The customer's own order of that number, or None."""
        return next((order for order in self.orders if order.order_id == order_id), None)


def open_case(contact: Contact, unit: Unit, shop: Shop, now: datetime) -> Case:
    """Read what belongs to `contact` from the records. An order of another customer is left out."""
    customer_id = contact.customer_id
    customer = unit.customers.customer(customer_id) if customer_id is not None else None
    own = tuple(unit.customers.orders_of(customer_id)) if customer_id is not None else ()
    linked = tuple(
        order
        for order_id in contact.order_ids
        if (order := unit.customers.order(order_id)) is not None and belongs(order, contact)
    )
    listed = {order.order_id for order in own}
    today = local_day(now, shop)
    said = "\n".join(message.text for message in contact.messages if message.role is Role.CUSTOMER)
    since = now - timedelta(days=shop.reoffer_after_days)
    every = (*own, *(order for order in linked if order.order_id not in listed))
    return Case(
        contact=contact,
        customer=customer,
        orders=every,
        linked=linked,
        canned=tuple(reply for reply in unit.knowledge.all_canned_replies() if reply.in_force(today)),
        cues=find_cues(said[-READ_CHARS:], packaged_cues()),
        declined=unit.assists.declined_skus(customer_id, contact.id, since=since)
        | {offer.sku for offer in contact.offers if offer.accepted is False},
        now=now,
        today=today,
        products=unit.catalogue.products({line.sku for order in every for line in order.lines}),
        other_names=_other_names(contact, {order.order_id for order in every}, said, unit),
    )


def _other_names(contact: Contact, own: Collection[str], said: str, unit: Unit) -> tuple[str, ...]:
    """Return the names of customers whose orders were named in this contact by somebody else."""
    folded = said[-READ_CHARS:]
    written = (folded[code.span.start : code.span.end].upper() for code in codes(folded.lower()))
    named = [number for number in dict.fromkeys((*contact.order_ids, *written)) if number not in own]
    owners = {
        order.customer_id
        for number in named[:_MOST_LOOKUPS]
        if (order := unit.customers.order(number)) is not None and order.customer_id is not None
    } - {contact.customer_id}
    customers = (unit.customers.customer(owner) for owner in sorted(owners))
    names = (" ".join(_name_words(customer)) for customer in customers)
    return tuple(name for name in names if " " in name)


def belongs(order: Order, contact: Contact) -> bool:
    """Whether the facts of `order` may be used in `contact`: it is the customer's own, or a guest's order
    that was tied to this very contact."""
    if order.customer_id is None:
        return order.order_id in contact.order_ids
    return order.customer_id == contact.customer_id


def meant_order(case: Case, named: Iterable[str]) -> Order | None:
    """Return the order a contact is about: the first own one named; when none is named the one tied to it,
    else the customer's only order of the last 60 days; None when that leaves a choice."""
    numbers = tuple(named)
    for order_id in numbers:
        order = case.own_order(order_id)
        if order is not None:
            return order
    if numbers:  # a number nobody here owns: to answer with another order would be a guess
        return None
    if case.linked:
        return case.linked[0]
    recent = [order for order in case.orders if order.ordered_at >= case.now - _RECENT]
    return recent[0] if len(recent) == 1 else None


def check_context(
    case: Case,
    shop: Shop,
    *,
    topic: str | None,
    sources: Iterable[Source] = (),
    offers: Sequence[Offer] = (),
    articles: ArticlesSay = SILENT,
    named: Iterable[str] = (),
) -> CheckContext:
    """Return what a check may know of `case`.

    `sources` are what the suggestions rest on, `offers` those presented in the text, `articles` what the
    public articles in force say (`KnowledgeSearch.says`), `named` the order numbers the contact speaks of.
    """
    texts = [source.quote for source in sources]
    texts += [paragraph for offer in offers for paragraph in (offer.title, *(r.text for r in offer.reasons))]
    texts += [str(offer.price) for offer in offers if offer.price is not None]
    orders = case.orders
    goods = case.products
    meant = meant_order(case, named)
    policy = shop.topics.get(topic) if topic is not None else None
    facts = fact_texts(case.contact, orders, goods.values(), offers, shop, case.today)
    if case.contact.channel is Channel.POST and case.customer is not None:
        facts += ("\n".join((case.customer.name, *case.customer.postal_lines)),)  # stands above the greeting
    known = {order.order_id for order in orders} | {line.sku for order in orders for line in order.lines}
    return CheckContext(
        channel=case.contact.channel.value,
        today=case.today,
        topic=topic,
        greeting_names=_greeting_names(case),
        known_ids=frozenset(known | {offer.sku for offer in offers} | set(goods) | {case.contact.id}),
        allowed_contacts=_allowed_contacts(case, shop, texts, offers),
        source_texts=tuple(texts),
        supported_promises=articles.promises | _house_promises(case, shop),
        flags=_flags(case, shop, topic, offers),
        customer_words=tuple(m.text for m in case.contact.messages if m.role is Role.CUSTOMER),
        fact_texts=(*facts, *policy_texts(policy), *(reply.text for reply in case.canned)),
        allowed_amounts=amounts_of(orders, goods.values(), offers, case.today),
        allowed_dates=dates_of(case.contact, orders, shop),
        due_dates=due_dates_of(policy, case.today, shop),
        other_names=case.other_names,
        articles=articles,
        orders=tuple((order.order_id, state.value) for order in orders if (state := state_of(order))),
        meant_order="" if meant is None else meant.order_id,
    )


def with_sources(context: CheckContext, sources: Iterable[Source]) -> CheckContext:
    """Return what a check may know of the same case when a text rests on these sources too."""
    texts = tuple(source.quote for source in sources)
    return replace(
        context,
        source_texts=(*context.source_texts, *texts),
        allowed_contacts=context.allowed_contacts.union(*map(_addresses, texts)),
    )


def talking_of(case: Case, skus: Collection[str], unit: Unit) -> Case:
    """Return the case with these products known besides what was ordered."""
    return replace(case, products={**case.products, **unit.catalogue.products(skus)})


def order_values(order: Order | None) -> MacroValues:
    """Return the macro values that an order gives; all missing without one."""
    if order is None:
        return {}
    return {"order.id": order.order_id, "order.date": order.ordered_at.date(), "order.status": order.status}


def _flags(case: Case, shop: Shop, topic: str | None, offers: Sequence[Offer]) -> frozenset[str]:
    state = set(case.cues)
    if offers:
        state.add("offer")
    if not case.contact.answered:
        state.add("first_reply")
        policy = shop.topics.get(topic) if topic is not None else None
        if policy is not None and policy.next_step:
            state.add("next_step")
    return frozenset(state)


def _greeting_names(case: Case) -> tuple[str, ...]:
    words = _name_words(case.customer)
    if not words or case.customer is None:
        return ()
    titled = case.customer.name.strip()
    surname = {f"{title.capitalize()} {words[-1]}" for title in ("mr", "mrs", "ms", "miss", "mx", "dr")}
    return tuple(dict.fromkeys((words[0], " ".join(words), titled, *sorted(surname))))


def _name_words(customer: Customer | None) -> list[str]:
    name = "" if customer is None else " ".join(customer.name.split())
    if _NAME.fullmatch(name) is None or _NO_PERSON.search(name) is not None:
        return []
    words = name.split(" ")
    return words[1:] if words[0].rstrip(".").lower() in _TITLES else words


def _allowed_contacts(
    case: Case, shop: Shop, texts: Sequence[str], offers: Sequence[Offer]
) -> frozenset[str]:
    stores = {stock.store.phone for offer in offers for stock in offer.store_stock}
    own = {case.customer.email, case.customer.phone} if case.customer is not None else set[str]()
    approved = (_addresses(text) for text in (*texts, *(reply.text for reply in case.canned)))
    return frozenset({shop.email, shop.phone} | stores | own).union(*approved) - {""}


@lru_cache(maxsize=4096)
def _addresses(text: str) -> frozenset[str]:
    return frozenset(found.group() for found in _ADDRESS.finditer(text))


def _house_promises(case: Case, shop: Shop) -> frozenset[str]:
    texts = [reply.text for reply in case.canned]
    topics = shop.topics.values()
    texts += [part for policy in topics for part in (policy.acknowledgement, *policy.all_next_steps)]
    return frozenset[str]().union(*(promise_keys(text) for text in texts))
