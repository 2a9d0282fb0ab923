"""Contacts as they come in, grow and are closed."""

from __future__ import annotations

from dataclasses import replace

from api.card_numbers import masked, refuse_cards
from api.storage import SqlStorage
from brand_voice.personal_data import mask_card_numbers
from replies.contacts import Contact, ContactStatus, Message, Role
from replies.fact_noting import note_closed
from replies.ports import Clock
from replies.records import AuditEntry
from replies.shop import Shop
from replies.working_time import reply_due


class ContactDesk:
    """Takes contacts in, with an entry in the audit for each change."""

    def __init__(self, storage: SqlStorage, shop: Shop, clock: Clock) -> None:
        self._storage = storage
        self._shop = shop
        self._clock = clock

    def as_received(self, contact: Contact) -> Contact:
        """Return `contact` as it is stored: card numbers masked, with its due time."""
        messages = tuple(masked(message) for message in contact.messages)
        due = reply_due(contact.received_at, contact.channel.value, self._shop)
        return replace(contact, messages=messages, due_at=contact.due_at or due)

    def receive(self, contact: Contact, actor: str) -> Contact:
        """Store a new contact, masked, with its due time. Raises ValueError (id taken), CardNumberRefused."""
        received = self.as_received(contact)
        with self._storage.writing() as unit:
            refuse_cards(received, unit)
            unit.contacts.add(received)
            unit.audit.add(AuditEntry(self._clock.now(), actor, "contact received", received.id))
        return received

    def add_message(self, contact_id: str, message: Message, actor: str) -> Contact:
        """Add a message, card numbers masked; a customer's opens the contact again. Raises UnknownContact."""
        with self._storage.writing() as unit:
            contact = unit.contacts.append(contact_id, masked(message))
            if message.role is Role.CUSTOMER and contact.status is not ContactStatus.OPEN:
                due = reply_due(message.at, contact.channel.value, self._shop)
                contact = replace(contact, status=ContactStatus.OPEN, due_at=due)
                unit.contacts.update(contact)
            unit.audit.add(
                AuditEntry(self._clock.now(), actor, f"{message.role.value} message added", contact_id)
            )
        return contact

    def close(self, contact_id: str, wrap_up_code: str, actor: str) -> Contact:
        """Close a contact with its wrap-up code. Raises UnknownContact."""
        code = mask_card_numbers(wrap_up_code)
        with self._storage.writing() as unit:
            closed = replace(unit.contacts.get(contact_id), status=ContactStatus.CLOSED, wrap_up_code=code)
            unit.contacts.update(closed)
            note_closed(closed, unit, self._shop, actor, self._clock.now())
            unit.audit.add(AuditEntry(self._clock.now(), actor, "contact closed", contact_id, code))
        return closed
