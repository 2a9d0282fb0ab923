"""Orders that come in after a contact: from them uptake is known."""

from __future__ import annotations

from apiflask import APIBlueprint
from pydantic import Field

from api.documents import Document
from api.rest.caller import actor, service
from api.rest.v1.requests import NewOrderLine, NewOrderLines
from recommender.customers import OrderLine
from recommender.money import Money


class OrdersTaken(Document):
    changed: int = Field(description="lines new or changed; a repeated call changes nothing")


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/orders")
    @blueprint.input(NewOrderLines, location="json")
    @blueprint.output(OrdersTaken)
    def take_orders(json_data: NewOrderLines) -> OrdersTaken:
        """Take order lines in, by key (order_id, sku, nth of the sku in the order)."""
        return OrdersTaken(changed=service().take_orders(_numbered(json_data.lines), actor()))


def _numbered(stated: list[NewOrderLine]) -> list[OrderLine]:
    seen: dict[tuple[str, str], int] = {}
    lines: list[OrderLine] = []
    for line in stated:
        nth = seen.get((line.order_id, line.sku), 0) + 1
        seen[line.order_id, line.sku] = nth
        lines.append(_as_line(line, nth))
    return lines


def _as_line(line: NewOrderLine, nth: int) -> OrderLine:
    currency = line.currency or service().shop.currency
    return OrderLine(
        order_id=line.order_id,
        sku=line.sku,
        nth=nth,
        quantity=line.quantity,
        ordered_at=line.ordered_at,
        customer_id=line.customer_id,
        unit_price=None if line.unit_price is None else Money.parse(line.unit_price, currency),
        channel=line.channel,
        status=line.status,
        returned_at=line.returned_at,
        contact_id=line.contact_id,
    )
