"""Products without a past: what they go with is borrowed from products whose texts are like theirs.

A new product takes, in both directions, the weighted strengths of the products nearest to it by text: what
goes with these goes with it. Where products that read alike are bought together in this shop (colours of a
set, pieces of a design), it goes with these themselves, too, as strongly as bought products do with theirs:
that is learned from pairs that were bought. The counts stay 0, so nothing is ever stated of it that did not
happen.
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
_NEAREST = 20
_LEAST_COSINE = 0.35
_SHARPNESS = 10.0
_ASKED_OF_KINSHIP = 300
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
    told = _told(vectors)
    new = np.flatnonzero(told & (item_orders < least_orders))
    return _nearest(vectors, new, np.flatnonzero(told & (item_orders >= least_orders)))


def _told(vectors: NDArray[np.float16]) -> NDArray[np.bool_]:
    return np.asarray(vectors.any(axis=1), dtype=np.bool_)


def _nearest(vectors: NDArray[np.float16], new: IntArray, known: IntArray) -> Alike:
    """Return the nearest of `known` to each of `new`; a product is not its own."""
    parts: list[tuple[ItemArray, ItemArray, FloatArray]] = []
    count = min(_NEAREST, len(known))
    for first in range(0, len(new) if count else 0, _ROWS):
        rows = new[first : first + _ROWS]
        near = vectors[rows].astype(np.float32) @ vectors[known].astype(np.float32).T
        near[rows[:, None] == known[None, :]] = -1.0
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


def kinship(vectors: NDArray[np.float16], co_purchase: CoPurchase) -> float:
    """Return how strongly products that read alike are bought together, 0 to 1: the blend of such pairs, as
    a share of the strongest of the one that is like; the mean over some bought products spread over all.
    """
    enough = co_purchase.item_orders >= co_purchase.settings.min_orders
    known = np.flatnonzero(_told(vectors) & enough)
    asked = known[:: max(1, len(known) // _ASKED_OF_KINSHIP)]
    near = _nearest(vectors, asked, known)
    if not len(near.new):
        return 0.0
    shares = np.zeros(len(near.new))
    for at, (product, like) in enumerate(zip(near.new, near.like, strict=True)):
        cells = slice(int(co_purchase.starts[like]), int(co_purchase.starts[like + 1]))
        scores = co_purchase.scores[cells]
        both = scores[co_purchase.columns[cells] == product]
        if len(both):
            shares[at] = float(both[0]) / max(float(np.max(scores)), 1e-9)
    return float((shares * near.weights).sum()) / max(float(near.weights.sum()), 1e-9)


class Table(NamedTuple):
    """The table as counted: `values` (cells, measures), the first the blend; `kin` is `kinship`."""

    starts: IntArray
    columns: ItemArray
    values: FloatArray
    kin: float


def borrowed(table: Table, near: Alike, most: int) -> Cells:
    """Return the cells that new products borrow: their own rows, and themselves in the rows of others.

    A new product takes at most `most` cells in each direction.
    """
    starts, columns, values, kin = table
    n = len(starts) - 1
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(starts))
    out = _taken(table, near, n, most)
    by_column = np.argsort(columns, kind="stable")
    turned = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=n)))).astype(np.int64)
    back = _taken(Table(turned, rows[by_column], values[by_column], kin), near, n, most)
    return Cells(
        np.concatenate((out.rows, back.columns)),
        np.concatenate((out.columns, back.rows)),
        np.concatenate((out.values, back.values)),
    )


def _taken(table: Table, near: Alike, n: int, most: int) -> Cells:
    """Return (new product, other product, values): the weighted rows of what each new product is like, and
    these themselves, by kinship.
    """
    starts, columns, values, kin = table
    found: list[Cells] = []
    edges = np.flatnonzero(np.diff(near.new, prepend=-1, append=-1))
    for first, stop in pairwise(edges):
        sums = np.zeros((n, values.shape[1]), dtype=np.float32)
        nearest = float(near.weights[first:stop].max())
        for like, weight in zip(near.like[first:stop], near.weights[first:stop], strict=True):
            cells = slice(int(starts[like]), int(starts[like + 1]))
            sums[columns[cells]] += np.float32(TRUST) * weight * values[cells]
            strongest = values[cells].max(axis=0, initial=0.0)
            sums[like] += np.float32(TRUST * kin * float(weight) / nearest) * strongest
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
    co_purchase: CoPurchase, strengths: Strengths, near: Alike, kin: float = 0.0
) -> tuple[CoPurchase, Strengths]:
    """Return the table with the borrowed cells among the counted ones; their counts are 0."""
    if not len(near.new):
        return co_purchase, strengths
    values = np.concatenate((co_purchase.scores[:, None], strengths.values), axis=1)
    most = co_purchase.settings.neighbours
    lent = borrowed(Table(co_purchase.starts, co_purchase.columns, values, kin), near, most)
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
