"""Fit what goes with what: count some products at a time, score their pairs, keep the strongest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.basket_memory import spans
from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray, PairTable
from recommender.co_purchase import CoPurchase
from recommender.ease import EaseSettings, ease_weights
from recommender.ease_blocks import EaseBlocks, ease_blocks
from recommender.neighbour_scores import (
    CoPurchaseSettings,
    cosine_scores,
    joined_scores,
    root_mean_square,
    walk_scores,
    without_giants,
)
from recommender.order_counts import CountSource, ItemCounts, OrderCounter, OrderCounts, portions
from recommender.recency import Weights
from recommender.strength_settings import EngineSettings
from recommender.strengths import Strengths

_BLOCK_CELLS = 4_000_000  # pairs counted at a time: about 400 MB while they are scored
_SAMPLED_PRODUCTS = 256
_BROADER = 0.5
_SHRINKAGE = 10.0
_LEAST_RECENT = 0.3
_Kind = TypeVar("_Kind", bound=np.generic)


class Fit(NamedTuple):
    """Fitted pairs, and which products are in which square of EASE."""

    co_purchase: CoPurchase
    strengths: Strengths
    blocks: EaseBlocks


class Counting(NamedTuple):
    """Where a fit reads its sums from (None: from the orders) and who else gets them as they are counted."""

    source: CountSource | None = None
    on_counts: Callable[[OrderCounts], None] = lambda _counts: None


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
    counting: Counting | None = None,
) -> Fit:
    """Count and score all pairs, some products at a time; `on_progress` gets products done, and of.

    Memory: the baskets (12 bytes a line), the pairs counted at a time (about 400 MB), one square of EASE
    (`EaseSettings.memory_mb` at most) and what is kept (32 bytes a cell, at most `neighbours` +
    `ease_neighbours` cells a product; twice that where EASE needs several squares).
    """
    chosen = settings.co_purchase
    read = without_giants(baskets, chosen.basket_limit)
    counting = Counting() if counting is None else counting
    source = counting.source or OrderCounter(read, chosen, settings.ease.half_life_days)
    items = source.items()
    blocks = ease_blocks(source, settings.ease, chosen)
    sizes = _sizes(source, items, chosen)
    done, kept = 0, [_Kept.nothing()]
    for block, products in _rounds(blocks, len(baskets.skus)):
        ease = _fit_ease(source, items, block, settings.ease)
        for some in portions(products, source.work(), _BLOCK_CELLS):
            counts = source.count(some)
            counting.on_counts(counts)
            kept.append(_scored(counts, items, ease, sizes, settings))
            done += len(some)
            on_progress(done, len(baskets.skus))
    table = _in_order_of_products(kept)
    co_purchase = CoPurchase(
        skus=baskets.skus,
        starts=np.concatenate(([0], np.cumsum(table.lengths))).astype(np.int64),
        columns=table.columns,
        scores=table.blend,
        together=table.together,
        item_orders=items.orders,
        orders=items.baskets,
        fitted_until=baskets.ordered_at[-1] if len(baskets) else np.datetime64(0, "s"),
        settings=chosen,
    )
    return Fit(co_purchase, Strengths(table.measures), blocks)


class _Kept(NamedTuple):
    """The cells kept of some products (r,): `lengths` (r,), the others by cell."""

    products: ItemArray
    lengths: NDArray[np.int64]
    columns: ItemArray
    together: NDArray[np.int32]
    blend: FloatArray
    measures: FloatArray

    @classmethod
    def nothing(cls) -> _Kept:
        none, blank = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        return cls(none, np.zeros(0, np.int64), none, none, blank, np.zeros((0, 5), np.float32))


def _rounds(blocks: EaseBlocks, n: int) -> Iterator[tuple[ItemArray, ItemArray]]:
    """Yield each block with the products to count beside it; those of no block come with the last."""
    *firsts, last = blocks.blocks or (np.zeros(0, dtype=np.int32),)
    rest = np.ones(n, dtype=np.bool_)
    for block in firsts:
        rest[block] = False
        yield block, block
    yield last, np.flatnonzero(rest).astype(np.int32)


def _in_order_of_products(parts: Sequence[_Kept]) -> _Kept:
    """Join the parts; the rows stand by product."""
    joined = _Kept(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    if bool((np.diff(joined.products) > 0).all()):
        return joined
    order = np.argsort(joined.products, kind="stable")
    starts = np.concatenate(([0], np.cumsum(joined.lengths))).astype(np.int64)
    cells, lengths = spans(starts, order)
    return _Kept(
        joined.products[order],
        lengths,
        joined.columns[cells],
        joined.together[cells],
        joined.blend[cells],
        joined.measures[cells],
    )


def _sizes(source: CountSource, items: ItemCounts, settings: CoPurchaseSettings) -> tuple[float, float]:
    """Return the root mean squares of walks and cosines, over some products spread over all."""
    bought = np.flatnonzero(items.orders >= settings.min_orders).astype(np.int32)
    step = max(1, -(-len(bought) // _SAMPLED_PRODUCTS))
    walks: list[FloatArray] = []
    cosines: list[FloatArray] = []
    for some in portions(bought[::step], source.work(), _BLOCK_CELLS):
        counts = source.count(some)
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
    lengths = np.diff(np.concatenate(([0], np.cumsum(chosen)))[counts.starts])
    together = counts.sums.together[chosen].astype(np.int32)
    return _Kept(
        counts.products, lengths, columns[chosen], together, blend[chosen], measures.astype(np.float32)
    )


def _cosine(sums: Weights, each: Weights, unit: float, rows: ItemArray, columns: ItemArray) -> FloatArray:
    both, popularity = sums / unit, np.maximum(each / unit, _LEAST_RECENT)
    cosine = both / np.sqrt(popularity[rows] * popularity[columns]) * both / (both + _SHRINKAGE)
    return cosine.astype(np.float32)


def _fit_ease(source: CountSource, items: ItemCounts, block: ItemArray, settings: EaseSettings) -> _Ease:
    """Fit both weights of a block: with the dropout chosen, and with half of what it leaves dropped too."""
    place = np.full(len(items.orders), -1, dtype=np.int32)
    place[block] = np.arange(len(block), dtype=np.int32)
    if not len(block):
        nothing = np.zeros((0, 0), dtype=np.float32)
        return _Ease(place, nothing, nothing)
    square = source.recent_square(block)
    square /= items.recent_unit
    narrow = ease_weights(square, settings.regularisation, settings.dropout)
    broader = 1.0 - (1.0 - settings.dropout) * _BROADER
    return _Ease(place, narrow, ease_weights(square, settings.regularisation, broader))


def _joined(parts: Sequence[NDArray[_Kind]], kind: type[_Kind]) -> NDArray[_Kind]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
