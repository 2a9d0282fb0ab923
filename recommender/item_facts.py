"""What is known of each product beside its pairs: how it sells, what it costs, what its text says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, ItemArray, TimeArray
from recommender.catalogue import Product
from recommender.co_counts import FloatArray
from recommender.saved_arrays import load_arrays, save_arrays

_FACTS = ("log_price", "margin", "category", "vectors")
_SALES = ("rates", "by_month")
SALES = (
    "popularity", "sold_7_days", "sold_30_days", "sold_90_days",
    "trend_30", "trend_90", "days_since_sale", "usual_basket_size",
)  # fmt: skip
_LONGEST_DAYS = 100.0
_QUICK_CELLS = 4_000_000
_DAY_S = 86_400.0


@dataclass(frozen=True)
class ItemFacts:
    """What the catalogue states of n products.

    `log_price` (n,) nan where unknown, `margin` (n,) share of the price that is not cost, nan where
    unknown, `category` (n,) a number for the first step of its path, -1 where it has none, `vectors`
    (n, d) float16 unit rows of its text, zeros where it has none; d may be 0.
    """

    log_price: FloatArray
    margin: FloatArray
    category: ItemArray
    vectors: NDArray[np.float16]

    @cached_property
    def quick_vectors(self) -> NDArray[np.floating[Any]]:
        """The vectors as float32, in which they are multiplied, where that takes little memory (16 MB)."""
        return self.vectors.astype(np.float32) if self.vectors.size <= _QUICK_CELLS else self.vectors

    @classmethod
    def none(cls, n: int) -> ItemFacts:
        """Return facts of products of which the catalogue states nothing."""
        unknown = np.full(n, np.nan, dtype=np.float32)
        return cls(unknown, unknown.copy(), np.full(n, -1, np.int32), np.zeros((n, 0), np.float16))

    @classmethod
    def of(
        cls, skus: tuple[str, ...], products: Iterable[Product], vectors: NDArray[np.float16] | None = None
    ) -> ItemFacts:
        """Line the catalogue up with `skus`; `vectors` are in the order of `skus`."""
        facts = cls.none(len(skus))
        places = {sku: at for at, sku in enumerate(skus)}
        categories: dict[str, int] = {}
        for product in products:
            at = places.get(product.sku)
            if at is None:
                continue
            price, cost = product.price, product.cost
            if price is not None and price.minor > 0:
                facts.log_price[at] = np.log(price.minor)
                if cost is not None and cost.currency == price.currency:
                    facts.margin[at] = 1.0 - cost.minor / price.minor
            step = product.category.split(">")[0].strip().casefold()
            if step:
                facts.category[at] = categories.setdefault(step, len(categories))
        return facts if vectors is None else cls(facts.log_price, facts.margin, facts.category, vectors)

    def save(self, folder: Path) -> None:
        """Write the facts to an existing folder."""
        save_arrays(folder, "facts", {name: getattr(self, name) for name in _FACTS})

    @classmethod
    def load(cls, folder: Path) -> ItemFacts:
        """Read what `save` wrote."""
        return cls(**load_arrays(folder, "facts", _FACTS))


@dataclass(frozen=True, slots=True)
class ItemSales:
    """How products sold until a moment: `rates` (n, 8) float32 as SALES names them, all of them logarithms
    but the days; `by_month` (n, 12) float32: how much more than usual each sold in a calendar month (log).
    """

    rates: FloatArray
    by_month: FloatArray

    @classmethod
    def of(cls, baskets: Baskets, until: np.datetime64) -> ItemSales:
        """Count the sales before `until`."""
        n, items = len(baskets.skus), baskets.items
        age = np.repeat(
            (until - baskets.ordered_at).astype("timedelta64[s]").astype(np.float64), baskets.sizes
        )
        age = np.maximum(age / _DAY_S, 0.0)
        orders = baskets.item_orders.astype(np.float64)
        week, month, quarter = (
            np.bincount(items[age < days], minlength=n).astype(np.float64) for days in (7, 30, 90)
        )
        last = np.full(n, _LONGEST_DAYS)
        np.minimum.at(last, items, age)
        sizes = np.bincount(
            items, np.repeat(np.log(np.maximum(baskets.sizes, 1)), baskets.sizes), minlength=n
        )
        columns = (
            np.log1p(orders),
            np.log1p(week),
            np.log1p(month),
            np.log1p(quarter),
            np.log((month + 1) / (quarter / 3 + 1)),
            np.log((quarter + 1) / (orders / 3 + 1)),
            last,
            sizes / np.maximum(orders, 1),
        )
        return cls(np.stack(columns, axis=1).astype(np.float32), _by_month(baskets, orders))

    def save(self, folder: Path) -> None:
        """Write the sales to an existing folder."""
        save_arrays(folder, "sales", {name: getattr(self, name) for name in _SALES})

    @classmethod
    def load(cls, folder: Path) -> ItemSales:
        """Read what `save` wrote."""
        return cls(**load_arrays(folder, "sales", _SALES))


def month_of(moment: Any) -> int:
    """Return the calendar month of a numpy moment, 0 to 11."""
    return int(np.datetime64(moment, "M").astype(np.int64) % 12)


def _months(ordered_at: TimeArray) -> NDArray[np.int64]:
    return ordered_at.astype("datetime64[M]").astype(np.int64) % 12


def _by_month(baskets: Baskets, orders: NDArray[np.float64]) -> FloatArray:
    n = len(baskets.skus)
    months = np.repeat(_months(baskets.ordered_at), baskets.sizes)
    counted = np.bincount(months * n + baskets.items, minlength=12 * n).reshape(12, n).T
    share = counted.sum(axis=0) / max(float(counted.sum()), 1.0)
    return np.log((counted + 1.0) / (orders[:, None] * share + 1.0)).astype(np.float32)
