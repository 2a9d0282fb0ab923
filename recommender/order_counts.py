"""What is summed over orders, for some products at a time: sums over parts of the orders add exactly.

A fit reads nothing of the orders but these sums, so a fit over parts, or one brought up to date with new
orders, equals a fit over all. Every weight is rounded (`recency.rounded`), so adding is exact in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.recency import Weights, decayed, rounded

_LATEST_DAYS = 30.0  # half-life of what is bought together of late
_USUAL_SIZE = 30  # products; a bigger basket says less about each of its pairs


class Sums(NamedTuple):
    """The values of each pair, (cells,): orders with both, walks over them, and recent orders with both."""

    together: NDArray[np.int64]
    walks: Weights
    recent: Weights
    latest: Weights

    def at(self, cells: IntArray) -> Sums:
        """Return the values of these cells, in their order."""
        return Sums(self.together[cells], self.walks[cells], self.recent[cells], self.latest[cells])

    @classmethod
    def joined(cls, parts: Sequence[Sums]) -> Sums:
        """Put the values of several one after the other."""
        return cls(
            np.concatenate([one.together for one in parts]),
            np.concatenate([one.walks for one in parts]),
            np.concatenate([one.recent for one in parts]),
            np.concatenate([one.latest for one in parts]),
        )


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Sums over pairs whose first product is one of `products` (r,); no product pairs with itself.

    The cells of row r are `starts[r]:starts[r + 1]`, their second products `columns`, ascending.
    """

    products: ItemArray
    starts: IntArray
    columns: ItemArray
    sums: Sums

    def row_of_each(self) -> ItemArray:
        """Return the first product of each cell."""
        return np.repeat(self.products, np.diff(self.starts))

    def __add__(self, other: OrderCounts) -> OrderCounts:
        """Return the sums over the orders of both. Raises ValueError when the products differ."""
        if not np.array_equal(self.products, other.products):
            raise ValueError("counts of different products cannot be added; count the same products in both")
        width = int(max(self.columns.max(initial=0), other.columns.max(initial=0))) + 1
        keys = [one.row_in_each() * width + one.columns for one in (self, other)]
        cells, places = np.unique(np.concatenate(keys), return_inverse=True)
        added: list[NDArray[Any]] = []
        for mine, its in zip(self.sums, other.sums, strict=True):
            total = np.zeros(len(cells), dtype=mine.dtype)
            total[places[: len(mine)]] += mine  # each side names a cell once
            total[places[len(mine) :]] += its
            added.append(total)
        starts = np.searchsorted(cells, np.arange(len(self.starts)) * width).astype(np.int64)
        return OrderCounts(self.products, starts, (cells % width).astype(np.int32), Sums(*added))

    def row_in_each(self) -> IntArray:
        """Return the row (not the product) of each cell."""
        return np.repeat(np.arange(len(self.products), dtype=np.int64), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Sums over single products, (n,) each, and over all orders."""

    orders: IntArray
    recent: Weights
    latest: Weights
    baskets: int
    recent_weight: float
    latest_weight: float

    @property
    def recent_unit(self) -> float:
        """What a recent order weighs in the mean; 1.0 when there are none."""
        return self.recent_weight / self.baskets if self.baskets else 1.0

    @property
    def latest_unit(self) -> float:
        """What an order weighs in the mean of the fast decay; 1.0 when there are none."""
        return self.latest_weight / self.baskets if self.baskets else 1.0

    def __add__(self, other: ItemCounts) -> ItemCounts:
        """Return the sums over the orders of both."""
        return ItemCounts(
            self.orders + other.orders,
            self.recent + other.recent,
            self.latest + other.latest,
            self.baskets + other.baskets,
            self.recent_weight + other.recent_weight,
            self.latest_weight + other.latest_weight,
        )


class CountSource(Protocol):
    """Where a fit reads its sums from: orders, sums kept of earlier ones, or both."""

    def items(self) -> ItemCounts:
        """Return what is summed over single products."""
        ...

    def work(self) -> Weights:
        """Return (n,) float64: about how many pairs each product has, no fewer than there are."""
        ...

    def count(self, products: ItemArray) -> OrderCounts:
        """Return the sums over pairs whose first product is one of these."""
        ...

    def recent_square(self, block: ItemArray) -> Weights:
        """Return (b, b) float64: the recent orders of each pair of `block`, each product on the diagonal."""
        ...


def portions(products: ItemArray, work: Weights, most_cells: int) -> Iterator[ItemArray]:
    """Yield parts of `products`, in order, each of at most about `most_cells` pairs but one product."""
    reached = np.cumsum(work[products])
    first = 0
    while first < len(products):
        before = reached[first - 1] if first else 0.0
        stop = max(first + 1, int(np.searchsorted(reached, before + most_cells, side="right")))
        yield products[first:stop]
        first = stop


class OrderCounter:
    """Counts baskets, some products at a time; holds their sparse form (12 bytes a line)."""

    def __init__(self, baskets: Baskets, settings: CoPurchaseSettings, half_life_days: float) -> None:
        sizes = np.maximum(baskets.sizes, 1).astype(np.float64)
        usual = np.sqrt(np.minimum(1.0, _USUAL_SIZE / sizes))
        walk = sizes**-settings.alpha * np.minimum(1.0, settings.basket_cap / sizes)
        recent = rounded(decayed(baskets.ordered_at, half_life_days) * rounded(usual))
        self._baskets = baskets
        self._weights = (rounded(walk), recent, decayed(baskets.ordered_at, _LATEST_DAYS))
        self._sparse: Any = import_module("scipy.sparse")  # only fitting needs scipy
        self._by_item = self._incidence(np.ones(len(baskets))).T.tocsr()

    def items(self) -> ItemCounts:
        """Return what is summed over single products."""
        _, recent, latest = self._weights

        def summed(weights: Weights) -> Weights:
            each = np.repeat(weights, self._baskets.sizes)
            sums = np.bincount(self._baskets.items, weights=each, minlength=len(self._baskets.skus))
            return sums.astype(np.float64)

        return ItemCounts(
            self._baskets.item_orders,
            summed(recent),
            summed(latest),
            len(self._baskets),
            float(recent.sum()),
            float(latest.sum()),
        )

    def work(self) -> Weights:
        """Return (n,) float64: at most how many pairs each product has."""
        found = cast(Weights, self._by_item @ self._baskets.sizes.astype(np.float64))
        return np.minimum(found, len(found))

    def count(self, products: ItemArray) -> OrderCounts:
        """Return the sums over pairs whose first product is one of these."""
        rows = self._by_item[products]
        plain = rows @ self._incidence(np.ones(len(self._baskets)))
        starts = plain.indptr.astype(np.int64)
        order = self._ascending(plain)
        columns = plain.indices[order].astype(np.int32)
        others = np.repeat(products, np.diff(starts)) != columns
        order = order[others]  # all four products have their cells in the same places
        kept = np.concatenate(([0], np.cumsum(others)))
        walks, recent, latest = ((rows @ self._incidence(one)).data[order] for one in self._weights)
        together = plain.data[order].astype(np.int64)
        return OrderCounts(
            products,
            kept[starts].astype(np.int64),
            cast(ItemArray, columns[others]),
            Sums(together, walks, recent, latest),
        )

    def recent_square(self, block: ItemArray) -> Weights:
        """Return (b, b) float64: the recent orders of each pair of `block`, each product on the diagonal."""
        places = self._by_item[block]
        return cast(Weights, (places @ self._incidence(self._weights[1])[:, block]).toarray())

    def _incidence(self, weights: NDArray[Any]) -> Any:
        values = np.repeat(weights, self._baskets.sizes)
        shape = (len(self._baskets), len(self._baskets.skus))
        return self._sparse.csr_array((values, self._baskets.items, self._baskets.starts), shape=shape)

    def _ascending(self, found: Any) -> IntArray:
        """Return the order that sorts the cells of each row by column."""
        places = np.arange(len(found.indices))
        pattern = self._sparse.csr_array((places, found.indices.copy(), found.indptr), shape=found.shape)
        pattern.sort_indices()
        return cast(IntArray, pattern.data)


@dataclass(frozen=True, slots=True)
class SummedSources:
    """The sums of two sources over different orders, added."""

    one: CountSource
    other: CountSource

    def items(self) -> ItemCounts:
        """Return what is summed over single products."""
        return self.one.items() + self.other.items()

    def work(self) -> Weights:
        """Return (n,) float64: at most how many pairs each product has."""
        return self.one.work() + self.other.work()

    def count(self, products: ItemArray) -> OrderCounts:
        """Return the sums over pairs whose first product is one of these."""
        return self.one.count(products) + self.other.count(products)

    def recent_square(self, block: ItemArray) -> Weights:
        """Return (b, b) float64: the recent orders of each pair of `block`, each product on the diagonal."""
        return self.one.recent_square(block) + self.other.recent_square(block)
