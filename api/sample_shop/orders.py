"""Writes the sample shop's orders: a seeded history with the structure of real purchases.

Each day is drawn from its own seed and the shop's memory of its customers, so the orders of a day
stay the same, number and all, whatever day the history is written up to; contacts of the sample
can name them.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from api.sample_shop.missions import SampleShop, Shopper, read_sample_shop
from api.sample_shop.shopping import Basket, Shopping

_ZONE = ZoneInfo("Europe/London")
_OPENED_LEDGER = date(2024, 9, 1)
_FIRST_NUMBER = 100_000
_WINDOW_DAYS = 548  # eighteen months
_NUMBERS_A_DAY = 12
_CANCELLED = 0.022
_RETURNED = {
    "Bedding & Throws": 0.11,
    "Bathroom": 0.065,
    "Lighting": 0.11,
    "Furniture": 0.11,
    "Tableware": 0.075,
    "Kitchen": 0.055,
    "Children's Gifts": 0.07,
    "Storage & Baskets": 0.10,
    "Garden": 0.05,
    "Christmas": 0.05,
    "Candles & Home Fragrance": 0.03,
    "Stationery & Cards": 0.02,
}
_NOT_TAKEN_BACK = frozenset({"Food Gifts", "Services"})
_FIELDS = (
    "order_id",
    "sku",
    "quantity",
    "ordered_at",
    "customer_id",
    "unit_price",
    "currency",
    "channel",
    "status",
    "returned_at",
)


@dataclass(frozen=True, slots=True)
class _Line:
    sku: str
    quantity: int
    unit_price_minor: int
    back_after_days: int | None


@dataclass(frozen=True, slots=True)
class _Order:
    order_id: str
    ordered_at: datetime
    customer_id: str
    channel: str
    cancelled: bool
    heavy: bool
    lines: tuple[_Line, ...]


@dataclass(slots=True)
class _Ledger:
    """Draws one day after another; `shopping` remembers what each customer has bought."""

    shop: SampleShop
    seed: int
    rate: float
    shopping: Shopping
    activity: Sequence[float] = field(default_factory=list[float])

    def orders_of(self, day: date) -> Iterator[_Order]:
        """Yield the day's orders in order of time."""
        rng = _random(self.seed, day.isoformat())
        room = max(_NUMBERS_A_DAY, math.ceil(self.rate * 4.4))
        count = min(room, _poisson(rng, self.rate * self.shop.calendar.weight(day)))
        first = _FIRST_NUMBER + (day - _OPENED_LEDGER).days * room
        numbers = sorted(rng.sample(range(room), count))
        shoppers = rng.choices(self.shop.shoppers, self.activity, k=count)
        visits = sorted(
            ((*_visit(rng, shopper, day), shopper) for shopper in shoppers), key=lambda visit: visit[0]
        )
        for number, (at, channel, shopper) in zip(numbers, visits, strict=True):
            basket = self.shopping.basket(rng, shopper, channel, day)
            yield self._order(rng, f"LR-{first + number}", at, channel, shopper, basket)

    def _order(
        self, rng: Random, order_id: str, at: datetime, channel: str, shopper: Shopper, basket: Basket
    ) -> _Order:
        unknown_at_till = channel == "store" and rng.random() < 0.3
        cancelled = channel != "store" and rng.random() < _CANCELLED
        day = at.date()
        lines: list[_Line] = []
        for goods, quantity in basket.lines:
            back = rng.random() < _return_rate(goods.department) and not cancelled
            after = rng.randint(5, 31)
            lines.append(
                _Line(goods.sku, quantity, self.shopping.price_minor(goods, day), after if back else None)
            )
        if not unknown_at_till and not cancelled:
            self.shopping.remember(shopper, basket, day)
        heavy = any(goods.weight_kg >= 5 for goods, _ in basket.lines)
        customer_id = "" if unknown_at_till else shopper.customer_id
        return _Order(order_id, at, customer_id, channel, cancelled, heavy, tuple(lines))


