"""How strongly each product speaks for each other one, by several measures, and their sums over a basket."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recommender.basket_memory import spans
from recommender.baskets import ItemArray
from recommender.co_counts import FloatArray
from recommender.co_purchase import CoPurchase
from recommender.saved_arrays import load_arrays, save_arrays

MEASURES = ("walk", "ease", "ease_broad", "recent", "latest")
"""RP3beta; EASE, and with more regularisation; cosine of recent orders, and of the latest."""
_OFTEN = 2  # orders together; more is no accident
_SMALL = 65_536


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the products shown say of c others, ascending in `items`: sums and largest values, (c,) each row.

    `sums` rows: blend, the MEASURES, confidence, reverse confidence, lift, share of the shown bought often
    with it; `largest` rows: ease, recent, confidence, reverse confidence, lift, orders together.
    """

    items: ItemArray
    sums: FloatArray
    largest: FloatArray


@dataclass(frozen=True, slots=True)
class Strengths:
    """The MEASURES of each cell of a CoPurchase: `values` (cells, 5) float32, cell for cell."""

    values: FloatArray

    def gather(self, co_purchase: CoPurchase, shown: ItemArray) -> Gathered:
        """Return what `shown` says of every other product."""
        cells, lengths = spans(co_purchase.starts, shown)
        columns = co_purchase.columns[cells]
        owners = np.repeat(shown, lengths)
        order = np.argsort(columns.astype(np.uint16) if _fits(co_purchase) else columns, kind="stable")
        cells, columns, owners = cells[order], columns[order], owners[order]
        if not len(columns):
            return Gathered(columns, np.zeros((10, 0), np.float32), np.zeros((6, 0), np.float32))
        measures = self.values[cells]
        together = co_purchase.together[cells].astype(np.float32)
        of, having = (
            np.maximum(co_purchase.item_orders[at], 1).astype(np.float32) for at in (owners, columns)
        )
        confidence, reverse = together / of, together / having
        lift = np.log1p(confidence * np.float32(co_purchase.orders) / having)
        often = (together > _OFTEN).astype(np.float32)
        summed = np.empty((10, len(cells)), dtype=np.float32)
        summed[0], summed[1:6] = co_purchase.scores[cells], measures.T
        summed[6], summed[7], summed[8], summed[9] = confidence, reverse, lift, often
        compared = np.empty((6, len(cells)), dtype=np.float32)
        compared[:2], compared[2:5], compared[5] = summed[2:5:2], summed[6:9], together
        firsts = np.flatnonzero(np.concatenate(([True], columns[1:] != columns[:-1])))
        sums = np.add.reduceat(summed, firsts, axis=1)
        sums[6:] /= len(shown)
        return Gathered(columns[firsts], sums, np.maximum.reduceat(compared, firsts, axis=1))

    def save(self, folder: Path) -> None:
        """Write the values to an existing folder."""
        save_arrays(folder, "strengths", {"values": self.values})

    @classmethod
    def load(cls, folder: Path) -> Strengths:
        """Read what `save` wrote."""
        return cls(**load_arrays(folder, "strengths", ("values",)))


def _fits(co_purchase: CoPurchase) -> bool:
    """Whether positions fit 16 bits, for which numpy sorts by digits, in linear time."""
    return len(co_purchase.skus) <= _SMALL
