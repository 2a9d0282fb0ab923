"""EASE: how much each product in a basket speaks for each other one, all of them taken together.

Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019: ridge regression of each product on
all others, solved for all at once by one inverse of the co-count square. With dropout (Steck, "Autoencoders
that don't overfit towards the identity", NeurIPS 2020) each product must do without a share of the basket,
which suits baskets that are barely begun.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import IntArray, ItemArray

Square = NDArray[np.float64]

_BYTES_A_CELL = 24  # the co-counts and their inverse in float64, two sets of weights in float32
_ROWS = 256
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class EaseSettings:
    """`regularisation` in orders (of the mean weight); `dropout` the share of a basket to do without;
    `memory_mb` what one square may take at most, 0 for no EASE at all.
    """

    regularisation: float = 100.0
    half_life_days: float = 120.0
    memory_mb: int = 2000
    dropout: float = 0.5

    def __post_init__(self) -> None:
        if min(self.regularisation, self.half_life_days) <= 0 or self.memory_mb < 0:
            raise ValueError(f"settings of EASE must be positive: {self}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"the dropout of EASE is a share below 1, not {self.dropout}")


def square_mb(products: int) -> int:
    """Return how many megabytes a fit over that many products takes."""
    return -(-products * products * _BYTES_A_CELL // _MB)


def most_products(memory_mb: int) -> int:
    """Return how many products fit into that much memory."""
    return int((memory_mb * _MB / _BYTES_A_CELL) ** 0.5)


def most_bought(item_orders: IntArray, least: int, room: int) -> ItemArray:
    """Return the positions, ascending, of the `room` most bought products in at least `least` orders."""
    enough = np.flatnonzero(item_orders >= least)
    if len(enough) > room:
        enough = np.sort(enough[np.argsort(-item_orders[enough], kind="stable")[:room]])
    return enough.astype(np.int32)


def ease_weights(co_counts: Square, regularisation: float, dropout: float = 0.0) -> NDArray[np.float32]:
    """Return (n, n) float32: entry (i, j) is what product i in the basket adds to product j, 0 for itself.

    `co_counts` (n, n) float64 is symmetric, with the (weighted) orders of each product on its diagonal.
    """
    linear: Any = import_module("scipy.linalg")  # only fitting needs scipy; serving starts without it
    ridge = np.array(co_counts, order="F")
    ridge[np.diag_indices_from(ridge)] += regularisation + dropout / (1.0 - dropout) * np.diag(co_counts)
    factor, fault = linear.lapack.dpotrf(ridge, lower=1, overwrite_a=1)
    if fault:
        raise ValueError("the co-counts are not those of baskets: the square has no positive root")
    inverse = cast(Square, linear.lapack.dpotri(factor, lower=1, overwrite_c=1)[0])  # its lower half
    n, scale = len(inverse), np.diag(inverse).copy()
    weights = np.empty((n, n), dtype=np.float32)
    for first in range(0, n, _ROWS):
        rows = np.arange(first, min(first + _ROWS, n))
        lower = np.arange(n)[None, :] <= rows[:, None]
        weights[rows] = np.where(lower, inverse[rows], inverse[:, rows].T) / -scale
    np.fill_diagonal(weights, 0.0)
    return weights
