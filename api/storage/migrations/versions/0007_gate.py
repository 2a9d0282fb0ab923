"""What the gate was asked and what was decided: lines that nobody changes."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "gate_records",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("id", Words(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("text_sha256", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("rules", Document(), nullable=False),
        sa.Column("asked_id", Words(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("text", Words(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "act IN ('asked', 'departed', 'released', 'refused', 'set aside')",
            name=op.f("ck_gate_records_act"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_gate_records_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_gate_records")),
        sa.UniqueConstraint("asked_id", name=op.f("uq_gate_records_asked_id")),
        sa.UniqueConstraint("id", name=op.f("uq_gate_records_id")),
    )
    op.create_index(op.f("ix_gate_records_contact_id"), "gate_records", ["contact_id"], unique=False)
    _append_only()


def _append_only() -> None:
    """Nobody changes or removes a line, not even with SQL in hand."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION gate_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the records of the gate are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER gate_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_records "
            "FOR EACH STATEMENT EXECUTE FUNCTION gate_is_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER gate_no_{act.lower()} BEFORE {act} ON gate_records "
            "BEGIN SELECT RAISE(ABORT, 'the records of the gate are append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER gate_no_replace BEFORE INSERT ON gate_records "
        "WHEN EXISTS (SELECT 1 FROM gate_records WHERE n = NEW.n) "
        "BEGIN SELECT RAISE(ABORT, 'the records of the gate are append-only'); END"
    )
