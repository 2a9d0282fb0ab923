"""Who may come in."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("token_sha256", Words(), nullable=False),
        sa.Column("client", Words(), nullable=False),
        sa.Column("scopes", Document(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_api_tokens")),
    )
    op.create_index(op.f("ix_api_tokens_client"), "api_tokens", ["client"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column(
            "n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("username", Words(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(
        op.f("ix_sign_in_attempts_address_at"), "sign_in_attempts", ["address", "at"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_attempts_username_at"), "sign_in_attempts", ["username", "at"], unique=False
    )
    op.create_table(
        "users",
        sa.Column("username", Words(), nullable=False),
        sa.Column("display_name", Words(), nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("password_hash", Words(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'merchandiser', 'analyst', 'supervisor', 'admin')", name=op.f("ck_users_role")
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_users")),
    )
