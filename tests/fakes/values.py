"""Small whole values to start from in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from brand_voice.finding import CheckResult, Verdict, text_sha256
from recommender.catalogue import BuyingRoute
from recommender.money import Money
from recommender.offers import Offer, Reason, Situation
from replies.contacts import Channel, Contact, Message, Role
from replies.proposals import (
    Assist,
    Band,
    Source,
    SourceKind,
    Suggestion,
    SuggestionKind,
    Understanding,
)
from replies.records import OutboxMessage

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def a_message(text: str = "Where is my order?", role: Role = Role.CUSTOMER, minutes: float = 0) -> Message:
    return Message(role, text, after(minutes))


def a_contact(contact_id: str = "K-1", **changes: Any) -> Contact:
    contact = Contact(contact_id, Channel.EMAIL, NOON, (a_message(),), customer_id="C-1")
    return replace(contact, **changes)


def a_check(text: str = "Dear Ms Hall") -> CheckResult:
    return CheckResult(Verdict.PASS, (), "house@0123456789ab", text_sha256(text))


def a_suggestion(suggestion_id: str = "S-1", **changes: Any) -> Suggestion:
    source = Source(SourceKind.ARTICLE, "delivery-times", "Delivery times", "3 to 5 working days")
    suggestion = Suggestion(
        suggestion_id,
        rank=1,
        kind=SuggestionKind.MACRO,
        text="Dear Ms Hall",
        confidence=0.8,
        band=Band.HIGH,
        sources=(source,),
        reasons=("the topic is delivery_status",),
        check=a_check(),
    )
    return replace(suggestion, **changes)


def an_offer(offer_id: str = "O-1", **changes: Any) -> Offer:
    offer = Offer(
        offer_id,
        sku="KIT-0412",
        title="Tea cosy",
        score=0.5,
        reasons=(Reason("bought together in 41 of 300 orders", "KIT-0001", 41, 300),),
        price=Money(1250, "GBP"),
        stock=7,
        buy_at=(BuyingRoute("web", "https://www.larkfieldandrowe.example/kit-0412"),),
    )
    return replace(offer, **changes)


def an_assist(assist_id: str = "A-1", contact_id: str = "K-1", **changes: Any) -> Assist:
    understanding = Understanding(
        question="Where is my order?",
        topic="delivery_status",
        topic_confidence=0.9,
        facts=(),
        missing=(),
        cues=frozenset(),
        situation=Situation(),
    )
    assist = Assist(
        assist_id,
        contact_id,
        contact_version=1,
        made_at=NOON,
        understanding=understanding,
        suggestions=(a_suggestion(f"{assist_id}-S1"),),
        question=None,
        offers=(an_offer(f"{assist_id}-O1"),),
        no_offer_reason=None,
        versions=(("search", "3"),),
    )
    return replace(assist, **changes)


def an_outbox_message(message_id: str = "M-1", key: str = "key-1", **changes: Any) -> OutboxMessage:
    text = "Dear Ms Hall"
    message = OutboxMessage(
        message_id, key, "K-1", "email", "hall@example.org", text, a_check(text), "agent", NOON
    )
    return replace(message, **changes)
