"""The outbox and the audit, bound to one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.storage import documents
from api.storage.columns import equals
from api.storage.contact_book import unknown_contact
from api.storage.desk_tables import audit, contacts, outbox
from replies.records import AuditEntry, OutboxMessage, OutboxState


class SqlOutbox:
    """Fulfils `replies.ports.Outbox`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, message: OutboxMessage) -> OutboxMessage:
        """Store it as queued. When `key` is there already, store nothing and return that message.

        Raises UnknownContact; ValueError when the id is taken under another key.
        """
        there = self.by_key(message.key)
        if there is not None:
            return there
        known = sa.select(contacts.c.id).where(contacts.c.id == message.contact_id)
        if self._connection.execute(known).one_or_none() is None:
            raise unknown_contact(message.contact_id)
        if self.get(message.id) is not None:
            raise ValueError(f"outbox message {message.id!r} is there already under another key")
        queued = replace(message, state=OutboxState.QUEUED, state_at=message.state_at or message.created_at)
        self._connection.execute(sa.insert(outbox), _outbox_row(queued))
        return queued

    def get(self, message_id: str) -> OutboxMessage | None:
        """Return the message, or None."""
        return self._first(outbox.c.id, message_id)

    def by_key(self, key: str) -> OutboxMessage | None:
        """Return the message its sender gave this key, or None."""
        return self._first(outbox.c.key, key)

    def move(
        self, message_id: str, came_from: OutboxState, to: OutboxState, at: datetime, note: str = ""
    ) -> bool:
        """Change the state if it still is `came_from`; return whether it was."""
        moved = self._connection.execute(
            sa.update(outbox)
            .where(equals(outbox.c.id, message_id), outbox.c.state == came_from.value)
            .values(state=to.value, state_at=at, note=note)
        )
        return moved.rowcount == 1

    def in_state(self, state: OutboxState, *, before: datetime | None = None) -> Sequence[OutboxMessage]:
        """Messages in this state, entered before that moment when given, oldest first."""
        wanted = sa.select(outbox).where(outbox.c.state == state.value)
        if before is not None:
            wanted = wanted.where(outbox.c.state_at < before)
        rows = self._connection.execute(wanted.order_by(outbox.c.state_at, outbox.c.n))
        return [_outbox_message_of(row) for row in rows]

    def of_contact(self, contact_id: str) -> Sequence[OutboxMessage]:
        """Return the contact's messages, in the order they were added."""
        rows = self._connection.execute(
            sa.select(outbox).where(equals(outbox.c.contact_id, contact_id)).order_by(outbox.c.n)
        )
        return [_outbox_message_of(row) for row in rows]

    def _first(self, column: sa.Column[Any], value: str) -> OutboxMessage | None:
        row = self._connection.execute(sa.select(outbox).where(equals(column, value))).one_or_none()
        return None if row is None else _outbox_message_of(row)


class SqlAuditLog:
    """Fulfils `replies.ports.AuditLog`; the database itself refuses to change or remove a line."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        """Write down who did what."""
        self._connection.execute(
            sa.insert(audit),
            {
                "at": entry.at,
                "actor": entry.actor,
                "act": entry.act,
                "subject": entry.subject,
                "detail": entry.detail,
            },
        )

    def recent(self, *, subject: str | None = None, limit: int = 100) -> Sequence[AuditEntry]:
        """Return the last entries, newest first."""
        wanted = sa.select(audit)
        if subject is not None:
            wanted = wanted.where(equals(audit.c.subject, subject))
        rows = self._connection.execute(wanted.order_by(audit.c.n.desc()).limit(limit))
        return [AuditEntry(row.at, row.actor, row.act, row.subject, row.detail) for row in rows]


def _outbox_row(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "key": message.key,
        "contact_id": message.contact_id,
        "channel": message.channel,
        "recipient": message.recipient,
        "text": message.text,
        "check": documents.check_result.dump(message.check),
        "actor": message.actor,
        "created_at": message.created_at,
        "state": message.state.value,
        "state_at": message.state_at,
        "note": message.note,
    }


def _outbox_message_of(row: sa.Row[Any]) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        key=row.key,
        contact_id=row.contact_id,
        channel=row.channel,
        recipient=row.recipient,
        text=row.text,
        check=documents.check_result.load(row.check),
        actor=row.actor,
        created_at=row.created_at,
        state=OutboxState(row.state),
        state_at=row.state_at,
        note=row.note,
    )
