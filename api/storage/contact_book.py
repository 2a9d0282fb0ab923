"""Contacts and their messages, bound to one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from api.storage.desk_tables import contact_orders, contacts, messages, past_offers
from api.storage.prepared_select import is_there
from api.storage.shop_books import in_batches
from replies.contacts import Channel, Contact, ContactStatus, Message, PastOffer, Role
from replies.ports import StaleContact, UnknownContact

_CONTACTS_A_READ = 500


@dataclass(slots=True)
class _Parts:
    """What hangs on one contact, in order."""

    messages: list[Message] = field(default_factory=list[Message])
    order_ids: list[str] = field(default_factory=list[str])
    offers: list[PastOffer] = field(default_factory=list[PastOffer])


class SqlContactBook:
    """Fulfils `replies.ports.ContactBook`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, contact_id: str) -> Contact:
        """Return the contact with all its messages. Raises UnknownContact."""
        found = self.known([contact_id])
        if contact_id not in found:
            raise unknown_contact(contact_id)
        return found[contact_id]

    def known(self, ids: Collection[str]) -> Mapping[str, Contact]:
        """Return the known ones of these contacts by id."""
        found: dict[str, Contact] = {}
        for batch in in_batches(ids):
            rows = self._connection.execute(sa.select(contacts).where(contacts.c.id.in_(batch))).all()
            found.update((contact.id, contact) for contact in self._whole(rows))
        return found

    def add(self, contact: Contact) -> None:
        """Store a new contact. Raises ValueError when the id is taken, UnstorableText (a ValueError)."""
        if self._exists(contact.id):
            raise ValueError(f"contact {contact.id!r} is there already")
        self.add_many([contact])

    def add_many(self, new: Sequence[Contact]) -> None:
        """Store contacts whose ids are not there yet (sqlalchemy IntegrityError otherwise)."""
        if new:
            self._connection.execute(sa.insert(contacts), [_contact_row(contact) for contact in new])
            self._insert_messages([(contact.id, 0, contact.messages) for contact in new])
            self._insert_parts(new)

    def replace(self, contact: Contact) -> None:
        """Store a known contact with its messages anew. Raises UnknownContact."""
        self.update(contact)
        self._connection.execute(sa.delete(messages).where(messages.c.contact_id == contact.id))
        self._insert_messages([(contact.id, 0, contact.messages)])

    def append(self, contact_id: str, message: Message, *, expected_version: int | None = None) -> Contact:
        """Add one message. Raises UnknownContact; StaleContact when the contact has moved on."""
        if not self._exists(contact_id):
            raise unknown_contact(contact_id)
        version = self._connection.execute(
            sa.select(sa.func.count()).select_from(messages).where(messages.c.contact_id == contact_id)
        ).scalar_one()
        if expected_version is not None and version != expected_version:
            raise StaleContact(
                f"contact {contact_id!r} has {version} messages, not {expected_version}; read it again"
            )
        self._insert_messages([(contact_id, version, [message])])
        return self.get(contact_id)

    def update(self, contact: Contact) -> None:
        """Store everything but the messages of a known contact. Raises UnknownContact."""
        if not self._exists(contact.id):
            raise unknown_contact(contact.id)
        self._connection.execute(
            sa.update(contacts).where(contacts.c.id == contact.id).values(_contact_row(contact))
        )
        for table in (contact_orders, past_offers):
            self._connection.execute(sa.delete(table).where(table.c.contact_id == contact.id))
        self._insert_parts([contact])

    def queue(
        self, statuses: Collection[ContactStatus], *, after: str | None = None, limit: int = 50
    ) -> Sequence[Contact]:
        """Return contacts in these states, earliest due first (none due last, then by id)."""
        wanted = sa.select(contacts).where(contacts.c.status.in_([status.value for status in statuses]))
        if after is not None:
            wanted = wanted.where(self._later_than(after))
        rows = self._connection.execute(
            wanted.order_by(contacts.c.due_at.asc().nulls_last(), contacts.c.id).limit(limit)
        ).all()
        return self._whole(rows)

    def counts(self) -> Mapping[ContactStatus, int]:
        """Return how many contacts are in each state."""
        rows = self._connection.execute(
            sa.select(contacts.c.status, sa.func.count()).group_by(contacts.c.status)
        )
        counted = {ContactStatus(status): count for status, count in rows}
        return {status: counted.get(status, 0) for status in ContactStatus}

    def every(self) -> Iterator[Contact]:
        """Yield every contact in order of id, reading a few hundred at a time."""
        after = ""
        while True:
            rows = self._connection.execute(
                sa.select(contacts)
                .where(contacts.c.id > after)
                .order_by(contacts.c.id)
                .limit(_CONTACTS_A_READ)
            ).all()
            if not rows:
                return
            yield from self._whole(rows)
            after = rows[-1].id

    def _exists(self, contact_id: str) -> bool:
        return is_there(self._connection, contacts.c.id, contact_id)

    def _later_than(self, contact_id: str) -> sa.ColumnElement[bool]:
        if not self._exists(contact_id):
            raise unknown_contact(contact_id)
        row = self._connection.execute(sa.select(contacts.c.due_at).where(contacts.c.id == contact_id)).one()
        if row.due_at is None:
            return sa.and_(contacts.c.due_at.is_(None), contacts.c.id > contact_id)
        return sa.or_(
            contacts.c.due_at.is_(None),
            contacts.c.due_at > row.due_at,
            sa.and_(contacts.c.due_at == row.due_at, contacts.c.id > contact_id),
        )

    def _whole(self, rows: Sequence[sa.Row[Any]]) -> list[Contact]:
        parts = {row.id: _Parts() for row in rows}
        for batch in in_batches(parts):
            for row in self._hanging(messages, batch):
                parts[row.contact_id].messages.append(Message(Role(row.role), row.text, row.at, row.reply_id))
            for row in self._hanging(contact_orders, batch):
                parts[row.contact_id].order_ids.append(row.order_id)
            for row in self._hanging(past_offers, batch):
                parts[row.contact_id].offers.append(PastOffer(row.sku, row.accepted))
        return [_contact_of(row, parts[row.id]) for row in rows]

    def _hanging(self, table: sa.Table, ids: list[str]) -> sa.CursorResult[Any]:
        return self._connection.execute(
            sa.select(table).where(table.c.contact_id.in_(ids)).order_by(table.c.contact_id, table.c.position)
        )

    def _insert_messages(self, new: Iterable[tuple[str, int, Sequence[Message]]]) -> None:
        """Store messages of contacts, each from its first position on."""
        rows = [
            {
                "contact_id": contact_id,
                "position": position,
                "role": message.role.value,
                "text": message.text,
                "at": message.at,
                "reply_id": message.reply_id,
            }
            for contact_id, first, its in new
            for position, message in enumerate(its, start=first)
        ]
        if rows:
            self._connection.execute(sa.insert(messages), rows)

    def _insert_parts(self, of: Sequence[Contact]) -> None:
        orders = [
            {"contact_id": contact.id, "position": position, "order_id": order_id}
            for contact in of
            for position, order_id in enumerate(contact.order_ids)
        ]
        offered = [
            {"contact_id": contact.id, "position": position, "sku": offer.sku, "accepted": offer.accepted}
            for contact in of
            for position, offer in enumerate(contact.offers)
        ]
        for table, rows in ((contact_orders, orders), (past_offers, offered)):
            if rows:
                self._connection.execute(sa.insert(table), rows)


def unknown_contact(contact_id: str) -> UnknownContact:
    """Return the error in words."""
    return UnknownContact(f"no contact has the id {contact_id!r}")


def _contact_row(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "channel": contact.channel.value,
        "received_at": contact.received_at,
        "customer_id": contact.customer_id,
        "topic": contact.topic,
        "wrap_up_code": contact.wrap_up_code,
        "status": contact.status.value,
        "due_at": contact.due_at,
        "first_reply_at": contact.first_reply_at,
    }


def _contact_of(row: sa.Row[Any], parts: _Parts) -> Contact:
    return Contact(
        id=row.id,
        channel=Channel(row.channel),
        received_at=row.received_at,
        messages=tuple(parts.messages),
        customer_id=row.customer_id,
        order_ids=tuple(parts.order_ids),
        topic=row.topic,
        wrap_up_code=row.wrap_up_code,
        offers=tuple(parts.offers),
        status=ContactStatus(row.status),
        due_at=row.due_at,
        first_reply_at=row.first_reply_at,
    )
