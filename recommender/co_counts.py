"""How often two products were bought in the same order: counts that add exactly across orders."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, IntArray, ItemArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairTable:
    """A sparse square table by item: row i's columns are `columns[starts[i]:starts[i + 1]]`, ascending.

    `starts` (items + 1,) int64, `columns` int32, `values` float32. There is no diagonal.
    """

    starts: IntArray
    columns: ItemArray
    values: FloatArray

    def row_of_each(self) -> ItemArray:
        """Return the row of each stored cell, as long as `columns`."""
        rows = np.arange(len(self.starts) - 1, dtype=np.int32)
        return np.repeat(rows, np.diff(self.starts))

    def with_values(self, values: FloatArray) -> PairTable:
        """Return the same cells with other values."""
        return PairTable(self.starts, self.columns, values)

    def row_sums(self, rows: ItemArray) -> FloatArray:
        """Return the sum of these rows as a dense (items,) array."""
        cells, _ = self.cells_of(rows)
        sums = np.bincount(self.columns[cells], weights=self.values[cells], minlength=len(self.starts) - 1)
        return sums.astype(np.float32)

    def cells_of(self, rows: ItemArray) -> tuple[IntArray, ItemArray]:
        """Return the places of all cells of these rows, and the row each belongs to."""
        firsts = self.starts[rows]
        lengths = self.starts[rows + 1] - firsts
        shifts = np.repeat(firsts - (np.cumsum(lengths) - lengths), lengths)
        return np.arange(len(shifts)) + shifts, np.repeat(rows, lengths)

    def strongest(self, most: int) -> NDArray[np.bool_]:
        """Say which cells are among the `most` largest of their row (ties: the lower column)."""
        chosen = np.ones(len(self.columns), dtype=np.bool_)
        for row in np.flatnonzero(np.diff(self.starts) > most):
            cells = slice(int(self.starts[row]), int(self.starts[row + 1]))
            values = self.values[cells]
            least = np.partition(values, len(values) - most)[len(values) - most]
            above = values > least
            level = np.flatnonzero(values == least)[: most - int(above.sum())]
            above[level] = True
            chosen[cells] = above
        return chosen

    def only(self, cells: NDArray[np.bool_]) -> PairTable:
        """Return the table with these cells alone."""
        kept = np.concatenate(([0], np.cumsum(cells)))
        return PairTable(kept[self.starts].astype(np.int64), self.columns[cells], self.values[cells])


def pair_sums(baskets: Baskets, weights: FloatArray) -> PairTable:
    """Sum the weights of the baskets that hold both products, for each pair that occurs.

    `weights` is (baskets,), all positive; ones give plain counts. Sums over parts of the baskets
    add up to the sum over all of them. The cells depend on the baskets only, not on the weights.
    """
    sparse: Any = import_module("scipy.sparse")  # only fitting needs scipy; serving starts without it
    size = (len(baskets), len(baskets.skus))
    incidence = sparse.csr_array(
        (np.ones(len(baskets.items), dtype=np.float32), baskets.items, baskets.starts), shape=size
    )
    weighted = sparse.csr_array(
        (np.repeat(weights, baskets.sizes).astype(np.float32), baskets.items, baskets.starts), shape=size
    )
    product = (incidence.T.tocsr() @ weighted).tocsr()
    product.sort_indices()
    table = PairTable(
        cast(IntArray, product.indptr.astype(np.int64)),
        cast(ItemArray, product.indices.astype(np.int32)),
        cast(FloatArray, product.data.astype(np.float32)),
    )
    return table.only(table.row_of_each() != table.columns)