def write_orders(target: Path, *, seed: int = 1987, orders: int = 1500, until: date) -> None:
    """Write to `target` (CSV, kind orders) the last `orders` orders placed before `until`.

    They span about eighteen months. The same arguments give the same bytes; from September 2026 on a
    later `until` keeps what was ordered before and only moves deliveries and returns on.
    Raises ValueError for less than one order.
    """
    if orders < 1:
        raise ValueError(f"{orders} orders cannot be written; ask for at least one")
    begins = min(_OPENED_LEDGER, until - timedelta(days=_WINDOW_DAYS + 182))
    history = _history(seed, orders, begins, until)
    while len(history) < orders:
        begins -= timedelta(days=365)
        history = _history(seed, orders, begins, until)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_FIELDS)
        for order in history[-orders:]:
            writer.writerows(_rows(order, until))


def _history(seed: int, orders: int, begins: date, until: date) -> list[_Order]:
    shop = read_sample_shop()
    ledger = _Ledger(
        shop=shop,
        seed=seed,
        rate=orders / _WINDOW_DAYS,
        shopping=Shopping(shop, seed),
        activity=[
            min(4.0, _random(seed, shopper.customer_id).lognormvariate(0.0, 0.75))
            for shopper in shop.shoppers
        ],
    )
    days = (begins + timedelta(days=n) for n in range((until - begins).days))
    return [order for day in days for order in ledger.orders_of(day)]


def _rows(order: _Order, until: date) -> Iterator[tuple[str | int, ...]]:
    status = _status(order, until)
    for line in order.lines:
        back = _returned_at(order, line)
        price = f"{line.unit_price_minor // 100}.{line.unit_price_minor % 100:02d}"
        yield (
            order.order_id,
            line.sku,
            line.quantity,
            order.ordered_at.isoformat(),
            order.customer_id,
            price,
            "GBP",
            order.channel,
            status,
            back.isoformat() if back is not None and back.date() < until else "",
        )


def _status(order: _Order, until: date) -> str:
    if order.cancelled:
        return "cancelled"
    age = (until - order.ordered_at.date()).days
    if order.channel == "store" and not order.heavy:
        return "delivered"
    on_the_way = 12 if order.heavy else 4
    if age <= (4 if order.heavy else 1):
        return "processing"
    return "dispatched" if age <= on_the_way else "delivered"


def _returned_at(order: _Order, line: _Line) -> datetime | None:
    if line.back_after_days is None:
        return None
    wait = line.back_after_days + (12 if order.heavy else 0)
    day = order.ordered_at.date() + timedelta(days=wait)
    if day.weekday() == 6:
        day += timedelta(days=1)
    return datetime.combine(day, time(9 + wait % 8, wait * 7 % 60), _ZONE)


def _return_rate(department: str) -> float:
    return 0.0 if department in _NOT_TAKEN_BACK else _RETURNED[department]


def _visit(rng: Random, shopper: Shopper, day: date) -> tuple[datetime, str]:
    """Return when and over which channel the shopper orders on `day`."""
    weights = {
        "web": 0.60 if shopper.online else 0.0,
        "store": 0.55 if shopper.local else 0.04,
        "phone": 0.22 if shopper.landline else 0.07,
        "catalogue": 0.18 if shopper.landline else 0.05,
    }
    channel = rng.choices(list(weights), list(weights.values()))[0]
    closed = (day.month, day.day) in {(1, 1), (12, 25), (12, 26)}
    if closed or (day.weekday() == 6 and channel in {"phone", "catalogue"}):
        channel = "web"
    opens, closes = _hours(channel, day)
    minute = int(rng.triangular(opens * 60, closes * 60 - 1, (opens + 2 * closes) * 20))
    at = datetime.combine(day, time(minute // 60, minute % 60, rng.randrange(60)), _ZONE)
    return at, channel


def _hours(channel: str, day: date) -> tuple[float, float]:
    if channel == "web":
        return 6.5, 23.5
    if channel == "store":
        return (11, 16.5) if day.weekday() == 6 else (9, 17.5)
    return (9, 17) if day.weekday() == 5 else (8, 18)


def _poisson(rng: Random, mean: float) -> int:
    """Return a Poisson draw by Knuth's product of uniforms; fine for means far below 700."""
    floor, product, count = math.exp(-mean), rng.random(), 0
    while product > floor:
        product *= rng.random()
        count += 1
    return count


def _random(seed: int, name: str) -> Random:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - a made-up history, seeded on purpose
