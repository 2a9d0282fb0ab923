"""How an offer stands to what was asked for, and the receipt that says why it stands in its place."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Words

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("offers", sa.Column("relation", Words(), nullable=False, server_default="complement"))
    op.add_column("offers", sa.Column("instead_of", Words(), nullable=True))
    op.add_column("offers", sa.Column("differences", Document(), nullable=True))
    op.add_column("offers", sa.Column("receipt", Document(), nullable=True))
