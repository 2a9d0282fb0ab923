"""What drafting keeps: guidelines and notes of an assist, examples of macros, walks through the checkout."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("assists", sa.Column("guidelines", Document(), nullable=True))
    op.add_column("assists", sa.Column("notes", Document(), nullable=True))
    op.create_table(
        "macro_examples",
        sa.Column("reply_id", Words(), nullable=False),
        sa.Column("examples", Document(), nullable=False),
        sa.Column("saved_by", Words(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_macro_examples")),
    )
    op.create_table(
        "checkout_walks",
        sa.Column("id", Words(), nullable=False),
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("sku", Words(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("done", Document(), nullable=False),
        sa.Column("outcome", Words(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('bought', 'other_way', 'given_up')", name=op.f("ck_checkout_walks_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_checkout_walks_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_walks")),
    )
    op.create_index(op.f("ix_checkout_walks_contact_id"), "checkout_walks", ["contact_id"], unique=False)
