"""What the inner packages need from the outside, as Protocols that the outer layer fulfils.

All look-ups inside one unit see one state; all writes inside one unit are committed together when
its `with` block ends, or not at all. One law suite (tests/laws) holds for every implementation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from recommender.catalogue import Catalogue
from recommender.customers import Customer, Order
from replies.articles import Article, CannedReply
from replies.contacts import Contact, ContactStatus, Message
from replies.departures import GateRecord
from replies.proposals import Assist, FactLine, Suggestion
from replies.records import AuditEntry, OfferEvent, OutboxMessage, OutboxState, SuggestionEvent


class UnknownContact(LookupError):
    """No contact has this id."""


class UnknownSuggestion(LookupError):
    """No suggestion has this id."""


class UnknownOffer(LookupError):
    """No offer has this id."""


class UnknownProposal(LookupError):
    """No proposed reply that waits for a decision has this id."""


class StaleContact(Exception):
    """The contact has moved on since it was read; read it again."""


class ContactBook(Protocol):
    def get(self, contact_id: str) -> Contact:
        """Return the contact with all its messages. Raises UnknownContact."""
        ...

    def add(self, contact: Contact) -> None:
        """Store a new contact. Raises ValueError when the id is taken."""
        ...

    def append(self, contact_id: str, message: Message, *, expected_version: int | None = None) -> Contact:
        """Add one message. Raises UnknownContact; StaleContact when `expected_version` is not the
        number of messages there now."""
        ...

    def update(self, contact: Contact) -> None:
        """Store everything but the messages of a known contact (topic, status, due, wrap-up)."""
        ...

    def queue(
        self, statuses: Collection[ContactStatus], *, after: str | None = None, limit: int = 50
    ) -> Sequence[Contact]:
        """Return contacts in these states, earliest due first (none due last, then by id); `after` is the
        id of the last contact of the page before."""
        ...


class KnowledgeBase(Protocol):
    def articles(self, ids: Collection[str]) -> Mapping[str, Article]: ...

    def canned_replies(self, ids: Collection[str]) -> Mapping[str, CannedReply]: ...

    def all_canned_replies(self) -> Sequence[CannedReply]: ...


class CustomerBook(Protocol):
    def customer(self, customer_id: str) -> Customer | None: ...

    def order(self, order_id: str) -> Order | None: ...

    def orders_of(self, customer_id: str, *, limit: int = 20) -> Sequence[Order]:
        """Return the customer's orders, latest first."""
        ...


class AssistLog(Protocol):
    def record(self, assist: Assist) -> None: ...

    def get(self, assist_id: str) -> Assist | None: ...

    def latest(self, contact_id: str) -> Assist | None:
        """Return the newest assist of the contact."""
        ...

    def suggestion(self, suggestion_id: str) -> tuple[Assist, Suggestion]:
        """Raises UnknownSuggestion."""
        ...

    def assist_of_offer(self, offer_id: str) -> Assist:
        """Raises UnknownOffer."""
        ...

    def add_suggestion_event(self, event: SuggestionEvent) -> None: ...

    def add_offer_event(self, event: OfferEvent) -> None: ...

    def suggestion_events(self, contact_id: str) -> Sequence[SuggestionEvent]: ...

    def offer_events(self, contact_id: str) -> Sequence[OfferEvent]: ...

    def declined_skus(self, customer_id: str | None, contact_id: str, *, since: datetime) -> frozenset[str]:
        """SKUs declined in this contact at any time, or by this customer since then."""
        ...


class Outbox(Protocol):
    def add(self, message: OutboxMessage) -> OutboxMessage:
        """Store it as queued. When `key` is there already, store nothing and return that message."""
        ...

    def get(self, message_id: str) -> OutboxMessage | None: ...

    def by_key(self, key: str) -> OutboxMessage | None: ...

    def move(
        self, message_id: str, came_from: OutboxState, to: OutboxState, at: datetime, note: str = ""
    ) -> bool:
        """Change the state if it still is `came_from`; return whether it was."""
        ...

    def in_state(self, state: OutboxState, *, before: datetime | None = None) -> Sequence[OutboxMessage]:
        """Messages in this state, entered before that moment when given, oldest first."""
        ...

    def of_contact(self, contact_id: str) -> Sequence[OutboxMessage]: ...


class AuditLog(Protocol):
    def add(self, entry: AuditEntry) -> None: ...

    def recent(self, *, subject: str | None = None, limit: int = 100) -> Sequence[AuditEntry]: ...


class GateBook(Protocol):
    """What was asked of the gate and decided; lines are added, never changed."""

    def add(self, record: GateRecord) -> None: ...

    def get(self, record_id: str) -> GateRecord | None: ...

    def of_contact(self, contact_id: str) -> Sequence[GateRecord]:
        """Return the lines about a contact, in the order they were written."""
        ...

    def undecided(self) -> Sequence[GateRecord]:
        """Return the questions nobody has decided, oldest first."""
        ...

    def rulebook_number(self) -> int:
        """Return the number of the brand's own rulebook in force; 0 while there is none."""
        ...


class FactBook(Protocol):
    """The fact records of contacts; lines are added, never changed."""

    def of_contact(self, contact_id: str) -> Sequence[FactLine]:
        """Return the lines of a contact, in the order they were written."""
        ...

    def add(self, contact_id: str, lines: Sequence[FactLine]) -> None:
        """Write lines. Raises UnknownContact."""
        ...


class Unit(Protocol):
    """All books, bound to one transaction."""

    @property
    def contacts(self) -> ContactBook: ...
    @property
    def knowledge(self) -> KnowledgeBase: ...
    @property
    def customers(self) -> CustomerBook: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def assists(self) -> AssistLog: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def gate(self) -> GateBook: ...
    @property
    def facts(self) -> FactBook: ...


class Storage(Protocol):
    def reading(self) -> AbstractContextManager[Unit]:
        """One consistent read; nothing written in it is kept."""
        ...

    def writing(self) -> AbstractContextManager[Unit]:
        """One transaction: committed and durable when the block ends, rolled back when it raises."""
        ...


class NotDelivered(Exception):
    """The carrier surely did not take the message: it may be tried again."""


class Carrier(Protocol):
    """Takes a checked reply out of the house (a folder for now; mail and others later)."""

    def deliver(self, message: OutboxMessage) -> str:
        """Hand the message over and return the carrier's receipt.

        Raises NotDelivered when it surely was not taken; any other error leaves it in doubt.
        """
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...
