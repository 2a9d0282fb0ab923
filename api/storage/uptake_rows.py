"""What the funnel of uptake is worked out from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.storage.desk_tables import assists, contacts, messages, offer_events, offers, past_offers
from api.storage.shop_books import in_batches
from api.storage.shop_rows import order_line_of
from api.storage.shop_tables import order_lines
from recommender.customers import OrderLine
from recommender.uptake import OfferRecord, UptakeRows
from replies.contacts import Role
from replies.records import OfferAct


def uptake_rows(connection: sa.Connection, since: datetime | None) -> UptakeRows:
    """Return the offers made since then, each with the first time of each act, in order of time.

    The offers of imported contacts count too: they were presented with the first reply. The lines are
    those of the products presented, from the first presentation on.
    """
    wanted = (
        sa.select(
            offers.c.id,
            offers.c.sku,
            assists.c.contact_id,
            assists.c.made_at,
            contacts.c.customer_id,
            _first(OfferAct.IMPRESSION).label("shown_at"),
            _first(OfferAct.PRESENTATION).label("presented_at"),
            _first(OfferAct.DECLINE).label("declined_at"),
        )
        .select_from(offers.join(assists).join(contacts).outerjoin(offer_events))
        .group_by(offers.c.id, offers.c.sku, assists.c.contact_id, assists.c.made_at, contacts.c.customer_id)
        .order_by(assists.c.made_at, offers.c.id)
    )
    if since is not None:
        wanted = wanted.where(assists.c.made_at >= since)
    of_assists = [_record_of(row) for row in connection.execute(wanted)]
    of_past = [record for record in _past(connection) if since is None or record.made_at >= since]
    made = tuple(sorted((*of_past, *of_assists), key=lambda one: (one.made_at, one.offer_id)))
    return UptakeRows(made, tuple(_lines(connection, made)))


def _first(act: OfferAct) -> sa.ColumnElement[Any]:
    return sa.func.min(sa.case((offer_events.c.act == act.value, offer_events.c.at)))


def _record_of(row: Any) -> OfferRecord:
    return OfferRecord(
        offer_id=row.id,
        contact_id=row.contact_id,
        customer_id=row.customer_id,
        sku=row.sku,
        made_at=row.made_at,
        shown_at=row.shown_at,
        presented_at=row.presented_at,
        declined_at=row.declined_at,
    )


def _past(connection: sa.Connection) -> list[OfferRecord]:
    """Return the offers that imported contacts state, presented when we first replied."""
    replied_at = (
        sa.select(sa.func.min(messages.c.at))
        .where(messages.c.contact_id == contacts.c.id, messages.c.role == Role.AGENT.value)
        .scalar_subquery()
        .label("replied_at")
    )
    wanted = sa.select(past_offers, contacts.c.customer_id, contacts.c.received_at, replied_at).join(contacts)
    return [_past_record(row) for row in connection.execute(wanted)]


def _past_record(row: sa.Row[Any]) -> OfferRecord:
    at = row.replied_at or row.received_at
    return OfferRecord(
        offer_id=f"{row.contact_id}/{row.position}",
        contact_id=row.contact_id,
        customer_id=row.customer_id,
        sku=row.sku,
        made_at=at,
        shown_at=at,
        presented_at=at,
        declined_at=at if row.accepted is False else None,
    )


def _lines(connection: sa.Connection, made: tuple[OfferRecord, ...]) -> list[OrderLine]:
    presented = [offer.presented_at for offer in made if offer.presented_at is not None]
    if not presented:
        return []
    lines: list[OrderLine] = []
    for batch in in_batches({offer.sku for offer in made if offer.presented_at is not None}):
        rows = connection.execute(
            sa.select(order_lines)
            .where(order_lines.c.sku.in_(batch), order_lines.c.ordered_at >= min(presented))
            .order_by(order_lines.c.ordered_at, order_lines.c.order_id, order_lines.c.sku, order_lines.c.nth)
        )
        lines += [order_line_of(row) for row in rows]
    return lines
