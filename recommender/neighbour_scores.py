"""How strongly two products go together: RP3beta over baskets, blended with the shrunk cosine.

RP3beta: Paudel, Christoffel, Newell, Bernstein, "Updatable, accurate, diverse, and scalable
recommendations", ACM TiiS 7(1), 2016, over baskets in place of users.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class CoPurchaseSettings:
    """How neighbours are scored.

    `alpha` and `beta` are RP3beta's powers of the walk and of the target's popularity; baskets of
    more than `basket_cap` products weigh less in proportion, and those of more than
    `basket_limit` are no shopping baskets and left out. `cosine_weight` is the part
    of the cosine shrunk by `shrinkage`, both sides divided by their root mean square first;
    `sharpness` the power of the blend (above 1 trusts a few strong neighbours over many weak).
    """

    alpha: float = 0.7
    beta: float = 0.5
    cosine_weight: float = 0.3
    shrinkage: float = 20.0
    sharpness: float = 1.5
    neighbours: int = 200
    min_orders: int = 3
    basket_cap: int = 100
    basket_limit: int = 2000

    def __post_init__(self) -> None:
        counts = (self.neighbours, self.min_orders, self.basket_cap, self.basket_limit)
        if min(counts) < 1 or self.sharpness <= 0 or min(self.cosine_weight, self.shrinkage) < 0:
            raise ValueError(f"settings of co-purchase must be positive: {self}")


def without_giants(baskets: Baskets, limit: int) -> Baskets:
    """Leave out the baskets of more than `limit` different products."""
    fitting = baskets.sizes <= limit
    if bool(fitting.all()):
        return baskets
    starts = np.concatenate(([0], np.cumsum(baskets.sizes[fitting]))).astype(np.int64)
    cells = np.repeat(fitting, baskets.sizes)
    return Baskets(starts, baskets.items[cells], baskets.ordered_at[fitting], baskets.skus)


def walked(baskets: Baskets, settings: CoPurchaseSettings) -> PairTable:
    """Sum the walks over shared baskets: one of s products counts s to the -alpha, less beyond the cap."""
    sizes = np.maximum(baskets.sizes, 1).astype(np.float64)
    weights = sizes**-settings.alpha * np.minimum(1.0, settings.basket_cap / sizes)
    return pair_sums(baskets, weights.astype(np.float32))


def blended(
    counts: PairTable, walks: PairTable, item_orders: IntArray, settings: CoPurchaseSettings
) -> PairTable:
    """Return the blended score of each counted pair; 0 where either product is too rare."""
    rows, columns = counts.row_of_each(), counts.columns
    walk = walk_scores(walks.values, rows, columns, item_orders, settings)
    cosine = cosine_scores(counts.values, rows, columns, item_orders, settings)
    sizes = root_mean_square(walk), root_mean_square(cosine)
    return counts.with_values(joined_scores(walk, cosine, sizes, settings))


def walk_scores(
    walks: Floats, rows: ItemArray, columns: ItemArray, item_orders: IntArray, settings: CoPurchaseSettings
) -> FloatArray:
    """Return RP3beta of the pairs (rows, columns), (cells,) float32; 0 where either product is too rare."""
    popularity = np.maximum(item_orders, 1).astype(np.float32)
    too_rare = item_orders < settings.min_orders
    walk = walks.astype(np.float32) * _power(popularity, -settings.alpha)[rows]
    walk = walk * _power(popularity, -settings.beta)[columns]
    walk[too_rare[rows] | too_rare[columns]] = 0.0
    return walk.astype(np.float32, copy=False)


def cosine_scores(
    together: Floats, rows: ItemArray, columns: ItemArray, item_orders: IntArray, settings: CoPurchaseSettings
) -> FloatArray:
    """Return the shrunk cosine of the pairs, (cells,) float32; 0 where either product is too rare."""
    root = _power(np.maximum(item_orders, 1).astype(np.float32), -0.5)
    too_rare = item_orders < settings.min_orders
    counts = together.astype(np.float32)
    cosine = counts * root[rows] * root[columns] * counts / (counts + np.float32(settings.shrinkage))
    cosine[too_rare[rows] | too_rare[columns]] = 0.0
    return cosine.astype(np.float32, copy=False)


def joined_scores(
    walk: FloatArray, cosine: FloatArray, sizes: tuple[float, float], settings: CoPurchaseSettings
) -> FloatArray:
    """Return the blend of both, each divided by its size (root mean square), to the power of `sharpness`."""
    first, second = (size if size > 0 else 1.0 for size in sizes)
    both = walk / np.float32(first) + np.float32(settings.cosine_weight) * cosine / np.float32(second)
    return _power(both, settings.sharpness)


def root_mean_square(values: Floats) -> float:
    """Return the size of the values; 0.0 when there are none."""
    return float(np.sqrt(np.mean(values**2, dtype=np.float64))) if len(values) else 0.0


def _power(values: Floats, exponent: float) -> FloatArray:
    return np.power(values, np.float32(exponent), dtype=np.float32)
