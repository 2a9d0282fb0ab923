"""Tables of learning from use: proposed replies, the articles replies rest on, what the shop chose."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, metadata, one_of
from replies.reuse import ProposalState

choices = sa.Table(
    "choices",
    metadata,
    sa.Column("name", Words, primary_key=True),
    sa.Column("value", Document, nullable=False),
    sa.Column("actor", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

reply_grounds = sa.Table(
    "reply_grounds",
    metadata,
    sa.Column("reply_id", Words, primary_key=True),
    sa.Column("article_id", Words, primary_key=True),
    sa.Column("article_sha256", Words, nullable=False),
    sa.Column("reply_sha256", Words, nullable=False),
    sa.Column("changed_at", Moment),
)

reply_proposals = sa.Table(
    "reply_proposals",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("topics", Document, nullable=False),
    sa.Column("channels", Document, nullable=False),
    sa.Column("articles", Document, nullable=False),
    sa.Column("instead_of", Words),
    sa.Column("contacts", sa.Integer, nullable=False),
    sa.Column("edit_distance", sa.Double, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("proposed_at", Moment, nullable=False),
    sa.Column("decided_at", Moment),
    sa.Column("decided_by", Words),
    one_of("state", ProposalState),
    sa.Index(None, "state", "contacts"),
)
