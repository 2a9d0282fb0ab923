"""The gate: only a text that the rulebook passes, or that somebody answers for, leaves, once, and all that
follows from it is one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from brand_voice.articles_say import ArticlesSay
from brand_voice.checker import Checker
from brand_voice.finding import CheckResult, Finding, text_sha256
from recommender.customers import Customer
from recommender.offers import Offer
from replies.case import Case, check_context, open_case, talking_of
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.departures import GATE_RULE, GateRecord, holding, permission, set_asides, unchecked
from replies.edit_distance import edit_distance
from replies.fact_noting import note_asked
from replies.meant import meant_numbers
from replies.outbox import deliver
from replies.ports import Carrier, Clock, StaleContact, Storage, Unit, UnknownOffer, UnknownSuggestion
from replies.product_records import Teller, is_listed
from replies.proposals import Assist, Source, SourceKind, Suggestion
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


@dataclass(frozen=True, slots=True)
class Gate:
    """What sending works with. `articles_say` gives what the public articles say on a day.

    `rulebook_number` is that of the version `checker` works by, as the storage counts them; None: it is not
    one of the storage's.
    """

    storage: Storage
    checker: Checker
    shop: Shop
    clock: Clock
    carrier: Carrier
    new_id: Callable[[], str]
    articles_say: Callable[[date], ArticlesSay]
    rulebook_number: int | None = None

    def check(self, text: str, contact: Contact, offer_ids: tuple[str, ...] = ()) -> CheckResult:
        """Return the verdict that sending `text` in `contact` now would meet. Writes nothing.

        Raises UnknownOffer when an offer was not made in this contact.
        """
        with self.storage.reading() as unit:
            for offer_id in offer_ids:
                offer_of(contact.id, offer_id, unit)
            return self._checked(text, contact, offer_ids, unit)

    def _checked(self, text: str, contact: Contact, offer_ids: tuple[str, ...], unit: Unit) -> CheckResult:
        """Return the verdict; blocked where there is no rule to check by, or the check itself fails."""
        rulebook, sha256 = self.checker.rulebook, text_sha256(text)
        if not rulebook.rules:
            reason = "Not sent: no rulebook is in force, so nothing was checked."
            return unchecked("no_rulebook", reason, len(text), rulebook.version, sha256)
        try:
            result = self._check(text, contact, offer_ids, unit)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong in a check must stop the text, not pass it
            reason = f"Not sent: the check itself failed ({type(fault).__name__})."
            return unchecked("check_failed", reason, len(text), rulebook.version, sha256)
        if result.text_sha256 != sha256:
            reason = "Not sent: the text changed while it was checked."
            return unchecked("text_changed", reason, len(text), rulebook.version, sha256)
        return result

    def _check(self, text: str, contact: Contact, offer_ids: tuple[str, ...], unit: Unit) -> CheckResult:
        case = open_case(contact, unit, self.shop, self.clock.now())
        latest = unit.assists.latest(contact.id)
        if latest is not None:
            proposed = (offer.sku for offer in latest.offers)
            case = talking_of(case, {*latest.understanding.situation.skus, *proposed, *told_of(latest)}, unit)
        context = check_context(
            case,
            self.shop,
            named=meant_numbers(latest.understanding.facts, latest.understanding.record) if latest else (),
            topic=contact.topic or (latest.understanding.topic if latest is not None else None),
            sources=sources_in_force(latest, case, unit, self.shop),
            offers=[offer_of(contact.id, offer_id, unit) for offer_id in offer_ids],
            articles=self.articles_say(case.today),
        )
        aside = set_asides(unit.gate.of_contact(contact.id), text_sha256(text))
        return self.checker.check(text, context, aside)

    def permission(self, contact_id: str, held: Sequence[Finding], result: CheckResult) -> GateRecord | None:
        """Return the decision that lets this text go with what was found, or None."""
        with self.storage.reading() as unit:
            records = unit.gate.of_contact(contact_id)
        return permission(records, held, result.text_sha256, self.clock.now())


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


def told_of(assist: Assist) -> frozenset[str]:
    """Return the products whose records the assist's suggestions tell."""
    return frozenset(
        source.id
        for suggestion in assist.suggestions
        for source in suggestion.sources
        if source.kind is SourceKind.RECORD
    )


def sources_in_force(assist: Assist | None, case: Case, unit: Unit, shop: Shop) -> tuple[Source, ...]:
    """Return the sources of the assist's suggestions that may still answer today; a product's record as it
    stands now, whatever it said when the assist was made."""
    if assist is None:
        return ()
    told = unit.catalogue.products(told_of(assist))
    store_stock = unit.catalogue.store_stock(list(told))
    teller = Teller(case.today, case.contact.channel, shop.locale, store_stock=store_stock)
    records = tuple(
        Source(SourceKind.RECORD, sku, product.title, teller.everything(product), product.url)
        for sku, product in sorted(told.items())
        if is_listed(product)
    )
    every = {source for suggestion in assist.suggestions for source in suggestion.sources}
    sources = {source for source in every if source.kind is not SourceKind.RECORD}
    articles = unit.knowledge.articles({source.id for source in sources})
    canned = {reply.id for reply in case.canned}
    written = tuple(
        source
        for source in sorted(sources, key=lambda one: (one.kind, one.id, one.quote))
        if source.id in canned or (source.id in articles and articles[source.id].in_force(case.today))
    )
    return written + records


def suggestion_of(contact_id: str, suggestion_id: str, unit: Unit) -> Suggestion:
    """Return the suggestion. Raises UnknownSuggestion when there is none in this contact."""
    made, suggestion = unit.assists.suggestion(suggestion_id)
    if made.contact_id != contact_id:
        raise UnknownSuggestion(f"suggestion {suggestion_id!r} was not made for contact {contact_id!r}")
    return suggestion


def offer_of(contact_id: str, offer_id: str, unit: Unit) -> Offer:
    """Return the offer. Raises UnknownOffer when there is none in this contact."""
    made = unit.assists.assist_of_offer(offer_id)
    offer = next((offer for offer in made.all_offers if offer.id == offer_id), None)
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
        Channel.POST: ", ".join(part for part in (customer.name, *customer.postal_lines) if part),
    }
    return by_channel.get(contact.channel, "") or f"contact {contact.id}"
