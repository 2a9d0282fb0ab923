"""Tables of the desk: contacts, assists and what became of them, the outbox, the audit."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, metadata, one_of, running_number
from replies.contacts import Channel, ContactStatus, Role
from replies.proposals import Band, SuggestionKind
from replies.records import OfferAct, OutboxState, SuggestionAct

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("channel", Words, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("customer_id", Words, index=True),
    sa.Column("topic", Words),
    sa.Column("wrap_up_code", Words),
    sa.Column("status", Words, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("first_reply_at", Moment),
    one_of("channel", Channel),
    one_of("status", ContactStatus),
    sa.Index(None, "status", "due_at", "id"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("reply_id", Words),
    one_of("role", Role),
    sa.CheckConstraint("position >= 0", name="position"),
)

contact_orders = sa.Table(
    "contact_orders",
    metadata,
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("order_id", Words, nullable=False),
)

past_offers = sa.Table(
    "past_offers",
    metadata,
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sku", Words, nullable=False),
    sa.Column("accepted", sa.Boolean),
)

assists = sa.Table(
    "assists",
    metadata,
    running_number(),
    sa.Column("id", Words, nullable=False, unique=True),
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("contact_version", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False, index=True),
    sa.Column("understanding", Document, nullable=False),
    sa.Column("question", Words),
    sa.Column("no_offer_reason", Words),
    sa.Column("versions", Document, nullable=False),
    sa.Column("guidelines", Document),
    sa.Column("notes", Document),
    sa.Index(None, "contact_id", "made_at"),
)

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("assist_id", Words, sa.ForeignKey("assists.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("band", Words, nullable=False),
    sa.Column("sources", Document, nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("check", Document, nullable=False),
    sa.Column("reply_id", Words),
    sa.Column("evidence", Document),
    one_of("kind", SuggestionKind),
    one_of("band", Band),
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("assist_id", Words, sa.ForeignKey("assists.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("sku", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("score", sa.Double, nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("price_minor", sa.BigInteger),
    sa.Column("price_currency", Words),
    sa.Column("stock", sa.BigInteger),
    sa.Column("buy_at", Document, nullable=False),
    sa.Column("store_stock", Document, nullable=False),
    sa.Column("model_version", Words, nullable=False),
    sa.Column("relation", Words, nullable=False, server_default="complement"),
    sa.Column("instead_of", Words),
    sa.Column("differences", Document),
    sa.Column("receipt", Document),
    sa.CheckConstraint("(price_minor IS NULL) = (price_currency IS NULL)", name="price"),
)

suggestion_events = sa.Table(
    "suggestion_events",
    metadata,
    running_number(),
    sa.Column("suggestion_id", Words, sa.ForeignKey("suggestions.id"), nullable=False, index=True),
    sa.Column("act", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("final_text", Words),
    sa.Column("edit_distance", sa.Integer),
    one_of("act", SuggestionAct),
)

offer_events = sa.Table(
    "offer_events",
    metadata,
    running_number(),
    sa.Column("offer_id", Words, sa.ForeignKey("offers.id"), nullable=False, index=True),
    sa.Column("act", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    one_of("act", OfferAct),
)

outbox = sa.Table(
    "outbox",
    metadata,
    running_number(),
    sa.Column("id", Words, nullable=False, unique=True),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("channel", Words, nullable=False),
    sa.Column("recipient", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("check", Document, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("state_at", Moment, nullable=False),
    sa.Column("note", Words, nullable=False),
    one_of("state", OutboxState),
    sa.Index(None, "state", "state_at"),
)

audit = sa.Table(
    "audit",
    metadata,
    running_number(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("act", Words, nullable=False),
    sa.Column("subject", Words, nullable=False, index=True),
    sa.Column("detail", Words, nullable=False),
)
