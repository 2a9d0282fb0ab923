"""The fact records of contacts: what was needed, asked, given, confirmed, put right, missing at the end."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Moment, Words

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "contact_facts",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("value", Words(), nullable=False),
        sa.Column("how", Words(), nullable=False),
        sa.Column("topic", Words(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('order_number', 'product', 'date', 'amount', 'email', 'phone', 'postcode')",
            name=op.f("ck_contact_facts_kind"),
        ),
        sa.CheckConstraint(
            "act IN ('needed', 'asked', 'given', 'on_record', 'confirmed', 'corrected', 'missing')",
            name=op.f("ck_contact_facts_act"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_facts_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_contact_facts")),
    )
    op.create_index(op.f("ix_contact_facts_contact_id"), "contact_facts", ["contact_id"], unique=False)
