"""The gate: only a text that the rulebook passes leaves, once, and all that follows from it is one
transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from brand_voice.checker import Checker
from brand_voice.finding import CheckResult, Verdict
from recommender.customers import Customer
from recommender.offers import Offer
from replies.case import Case, check_context, open_case
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.edit_distance import edit_distance
from replies.outbox import deliver
from replies.ports import Carrier, Clock, StaleContact, Storage, Unit, UnknownOffer, UnknownSuggestion
from replies.proposals import Assist, Source, Suggestion
from replies.records import (
    AuditEntry,
    OfferAct,
    OfferEvent,
    OutboxMessage,
    SuggestionAct,
    SuggestionEvent,
)
from replies.shop import Shop


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


@dataclass(frozen=True, slots=True)
class Gate:
    """What sending works with. `article_promises` gives the promises that public articles make on a day."""

    storage: Storage
    checker: Checker
    shop: Shop
    clock: Clock
    carrier: Carrier
    new_id: Callable[[], str]
    article_promises: Callable[[date], frozenset[str]]

    def check(self, text: str, contact: Contact, offer_ids: tuple[str, ...] = ()) -> CheckResult:
        """Return the verdict that sending `text` in `contact` now would meet. Writes nothing.

        Raises UnknownOffer when an offer was not made in this contact.
        """
        with self.storage.reading() as unit:
            return self._check(text, contact, offer_ids, unit)

    def _check(self, text: str, contact: Contact, offer_ids: tuple[str, ...], unit: Unit) -> CheckResult:
        case = open_case(contact, unit, self.shop, self.clock.now())
        latest = unit.assists.latest(contact.id)
        context = check_context(
            case,
            self.shop,
            topic=contact.topic or (latest.understanding.topic if latest is not None else None),
            sources=sources_in_force(latest, case, unit),
            offers=[offer_of(contact.id, offer_id, unit) for offer_id in offer_ids],
            article_promises=self.article_promises(case.today),
        )
        return self.checker.check(text, context)


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
    if result.verdict is Verdict.BLOCKED:
        _note_blocked(request, result, gate)
        return Blocked(result)
    message, is_new = _commit(request, result, gate)
    return Sent(deliver(message.id, gate.storage, gate.carrier, gate.clock) if is_new else message)


def _commit(request: SendRequest, result: CheckResult, gate: Gate) -> tuple[OutboxMessage, bool]:
    """Store the message and everything that follows from it in one transaction."""
    now = gate.clock.now()
    with gate.storage.writing() as unit:
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
        _answer(contact, request, unit, now)
        _record_outcomes(request, unit, now)
        detail = f"message {message.id}, {result.rulebook_version}, {result.text_sha256[:12]}"
        unit.audit.add(AuditEntry(now, request.actor, "reply queued", contact.id, detail))
    return message, True


def _answer(contact: Contact, request: SendRequest, unit: Unit, now: datetime) -> None:
    reply_id = None
    if request.suggestion_id is not None:
        reply_id = suggestion_of(contact.id, request.suggestion_id, unit).reply_id
    message = Message(Role.AGENT, request.text, now, reply_id)
    answered = unit.contacts.append(contact.id, message, expected_version=request.seen_version)
    first = answered.first_reply_at if answered.first_reply_at is not None else now
    unit.contacts.update(replace(answered, status=ContactStatus.WAITING, first_reply_at=first))


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


def _note_blocked(request: SendRequest, result: CheckResult, gate: Gate) -> None:
    rules = ", ".join(sorted({finding.rule for finding in result.findings if finding.severity == "block"}))
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


def sources_in_force(assist: Assist | None, case: Case, unit: Unit) -> tuple[Source, ...]:
    """Return the sources of the assist's suggestions that may still answer today."""
    if assist is None:
        return ()
    sources = {source for suggestion in assist.suggestions for source in suggestion.sources}
    articles = unit.knowledge.articles({source.id for source in sources})
    canned = {reply.id for reply in case.canned}
    return tuple(
        source
        for source in sorted(sources, key=lambda one: (one.kind, one.id, one.quote))
        if source.id in canned or (source.id in articles and articles[source.id].in_force(case.today))
    )


def suggestion_of(contact_id: str, suggestion_id: str, unit: Unit) -> Suggestion:
    """Return the suggestion. Raises UnknownSuggestion when there is none in this contact."""
    made, suggestion = unit.assists.suggestion(suggestion_id)
    if made.contact_id != contact_id:
        raise UnknownSuggestion(f"suggestion {suggestion_id!r} was not made for contact {contact_id!r}")
    return suggestion


def offer_of(contact_id: str, offer_id: str, unit: Unit) -> Offer:
    """Return the offer. Raises UnknownOffer when there is none in this contact."""
    made = unit.assists.assist_of_offer(offer_id)
    offer = next((offer for offer in made.offers if offer.id == offer_id), None)
    if made.contact_id != contact_id or offer is None:
        raise UnknownOffer(f"offer {offer_id!r} was not made for contact {contact_id!r}")
    return offer


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
        Channel.POST: ", ".join(part for part in (customer.name, customer.postcode) if part),
    }
    return by_channel.get(contact.channel, "") or f"contact {contact.id}"
