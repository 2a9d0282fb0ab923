"""Everything the contact page shows, gathered in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from api.lookups import NotLearned
from api.web.desk.fact_words import SeenFact, seen_facts
from api.web.desk.queue import customer_name, topic_name
from api.web.wording import FACT_NAMES, due_in_words
from recommender.customers import Order
from replies.contacts import Contact, ContactStatus, Role
from replies.fact_record import fact_states
from replies.ports import Unit
from replies.proposals import Assist, FactKind
from replies.records import OfferAct, OfferEvent, OutboxMessage, SuggestionAct, SuggestionEvent

if TYPE_CHECKING:
    from api.wiring import Wellput


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One thing known about the case, and where it came from."""

    name: str
    value: str
    origin: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order with its lines in words."""

    order_id: str
    ordered_at: datetime
    status: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is on record of a reply that was sent."""

    message: OutboxMessage
    edit_distance: int | None
    from_suggestion: bool
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A contact with all that an agent needs to answer it; `asking` is the assist's question, ready to send.

    `assist` is None where nothing waits for an answer, or where the service lacks something to make one
    (`lacking` says what).
    """

    contact: Contact
    customer: str
    topic: str
    due: str
    overdue: bool
    facts: tuple[CaseFact, ...]
    fact_record: tuple[SeenFact, ...]
    orders: tuple[OrderSeen, ...]
    missing: tuple[str, ...]
    cues: tuple[str, ...]
    assist: Assist | None
    asking: str
    lacking: str
    dismissed: Mapping[str, str]
    declined: Mapping[str, str]
    outcomes: tuple[Outcome, ...]

    @property
    def closed(self) -> bool:
        return self.contact.status is ContactStatus.CLOSED

    @property
    def waits_for_us(self) -> bool:
        return not self.closed and bool(self.contact.last_turn)


def open_case(service: Wellput, contact_id: str, actor: str) -> Case:
    """Return the case, with an assist made anew where the last one is older than the contact.

    Records that the suggestions and offers were shown to `actor`. Raises UnknownContact.
    """
    with service.storage.reading() as unit:
        contact = unit.contacts.get(contact_id)
        latest = unit.assists.latest(contact_id)
    lacking = ""
    assist = None
    if contact.status is not ContactStatus.CLOSED and contact.last_turn:
        assist = latest
        if latest is None or latest.contact_version != contact.version:
            assist, lacking = _made_anew(service, contact_id, actor)
    with service.storage.reading() as unit:
        contact = unit.contacts.get(contact_id)
        newest = assist if assist is not None else latest
        topic = contact.topic or (newest.understanding.topic if newest is not None else None)
        case = _gather(service, unit, replace(contact, topic=topic), assist, lacking)
        suggestion_events = unit.assists.suggestion_events(contact_id)
        offer_events = unit.assists.offer_events(contact_id)
    if assist is not None:
        _note_shown(service, assist, suggestion_events, offer_events, actor)
    return case


def _made_anew(service: Wellput, contact_id: str, actor: str) -> tuple[Assist | None, str]:
    """Return a new assist; or none, with what is lacking for one: people answer without it."""
    try:
        return service.assisting.assist(contact_id, actor), ""
    except NotLearned as error:
        return None, str(error)


def _note_shown(
    service: Wellput,
    assist: Assist,
    said: Sequence[SuggestionEvent],
    made: Sequence[OfferEvent],
    actor: str,
) -> None:
    shown = {event.suggestion_id for event in said if event.act is SuggestionAct.SHOWN}
    seen = {event.offer_id for event in made if event.act is OfferAct.IMPRESSION}
    for suggestion in assist.suggestions:
        if suggestion.id not in shown:
            service.outcomes.suggestion_event(suggestion.id, SuggestionAct.SHOWN, actor)
    for offer in assist.all_offers:
        if offer.id not in seen:
            service.outcomes.offer_event(offer.id, OfferAct.IMPRESSION, actor)


def _gather(service: Wellput, unit: Unit, contact: Contact, assist: Assist | None, lacking: str) -> Case:
    now = service.clock.now()
    events = unit.assists.suggestion_events(contact.id)
    offer_events = unit.assists.offer_events(contact.id)
    seen = assist.understanding if assist is not None else None
    return Case(
        contact=contact,
        customer=customer_name(unit, contact),
        topic=topic_name(service.shop, contact.topic),
        due=due_in_words(contact.due_at, now),
        overdue=contact.due_at is not None and contact.due_at < now,
        facts=(*_customer_facts(unit, contact), *_said_facts(unit, assist)),
        fact_record=seen_facts(fact_states(unit.facts.of_contact(contact.id)), contact, service.shop.zone),
        orders=tuple(_order_seen(unit, order) for order in _orders(unit, contact, assist)),
        missing=tuple(FACT_NAMES[kind] for kind in seen.missing) if seen is not None else (),
        cues=tuple(sorted(seen.cues)) if seen is not None else (),
        assist=assist,
        asking=service.macros.asking(assist) if assist is not None else "",
        lacking=lacking,
        dismissed={e.suggestion_id: e.reason for e in events if e.act is SuggestionAct.DISMISSED},
        declined={e.offer_id: e.reason for e in offer_events if e.act is OfferAct.DECLINE},
        outcomes=_outcomes(unit, contact),
    )


def _customer_facts(unit: Unit, contact: Contact) -> tuple[CaseFact, ...]:
    if contact.customer_id is None:
        return ()
    customer = unit.customers.customer(contact.customer_id)
    number = CaseFact("Customer number", contact.customer_id, "the contact as it came in")
    if customer is None:
        return (replace(number, origin="the contact as it came in; not in our records", doubtful=True),)
    origin = "customer record"
    stated = (
        ("Name", customer.name),
        ("E-mail", customer.email),
        ("Phone", customer.phone),
        ("Address", ", ".join(customer.postal_lines)),
    )
    care = (
        (CaseFact("Take care", customer.vulnerable.replace("_", " "), origin),) if customer.vulnerable else ()
    )
    return (number, *(CaseFact(name, value, origin) for name, value in stated if value), *care)


def _said_facts(unit: Unit, assist: Assist | None) -> tuple[CaseFact, ...]:
    if assist is None:
        return ()
    facts = assist.understanding.facts
    titles = unit.catalogue.products([fact.value for fact in facts if fact.kind is FactKind.PRODUCT])
    return tuple(
        CaseFact(
            FACT_NAMES[fact.kind],
            f"{titles[fact.value].title} ({fact.value})" if fact.value in titles else fact.value,
            "said by the customer; on record" if fact.known else "said by the customer; not on record",
            doubtful=not fact.known and fact.kind in (FactKind.ORDER_NUMBER, FactKind.PRODUCT),
        )
        for fact in facts
    )


def _orders(unit: Unit, contact: Contact, assist: Assist | None) -> tuple[Order, ...]:
    """Return the orders this contact names, else the customer's latest two."""
    said = [
        fact.value
        for fact in (assist.understanding.facts if assist is not None else ())
        if fact.kind is FactKind.ORDER_NUMBER and fact.known
    ]
    named = [unit.customers.order(order_id) for order_id in dict.fromkeys((*contact.order_ids, *said))]
    known = tuple(order for order in named if order is not None)
    if known or contact.customer_id is None:
        return known
    return tuple(unit.customers.orders_of(contact.customer_id, limit=2))


