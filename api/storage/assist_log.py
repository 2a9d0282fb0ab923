"""Assists, their suggestions and offers, and what became of them, bound to one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.storage import documents
from api.storage.columns import Moment, equals, is_storable
from api.storage.contact_book import unknown_contact
from api.storage.desk_tables import (
    assists,
    contacts,
    offer_events,
    offers,
    past_offers,
    suggestion_events,
    suggestions,
)
from api.storage.prepared_select import is_there
from api.storage.shop_rows import money_of
from recommender.offers import ALTERNATIVES, Offer, RelationKind
from replies.ports import UnknownOffer, UnknownSuggestion
from replies.proposals import Assist, Band, Suggestion, SuggestionKind
from replies.records import OfferAct, OfferEvent, SuggestionAct, SuggestionEvent


class SqlAssistLog:
    """Fulfils `replies.ports.AssistLog`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def record(self, assist: Assist) -> None:
        """Store a new assist. Raises UnknownContact; ValueError when its id is taken."""
        if not self._there(contacts.c.id, assist.contact_id):
            raise unknown_contact(assist.contact_id)
        if self._there(assists.c.id, assist.id):
            raise ValueError(f"assist {assist.id!r} is there already")
        self._connection.execute(sa.insert(assists), _assist_row(assist))
        if assist.suggestions:
            rows = [
                _suggestion_row(assist.id, position, it) for position, it in enumerate(assist.suggestions)
            ]
            self._connection.execute(sa.insert(suggestions), rows)
        if assist.all_offers:
            rows = [_offer_row(assist.id, position, it) for position, it in enumerate(assist.all_offers)]
            self._connection.execute(sa.insert(offers), rows)

    def get(self, assist_id: str) -> Assist | None:
        """Return the assist, or None."""
        if not self._there(assists.c.id, assist_id):
            return None
        return self._one(sa.select(assists).where(assists.c.id == assist_id))

    def latest(self, contact_id: str) -> Assist | None:
        """Return the newest assist of the contact."""
        newest = sa.select(assists).where(equals(assists.c.contact_id, contact_id))
        row = self._connection.execute(
            newest.order_by(assists.c.made_at.desc(), assists.c.n.desc()).limit(1)
        ).one_or_none()
        return None if row is None else self._whole(row)

    def suggestion(self, suggestion_id: str) -> tuple[Assist, Suggestion]:
        """Return the suggestion and the assist it is part of. Raises UnknownSuggestion."""
        if not self._there(suggestions.c.id, suggestion_id):
            raise _unknown_suggestion(suggestion_id)
        found = self._one(sa.select(assists).join(suggestions).where(suggestions.c.id == suggestion_id))
        return found, next(it for it in found.suggestions if it.id == suggestion_id)

    def assist_of_offer(self, offer_id: str) -> Assist:
        """Return the assist that the offer is part of. Raises UnknownOffer."""
        if not self._there(offers.c.id, offer_id):
            raise _unknown_offer(offer_id)
        return self._one(sa.select(assists).join(offers).where(offers.c.id == offer_id))

    def add_suggestion_event(self, event: SuggestionEvent) -> None:
        """Store what became of a suggestion. Raises UnknownSuggestion."""
        if not self._there(suggestions.c.id, event.suggestion_id):
            raise _unknown_suggestion(event.suggestion_id)
        self._connection.execute(
            sa.insert(suggestion_events),
            {
                "suggestion_id": event.suggestion_id,
                "act": event.act.value,
                "at": event.at,
                "actor": event.actor,
                "reason": event.reason,
                "final_text": event.final_text,
                "edit_distance": event.edit_distance,
            },
        )

    def add_offer_event(self, event: OfferEvent) -> None:
        """Store what became of an offer. Raises UnknownOffer."""
        if not self._there(offers.c.id, event.offer_id):
            raise _unknown_offer(event.offer_id)
        self._connection.execute(
            sa.insert(offer_events),
            {
                "offer_id": event.offer_id,
                "act": event.act.value,
                "at": event.at,
                "actor": event.actor,
                "reason": event.reason,
            },
        )

    def suggestion_events(self, contact_id: str) -> Sequence[SuggestionEvent]:
        """Return what became of the contact's suggestions, in the order it was written down."""
        rows = self._connection.execute(
            sa.select(suggestion_events)
            .select_from(suggestion_events.join(suggestions).join(assists))
            .where(equals(assists.c.contact_id, contact_id))
            .order_by(suggestion_events.c.n)
        )
        return [
            SuggestionEvent(
                row.suggestion_id,
                SuggestionAct(row.act),
                row.at,
                row.actor,
                row.reason,
                row.final_text,
                row.edit_distance,
            )
            for row in rows
        ]

    def offer_events(self, contact_id: str) -> Sequence[OfferEvent]:
        """Return what became of the contact's offers, in the order it was written down."""
        if not is_storable(contact_id):
            return []
        rows = self._connection.execute(_OFFER_EVENTS, {"contact": contact_id})
        return [OfferEvent(row.offer_id, OfferAct(row.act), row.at, row.actor, row.reason) for row in rows]

    def declined_skus(self, customer_id: str | None, contact_id: str, *, since: datetime) -> frozenset[str]:
        """SKUs declined in this contact at any time, or by this customer since then."""
        declined: set[str] = set()
        if is_storable(contact_id):
            declined.update(self._connection.scalars(_DECLINED_HERE, {"contact": contact_id}))
        if customer_id is not None and is_storable(customer_id):
            theirs = {"customer": customer_id, "since": since}
            declined.update(self._connection.scalars(_DECLINED_BEFORE, theirs))
        return frozenset(declined)

    def _there(self, column: sa.Column[Any], value: str) -> bool:
        return is_there(self._connection, column, value)

    def _one(self, wanted: sa.Select[Any]) -> Assist:
        return self._whole(self._connection.execute(wanted).one())

    def _whole(self, row: sa.Row[Any]) -> Assist:
        theirs = self._connection.execute(
            sa.select(suggestions).where(suggestions.c.assist_id == row.id).order_by(suggestions.c.position)
        ).all()
        offered = self._connection.execute(
            sa.select(offers).where(offers.c.assist_id == row.id).order_by(offers.c.position)
        ).all()
        made = [_offer_of(it) for it in offered]
        return Assist(
            id=row.id,
            contact_id=row.contact_id,
            contact_version=row.contact_version,
            made_at=row.made_at,
            understanding=documents.understanding.load(row.understanding),
            suggestions=tuple(suggestion_of(it) for it in theirs),
            question=row.question,
            offers=tuple(offer for offer in made if offer.relation not in ALTERNATIVES),
            alternatives=tuple(offer for offer in made if offer.relation in ALTERNATIVES),
            no_offer_reason=row.no_offer_reason,
            versions=documents.versions.load(row.versions),
            guidelines=documents.sources.load(row.guidelines or ()),
            notes=documents.words.load(row.notes or ()),
        )


