"""What learning from use keeps: evidence of suggestions, proposed replies, their grounds, choices."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("evidence", Document(), nullable=True))
    op.add_column("canned_replies", sa.Column("articles", Document(), nullable=True))
    op.create_table(
        "choices",
        sa.Column("name", Words(), nullable=False),
        sa.Column("value", Document(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_choices")),
    )
    op.create_table(
        "reply_grounds",
        sa.Column("reply_id", Words(), nullable=False),
        sa.Column("article_id", Words(), nullable=False),
        sa.Column("article_sha256", Words(), nullable=False),
        sa.Column("reply_sha256", Words(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("reply_id", "article_id", name=op.f("pk_reply_grounds")),
    )
    op.create_table(
        "reply_proposals",
        sa.Column("id", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("topics", Document(), nullable=False),
        sa.Column("channels", Document(), nullable=False),
        sa.Column("articles", Document(), nullable=False),
        sa.Column("instead_of", Words(), nullable=True),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("edit_distance", sa.Double(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", Words(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'declined')", name=op.f("ck_reply_proposals_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_proposals")),
    )
    op.create_index(
        op.f("ix_reply_proposals_state_contacts"), "reply_proposals", ["state", "contacts"], unique=False
    )