def _order_seen(unit: Unit, order: Order) -> OrderSeen:
    products = unit.catalogue.products({line.sku for line in order.lines})
    lines = tuple(
        f"{line.quantity} × {products[line.sku].title if line.sku in products else line.sku}"
        + (" (returned)" if line.returned_at is not None else "")
        for line in order.lines
    )
    return OrderSeen(order.order_id, order.ordered_at, order.status or "no status stated", lines)


def _outcomes(unit: Unit, contact: Contact) -> tuple[Outcome, ...]:
    """Return what was sent in this contact, latest first; its events were committed at its moment."""
    sent = {e.at: e for e in unit.assists.suggestion_events(contact.id) if e.act is SuggestionAct.SENT}
    presented = [e for e in unit.assists.offer_events(contact.id) if e.act is OfferAct.PRESENTATION]
    outcomes: list[Outcome] = []
    for message in unit.outbox.of_contact(contact.id):
        mine = sent.get(message.created_at)
        titles = tuple(_offer_title(unit, e) for e in presented if e.at == message.created_at)
        outcomes.append(Outcome(message, mine.edit_distance if mine else None, mine is not None, titles))
    return tuple(sorted(outcomes, key=lambda outcome: outcome.message.created_at, reverse=True))


def _offer_title(unit: Unit, event: OfferEvent) -> str:
    assist = unit.assists.assist_of_offer(event.offer_id)
    return next(offer.title for offer in assist.all_offers if offer.id == event.offer_id)


def newest_customer_words(contact: Contact, seen_version: int) -> datetime | None:
    """Return when the customer last wrote after `seen_version` messages; None when they did not."""
    new = [m.at for m in contact.messages[seen_version:] if m.role is Role.CUSTOMER]
    return max(new, default=None)