def _unknown_suggestion(suggestion_id: str) -> UnknownSuggestion:
    return UnknownSuggestion(f"no suggestion has the id {suggestion_id!r}")


def _unknown_offer(offer_id: str) -> UnknownOffer:
    return UnknownOffer(f"no offer has the id {offer_id!r}")


def _declines() -> sa.FromClause:
    declined = sa.and_(offer_events.c.offer_id == offers.c.id, offer_events.c.act == OfferAct.DECLINE.value)
    return contacts.join(assists).join(offers).join(offer_events, declined)


def _past_declines() -> sa.FromClause:
    refused = sa.and_(past_offers.c.contact_id == contacts.c.id, past_offers.c.accepted.is_(False))
    return contacts.join(past_offers, refused)


_OFFER_EVENTS = (
    sa.select(offer_events)
    .select_from(offer_events.join(offers).join(assists))
    .where(assists.c.contact_id == sa.bindparam("contact"))
    .order_by(offer_events.c.n)
)
_HERE = contacts.c.id == sa.bindparam("contact")
_DECLINED_HERE = sa.union(
    sa.select(offers.c.sku).select_from(_declines()).where(_HERE),
    sa.select(past_offers.c.sku).select_from(_past_declines()).where(_HERE),
)
_THEIRS = contacts.c.customer_id == sa.bindparam("customer")
_SINCE = sa.bindparam("since", type_=Moment)
_DECLINED_BEFORE = sa.union(
    sa.select(offers.c.sku).select_from(_declines()).where(_THEIRS, offer_events.c.at >= _SINCE),
    sa.select(past_offers.c.sku)
    .select_from(_past_declines())
    .where(_THEIRS, contacts.c.received_at >= _SINCE),
)


