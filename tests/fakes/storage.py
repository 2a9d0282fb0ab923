"""An honest storage in memory: the same laws (tests/laws) hold for it as for the databases."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from replies.articles import CannedReply
from replies.checkout import UnknownWalk
from replies.contacts import Contact, ContactStatus, Message
from replies.departures import GateAct, GateRecord
from replies.macro_versions import MacroVersion
from replies.ports import StaleContact, UnknownContact, UnknownOffer, UnknownSuggestion
from replies.proposals import Assist, FactLine, Suggestion
from replies.records import AuditEntry, OfferAct, OfferEvent, OutboxMessage, OutboxState, SuggestionEvent
from tests.fakes.shop_books import Catalogue, Customers, Intake, Knowledge
from tests.fakes.stored import State, aware, storable

_NEVER = datetime.max.replace(tzinfo=UTC)


def _in_utc(message: Message) -> Message:
    aware(message.at)
    storable(message.text, message.reply_id)
    return replace(message, at=message.at.astimezone(UTC))


class _Contacts:
    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, contact_id: str) -> Contact:
        if contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {contact_id!r}")
        return self._state.contacts[contact_id]

    def add(self, contact: Contact) -> None:
        if contact.id in self._state.contacts:
            raise ValueError(f"contact {contact.id!r} is there already")
        storable(contact.id, contact.customer_id, contact.topic, contact.wrap_up_code, *contact.order_ids)
        aware(contact.received_at, contact.due_at, contact.first_reply_at)
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


class _Assists:
    def __init__(self, state: State) -> None:
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
    def __init__(self, state: State) -> None:
        self._state = state

    def of_contact(self, contact_id: str) -> Sequence[FactLine]:
        return [line for of, line in self._state.facts if of == contact_id]

    def add(self, contact_id: str, lines: Sequence[FactLine]) -> None:
        if lines and contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {contact_id!r}")
        for line in lines:
            storable(line.actor, line.value, line.how, line.topic)
            aware(line.at)
        self._state.facts.extend((contact_id, line) for line in lines)

    def of_contacts(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[FactLine]]:
        found = {one: self.of_contact(one) for one in contact_ids}
        return {one: lines for one, lines in found.items() if lines}

    def since(self, moment: datetime | None) -> Mapping[str, Sequence[FactLine]]:
        contacts = self._state.contacts.values()
        return self.of_contacts([it.id for it in contacts if moment is None or it.received_at >= moment])


class _Outbox:
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, message: OutboxMessage) -> OutboxMessage:
        there = self.by_key(message.key)
        if there is not None:
            return there
        if message.contact_id not in self._state.contacts:
            raise UnknownContact(f"no contact has the id {message.contact_id!r}")
        if message.id in self._state.outbox:
            raise ValueError(f"outbox message {message.id!r} is there already under another key")
        storable(message.text, message.key, message.id, message.recipient)
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
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, entry: AuditEntry) -> None:
        aware(entry.at)
        storable(entry.actor, entry.act, entry.subject, entry.detail)
        self._state.audit.append(entry)

    def recent(self, *, subject: str | None = None, limit: int = 100) -> Sequence[AuditEntry]:
        fitting = [it for it in reversed(self._state.audit) if subject is None or it.subject == subject]
        return fitting[:limit]


class FakeUnit:
    """Fulfils `replies.ports.Unit`, with `intake` beside it."""

    def __init__(self, state: State) -> None:
        self.contacts = _Contacts(state)
        self.knowledge = Knowledge(state)
        self.customers = Customers(state)
        self.catalogue = Catalogue(state)
        self.assists = _Assists(state)
        self.outbox = _Outbox(state)
        self.audit = _Audit(state)
        self.gate = _Gate(state)
        self.facts = _Facts(state)
        self.intake = Intake(state)
        self.drafting = _Drafting(state)


class _Gate:
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, record: GateRecord) -> None:
        lines = self._state.gate
        aware(record.at, record.expires_at)
        storable(record.actor, record.reason, record.text)
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

    def __init__(self, state: State) -> None:
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
        self._state = State()
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
