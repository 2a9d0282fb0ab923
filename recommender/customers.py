"""Customers and what they ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recommender.money import Money


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer on record. `vulnerable` is a reason code, never free text; `street` may have many lines."""

    customer_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    postcode: str = ""
    marketing_consent: bool | None = None
    vulnerable: str | None = None
    street: str = ""
    town: str = ""

    @property
    def postal_lines(self) -> tuple[str, ...]:
        """What stands below the name on an envelope, without blanks."""
        lines = (*self.street.splitlines(), self.town, self.postcode)
        return tuple(line.strip() for line in lines if line.strip())


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order; its key is (order_id, sku, nth occurrence of the sku in the order)."""

    order_id: str
    sku: str
    nth: int
    quantity: int
    ordered_at: datetime
    customer_id: str | None = None
    unit_price: Money | None = None
    channel: str | None = None
    status: str | None = None
    returned_at: datetime | None = None
    contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The lines that share one order number, in file order."""

    order_id: str
    customer_id: str | None
    ordered_at: datetime
    lines: tuple[OrderLine, ...]

    @property
    def status(self) -> str | None:
        """The status of the first line that states one."""
        return next((line.status for line in self.lines if line.status), None)
