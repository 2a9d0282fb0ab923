"""An honest storage in memory: the same laws (tests/laws) hold for it as for the databases."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from recommender.catalogue import Product, Store, StoreStock
from recommender.customers import Customer, Order, OrderLine
from replies.articles import Article, CannedReply
from replies.checkout import UnknownWalk
from replies.contacts import Contact, ContactStatus, Message
from replies.departures import GateAct, GateRecord
from replies.macro_versions import MacroVersion
from replies.ports import StaleContact, UnknownContact, UnknownOffer, UnknownSuggestion
from replies.proposals import Assist, FactLine, Suggestion
from replies.records import AuditEntry, OfferAct, OfferEvent, OutboxMessage, OutboxState, SuggestionEvent

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _State:
    """All that is stored; values are frozen, so copying the containers copies everything."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    canned_replies: dict[str, CannedReply] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    store_stock: dict[tuple[str, str], StoreStock] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    order_lines: dict[tuple[str, str, int], tuple[int, OrderLine]] = field(default_factory=dict)
    assists: dict[str, Assist] = field(default_factory=dict)
    suggestion_events: list[SuggestionEvent] = field(default_factory=list)
    offer_events: list[OfferEvent] = field(default_factory=list)
    outbox: dict[str, OutboxMessage] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    examples: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    walks: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, tuple[MacroVersion, ...]] = field(default_factory=dict)
    gate: list[GateRecord] = field(default_factory=list)
    facts: list[tuple[str, FactLine]] = field(default_factory=list)
    rulebooks: list[str] = field(default_factory=list)

    def copy(self) -> _State:
        return _State(*(getattr(self, name).copy() for name in _State.__slots__))


def _storable(*texts: str | None) -> None:
    for text in texts:
        if text is None:
            continue
        if "\x00" in text:
            raise ValueError("the text holds a NUL character")
        text.encode("utf-8")  # raises UnicodeEncodeError, a ValueError, for half a character


def _aware(*moments: datetime | None) -> None:
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise ValueError("a time without zone")


def _in_utc(message: Message) -> Message:
    _aware(message.at)
    _storable(message.text, message.reply_id)
    return replace(message, at=message.at.astimezone(UTC))


class _Contacts:
    def __init__(self, state: _State) -> None:
        self._state = state

    def get(self, contact_id: str) -> Contact:
        if contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {contact_id!r}")
        return self._state.contacts[contact_id]

    def add(self, contact: Contact) -> None:
        if contact.id in self._state.contacts:
            raise ValueError(f"contact {contact.id!r} is there already")
        _storable(contact.id, contact.customer_id, contact.topic, contact.wrap_up_code, *contact.order_ids)
        _aware(contact.received_at, contact.due_at, contact.first_reply_at)
        whole = replace(contact, messages=tuple(_in_utc(message) for message in contact.messages))
        self._state.contacts[contact.id] = whole

    def append(self, contact_id: str, message: Message, *, expected_version: int | None = None) -> Contact:
        contact = self.get(contact_id)
        if expected_version is not None and contact.version != expected_version:
            raise StaleContact(
                f"contact {contact_id!r} has {contact.version} messages, not {expected_version}"
            )
        longer = replace(contact, messages=(*contact.messages, _in_utc(message)))
        self._state.contacts[contact_id] = longer
        return longer

    def update(self, contact: Contact) -> None:
        there = self.get(contact.id)
        self._state.contacts[contact.id] = replace(contact, messages=there.messages)

    def queue(
        self, statuses: Collection[ContactStatus], *, after: str | None = None, limit: int = 50
    ) -> Sequence[Contact]:
        def place(contact: Contact) -> tuple[datetime, str]:
            return (contact.due_at or _NEVER, contact.id)

        waiting = sorted((it for it in self._state.contacts.values() if it.status in statuses), key=place)
        if after is not None:
            left = place(self.get(after))
            waiting = [contact for contact in waiting if place(contact) > left]
        return waiting[:limit]


class _Knowledge:
    def __init__(self, state: _State) -> None:
        self._state = state

    def articles(self, ids: Collection[str]) -> Mapping[str, Article]:
        return {it: self._state.articles[it] for it in ids if it in self._state.articles}

    def canned_replies(self, ids: Collection[str]) -> Mapping[str, CannedReply]:
        return {it: self._state.canned_replies[it] for it in ids if it in self._state.canned_replies}

    def all_canned_replies(self) -> Sequence[CannedReply]:
        return [self._state.canned_replies[it] for it in sorted(self._state.canned_replies)]


