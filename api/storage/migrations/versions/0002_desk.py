"""The desk: contacts, assists, outbox, audit."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("detail", Words(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("customer_id", Words(), nullable=True),
        sa.Column("topic", Words(), nullable=True),
        sa.Column("wrap_up_code", Words(), nullable=True),
        sa.Column("status", Words(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("first_reply_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('email', 'chat', 'phone', 'fax', 'post')", name=op.f("ck_contacts_channel")
        ),
        sa.CheckConstraint("status IN ('open', 'waiting', 'closed')", name=op.f("ck_contacts_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_customer_id"), "contacts", ["customer_id"], unique=False)
    op.create_index(
        op.f("ix_contacts_status_due_at_id"), "contacts", ["status", "due_at", "id"], unique=False
    )
    op.create_table(
        "assists",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("id", Words(), nullable=False),
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("contact_version", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("understanding", Document(), nullable=False),
        sa.Column("question", Words(), nullable=True),
        sa.Column("no_offer_reason", Words(), nullable=True),
        sa.Column("versions", Document(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_assists_contact_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_assists")),
        sa.UniqueConstraint("id", name=op.f("uq_assists_id")),
    )
    op.create_index(op.f("ix_assists_contact_id_made_at"), "assists", ["contact_id", "made_at"], unique=False)
    op.create_index(op.f("ix_assists_made_at"), "assists", ["made_at"], unique=False)
    op.create_table(
        "contact_orders",
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", Words(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_orders_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "position", name=op.f("pk_contact_orders")),
    )
    op.create_table(
        "messages",
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reply_id", Words(), nullable=True),
        sa.CheckConstraint("role IN ('customer', 'agent', 'record')", name=op.f("ck_messages_role")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_messages_position")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "position", name=op.f("pk_messages")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("id", Words(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("recipient", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("check", Document(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("state_at", Moment(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'in_doubt')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_outbox_contact_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_contact_id"), "outbox", ["contact_id"], unique=False)
    op.create_index(op.f("ix_outbox_state_state_at"), "outbox", ["state", "state_at"], unique=False)
    op.create_table(
        "past_offers",
        sa.Column("contact_id", Words(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sku", Words(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_past_offers_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "position", name=op.f("pk_past_offers")),
    )
    op.create_table(
        "offers",
        sa.Column("id", Words(), nullable=False),
        sa.Column("assist_id", Words(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", Document(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_currency", Words(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("buy_at", Document(), nullable=False),
        sa.Column("store_stock", Document(), nullable=False),
        sa.Column("model_version", Words(), nullable=False),
        sa.CheckConstraint("(price_minor IS NULL) = (price_currency IS NULL)", name=op.f("ck_offers_price")),
        sa.ForeignKeyConstraint(["assist_id"], ["assists.id"], name=op.f("fk_offers_assist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_assist_id"), "offers", ["assist_id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("id", Words(), nullable=False),
        sa.Column("assist_id", Words(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("band", Words(), nullable=False),
        sa.Column("sources", Document(), nullable=False),
        sa.Column("reasons", Document(), nullable=False),
        sa.Column("check", Document(), nullable=False),
        sa.Column("reply_id", Words(), nullable=True),
        sa.CheckConstraint("band IN ('high', 'medium', 'low', 'silent')", name=op.f("ck_suggestions_band")),
        sa.CheckConstraint("kind IN ('macro', 'past_reply', 'extract')", name=op.f("ck_suggestions_kind")),
        sa.ForeignKeyConstraint(["assist_id"], ["assists.id"], name=op.f("fk_suggestions_assist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_assist_id"), "suggestions", ["assist_id"], unique=False)
    op.create_table(
        "offer_events",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("offer_id", Words(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.CheckConstraint(
            "act IN ('impression', 'presentation', 'accept', 'decline')", name=op.f("ck_offer_events_act")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_events_offer_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_offer_events")),
    )
    op.create_index(op.f("ix_offer_events_offer_id"), "offer_events", ["offer_id"], unique=False)
    op.create_table(
        "suggestion_events",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("suggestion_id", Words(), nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("final_text", Words(), nullable=True),
        sa.Column("edit_distance", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "act IN ('shown', 'inserted', 'edited', 'sent', 'dismissed')",
            name=op.f("ck_suggestion_events_act"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestions.id"], name=op.f("fk_suggestion_events_suggestion_id")
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_suggestion_events")),
    )
    op.create_index(
        op.f("ix_suggestion_events_suggestion_id"), "suggestion_events", ["suggestion_id"], unique=False
    )

    _append_only()


def _append_only() -> None:
    """Nobody changes or removes a line of the audit, not even with SQL in hand."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE n = NEW.n) "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    )
