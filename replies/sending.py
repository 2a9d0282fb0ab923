"""Sending: only a text that the gate passes, or that somebody answers for, leaves, once, and all that follows
from it is one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from brand_voice.finding import CheckResult, Finding
from recommender.customers import Customer
from recommender.offers import Offer
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.departures import GATE_RULE, GateRecord, holding, unchecked
from replies.edit_distance import edit_distance
from replies.fact_noting import note_asked
from replies.gate import Gate
from replies.outbox import deliver
from replies.ports import StaleContact, Unit
from replies.proposed import offer_of, suggestion_of
from replies.records import (
    AuditEntry,
    OfferAct,
    OfferEvent,
    OutboxMessage,
    SuggestionAct,
    SuggestionEvent,
)
from replies.shop import Shop

RULEBOOK_MOVED = "rulebook_moved"


class RulebookMoved(Exception):
    """Another rulebook came in force after the text was checked."""


class KeyTaken(ValueError):
    """The key of a send was used before, for another contact or another text."""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """A wish to send. `key` is the sender's own and makes repeats harmless; `seen_version` is how many
    messages the sender had read."""

    contact_id: str
    text: str
    actor: str
    key: str
    seen_version: int
    suggestion_id: str | None = None
    offer_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """It passed the gate; `message` says how far it has come."""

    message: OutboxMessage


@dataclass(frozen=True, slots=True)
class Blocked:
    """The gate stopped it; nothing was kept but an audit entry."""

    result: CheckResult

    @property
    def outdated(self) -> bool:
        """Whether nothing was found but that the rulebook changed meanwhile: check and send again."""
        return [finding.rule for finding in self.result.findings] == [f"{GATE_RULE}{RULEBOOK_MOVED}"]


def send(request: SendRequest, gate: Gate) -> Sent | Blocked:
    """Check the final text and, if it passes, commit it to the outbox with all its records, then deliver.

    The same key again returns the same message and does nothing else. Raises UnknownContact; StaleContact
    when the contact has moved on; UnknownSuggestion or UnknownOffer when they are not of this contact;
    KeyTaken when the key belongs to another send; ValueError without a key.
    """
    if not request.key.strip():
        raise ValueError("a send needs a key of its own; make one per composed reply")
    with gate.storage.reading() as unit:
        before = unit.outbox.by_key(request.key)
        if before is not None:
            return Sent(_same(before, request))
        contact = unit.contacts.get(request.contact_id)
        _require_current(contact, request)
        if request.suggestion_id is not None:
            suggestion_of(contact.id, request.suggestion_id, unit)
    result = gate.check(request.text, contact, request.offer_ids)
    held = holding(result, hold_warnings=gate.shop.hold_warnings)
    allowed = gate.permission(contact.id, held, result) if held else None
    if held and allowed is None:
        _note_held(request, held, gate)
        return Blocked(result)
    try:
        message, is_new = _commit(request, result, gate, allowed)
    except RulebookMoved:
        reason = "Not sent: another rulebook came in force while the text was checked. Send it again."
        version, sha256 = result.rulebook_version, result.text_sha256
        return Blocked(unchecked(RULEBOOK_MOVED, reason, len(request.text), version, sha256))
    return Sent(deliver(message.id, gate.storage, gate.carrier, gate.clock) if is_new else message)


def _commit(
    request: SendRequest, result: CheckResult, gate: Gate, allowed: GateRecord | None
) -> tuple[OutboxMessage, bool]:
    """Store the message and everything that follows from it in one transaction."""
    now = gate.clock.now()
    with gate.storage.writing() as unit:
        if gate.rulebook_number not in (None, unit.gate.rulebook_number()):
            raise RulebookMoved
        contact = unit.contacts.get(request.contact_id)
        customer = unit.customers.customer(contact.customer_id) if contact.customer_id is not None else None
        wanted = OutboxMessage(
            id=gate.new_id(),
            key=request.key,
            contact_id=contact.id,
            channel=contact.channel.value,
            recipient=recipient_of(contact, customer),
            text=request.text,
            check=result,
            actor=request.actor,
            created_at=now,
            state_at=now,
        )
        message = unit.outbox.add(wanted)
        if message.id != wanted.id:
            return _same(message, request), False
        _answer(contact, request, unit, gate.shop, now)
        _record_outcomes(request, unit, now)
        detail = f"message {message.id}, {result.rulebook_version}, {result.text_sha256[:12]}"
        unit.audit.add(AuditEntry(now, request.actor, "reply queued", contact.id, detail))
        for said in _let_through(result, allowed):
            unit.audit.add(AuditEntry(now, request.actor, "sent all the same", contact.id, said))
    return message, True


def _answer(contact: Contact, request: SendRequest, unit: Unit, shop: Shop, now: datetime) -> None:
    reply_id = None
    if request.suggestion_id is not None:
        reply_id = suggestion_of(contact.id, request.suggestion_id, unit).reply_id
    message = Message(Role.AGENT, request.text, now, reply_id)
    answered = unit.contacts.append(contact.id, message, expected_version=request.seen_version)
    first = answered.first_reply_at if answered.first_reply_at is not None else now
    unit.contacts.update(replace(answered, status=ContactStatus.WAITING, first_reply_at=first))
    note_asked(answered, unit, shop)


def _record_outcomes(request: SendRequest, unit: Unit, now: datetime) -> None:
    if request.suggestion_id is not None:
        suggestion = suggestion_of(request.contact_id, request.suggestion_id, unit)
        distance = edit_distance(suggestion.text, request.text)
        unit.assists.add_suggestion_event(
            SuggestionEvent(
                suggestion.id,
                SuggestionAct.SENT,
                now,
                request.actor,
                final_text=request.text,
                edit_distance=distance,
            )
        )
    for offer_id in dict.fromkeys(request.offer_ids):
        offer = offer_of(request.contact_id, offer_id, unit)
        if names_offer(request.text, offer):
            event = OfferEvent(offer_id, OfferAct.PRESENTATION, now, request.actor)
            unit.assists.add_offer_event(event)


def _let_through(result: CheckResult, allowed: GateRecord | None) -> list[str]:
    """Return, for the audit, by whose word the text went out with findings."""
    said: list[str] = []
    if allowed is not None:
        rules = ", ".join(allowed.rules)
        said.append(f"{allowed.act.value} {allowed.id} by {allowed.actor}: {rules}")
    if result.suppressed:
        said.append(f"set aside: {', '.join(sorted({one.rule for one in result.suppressed}))}")
    return said


def _note_held(request: SendRequest, held: Sequence[Finding], gate: Gate) -> None:
    rules = ", ".join(sorted({finding.rule for finding in held}))
    with gate.storage.writing() as unit:
        entry = AuditEntry(gate.clock.now(), request.actor, "reply blocked", request.contact_id, rules)
        unit.audit.add(entry)


def _require_current(contact: Contact, request: SendRequest) -> None:
    if contact.version != request.seen_version:
        raise StaleContact(
            f"contact {contact.id} has {contact.version} messages, the reply was written after "
            f"{request.seen_version}; read the new ones first"
        )


def _same(before: OutboxMessage, request: SendRequest) -> OutboxMessage:
    if before.contact_id != request.contact_id or before.text != request.text:
        raise KeyTaken(
            f"key {request.key!r} was used for another reply (message {before.id}); take a new key"
        )
    return before


def names_offer(text: str, offer: Offer) -> bool:
    """Whether `text` really presents the offer: names its SKU, or at least half of its title's words."""
    said = set(re.findall(r"\w+", text.lower()))
    words = [word for word in re.findall(r"\w+", offer.title.lower()) if len(word) > 2]
    return offer.sku.lower() in text.lower() or (
        bool(words) and 2 * len(said & set(words)) >= len(set(words))
    )


def recipient_of(contact: Contact, customer: Customer | None) -> str:
    """Return where the reply goes: the customer's address for the channel, else the contact itself."""
    if customer is None:
        return f"contact {contact.id}"
    by_channel = {
        Channel.EMAIL: customer.email,
        Channel.PHONE: customer.phone,
        Channel.POST: ", ".join(part for part in (customer.name, *customer.postal_lines) if part),
    }
    return by_channel.get(contact.channel, "") or f"contact {contact.id}"