class _Customers:
    def __init__(self, state: _State) -> None:
        self._state = state

    def customer(self, customer_id: str) -> Customer | None:
        return self._state.customers.get(customer_id)

    def order(self, order_id: str) -> Order | None:
        numbered = sorted(
            ((position, line.sku, line.nth), line)
            for position, line in self._state.order_lines.values()
            if line.order_id == order_id
        )
        lines = tuple(line for _, line in numbered)
        return Order(order_id, lines[0].customer_id, lines[0].ordered_at, lines) if lines else None

    def orders_of(self, customer_id: str, *, limit: int = 20) -> Sequence[Order]:
        latest: dict[str, datetime] = {}
        for _, line in self._state.order_lines.values():
            if line.customer_id == customer_id:
                latest[line.order_id] = max(line.ordered_at, latest.get(line.order_id, line.ordered_at))
        numbers = sorted(latest, key=lambda number: (latest[number], number), reverse=True)[:limit]
        return [order for number in numbers if (order := self.order(number)) is not None]


class _Catalogue:
    def __init__(self, state: _State) -> None:
        self._state = state

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        return {sku: self._state.products[sku] for sku in skus if sku in self._state.products}

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]:
        found: dict[str, tuple[StoreStock, ...]] = {}
        for sku, store_id in sorted(self._state.store_stock):
            if sku in skus:
                count = self._state.store_stock[sku, store_id]
                now = replace(count, store=self._state.stores[store_id])
                found[sku] = (*found.get(sku, ()), now)
        return found


class _Assists:
    def __init__(self, state: _State) -> None:
        self._state = state

    def record(self, assist: Assist) -> None:
        if assist.contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {assist.contact_id!r}")
        if assist.id in self._state.assists:
            raise ValueError(f"assist {assist.id!r} is there already")
        self._state.assists[assist.id] = assist

    def get(self, assist_id: str) -> Assist | None:
        return self._state.assists.get(assist_id)

    def latest(self, contact_id: str) -> Assist | None:
        newest: Assist | None = None
        for assist in self._state.assists.values():
            if assist.contact_id == contact_id and (newest is None or assist.made_at >= newest.made_at):
                newest = assist
        return newest

    def suggestion(self, suggestion_id: str) -> tuple[Assist, Suggestion]:
        for assist in self._state.assists.values():
            for suggestion in assist.suggestions:
                if suggestion.id == suggestion_id:
                    return assist, suggestion
        raise UnknownSuggestion(f"no suggestion has the id {suggestion_id!r}")

    def assist_of_offer(self, offer_id: str) -> Assist:
        for assist in self._state.assists.values():
            if any(offer.id == offer_id for offer in assist.offers):
                return assist
        raise UnknownOffer(f"no offer has the id {offer_id!r}")

    def add_suggestion_event(self, event: SuggestionEvent) -> None:
        self.suggestion(event.suggestion_id)
        self._state.suggestion_events.append(event)

    def add_offer_event(self, event: OfferEvent) -> None:
        self.assist_of_offer(event.offer_id)
        self._state.offer_events.append(event)

    def suggestion_events(self, contact_id: str) -> Sequence[SuggestionEvent]:
        events = self._state.suggestion_events
        return [it for it in events if self.suggestion(it.suggestion_id)[0].contact_id == contact_id]

    def offer_events(self, contact_id: str) -> Sequence[OfferEvent]:
        events = self._state.offer_events
        return [it for it in events if self.assist_of_offer(it.offer_id).contact_id == contact_id]

    def declined_skus(self, customer_id: str | None, contact_id: str, *, since: datetime) -> frozenset[str]:
        declined: set[str] = set()
        for contact in self._state.contacts.values():
            theirs = customer_id is not None and contact.customer_id == customer_id
            here = contact.id == contact_id
            if here or (theirs and contact.received_at >= since):
                declined.update(offer.sku for offer in contact.offers if offer.accepted is False)
            for event in self.offer_events(contact.id):
                if event.act is OfferAct.DECLINE and (here or (theirs and event.at >= since)):
                    offers = self.assist_of_offer(event.offer_id).offers
                    declined.update(offer.sku for offer in offers if offer.id == event.offer_id)
        return frozenset(declined)


