"""The queue: who waits, since when, and what must be decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from api.web.wording import due_in_words, first_words, plain_name
from replies.contacts import Channel, Contact, ContactStatus
from replies.ports import Unit
from replies.records import OutboxMessage
from replies.shop import Shop

if TYPE_CHECKING:
    from api.wiring import Wellput

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One contact as the queue shows it."""

    contact_id: str
    channel: Channel
    customer: str
    topic: str
    words: str
    due: str
    due_at: datetime | None
    overdue: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue; `next_after` is the cursor of the next page, None on the last."""

    rows: tuple[Row, ...]
    next_after: str | None
    in_doubt: tuple[OutboxMessage, ...]


def queue_page(
    service: Wellput, status: ContactStatus, *, channel: Channel | None = None, after: str | None = None
) -> QueuePage:
    """Return the contacts in `status`, earliest due first, of one channel when given."""
    now = service.clock.now()
    with service.storage.reading() as unit:
        found = _contacts(unit, status, channel, after)
        page = found[:PAGE_SIZE]
        rows = tuple(_row(unit, contact, service.shop, now) for contact in page)
    in_doubt = tuple(service.outgoing.in_doubt())
    return QueuePage(rows, page[-1].id if len(found) > PAGE_SIZE else None, in_doubt)


def _contacts(unit: Unit, status: ContactStatus, channel: Channel | None, after: str | None) -> list[Contact]:
    """Read one more than a page, going on over contacts of other channels."""
    kept: list[Contact] = []
    while len(kept) <= PAGE_SIZE:
        batch = unit.contacts.queue([status], after=after, limit=PAGE_SIZE + 1)
        kept.extend(contact for contact in batch if channel is None or contact.channel is channel)
        if len(batch) <= PAGE_SIZE:
            break
        after = batch[-1].id
    return kept


def _row(unit: Unit, contact: Contact, shop: Shop, now: datetime) -> Row:
    words = contact.question or next((message.text for message in reversed(contact.messages)), "")
    return Row(
        contact_id=contact.id,
        channel=contact.channel,
        customer=customer_name(unit, contact),
        topic=topic_name(shop, contact.topic),
        words=first_words(words) or "(no words yet)",
        due=due_in_words(contact.due_at, now),
        due_at=contact.due_at,
        overdue=contact.due_at is not None and contact.due_at < now,
        answered=contact.answered,
    )


def customer_name(unit: Unit, contact: Contact) -> str:
    """Return the customer's name on record, else the id, else that nobody is linked."""
    if contact.customer_id is None:
        return "Not linked to a customer"
    customer = unit.customers.customer(contact.customer_id)
    return (customer.name if customer is not None else "") or contact.customer_id


def topic_name(shop: Shop, topic: str | None) -> str:
    """Return the shop's own name of a topic; "" where there is none."""
    if topic is None:
        return ""
    policy = shop.topics.get(topic)
    return (policy.name if policy is not None else "") or plain_name(topic)
