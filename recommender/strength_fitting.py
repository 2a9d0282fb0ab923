"""Fit what goes with what: count blocks of products, score their pairs, keep the strongest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray, PairTable
from recommender.co_purchase import CoPurchase
from recommender.ease import ease_block, ease_mb, ease_weights
from recommender.neighbour_scores import (
    CoPurchaseSettings,
    cosine_scores,
    joined_scores,
    root_mean_square,
    walk_scores,
    without_giants,
)
from recommender.order_counts import ItemCounts, OrderCounter, OrderCounts
from recommender.recency import Weights
from recommender.strength_settings import EngineSettings
from recommender.strengths import Strengths

_BLOCK_CELLS = 4_000_000  # pairs counted at a time: about 400 MB while they are scored
_SAMPLED_BLOCKS = 4
_BROADER = 4.0
_SHRINKAGE = 10.0
_LEAST_RECENT = 0.3
_Kind = TypeVar("_Kind", bound=np.generic)


class Fit(NamedTuple):
    """Fitted pairs; `ease_products` of `products` are in the square of EASE, which took `ease_mb`."""

    co_purchase: CoPurchase
    strengths: Strengths
    ease_products: int
    products: int
    ease_mb: int


class _Ease(NamedTuple):
    """EASE over a block: `place` (n,) is each product's row in the squares, -1 outside."""

    place: ItemArray
    narrow: FloatArray
    broad: FloatArray

    def of(self, rows: ItemArray, columns: ItemArray) -> tuple[FloatArray, FloatArray]:
        at, to = self.place[rows], self.place[columns]
        inside = (at >= 0) & (to >= 0)
        narrow, broad = (np.zeros(len(rows), dtype=np.float32) for _ in range(2))
        narrow[inside] = self.narrow[at[inside], to[inside]]
        broad[inside] = self.broad[at[inside], to[inside]]
        return narrow, broad


def fit_strengths(
    baskets: Baskets,
    settings: EngineSettings,
    on_progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Fit:
    """Count and score all pairs, a block of products at a time; `on_progress` gets products done, and of.

    Memory: the baskets (12 bytes a line), a block (about 400 MB), the EASE square (`EaseSettings.memory_mb`
    at most) and what is kept (32 bytes a cell, at most `neighbours` + `ease_neighbours` cells a product).
    """
    chosen = settings.co_purchase
    read = without_giants(baskets, chosen.basket_limit)
    counter = OrderCounter(read, chosen, settings.ease.half_life_days)
    items = counter.items()
    ease = _fit_ease(counter, items, settings)
    sizes = _sizes(counter, items, chosen)
    kept: list[_Kept] = []
    for counts in _counted(counter):
        kept.append(_scored(counts, items, ease, sizes, settings))
        on_progress(counts.first + len(counts.starts) - 1, len(baskets.skus))
    lengths = _joined([one.lengths for one in kept], np.int64)
    co_purchase = CoPurchase(
        skus=baskets.skus,
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        columns=_joined([one.columns for one in kept], np.int32),
        scores=_joined([one.blend for one in kept], np.float32),
        together=_joined([one.together for one in kept], np.int32),
        item_orders=items.orders,
        orders=len(read),
        fitted_until=baskets.ordered_at[-1] if len(baskets) else np.datetime64(0, "s"),
        settings=chosen,
    )
    values = np.concatenate([one.measures for one in kept] or [np.zeros((0, 5), np.float32)])
    inside = int((ease.place >= 0).sum())
    return Fit(co_purchase, Strengths(values), inside, int((items.orders > 0).sum()), ease_mb(inside))


class _Kept(NamedTuple):
    """The cells kept of one block."""

    lengths: NDArray[np.int64]
    columns: ItemArray
    together: NDArray[np.int32]
    blend: FloatArray
    measures: FloatArray


def _counted(counter: OrderCounter) -> Iterator[OrderCounts]:
    for block in counter.blocks(_BLOCK_CELLS):
        yield counter.count(block)


def _sizes(counter: OrderCounter, items: ItemCounts, settings: CoPurchaseSettings) -> tuple[float, float]:
    """Return the root mean squares of walks and cosines, over a few blocks spread over the products."""
    blocks = list(counter.blocks(_BLOCK_CELLS // 4))
    step = max(1, len(blocks) // _SAMPLED_BLOCKS)
    walks: list[FloatArray] = []
    cosines: list[FloatArray] = []
    for block in blocks[::step]:
        counts = counter.count(block)
        walk, cosine = _plain(counts, counts.row_of_each(), items, settings)
        walks.append(walk)
        cosines.append(cosine)
    return root_mean_square(_joined(walks, np.float32)), root_mean_square(_joined(cosines, np.float32))


def _plain(
    counts: OrderCounts, rows: ItemArray, items: ItemCounts, settings: CoPurchaseSettings
) -> tuple[FloatArray, FloatArray]:
    walk = walk_scores(counts.sums.walks, rows, counts.columns, items.orders, settings)
    return walk, cosine_scores(
        counts.sums.together.astype(np.float32), rows, counts.columns, items.orders, settings
    )


def _scored(
    counts: OrderCounts,
    items: ItemCounts,
    ease: _Ease,
    sizes: tuple[float, float],
    settings: EngineSettings,
) -> _Kept:
    rows, columns = counts.row_of_each(), counts.columns
    walk, cosine = _plain(counts, rows, items, settings.co_purchase)
    blend = joined_scores(walk, cosine, sizes, settings.co_purchase)
    narrow, broad = ease.of(rows, columns)
    by_blend = PairTable(counts.starts, columns, blend)
    by_ease = by_blend.with_values(narrow)
    chosen = by_blend.strongest(settings.co_purchase.neighbours) & (blend > 0)
    chosen |= by_ease.strongest(settings.ease_neighbours) & (narrow > 0)
    recent = _cosine(counts.sums.recent, items.recent, items.recent_unit, rows, columns)
    latest = _cosine(counts.sums.latest, items.latest, items.latest_unit, rows, columns)
    measures = np.stack((walk, narrow, broad, recent, latest), axis=1)[chosen]
    lengths = np.bincount(rows[chosen] - counts.first, minlength=len(counts.starts) - 1)
    together = counts.sums.together[chosen].astype(np.int32)
    return _Kept(lengths, columns[chosen], together, blend[chosen], measures.astype(np.float32))


def _cosine(sums: Weights, each: Weights, unit: float, rows: ItemArray, columns: ItemArray) -> FloatArray:
    both, popularity = sums / unit, np.maximum(each / unit, _LEAST_RECENT)
    cosine = both / np.sqrt(popularity[rows] * popularity[columns]) * both / (both + _SHRINKAGE)
    return cosine.astype(np.float32)


def _fit_ease(counter: OrderCounter, items: ItemCounts, settings: EngineSettings) -> _Ease:
    block = ease_block(items.orders, settings.co_purchase.min_orders, settings.ease.memory_mb)
    place = np.full(len(items.orders), -1, dtype=np.int32)
    place[block] = np.arange(len(block), dtype=np.int32)
    if not len(block):
        nothing = np.zeros((0, 0), dtype=np.float32)
        return _Ease(place, nothing, nothing)
    square = counter.recent_square(block)
    square /= items.recent_unit
    narrow = ease_weights(square, settings.ease.regularisation)
    return _Ease(place, narrow, ease_weights(square, settings.ease.regularisation * _BROADER))


def _joined(parts: Sequence[NDArray[_Kind]], kind: type[_Kind]) -> NDArray[_Kind]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
