"""Tables of who may come in: users, tokens of clients, attempts to sign in."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, metadata, running_number

users = sa.Table(
    "users",
    metadata,
    sa.Column("username", Words, primary_key=True),
    sa.Column("display_name", Words, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("password_hash", Words, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("session_epoch", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("role IN ('agent', 'merchandiser', 'analyst', 'supervisor', 'admin')", name="role"),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("token_sha256", Words, primary_key=True),
    sa.Column("client", Words, nullable=False, index=True),
    sa.Column("scopes", Document, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    running_number(),
    sa.Column("username", Words, nullable=False),
    sa.Column("address", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("succeeded", sa.Boolean, nullable=False),
    sa.Index(None, "username", "at"),
    sa.Index(None, "address", "at"),
)
