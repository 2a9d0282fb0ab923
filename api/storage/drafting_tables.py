"""Tables of drafting: examples and versions of macros, and customers walked through the checkout."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, metadata, one_of, running_number
from replies.checkout import WalkOutcome

macro_examples = sa.Table(
    "macro_examples",
    metadata,
    sa.Column("reply_id", Words, primary_key=True),
    sa.Column("examples", Document, nullable=False),
    sa.Column("saved_by", Words, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

macro_versions = sa.Table(
    "macro_versions",
    metadata,
    running_number(),
    sa.Column("reply_id", Words, nullable=False, index=True),
    sa.Column("reply", Document, nullable=False),
    sa.Column("examples", Document, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("act", Words, nullable=False),
)

checkout_walks = sa.Table(
    "checkout_walks",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("contact_id", Words, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("sku", Words, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("done", Document, nullable=False),
    sa.Column("outcome", Words),
    sa.Column("ended_at", Moment),
    one_of("outcome", WalkOutcome),
)
