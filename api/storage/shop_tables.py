"""Tables of what the shop tells us: catalogue, stores, customers, order lines, articles, canned replies."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.columns import Document, Moment, Words, metadata, one_of
from recommender.catalogue import ProductKind
from replies.articles import Audience

products = sa.Table(
    "products",
    metadata,
    sa.Column("sku", Words, primary_key=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("description", Words, nullable=False),
    sa.Column("category", Words, nullable=False),
    sa.Column("brand", Words, nullable=False),
    sa.Column("price_minor", sa.BigInteger),
    sa.Column("price_currency", Words),
    sa.Column("cost_minor", sa.BigInteger),
    sa.Column("cost_currency", Words),
    sa.Column("stock", sa.BigInteger),
    sa.Column("url", Words, nullable=False),
    sa.Column("image_url", Words, nullable=False),
    sa.Column("variant_of", Words),
    sa.Column("attributes", Document, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("available_from", sa.Date),
    sa.Column("available_to", sa.Date),
    sa.Column("buy_at", Document, nullable=False),
    sa.Column("min_age", sa.Integer),
    one_of("kind", ProductKind),
    sa.CheckConstraint("(price_minor IS NULL) = (price_currency IS NULL)", name="price"),
    sa.CheckConstraint("(cost_minor IS NULL) = (cost_currency IS NULL)", name="cost"),
)

stores = sa.Table(
    "stores",
    metadata,
    sa.Column("store_id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("postcode", Words, nullable=False),
    sa.Column("address", Words, nullable=False),
    sa.Column("phone", Words, nullable=False),
    sa.Column("opening_hours", Words, nullable=False),
)

store_stock = sa.Table(
    "store_stock",
    metadata,
    sa.Column("sku", Words, sa.ForeignKey("products.sku"), primary_key=True),
    sa.Column("store_id", Words, sa.ForeignKey("stores.store_id"), primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("checked_at", Moment),
)

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("customer_id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("email", Words, nullable=False),
    sa.Column("phone", Words, nullable=False),
    sa.Column("postcode", Words, nullable=False),
    sa.Column("marketing_consent", sa.Boolean),
    sa.Column("vulnerable", Words),
    sa.Column("street", Words, nullable=False, server_default=""),
    sa.Column("town", Words, nullable=False, server_default=""),
)

# No foreign keys here: the history knows withdrawn products and customers of other systems.
order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", Words, primary_key=True),
    sa.Column("sku", Words, primary_key=True),
    sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("ordered_at", Moment, nullable=False),
    sa.Column("customer_id", Words),
    sa.Column("unit_price_minor", sa.BigInteger),
    sa.Column("currency", Words),
    sa.Column("channel", Words),
    sa.Column("status", Words),
    sa.Column("returned_at", Moment),
    sa.Column("contact_id", Words),
    sa.CheckConstraint("nth >= 1", name="nth"),
    sa.CheckConstraint("(unit_price_minor IS NULL) = (currency IS NULL)", name="unit_price"),
    sa.Index(None, "customer_id", "sku"),
    sqlite_with_rowid=False,
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Column("audience", Words, nullable=False),
    sa.Column("topics", Document, nullable=False),
    sa.Column("channels", Document, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("review_by", sa.Date),
    sa.Column("source_url", Words, nullable=False),
    one_of("audience", Audience),
)

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("topics", Document, nullable=False),
    sa.Column("channels", Document, nullable=False),
    sa.Column("actions", Document, nullable=False),
    sa.Column("approved_by", Words, nullable=False),
    sa.Column("review_by", sa.Date),
    sa.Column("articles", Document),
)
