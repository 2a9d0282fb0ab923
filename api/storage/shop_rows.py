"""What the shop tells us: rows of the tables as values, and values as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from api.storage import documents
from api.storage.columns import moment_read
from api.storage.shop_tables import articles, canned_replies, products
from recommender.catalogue import Product, ProductKind, Store, StoreStock
from recommender.customers import Customer, Order, OrderLine
from recommender.money import Money
from replies.articles import Article, Audience, CannedReply

Row = sa.Row[Any]


def money_of(minor: int | None, currency: str | None) -> Money | None:
    """Return the amount of two columns that are filled together or not at all."""
    return None if minor is None or currency is None else Money(minor, currency)


def product_of(row: Row | SimpleNamespace) -> Product:
    """Return the product of one row of `products`."""
    return Product(
        sku=row.sku,
        title=row.title,
        description=row.description,
        category=row.category,
        brand=row.brand,
        price=money_of(row.price_minor, row.price_currency),
        cost=money_of(row.cost_minor, row.cost_currency),
        stock=row.stock,
        url=row.url,
        image_url=row.image_url,
        variant_of=row.variant_of,
        attributes=documents.attributes.load(row.attributes),
        kind=ProductKind(row.kind),
        available_from=row.available_from,
        available_to=row.available_to,
        buy_at=documents.buying_routes.load(row.buy_at),
        min_age=row.min_age,
    )


_NESTED = frozenset({"attributes", "buy_at", "topics", "channels", "actions", "articles"})
_DATES = frozenset({"available_from", "available_to", "valid_from", "review_by"})
_PRODUCTS_KEPT = 20_000
_TEXTS_KEPT = 10_000


def _as_text(table: sa.Table) -> tuple[sa.ColumnElement[Any], ...]:
    return tuple(
        sa.cast(column, sa.Text).label(column.name) if column.name in _NESTED else column
        for column in table.columns
    )


PRODUCT_COLUMNS = _as_text(products)
"""The columns of `products` as `product_read` takes them: nested values as their JSON text."""
ARTICLE_COLUMNS = _as_text(articles)
"""The columns of `articles` as `article_read` takes them."""
CANNED_REPLY_COLUMNS = _as_text(canned_replies)
"""The columns of `canned_replies` as `canned_reply_read` takes them."""


@lru_cache(maxsize=_PRODUCTS_KEPT)
def product_read(values: tuple[Any, ...]) -> Product:
    """Return the product of a row of PRODUCT_COLUMNS, dates as they are or as text; the same row is not
    parsed twice."""
    return product_of(_stated(products, values))


@lru_cache(maxsize=_TEXTS_KEPT)
def article_read(values: tuple[Any, ...]) -> Article:
    """Return the article of a row of ARTICLE_COLUMNS; the same row is not parsed twice."""
    return article_of(_stated(articles, values))


@lru_cache(maxsize=_TEXTS_KEPT)
def canned_reply_read(values: tuple[Any, ...]) -> CannedReply:
    """Return the canned reply, not stale, of a row of CANNED_REPLY_COLUMNS; the same row is not parsed
    twice."""
    return canned_reply_of(_stated(canned_replies, values))


def _stated(table: sa.Table, values: tuple[Any, ...]) -> SimpleNamespace:
    stated = dict(zip(table.columns.keys(), values, strict=True))
    for name, value in stated.items():
        if isinstance(value, str) and name in _NESTED:
            stated[name] = json.loads(value)
        elif name in _DATES:
            stated[name] = _date_read(value)
    return SimpleNamespace(**stated)


def _date_read(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def store_stock_read(values: tuple[Any, ...]) -> StoreStock:
    """Return the count of a row that has the columns of `store_stock`, then those of `stores`."""
    sku, _, quantity, checked_at, *store = values
    return StoreStock(sku, Store(*store), quantity, moment_read(checked_at))


def product_row(product: Product) -> dict[str, Any]:
    """Return the columns of `products` for one product."""
    return {
        "sku": product.sku,
        "title": product.title,
        "description": product.description,
        "category": product.category,
        "brand": product.brand,
        "price_minor": product.price.minor if product.price else None,
        "price_currency": product.price.currency if product.price else None,
        "cost_minor": product.cost.minor if product.cost else None,
        "cost_currency": product.cost.currency if product.cost else None,
        "stock": product.stock,
        "url": product.url,
        "image_url": product.image_url,
        "variant_of": product.variant_of,
        "attributes": documents.attributes.dump(product.attributes),
        "kind": product.kind.value,
        "available_from": product.available_from,
        "available_to": product.available_to,
        "buy_at": documents.buying_routes.dump(product.buy_at),
        "min_age": product.min_age,
    }


def store_of(row: Row) -> Store:
    """Return the store of one row that has the columns of `stores`."""
    return Store(row.store_id, row.name, row.postcode, row.address, row.phone, row.opening_hours)


def store_row(store: Store) -> dict[str, Any]:
    """Return the columns of `stores` for one store."""
    return {
        "store_id": store.store_id,
        "name": store.name,
        "postcode": store.postcode,
        "address": store.address,
        "phone": store.phone,
        "opening_hours": store.opening_hours,
    }


def store_stock_row(stock: StoreStock) -> dict[str, Any]:
    """Return the columns of `store_stock` for one count."""
    return {
        "sku": stock.sku,
        "store_id": stock.store.store_id,
        "quantity": stock.quantity,
        "checked_at": stock.checked_at,
    }


def customer_of(row: Row) -> Customer:
    """Return the customer of one row of `customers`."""
    return Customer(
        row.customer_id,
        row.name,
        row.email,
        row.phone,
        row.postcode,
        row.marketing_consent,
        row.vulnerable,
        row.street,
        row.town,
    )


def customer_row(customer: Customer) -> dict[str, Any]:
    """Return the columns of `customers` for one customer."""
    return {
        "customer_id": customer.customer_id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "postcode": customer.postcode,
        "marketing_consent": customer.marketing_consent,
        "vulnerable": customer.vulnerable,
        "street": customer.street,
        "town": customer.town,
    }


def order_line_of(row: Row) -> OrderLine:
    """Return the line of one row of `order_lines`."""
    return OrderLine(
        order_id=row.order_id,
        sku=row.sku,
        nth=row.nth,
        quantity=row.quantity,
        ordered_at=row.ordered_at,
        customer_id=row.customer_id,
        unit_price=money_of(row.unit_price_minor, row.currency),
        channel=row.channel,
        status=row.status,
        returned_at=row.returned_at,
        contact_id=row.contact_id,
    )


def order_line_row(line: OrderLine, position: int) -> dict[str, Any]:
    """Return the columns of `order_lines`; `position` is its place among the lines that came with it."""
    return {
        "order_id": line.order_id,
        "sku": line.sku,
        "nth": line.nth,
        "position": position,
        "quantity": line.quantity,
        "ordered_at": line.ordered_at,
        "customer_id": line.customer_id,
        "unit_price_minor": line.unit_price.minor if line.unit_price else None,
        "currency": line.unit_price.currency if line.unit_price else None,
        "channel": line.channel,
        "status": line.status,
        "returned_at": line.returned_at,
        "contact_id": line.contact_id,
    }


def orders_of(lines: Iterable[OrderLine]) -> dict[str, Order]:
    """Gather lines, in file order, into orders by their number."""
    gathered: dict[str, list[OrderLine]] = {}
    for line in lines:
        gathered.setdefault(line.order_id, []).append(line)
    return {
        order_id: Order(order_id, its[0].customer_id, its[0].ordered_at, tuple(its))
        for order_id, its in gathered.items()
    }


def article_of(row: Row | SimpleNamespace) -> Article:
    """Return the article of one row of `articles`."""
    return Article(
        id=row.id,
        title=row.title,
        body=row.body,
        audience=Audience(row.audience),
        topics=tuple(row.topics),
        channels=tuple(row.channels),
        owner=row.owner,
        valid_from=row.valid_from,
        review_by=row.review_by,
        source_url=row.source_url,
    )


def article_row(article: Article) -> dict[str, Any]:
    """Return the columns of `articles` for one article."""
    return {
        "id": article.id,
        "title": article.title,
        "body": article.body,
        "audience": article.audience.value,
        "topics": list(article.topics),
        "channels": list(article.channels),
        "owner": article.owner,
        "valid_from": article.valid_from,
        "review_by": article.review_by,
        "source_url": article.source_url,
    }


def canned_reply_of(row: Row | SimpleNamespace, *, stale: bool = False) -> CannedReply:
    """Return the canned reply of one row of `canned_replies`."""
    return CannedReply(
        id=row.id,
        text=row.text,
        title=row.title,
        topics=tuple(row.topics),
        channels=tuple(row.channels),
        actions=tuple(row.actions),
        approved_by=row.approved_by,
        review_by=row.review_by,
        articles=tuple(row.articles or ()),
        stale=stale,
    )


def canned_reply_row(reply: CannedReply) -> dict[str, Any]:
    """Return the columns of `canned_replies` for one canned reply."""
    return {
        "id": reply.id,
        "text": reply.text,
        "title": reply.title,
        "topics": list(reply.topics),
        "channels": list(reply.channels),
        "actions": list(reply.actions),
        "articles": list(reply.articles),
        "approved_by": reply.approved_by,
        "review_by": reply.review_by,
    }
