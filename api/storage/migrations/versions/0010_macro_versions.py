"""Canned replies as they were saved, version by version."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "macro_versions",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("reply_id", Words(), nullable=False),
        sa.Column("reply", Document(), nullable=False),
        sa.Column("examples", Document(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_macro_versions")),
    )
    op.create_index(op.f("ix_macro_versions_reply_id"), "macro_versions", ["reply_id"], unique=False)