def _assist_row(assist: Assist) -> dict[str, Any]:
    return {
        "id": assist.id,
        "contact_id": assist.contact_id,
        "contact_version": assist.contact_version,
        "made_at": assist.made_at,
        "understanding": documents.understanding.dump(assist.understanding),
        "question": assist.question,
        "no_offer_reason": assist.no_offer_reason,
        "versions": documents.versions.dump(assist.versions),
        "guidelines": documents.sources.dump(assist.guidelines),
        "notes": documents.words.dump(assist.notes),
    }


def _suggestion_row(assist_id: str, position: int, suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "assist_id": assist_id,
        "position": position,
        "rank": suggestion.rank,
        "kind": suggestion.kind.value,
        "text": suggestion.text,
        "confidence": suggestion.confidence,
        "band": suggestion.band.value,
        "sources": documents.sources.dump(suggestion.sources),
        "reasons": documents.words.dump(suggestion.reasons),
        "check": documents.check_result.dump(suggestion.check),
        "reply_id": suggestion.reply_id,
        "evidence": [list(pair) for pair in suggestion.evidence],
    }


def suggestion_of(row: sa.Row[Any]) -> Suggestion:
    """Return the suggestion of one row of `suggestions`."""
    return Suggestion(
        id=row.id,
        rank=row.rank,
        kind=SuggestionKind(row.kind),
        text=row.text,
        confidence=row.confidence,
        band=Band(row.band),
        sources=documents.sources.load(row.sources),
        reasons=documents.words.load(row.reasons),
        check=documents.check_result.load(row.check),
        reply_id=row.reply_id,
        evidence=tuple((str(name), float(value)) for name, value in row.evidence or ()),
    )


def _offer_row(assist_id: str, position: int, offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "assist_id": assist_id,
        "position": position,
        "sku": offer.sku,
        "title": offer.title,
        "score": offer.score,
        "reasons": documents.reasons.dump(offer.reasons),
        "price_minor": offer.price.minor if offer.price else None,
        "price_currency": offer.price.currency if offer.price else None,
        "stock": offer.stock,
        "buy_at": documents.buying_routes.dump(offer.buy_at),
        "store_stock": documents.stock_counts.dump(offer.store_stock),
        "model_version": offer.model_version,
        "relation": offer.relation.value,
        "instead_of": offer.instead_of,
        "differences": documents.words.dump(offer.differences),
        "receipt": None if offer.receipt is None else documents.receipt.dump(offer.receipt),
    }


def _offer_of(row: sa.Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        sku=row.sku,
        title=row.title,
        score=row.score,
        reasons=documents.reasons.load(row.reasons),
        price=money_of(row.price_minor, row.price_currency),
        stock=row.stock,
        buy_at=documents.buying_routes.load(row.buy_at),
        store_stock=documents.stock_counts.load(row.store_stock),
        model_version=row.model_version,
        relation=RelationKind(row.relation),
        instead_of=row.instead_of,
        differences=documents.words.load(row.differences or ()),
        receipt=None if row.receipt is None else documents.receipt.load(row.receipt),
    )
