"""The past baskets nearest to what is asked about vote for the products they held."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.co_counts import FloatArray
from recommender.saved_arrays import load_arrays, save_arrays

_ARRAYS = ("starts", "items", "product_starts", "product_baskets", "rarity", "basket_weight")
_HALF_LIFE_DAYS = 180.0
_LARGE = 5.0  # products added to every size, so that tiny baskets are not all that counts
_VOTERS = 150


@dataclass(frozen=True, slots=True)
class BasketMemory:
    """The latest baskets (b), read both ways.

    `items[starts[i]:starts[i + 1]]` are the products of basket i, `product_baskets[product_starts[p]: …]`
    the baskets of product p; `rarity` (n,) weighs a shared product, `basket_weight` (b,) a basket.
    """

    starts: IntArray
    items: ItemArray
    product_starts: IntArray
    product_baskets: ItemArray
    rarity: FloatArray
    basket_weight: FloatArray

    @classmethod
    def of(cls, baskets: Baskets, most: int) -> BasketMemory:
        """Remember the latest `most` baskets."""
        latest = baskets.part(max(0, len(baskets) - most), len(baskets))
        orders = latest.item_orders
        rows = np.repeat(np.arange(len(latest), dtype=np.int32), latest.sizes)
        by_product = np.argsort(latest.items, kind="stable")
        weight = np.zeros(0)
        if len(latest):
            age = (latest.ordered_at[-1] - latest.ordered_at).astype("timedelta64[s]").astype(np.float64)
            weight = np.exp2(-age / 86_400 / _HALF_LIFE_DAYS) / np.sqrt(latest.sizes + _LARGE)
        return cls(
            latest.starts,
            latest.items,
            np.concatenate(([0], np.cumsum(orders))).astype(np.int64),
            rows[by_product],
            np.log(max(len(latest), 1) / np.maximum(orders, 1)).astype(np.float32),
            weight.astype(np.float32),
        )

    def votes(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32: the share of the votes that each product has, 0 where nothing is alike."""
        n = len(self.rarity)
        cells, lengths = spans(self.product_starts, items)
        if not len(cells):
            return np.zeros(n, dtype=np.float32)
        near = np.bincount(
            self.product_baskets[cells],
            weights=np.repeat(self.rarity[items], lengths),
            minlength=len(self.basket_weight),
        )
        voters = np.flatnonzero(near > 0)
        near = near[voters] * self.basket_weight[voters]
        if len(voters) > _VOTERS:
            nearest = np.argpartition(-near, _VOTERS)[:_VOTERS]
            voters, near = voters[nearest], near[nearest]
        power = near**2
        cells, lengths = spans(self.starts, voters)
        votes = np.bincount(self.items[cells], weights=np.repeat(power, lengths), minlength=n)
        return (votes / max(float(power.sum()), 1e-12)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the baskets to an existing folder."""
        save_arrays(folder, "baskets", {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, folder: Path) -> BasketMemory:
        """Read what `save` wrote; arrays are memory mapped."""
        return cls(**load_arrays(folder, "baskets", _ARRAYS))


def spans(starts: IntArray, rows: ItemArray | IntArray) -> tuple[IntArray, IntArray]:
    """Return the places of all cells of these rows, row after row, and how many each row has."""
    firsts = starts[rows]
    lengths = starts[rows + 1] - firsts
    shifts = np.repeat(firsts - (np.cumsum(lengths) - lengths), lengths)
    return np.arange(len(shifts)) + shifts, lengths
