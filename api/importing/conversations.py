"""Contacts on their way in: past ones to learn from, open ones for the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from api.importing import cells
from api.importing.cells import BadCell, Read
from api.importing.chunk import Chunk
from api.importing.mapping import FieldMap
from api.importing.rejects import Rejects
from api.importing.report import Fault, NotImported
from api.storage import SqlUnit
from brand_voice.personal_data import mask_card_numbers
from replies.contacts import Channel, Contact, ContactStatus, Message, PastOffer, Role
from replies.shop import Shop
from replies.working_time import reply_due

FIELDS = (
    "id", "channel", "messages", "received_at", "customer_id", "order_ids", "topic", "wrap_up_code", "offers"
)  # fmt: skip
_CONTACTS_A_WRITE = 500
_CHANNEL: Read = cells.one_of([channel.value for channel in Channel])
_ROLE: Read = cells.one_of([role.value for role in Role])


@dataclass(slots=True)
class Tally:
    """What became of the contacts."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    unknown: set[str] = field(default_factory=set[str])


class ContactImport:
    """One file of contacts on its way in.

    A contact that is known keeps what happened to it here: a file may add messages at its end and state
    its topic, customer, orders, offers and wrap-up code; it never takes messages away.
    """

    def __init__(self, fields: FieldMap, shop: Shop, rejects: Rejects, now: datetime) -> None:
        self._map = fields
        self._shop = shop
        self._rejects = rejects
        self._now = now
        self._moment = cells.moments(fields.zone or shop.zone, fields.formats_of("at"))
        self._written: set[str] = set()
        self._first = True
        self.tally = Tally()

    def take(self, unit: SqlUnit, chunks: Iterator[Chunk], on_rows: Callable[[int], None]) -> None:
        """Read, check and store all contacts within one transaction."""
        for chunk in chunks:
            for fault in chunk.faults:
                self._rejects.add(fault)
            self.tally.rows += len(chunk) + len(chunk.faults)
            if len(chunk):
                self._check(chunk)
            for first in range(0, len(chunk), _CONTACTS_A_WRITE):
                self._write(unit, chunk, range(first, min(first + _CONTACTS_A_WRITE, len(chunk))))
            on_rows(self.tally.rows)

    def _check(self, chunk: Chunk) -> None:
        used = {self._map.columns.get(name, name) for name in FIELDS}
        self.tally.unknown.update(name for name in chunk.columns if name not in used)
        if not self._first:
            return
        self._first = False
        for name in ("id", "channel", "messages"):
            if self._map.columns.get(name, name) not in chunk.columns and name not in self._map.defaults:
                raise NotImported(
                    f"the contacts have no {name!r}, which they need; there are {', '.join(chunk.columns)}"
                )

    def _write(self, unit: SqlUnit, chunk: Chunk, places: range) -> None:
        read: dict[str, tuple[int, Contact]] = {}
        for index in places:
            try:
                contact = self._contact(chunk, index)
            except BadCell as error:
                self._reject(chunk, index, *error.args)
                continue
            self.tally.repeated += contact.id in read
            read[contact.id] = (index, contact)
        known = unit.contacts.known(read)
        new: list[Contact] = []
        for contact_id, (index, contact) in read.items():
            if contact_id not in known:
                new.append(contact)
            elif contact_id in self._written:
                self.tally.repeated += 1
                unit.contacts.replace(contact)
            else:
                self._join(unit, known[contact_id], contact, chunk, index)
        unit.contacts.add_many(new)
        self.tally.added += len(new)
        self._written.update(contact.id for contact in new)

    def _join(self, unit: SqlUnit, there: Contact, given: Contact, chunk: Chunk, index: int) -> None:
        ours, theirs = [_said(it) for it in there.messages], [_said(it) for it in given.messages]
        shorter = min(len(ours), len(theirs))
        if ours[:shorter] != theirs[:shorter]:
            self._reject(chunk, index, "messages", f"contact {there.id!r} is known with other messages")
            return
        stated = replace(
            there,
            topic=given.topic or there.topic,
            customer_id=given.customer_id or there.customer_id,
            order_ids=given.order_ids or there.order_ids,
            offers=given.offers or there.offers,
            wrap_up_code=given.wrap_up_code or there.wrap_up_code,
        )
        longer = given.messages[len(ours) :]
        if longer:
            stated = replace(
                stated,
                status=given.status,
                due_at=given.due_at,
                first_reply_at=there.first_reply_at or given.first_reply_at,
            )
        if stated == there and not longer:
            self.tally.unchanged += 1
            return
        unit.contacts.replace(replace(stated, messages=(*there.messages, *longer)))
        self.tally.changed += 1

    def _contact(self, chunk: Chunk, index: int) -> Contact:
        """Raises BadCell(column, reason)."""
        given = self._cells(chunk, index)

        def read(name: str, reader: Read, *, required: bool = False) -> Any:
            try:
                value = reader(given.get(name))
            except BadCell as error:
                raise BadCell(name, str(error)) from None
            if value is None and required:
                raise BadCell(name, "is empty; it is needed")
            return value

        contact_id = read("id", cells.identifier, required=True)
        channel = read("channel", _CHANNEL, required=True)
        stated = read("received_at", self._moment)
        messages = read("messages", lambda cell: self._messages(cell, stated or self._now))
        contact = Contact(
            id=contact_id,
            channel=Channel(channel),
            received_at=stated or (messages[0].at if messages else self._now),
            messages=messages,
            customer_id=read("customer_id", cells.identifier),
            order_ids=tuple(read("order_ids", cells.word_list)),
            topic=next(iter(read("topic", _topics)), None),
            wrap_up_code=read("wrap_up_code", _code),
            offers=read("offers", _offers),
        )
        return self._judged(contact)

    def _judged(self, contact: Contact) -> Contact:
        """State whether the contact waits for us: the customer spoke last and nobody dealt with it.

        A wrap-up code or a topic is a mark of somebody who did.
        """
        replies = [message.at for message in contact.messages if message.role is Role.AGENT]
        waits = bool(contact.last_turn) and not contact.wrap_up_code and not contact.topic
        due = None
        if waits:
            due = reply_due(contact.last_turn[0].at, contact.channel.value, self._shop)
        return replace(
            contact,
            status=ContactStatus.OPEN if waits else ContactStatus.CLOSED,
            due_at=due,
            first_reply_at=replies[0] if replies else None,
        )

    def _cells(self, chunk: Chunk, index: int) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for name in FIELDS:
            column = chunk.columns.get(self._map.columns.get(name, name))
            cell = None if column is None else column[index]
            replacing = self._map.replacement(name)
            if replacing is not None and isinstance(cell, str):
                cell = replacing(cell.strip())
            empty = cell is None or (isinstance(cell, str) and not cell.strip())
            found[name] = self._map.defaults.get(name) if empty else cell
        return found

    def _messages(self, cell: Any, at: datetime) -> tuple[Message, ...]:
        messages: list[Message] = []
        for number, one in enumerate(_objects(cell), start=1):
            try:
                role = _ROLE(one.get("role"))
                if role is None:
                    raise BadCell("has no role")
                at = self._moment(one.get("at")) or at
                said = mask_card_numbers(_whole_text(one.get("text")))
                messages.append(Message(Role(role), said, at, cells.identifier(one.get("reply_id"))))
            except BadCell as error:
                raise BadCell(f"message {number} {error}") from None
        return tuple(messages)

    def _reject(self, chunk: Chunk, index: int, column: str, reason: str) -> None:
        self._rejects.add(Fault(chunk.lines[index], column, reason, chunk.row(index), chunk.file(index)))


def _said(message: Message) -> tuple[Role, str, str | None]:
    return message.role, message.text, message.reply_id


def _whole_text(cell: Any) -> str:
    """Return a message as it was written, blanks at its ends included."""
    cells.text(cell)
    return cell if isinstance(cell, str) else cells.words_in_full(cell)


def _topics(cell: Any) -> list[str]:
    found = cells.word_list(cell) if isinstance(cell, list) else [one for one in (cells.text(cell),) if one]
    return [mask_card_numbers(one) for one in found]


def _code(cell: Any) -> str | None:
    found = cells.text(cell)
    return None if found is None else mask_card_numbers(found)


def _offers(cell: Any) -> tuple[PastOffer, ...]:
    offers: list[PastOffer] = []
    for one in _objects(cell):
        sku = cells.identifier(one.get("sku"))
        if sku is None:
            raise BadCell("has an offer without a sku")
        offers.append(PastOffer(sku, cells.flag(one.get("accepted"))))
    return tuple(offers)


def _objects(cell: Any) -> list[dict[str, Any]]:
    found = cells.json_list(cell) if isinstance(cell, str) else cell
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadCell("is not a list of objects")
    return found
