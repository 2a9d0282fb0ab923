"""Products and services, and the port through which they are looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from recommender.money import Money

AttributeValue = str | int | float | bool


class ProductKind(StrEnum):
    PRODUCT = "product"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class BuyingRoute:
    """One way to buy a product: `channel` (web, store, phone, catalogue, …), the place, a note."""

    channel: str
    place: str
    note: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product or service as the catalogue states it now. `stock` None means: not counted."""

    sku: str
    title: str
    description: str = ""
    category: str = ""
    brand: str = ""
    price: Money | None = None
    cost: Money | None = None
    stock: int | None = None
    url: str = ""
    image_url: str = ""
    variant_of: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict[str, AttributeValue])
    kind: ProductKind = ProductKind.PRODUCT
    available_from: date | None = None
    available_to: date | None = None
    buy_at: tuple[BuyingRoute, ...] = ()
    min_age: int | None = None

    def sold_on(self, day: date) -> bool:
        """Whether `day` lies in the days on which the product is sold."""
        begun = self.available_from is None or self.available_from <= day
        return begun and (self.available_to is None or day <= self.available_to)


@dataclass(frozen=True, slots=True)
class Store:
    """A shop one can walk into. `opening_hours` is text as the shop writes it."""

    store_id: str
    name: str
    postcode: str = ""
    address: str = ""
    phone: str = ""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True)
class StoreStock:
    """How many of `sku` stood in `store` when it was counted; `nearness` says how far from the customer."""

    sku: str
    store: Store
    quantity: int
    checked_at: datetime | None = None
    nearness: str = ""


class Catalogue(Protocol):
    """Look-ups of the catalogue as it stands; unknown SKUs are simply missing from the answer."""

    def products(self, skus: Collection[str]) -> Mapping[str, Product]: ...

    def store_stock(self, skus: Collection[str]) -> Mapping[str, tuple[StoreStock, ...]]: ...

    def stores(self) -> tuple[Store, ...]: ...
