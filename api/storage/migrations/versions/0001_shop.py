"""What the shop tells us: catalogue, stores, customers, order lines, approved texts."""

import sqlalchemy as sa
from alembic import op

from api.storage.columns import Document, Moment, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("body", Words(), nullable=False),
        sa.Column("audience", Words(), nullable=False),
        sa.Column("topics", Document(), nullable=False),
        sa.Column("channels", Document(), nullable=False),
        sa.Column("owner", Words(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("source_url", Words(), nullable=False),
        sa.CheckConstraint("audience IN ('public', 'agent')", name=op.f("ck_articles_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("topics", Document(), nullable=False),
        sa.Column("channels", Document(), nullable=False),
        sa.Column("actions", Document(), nullable=False),
        sa.Column("approved_by", Words(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
    )
    op.create_table(
        "customers",
        sa.Column("customer_id", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("phone", Words(), nullable=False),
        sa.Column("postcode", Words(), nullable=False),
        sa.Column("marketing_consent", sa.Boolean(), nullable=True),
        sa.Column("vulnerable", Words(), nullable=True),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customers")),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", Words(), nullable=False),
        sa.Column("sku", Words(), nullable=False),
        sa.Column("nth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", Moment(), nullable=False),
        sa.Column("customer_id", Words(), nullable=True),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", Words(), nullable=True),
        sa.Column("channel", Words(), nullable=True),
        sa.Column("status", Words(), nullable=True),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.Column("contact_id", Words(), nullable=True),
        sa.CheckConstraint(
            "(unit_price_minor IS NULL) = (currency IS NULL)", name=op.f("ck_order_lines_unit_price")
        ),
        sa.CheckConstraint("nth >= 1", name=op.f("ck_order_lines_nth")),
        sa.PrimaryKeyConstraint("order_id", "sku", "nth", name=op.f("pk_order_lines")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_order_lines_customer_id_sku"), "order_lines", ["customer_id", "sku"], unique=False
    )
    op.create_table(
        "products",
        sa.Column("sku", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("description", Words(), nullable=False),
        sa.Column("category", Words(), nullable=False),
        sa.Column("brand", Words(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_currency", Words(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", Words(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("url", Words(), nullable=False),
        sa.Column("image_url", Words(), nullable=False),
        sa.Column("variant_of", Words(), nullable=True),
        sa.Column("attributes", Document(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_to", sa.Date(), nullable=True),
        sa.Column("buy_at", Document(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('product', 'service')", name=op.f("ck_products_kind")),
        sa.CheckConstraint("(cost_minor IS NULL) = (cost_currency IS NULL)", name=op.f("ck_products_cost")),
        sa.CheckConstraint(
            "(price_minor IS NULL) = (price_currency IS NULL)", name=op.f("ck_products_price")
        ),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_products")),
    )
    op.create_table(
        "stores",
        sa.Column("store_id", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("postcode", Words(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("phone", Words(), nullable=False),
        sa.Column("opening_hours", Words(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_stores")),
    )
    op.create_table(
        "store_stock",
        sa.Column("sku", Words(), nullable=False),
        sa.Column("store_id", Words(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["sku"], ["products.sku"], name=op.f("fk_store_stock_sku")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.store_id"], name=op.f("fk_store_stock_store_id")),
        sa.PrimaryKeyConstraint("sku", "store_id", name=op.f("pk_store_stock")),
    )
