"""How a customer of the sample shop fills a basket."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from random import Random

from api.sample_shop.missions import Goods, Mission, SampleShop, Service, Shopper

_MOST_LINES = 9
_QUANTITIES = {
    1: ((1,), (1.0,)),
    2: ((1, 2), (0.72, 0.28)),
    3: ((1, 2, 3), (0.58, 0.30, 0.12)),
    4: ((1, 2, 4), (0.36, 0.42, 0.22)),
    5: ((1, 2, 3, 5), (0.50, 0.26, 0.16, 0.08)),
}
_JUST_ONE = 0.17  # a single thing was wanted
_STRAY = 0.09  # something caught the eye
_TOP_UP = 0.26  # comes back only for what has run out
_RUN_OUT_DAYS = (35, 240)
_SALE_SHARE = 0.3
_NEVER_ON_SALE = frozenset({"Food Gifts", "Services"})


@dataclass(frozen=True, slots=True)
class Basket:
    """What one order holds: goods and services with their quantities, goods first."""

    lines: tuple[tuple[Goods, int], ...]


class Shopping:
    """Fills baskets by mission and habit, and remembers what each customer has at home."""

    def __init__(self, shop: SampleShop, seed: int) -> None:
        self._shop = shop
        self._seed = seed
        self._bought: defaultdict[str, dict[str, date]] = defaultdict(dict)
        self._families: defaultdict[str, list[Goods]] = defaultdict(list)
        for goods in shop.goods.values():
            self._families[goods.family].append(goods)

    def remember(self, shopper: Shopper, basket: Basket, day: date) -> None:
        """Note that the shopper took `basket` home on `day`."""
        for goods, _ in basket.lines:
            self._bought[shopper.customer_id][goods.sku] = day

    def price_minor(self, goods: Goods, day: date) -> int:
        """Return what a piece cost on `day` in pence: on sale a fifth less, to the next 5p down."""
        sale = self._shop.calendar.sale(day)
        chosen = sale is not None and _share(f"{self._seed}:{sale}:{goods.family}") < _SALE_SHARE
        if not chosen or goods.department in _NEVER_ON_SALE:
            return goods.price_minor
        return goods.price_minor * 4 // 5 // 5 * 5

    def basket(self, rng: Random, shopper: Shopper, channel: str, day: date) -> Basket:
        """Return one order's basket: what was run out of, or a mission with all that goes with it."""
        due = self._run_out(shopper, day)
        wanted: dict[str, int] = {}
        gift = False
        if due and rng.random() < _TOP_UP:
            for sku in rng.sample(due, min(len(due), rng.choice((1, 1, 2, 2, 3, 4)))):
                wanted[sku] = _quantity(rng, 2)
        else:
            mission = self._mission(rng, shopper, day)
            gift = rng.random() < mission.gift
            wanted = self._fill(rng, shopper, mission, day, gift=gift)
            for sku in due:
                if rng.random() < 0.10:
                    wanted.setdefault(sku, 1)
        lines = [(self._shop.goods[sku], quantity) for sku, quantity in wanted.items()][: _MOST_LINES - 1]
        lines += self._services(rng, lines, channel, day, gift=gift)[: _MOST_LINES - len(lines)]
        return Basket(tuple(lines))

    def _run_out(self, shopper: Shopper, day: date) -> list[str]:
        fewest, most = _RUN_OUT_DAYS
        return [
            sku
            for sku, bought in self._bought[shopper.customer_id].items()
            if sku in self._shop.goods
            and self._shop.goods[sku].runs_out
            and self._shop.goods[sku].sold_on(day)
            and fewest <= (day - bought).days <= most
        ]

    def _mission(self, rng: Random, shopper: Shopper, day: date) -> Mission:
        open_to = [
            mission
            for mission in self._shop.missions
            if any(self._shop.goods[sku].sold_on(day) for sku in mission.start)
        ]
        weights = [
            mission.weight * mission.months[day.month - 1] * self._fondness(shopper, mission)
            for mission in open_to
        ]
        return rng.choices(open_to, weights)[0]

    def _fondness(self, shopper: Shopper, mission: Mission) -> float:
        """Return 5 for the few missions that are this customer's habit, else 1."""
        return 5.0 if _share(f"{self._seed}:{shopper.customer_id}:{mission.id}") < 0.13 else 1.0

    def _fill(
        self, rng: Random, shopper: Shopper, mission: Mission, day: date, *, gift: bool
    ) -> dict[str, int]:
        first = self._first(rng, shopper, mission, day, gift=gift)
        wanted = {first.sku: 1}
        zest = 0.9 + 0.9 * _share(f"{self._seed}:{shopper.customer_id}")  # some fill their baskets
        if rng.random() >= _JUST_ONE:
            for companion in mission.companions:
                goods = self._shop.goods[companion.sku]
                if rng.random() >= companion.rate * zest:
                    continue
                match = self._matching(rng, goods, first.colour, day)
                taken = {self._shop.goods[sku].family for sku in wanted}
                if match is not None and match.family not in taken:
                    wanted[match.sku] = _quantity(rng, companion.most)
        if rng.random() < _STRAY:
            stray = rng.choice([each for each in self._shop.goods.values() if each.department != "Furniture"])
            if stray.sold_on(day):
                wanted.setdefault(stray.sku, 1)
        return wanted

    def _first(self, rng: Random, shopper: Shopper, mission: Mission, day: date, *, gift: bool) -> Goods:
        """Return what the basket begins with; nobody buys for themselves what they already have."""
        owned = self._bought[shopper.customer_id]
        open_to = [self._shop.goods[sku] for sku in mission.start if self._shop.goods[sku].sold_on(day)]
        fresh = [each for each in open_to if gift or each.runs_out or each.sku not in owned]
        choices = fresh or open_to
        weights = [(rank + 1) ** -1.3 for rank in range(len(choices))]
        chosen = rng.choices(choices, weights)[0]
        siblings = [each for each in self._families[chosen.family] if each.sold_on(day)]
        return rng.choice(siblings) if rng.random() < 0.2 else chosen

    def _matching(self, rng: Random, goods: Goods, colour: str, day: date) -> Goods | None:
        """Return `goods` in the colour of the first item where there is one; else now and then a sibling."""
        siblings = [each for each in self._families[goods.family] if each.sold_on(day)]
        same = [each for each in siblings if colour and each.colour == colour]
        if same:
            return same[0] if goods not in same else goods
        if siblings and rng.random() < 0.15:
            return rng.choice(siblings)
        return goods if goods.sold_on(day) else None

    def _services(
        self, rng: Random, lines: list[tuple[Goods, int]], channel: str, day: date, *, gift: bool
    ) -> list[tuple[Goods, int]]:
        taken: list[tuple[Goods, int]] = []
        for service in self._shop.services:
            fitting = [quantity for goods, quantity in lines if service.takes(goods)]
            usable = fitting and _offered(service, channel, gift=gift)
            rush = service.pre_christmas if day.month == 12 and 10 <= day.day <= 22 else 1.0
            if rng.random() < service.rate * rush and usable and not _clashes(service, taken):
                taken.append((service.goods, min(fitting[0], 2) if service.per_item else 1))
        return taken


def _offered(service: Service, channel: str, *, gift: bool) -> bool:
    return (gift or not service.gifts_only) and (not service.channels or channel in service.channels)


def _clashes(service: Service, taken: list[tuple[Goods, int]]) -> bool:
    """Whether a delivery service was taken already: an order is delivered once."""
    is_delivery = service.goods.category.endswith("Delivery")
    return is_delivery and any(goods.category == service.goods.category for goods, _ in taken)


def _quantity(rng: Random, most: int) -> int:
    quantities, weights = _QUANTITIES[most]
    return rng.choices(quantities, weights)[0]


def _share(name: str) -> float:
    """Return a number in [0, 1) that belongs to `name` for ever."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48