class _Facts:
    def __init__(self, state: _State) -> None:
        self._state = state

    def of_contact(self, contact_id: str) -> Sequence[FactLine]:
        return [line for of, line in self._state.facts if of == contact_id]

    def add(self, contact_id: str, lines: Sequence[FactLine]) -> None:
        if lines and contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {contact_id!r}")
        for line in lines:
            _storable(line.actor, line.value, line.how, line.topic)
            _aware(line.at)
        self._state.facts.extend((contact_id, line) for line in lines)

    def of_contacts(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[FactLine]]:
        found = {one: self.of_contact(one) for one in contact_ids}
        return {one: lines for one, lines in found.items() if lines}

    def since(self, moment: datetime | None) -> Mapping[str, Sequence[FactLine]]:
        contacts = self._state.contacts.values()
        return self.of_contacts([it.id for it in contacts if moment is None or it.received_at >= moment])


class _Outbox:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, message: OutboxMessage) -> OutboxMessage:
        there = self.by_key(message.key)
        if there is not None:
            return there
        if message.contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {message.contact_id!r}")
        if message.id in self._state.outbox:
            raise ValueError(f"outbox message {message.id!r} is there already under another key")
        _storable(message.text, message.key, message.id, message.recipient)
        queued = replace(message, state=OutboxState.QUEUED, state_at=message.state_at or message.created_at)
        self._state.outbox[message.id] = queued
        return queued

    def get(self, message_id: str) -> OutboxMessage | None:
        return self._state.outbox.get(message_id)

    def by_key(self, key: str) -> OutboxMessage | None:
        return next((it for it in self._state.outbox.values() if it.key == key), None)

    def move(
        self, message_id: str, came_from: OutboxState, to: OutboxState, at: datetime, note: str = ""
    ) -> bool:
        there = self._state.outbox.get(message_id)
        if there is None or there.state is not came_from:
            return False
        self._state.outbox[message_id] = replace(there, state=to, state_at=at, note=note)
        return True

    def in_state(self, state: OutboxState, *, before: datetime | None = None) -> Sequence[OutboxMessage]:
        there = [it for it in self._state.outbox.values() if it.state is state]
        if before is not None:
            there = [it for it in there if (it.state_at or it.created_at) < before]
        return sorted(there, key=lambda it: it.state_at or it.created_at)

    def of_contact(self, contact_id: str) -> Sequence[OutboxMessage]:
        return [it for it in self._state.outbox.values() if it.contact_id == contact_id]


class _Audit:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, entry: AuditEntry) -> None:
        _aware(entry.at)
        _storable(entry.actor, entry.act, entry.subject, entry.detail)
        self._state.audit.append(entry)

    def recent(self, *, subject: str | None = None, limit: int = 100) -> Sequence[AuditEntry]:
        fitting = [it for it in reversed(self._state.audit) if subject is None or it.subject == subject]
        return fitting[:limit]


class _Intake:
    """Puts what the shop sends; returns how many rows are new or changed."""

    def __init__(self, state: _State) -> None:
        self._state = state

    def add_order_lines(self, lines: Sequence[OrderLine]) -> int:
        changed = 0
        last = {(line.order_id, line.sku, line.nth): (place, line) for place, line in enumerate(lines)}
        for key, (place, line) in last.items():
            if key in self._state.order_lines:
                place, there = self._state.order_lines[key]  # noqa: PLW2901  the place of its first coming stays
                line = replace(line, returned_at=line.returned_at or there.returned_at)  # noqa: PLW2901  as above
                if line == there:
                    continue
            self._state.order_lines[key] = (place, line)
            changed += 1
        return changed

    def put_products(self, values: Sequence[Product]) -> int:
        return _put(self._state.products, {it.sku: it for it in values})

    def put_stores(self, values: Sequence[Store]) -> int:
        return _put(self._state.stores, {it.store_id: it for it in values})

    def put_store_stock(self, values: Sequence[StoreStock]) -> int:
        for it in values:
            if it.sku not in self._state.products or it.store.store_id not in self._state.stores:
                raise ValueError(f"{it.sku} or {it.store.store_id} is not known")
        return _put(self._state.store_stock, {(it.sku, it.store.store_id): it for it in values})

    def put_customers(self, values: Sequence[Customer]) -> int:
        return _put(self._state.customers, {it.customer_id: it for it in values})

    def put_articles(self, values: Sequence[Article]) -> int:
        return _put(self._state.articles, {it.id: it for it in values})

    def put_canned_replies(self, values: Sequence[CannedReply]) -> int:
        return _put(self._state.canned_replies, {it.id: it for it in values})


