"""Products without a past: what they go with is borrowed from products whose texts are like theirs.

A new product takes, in both directions, the weighted strengths of the products nearest to it by text: what
goes with these goes with it. The counts stay 0, so nothing is ever stated of it that did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import IntArray, ItemArray
from recommender.co_counts import FloatArray
from recommender.co_purchase import CoPurchase
from recommender.saved_arrays import load_arrays, save_arrays
from recommender.strengths import Strengths

_ARRAYS = ("new", "like", "weights")
_NEAREST = 10
_LEAST_COSINE = 0.35
_SHARPNESS = 20.0
_ROWS = 512
TRUST = 0.5
"""What a borrowed strength is worth of one that was counted."""


@dataclass(frozen=True, slots=True)
class Alike:
    """New products and the bought ones they are like: (cells,) each, ascending in `new`, and the weight."""

    new: ItemArray
    like: ItemArray
    weights: FloatArray

    def of(self, product: int) -> ItemArray:
        """Return the products that a new one is like; none for one that is not new."""
        first, stop = np.searchsorted(self.new, (product, product + 1))
        return self.like[first:stop]

    def save(self, folder: Path) -> None:
        """Write them to an existing folder."""
        save_arrays(folder, "alike", {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, folder: Path) -> Alike:
        """Read what `save` wrote."""
        return cls(**load_arrays(folder, "alike", _ARRAYS))

    @classmethod
    def nobody(cls) -> Alike:
        """Return the likeness of no product at all."""
        nothing = np.zeros(0, dtype=np.int32)
        return cls(nothing, nothing, np.zeros(0, dtype=np.float32))


class Cells(NamedTuple):
    """Cells of the table of pairs: rows, columns and values (cells, measures)."""

    rows: ItemArray
    columns: ItemArray
    values: FloatArray


def alike(vectors: NDArray[np.float16], item_orders: IntArray, least_orders: int) -> Alike:
    """Return, for each product in fewer than `least_orders` orders, the nearest others that are in enough.

    `vectors` (n, d) are unit rows, zeros where there is no text. Weights of one product add up to 1.
    """
    told = vectors.any(axis=1) if vectors.shape[1] else np.zeros(len(vectors), dtype=np.bool_)
    new = np.flatnonzero(told & (item_orders < least_orders))
    known = np.flatnonzero(told & (item_orders >= least_orders))
    parts: list[tuple[ItemArray, ItemArray, FloatArray]] = []
    count = min(_NEAREST, len(known))
    for first in range(0, len(new) if count else 0, _ROWS):
        rows = new[first : first + _ROWS]
        near = vectors[rows].astype(np.float32) @ vectors[known].astype(np.float32).T
        best = np.argpartition(-near, count - 1, axis=1)[:, :count]
        cosines = np.take_along_axis(near, best, axis=1)
        weights = np.exp(_SHARPNESS * (cosines - cosines.max(axis=1, keepdims=True)))
        weights[cosines < _LEAST_COSINE] = 0.0
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        used = weights > 0.01
        owners = np.broadcast_to(rows[:, None], weights.shape)
        parts.append((owners[used].astype(np.int32), known[best[used]].astype(np.int32), weights[used]))
    if not parts:
        return Alike.nobody()
    return Alike(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def borrowed(starts: IntArray, columns: ItemArray, values: FloatArray, near: Alike, most: int) -> Cells:
    """Return the cells that new products borrow: their own rows, and themselves in the rows of others.

    `starts`, `columns`, `values` (cells, measures) are the table as counted; the first measure is the blend.
    A new product takes at most `most` cells in each direction.
    """
    n = len(starts) - 1
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(starts))
    out = _taken(starts, columns, values, near, n, most)
    by_column = np.argsort(columns, kind="stable")
    turned = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=n)))).astype(np.int64)
    back = _taken(turned, rows[by_column], values[by_column], near, n, most)
    return Cells(
        np.concatenate((out.rows, back.columns)),
        np.concatenate((out.columns, back.rows)),
        np.concatenate((out.values, back.values)),
    )


def _taken(starts: IntArray, columns: ItemArray, values: FloatArray, near: Alike, n: int, most: int) -> Cells:
    """Return (new product, other product, values): the weighted rows of what each new product is like."""
    found: list[Cells] = []
    edges = np.flatnonzero(np.diff(near.new, prepend=-1, append=-1))
    for first, stop in pairwise(edges):
        sums = np.zeros((n, values.shape[1]), dtype=np.float32)
        for like, weight in zip(near.like[first:stop], near.weights[first:stop], strict=True):
            cells = slice(int(starts[like]), int(starts[like + 1]))
            sums[columns[cells]] += np.float32(TRUST) * weight * values[cells]
        new = int(near.new[first])
        sums[new] = 0.0
        others = np.flatnonzero(sums[:, 0] > 0)
        if len(others) > most:
            others = np.sort(others[np.argpartition(-sums[others, 0], most)[:most]])
        found.append(Cells(np.full(len(others), new, np.int32), others.astype(np.int32), sums[others]))
    if not found:
        nothing = np.zeros(0, dtype=np.int32)
        return Cells(nothing, nothing, np.zeros((0, values.shape[1]), dtype=np.float32))
    return Cells(*(np.concatenate(column) for column in zip(*found, strict=True)))


def with_newcomers(
    co_purchase: CoPurchase, strengths: Strengths, near: Alike
) -> tuple[CoPurchase, Strengths]:
    """Return the table with the borrowed cells among the counted ones; their counts are 0."""
    if not len(near.new):
        return co_purchase, strengths
    values = np.concatenate((co_purchase.scores[:, None], strengths.values), axis=1)
    most = co_purchase.settings.neighbours
    lent = borrowed(co_purchase.starts, co_purchase.columns, values, near, most)
    n = len(co_purchase.skus)
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(co_purchase.starts))
    rows, columns = np.concatenate((rows, lent.rows)), np.concatenate((co_purchase.columns, lent.columns))
    order = np.lexsort((columns, rows))
    all_values = np.concatenate((values, lent.values))[order]
    together = np.concatenate((co_purchase.together, np.zeros(len(lent.rows), np.int32)))[order]
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n)))).astype(np.int64)
    table = replace(
        co_purchase,
        starts=starts,
        columns=columns[order].astype(np.int32),
        scores=np.ascontiguousarray(all_values[:, 0]),
        together=together.astype(np.int32),
    )
    return table, Strengths(np.ascontiguousarray(all_values[:, 1:]))
