"""Street and town of a customer, for letters."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Words

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for name in ("street", "town"):
        op.add_column("customers", sa.Column(name, Words(), nullable=False, server_default=""))