def _put(there: dict[Any, Any], new: dict[Any, Any]) -> int:
    changed = {key: value for key, value in new.items() if there.get(key) != value}
    there.update(changed)
    return len(changed)


class FakeUnit:
    """Fulfils `replies.ports.Unit`, with `intake` beside it."""

    def __init__(self, state: _State) -> None:
        self.contacts = _Contacts(state)
        self.knowledge = _Knowledge(state)
        self.customers = _Customers(state)
        self.catalogue = _Catalogue(state)
        self.assists = _Assists(state)
        self.outbox = _Outbox(state)
        self.audit = _Audit(state)
        self.gate = _Gate(state)
        self.facts = _Facts(state)
        self.intake = _Intake(state)
        self.drafting = _Drafting(state)


class _Gate:
    def __init__(self, state: _State) -> None:
        self._state = state

    def add(self, record: GateRecord) -> None:
        lines = self._state.gate
        _aware(record.at, record.expires_at)
        _storable(record.actor, record.reason, record.text)
        if record.contact_id not in self._state.contacts:
            raise ValueError(f"no contact has the id {record.contact_id!r}")
        if any(one.id == record.id or (record.asked_id and one.asked_id == record.asked_id) for one in lines):
            raise ValueError(f"{record.id!r} is there already, or its question is decided")
        lines.append(record)

    def get(self, record_id: str) -> GateRecord | None:
        return next((one for one in self._state.gate if one.id == record_id), None)

    def of_contact(self, contact_id: str) -> list[GateRecord]:
        return [one for one in self._state.gate if one.contact_id == contact_id]

    def undecided(self) -> list[GateRecord]:
        decided = {one.asked_id for one in self._state.gate}
        return [one for one in self._state.gate if one.act is GateAct.ASKED and one.id not in decided]

    def put_in_force(self, version: str) -> None:
        self._state.rulebooks.append(version)

    def rulebook_number(self) -> int:
        return len(self._state.rulebooks)


class _Drafting:
    """The examples of macros and the walks through the checkout."""

    def __init__(self, state: _State) -> None:
        self._state = state

    def examples(self, reply_id: str) -> tuple[Any, ...]:
        return self._state.examples.get(reply_id, ())

    def put_examples(self, reply_id: str, examples: Sequence[Any], actor: str, at: datetime) -> None:
        self._state.examples[reply_id] = tuple(examples)

    def versions(self, reply_id: str) -> Sequence[MacroVersion]:
        return list(self._state.versions.get(reply_id, ()))

    def add_version(
        self, reply: CannedReply, examples: Sequence[Any], actor: str, at: datetime, act: str
    ) -> None:
        kept = self._state.versions.get(reply.id, ())
        version = MacroVersion(len(kept) + 1, reply, tuple(examples), actor, at, act)
        self._state.versions[reply.id] = (*kept, version)

    def add_walk(self, walk: Any) -> None:
        self._state.walks[walk.id] = walk

    update_walk = add_walk

    def walk(self, walk_id: str) -> Any:
        if walk_id not in self._state.walks:
            raise UnknownWalk(walk_id)
        return self._state.walks[walk_id]

    def walks_of(self, contact_id: str) -> Sequence[Any]:
        return [walk for walk in self._state.walks.values() if walk.contact_id == contact_id]


class FakeStorage:
    """Fulfils `replies.ports.Storage`: a reading unit sees one committed state, writers take turns."""

    def __init__(self) -> None:
        self._state = _State()
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Generator[FakeUnit]:
        yield FakeUnit(self._state.copy())

    @contextmanager
    def writing(self) -> Generator[FakeUnit]:
        with self._turn:
            state = self._state.copy()
            yield FakeUnit(state)
            self._state = state

    def close(self) -> None:
        """Nothing to give back."""
