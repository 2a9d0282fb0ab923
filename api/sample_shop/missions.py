"""What the order generator knows of the shop: its goods, its customers, and why people buy."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_LOCAL = ("YO", "HG", "LS")  # postcode areas from which one shops in person


@dataclass(frozen=True, slots=True)
class Goods:
    """A catalogue row as the generator needs it. `family` is the first SKU of its variants."""

    sku: str
    price_minor: int
    department: str
    category: str
    family: str
    colour: str
    runs_out: bool  # bought again for its own sake, as tea is and a wedding card is not
    weight_kg: float
    needs_assembly: bool
    available_from: date
    available_to: date

    def sold_on(self, day: date) -> bool:
        """Whether it could be bought on `day`; Christmas goods are on the shelf from September."""
        in_season = self.department != "Christmas" or day.month >= 9 or (day.month == 1 and day.day <= 14)
        return in_season and self.available_from <= day <= self.available_to


@dataclass(frozen=True, slots=True)
class Service:
    """A service row and how often it is taken: what it fits, on which orders."""

    goods: Goods
    fits: str
    excludes: str
    needs_assembly: bool
    per_item: bool
    rate: float
    gifts_only: bool
    channels: frozenset[str]
    from_kg: float
    pre_christmas: float

    def takes(self, goods: Goods) -> bool:
        """Whether the service can be had for `goods`."""
        under = self.fits == "*" or f"{goods.category} > ".startswith(f"{self.fits} > ")
        kept_out = bool(self.excludes) and f"{goods.category} > ".startswith(f"{self.excludes} > ")
        built = goods.needs_assembly or not self.needs_assembly
        return under and not kept_out and built and goods.weight_kg >= self.from_kg


@dataclass(frozen=True, slots=True)
class Companion:
    """What goes with a mission's first item: how often, and the largest usual quantity."""

    sku: str
    rate: float
    most: int


@dataclass(frozen=True, slots=True)
class Mission:
    """One reason to buy; `months` weighs it from January to December, `gift` is how often it is a present."""

    id: str
    weight: float
    months: tuple[float, ...]
    gift: float
    start: tuple[str, ...]
    companions: tuple[Companion, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the shop is busy: weights per month and weekday (Monday first), and its sales (MM-DD, both in)."""

    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    sales: tuple[tuple[str, str], ...]

    def weight(self, day: date) -> float:
        """Return how busy `day` is; the mean over a year is 1."""
        months = self.months[day.month - 1] / (sum(self.months) / 12)
        return months * self.weekdays[day.weekday()] / (sum(self.weekdays) / 7)

    def sale(self, day: date) -> str | None:
        """Return a name for the sale running on `day`, the same all through it, or None."""
        at = f"{day:%m-%d}"
        for begins, ends in self.sales:
            over_new_year = begins > ends
            if begins <= at <= ends:
                return f"{day.year}-{begins}"
            if over_new_year and (at >= begins or at <= ends):
                return f"{day.year if at >= begins else day.year - 1}-{begins}"
        return None


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer as the generator needs one: near a store, fond of the telephone, on the web."""

    customer_id: str
    local: bool
    landline: bool
    online: bool


@dataclass(frozen=True, slots=True)
class SampleShop:
    """All the generator reads, in file order."""

    goods: Mapping[str, Goods]
    services: tuple[Service, ...]
    missions: tuple[Mission, ...]
    calendar: Calendar
    shoppers: tuple[Shopper, ...]


def read_sample_shop(folder: Path = _HERE) -> SampleShop:
    """Read catalogue.csv, customers.csv and missions.toml of `folder`.

    Raises KeyError when missions.toml names a SKU that the catalogue does not have.
    """
    rows = _rows(folder / "catalogue.csv")
    told = tomllib.loads((folder / "missions.toml").read_text(encoding="utf-8"))
    goods = {row["sku"]: _goods(row) for row in rows}
    by_sku = {row["sku"]: row for row in rows}
    services = tuple(_service(by_sku[sku], goods[sku], rates) for sku, rates in told["services"].items())
    missions = tuple(_mission(id_, table) for id_, table in told["missions"].items())
    named = {sku for each in missions for sku in (*each.start, *(c.sku for c in each.companions))}
    if unknown := sorted(named - goods.keys()):
        raise KeyError(f"missions.toml names {', '.join(unknown)}, which catalogue.csv does not have")
    calendar = told["calendar"]
    return SampleShop(
        goods={sku: each for sku, each in goods.items() if by_sku[sku]["kind"] == "product"},
        services=services,
        missions=missions,
        calendar=Calendar(
            tuple(calendar["months"]),
            tuple(calendar["weekdays"]),
            tuple((begins, ends) for begins, ends in calendar["sales"]),
        ),
        shoppers=tuple(_shopper(row) for row in _rows(folder / "customers.csv")),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _goods(row: Mapping[str, str]) -> Goods:
    attributes = json.loads(row["attributes"])
    pounds, pence = row["price"].split(".")
    return Goods(
        sku=row["sku"],
        price_minor=int(pounds) * 100 + int(pence),
        department=row["category"].split(" > ")[0],
        category=row["category"],
        family=row["variant_of"] or row["sku"],
        colour=attributes.get("colour", ""),
        runs_out=attributes.get("replenishable", False) and "occasion" not in attributes,
        weight_kg=attributes.get("weight_kg", 0.0),
        needs_assembly=attributes.get("assembly_required", False),
        available_from=date.fromisoformat(row["available_from"] or "1987-01-01"),
        available_to=date.fromisoformat(row["available_to"] or "9999-12-31"),
    )


def _service(row: Mapping[str, str], goods: Goods, rates: Mapping[str, Any]) -> Service:
    attributes = json.loads(row["attributes"])
    told = {"gifts_only": False, "channels": (), "from_kg": 0.0, "pre_christmas": 1.0, **rates}
    return Service(
        goods=goods,
        fits=attributes["fits_category"],
        excludes=attributes.get("excludes_category", ""),
        needs_assembly=attributes.get("requires_attribute") == "assembly_required",
        per_item=attributes["unit"] != "per order",
        rate=told["rate"],
        gifts_only=told["gifts_only"],
        channels=frozenset(told["channels"]),
        from_kg=told["from_kg"],
        pre_christmas=told["pre_christmas"],
    )


def _mission(id_: str, table: Mapping[str, Any]) -> Mission:
    companions = (Companion(sku, rate, most[0] if most else 1) for sku, rate, *most in table["with"])
    return Mission(
        id=id_,
        weight=table["weight"],
        months=tuple(table["months"]),
        gift=table["gift"],
        start=tuple(table["start"]),
        companions=tuple(companions),
    )


def _shopper(row: Mapping[str, str]) -> Shopper:
    return Shopper(
        customer_id=row["customer_id"],
        local=row["postcode"].startswith(_LOCAL),
        landline=row["phone"].startswith("01"),
        online=bool(row["email"]),
    )
