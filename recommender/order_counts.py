"""What is summed over orders, for a block of products at a time: sums over parts of the orders add exactly.

A fit reads nothing of the orders but these sums, so a fit over parts, or one brought up to date with new
orders, equals a fit over all. Every weight is rounded (`recency.rounded`), so adding is exact in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, cast

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


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Sums over pairs whose first product is `first` … `first + rows - 1`; no product pairs with itself.

    The cells of row r are `starts[r]:starts[r + 1]`, their second products `columns`, ascending.
    """

    first: int
    starts: IntArray
    columns: ItemArray
    sums: Sums

    def row_of_each(self) -> ItemArray:
        """Return the first product of each cell."""
        rows = np.arange(self.first, self.first + len(self.starts) - 1, dtype=np.int32)
        return np.repeat(rows, np.diff(self.starts))

    def __add__(self, other: OrderCounts) -> OrderCounts:
        """Return the sums over the orders of both. Raises ValueError when the products differ."""
        if (self.first, len(self.starts)) != (other.first, len(other.starts)):
            raise ValueError("counts of different products cannot be added; count both over the same block")
        width = int(max(self.columns.max(initial=0), other.columns.max(initial=0))) + 1
        keys = [one.row_of_each().astype(np.int64) * width + one.columns for one in (self, other)]
        cells, places = np.unique(np.concatenate(keys), return_inverse=True)
        added: list[NDArray[Any]] = []
        for mine, its in zip(self.sums, other.sums, strict=True):
            total = np.zeros(len(cells), dtype=mine.dtype)
            np.add.at(total, places, np.concatenate((mine, its)))
            added.append(total)
        rows = np.arange(self.first, self.first + len(self.starts)) * width
        starts = np.searchsorted(cells, rows).astype(np.int64)
        return OrderCounts(self.first, starts, (cells % width).astype(np.int32), Sums(*added))


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


class OrderCounter:
    """Counts baskets, a block of products at a time; holds their sparse form (12 bytes a line)."""

    def __init__(self, baskets: Baskets, settings: CoPurchaseSettings, half_life_days: float) -> None:
        sizes = np.maximum(baskets.sizes, 1).astype(np.float64)
        usual = np.sqrt(np.minimum(1.0, _USUAL_SIZE / sizes))
        walk = sizes**-settings.alpha * np.minimum(1.0, settings.basket_cap / sizes)
        recent = rounded(decayed(baskets.ordered_at, half_life_days) * rounded(usual))
        self._baskets = baskets
        self._weights = (rounded(walk), recent, decayed(baskets.ordered_at, _LATEST_DAYS))
        self._sparse: Any = import_module("scipy.sparse")  # only fitting needs scipy
        self._by_item = self._incidence(None).T.tocsr()

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

    def blocks(self, most_cells: int) -> Iterator[slice]:
        """Yield blocks of products that cover all, each of at most about `most_cells` pairs."""
        work = self._by_item @ self._baskets.sizes.astype(np.float64)
        cells = np.minimum(work, len(work))
        first = 0
        while first < len(cells):
            reached = np.cumsum(cells[first:])
            stop = first + max(1, int(np.searchsorted(reached, most_cells, side="right")))
            yield slice(first, min(stop, len(cells)))
            first = stop

    def count(self, products: slice) -> OrderCounts:
        """Return the sums over pairs whose first product is in the block."""
        rows = self._by_item[products.start : products.stop]
        plain = self._product(rows, None)
        walks, recent, latest = (self._product(rows, weights).data for weights in self._weights)
        starts, columns = plain.indptr.astype(np.int64), plain.indices.astype(np.int32)
        firsts = np.repeat(np.arange(products.start, products.stop, dtype=np.int32), np.diff(starts))
        others = firsts != columns
        kept = np.concatenate(([0], np.cumsum(others)))
        return OrderCounts(
            products.start,
            kept[starts].astype(np.int64),
            cast(ItemArray, columns[others]),
            Sums(plain.data[others].astype(np.int64), walks[others], recent[others], latest[others]),
        )

    def recent_square(self, block: ItemArray) -> Weights:
        """Return (b, b) float64: the recent orders of each pair of `block`, each product on the diagonal."""
        places = self._by_item[block]
        return cast(Weights, (places @ self._incidence(self._weights[1])[:, block]).toarray())

    def _incidence(self, weights: Weights | None) -> Any:
        sizes = self._baskets.sizes
        values = np.ones(len(self._baskets.items)) if weights is None else np.repeat(weights, sizes)
        shape = (len(self._baskets), len(self._baskets.skus))
        return self._sparse.csr_array((values, self._baskets.items, self._baskets.starts), shape=shape)

    def _product(self, rows: Any, weights: Weights | None) -> Any:
        found = (rows @ self._incidence(weights)).tocsr()
        found.sort_indices()
        return found
