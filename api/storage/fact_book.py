"""The fact records of contacts, bound to one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from api.storage.columns import Moment, Words, is_storable, metadata, one_of, running_number
from api.storage.contact_book import unknown_contact
from api.storage.desk_tables import contacts
from api.storage.prepared_select import is_there
from replies.proposals import FactAct, FactKind, FactLine

contact_facts = sa.Table(
    "contact_facts",
    metadata,
    running_number(),
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("act", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("message", sa.Integer),
    sa.Column("value", Words, nullable=False),
    sa.Column("how", Words, nullable=False),
    sa.Column("topic", Words),
    one_of("kind", FactKind),
    one_of("act", FactAct),
)


_OF_CONTACT = (
    sa.select(contact_facts)
    .where(contact_facts.c.contact_id == sa.bindparam("contact"))
    .order_by(contact_facts.c.n)
)


class SqlFactBook:
    """Fulfils `replies.ports.FactBook`; besides, it gives the records of many contacts for reports."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_contact(self, contact_id: str) -> Sequence[FactLine]:
        """Return the lines of a contact, in the order they were written."""
        if not is_storable(contact_id):
            return []
        rows = self._connection.execute(_OF_CONTACT, {"contact": contact_id})
        return [_line_of(row) for row in rows]

    def add(self, contact_id: str, lines: Sequence[FactLine]) -> None:
        """Write lines. Raises UnknownContact."""
        if not lines:
            return
        if not is_there(self._connection, contacts.c.id, contact_id):
            raise unknown_contact(contact_id)
        rows = [
            {
                "contact_id": contact_id,
                "kind": line.kind.value,
                "act": line.act.value,
                "at": line.at,
                "actor": line.actor,
                "message": line.message,
                "value": line.value,
                "how": line.how,
                "topic": line.topic,
            }
            for line in lines
        ]
        self._connection.execute(sa.insert(contact_facts), rows)

    def of_contacts(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[FactLine]]:
        """Return the lines of each of these contacts that has some."""
        wanted = [one for one in contact_ids if is_storable(one)]
        return self._by_contact(contact_facts.c.contact_id.in_(wanted))

    def since(self, moment: datetime | None) -> Mapping[str, Sequence[FactLine]]:
        """Return the lines of each contact received since then; of all when it is None."""
        if moment is None:
            return self._by_contact(sa.true())
        received = sa.select(contacts.c.id).where(contacts.c.received_at >= moment)
        return self._by_contact(contact_facts.c.contact_id.in_(received))

    def _by_contact(self, wanted: sa.ColumnElement[bool]) -> Mapping[str, Sequence[FactLine]]:
        rows = self._connection.execute(sa.select(contact_facts).where(wanted).order_by(contact_facts.c.n))
        found: dict[str, list[FactLine]] = {}
        for row in rows:
            found.setdefault(row.contact_id, []).append(_line_of(row))
        return found


def _line_of(row: sa.Row[tuple[object, ...]]) -> FactLine:
    return FactLine(
        kind=FactKind(row.kind),
        act=FactAct(row.act),
        at=row.at,
        actor=row.actor,
        message=row.message,
        value=row.value,
        how=row.how,
        topic=row.topic,
    )
