"""Versions of the rulebook, which nobody changes; drafts of rules; findings mended while writing, counted."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0008"
down_revision = "0007"

_KEPT = ("rulebook_files", "rulebook_versions")


def upgrade() -> None:
    op.create_table(
        "rulebook_files",
        sa.Column("sha256", Words(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_rulebook_files")),
    )
    op.create_table(
        "rulebook_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", Words(), nullable=False),
        sa.Column("version", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("rules", Document(), nullable=False),
        sa.Column("files", Document(), nullable=False),
        sa.Column("refused", Document(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_rulebook_versions_number")),
        sa.CheckConstraint(
            "act IN ('files', 'edited', 'starter', 'rolled back')", name=op.f("ck_rulebook_versions_act")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rulebook_versions")),
    )
    op.create_table(
        "rule_drafts",
        sa.Column("id", Words(), nullable=False),
        sa.Column("rule_id", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("base", Words(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("saved_by", Words(), nullable=False),
        sa.Column("rehearsal", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_drafts")),
    )
    op.create_table(
        "mended_findings",
        sa.Column("day", Words(), nullable=False),
        sa.Column("rule", Words(), nullable=False),
        sa.Column("rule_version", Words(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "rule", "rule_version", "held", name=op.f("pk_mended_findings")),
    )
    _append_only()


def _append_only() -> None:
    """Nobody changes or removes a version, not even with SQL in hand."""
    said = "the versions of the rulebook are append-only"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION rulebook_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$"
        )
        for table in _KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION rulebook_is_append_only()"
            )
        return
    for table, key in zip(_KEPT, ("sha256", "number"), strict=True):
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        there = f"SELECT 1 FROM {table} WHERE {key} = NEW.{key}"  # noqa: S608 - both names are our own
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({there}) "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
