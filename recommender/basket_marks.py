"""A mark per basket that tells whether it was counted before: its moment and what it holds, by SKU.

Marks do not depend on how products are numbered. Two baskets that are alike have marks of their own, by how
many like them came before, so that marks can be compared as sets.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets

Marks = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)


class Changed(NamedTuple):
    """Which baskets (m,) are new, and how many that were counted are there no more."""

    new: NDArray[np.bool_]
    gone: int


def marks_of(baskets: Baskets) -> Marks:
    """Return (m,) uint64, all different; 64 bits, so that a collision is one in billions of shops."""
    each = np.array([_number(sku) for sku in baskets.skus], dtype=np.uint64)
    held = np.concatenate((np.zeros(1, np.uint64), np.cumsum(_mixed(each[baskets.items]))))
    sums = held[baskets.starts[1:]] - held[baskets.starts[:-1]]  # both wrap around
    seconds = baskets.ordered_at.astype("datetime64[s]").astype(np.int64).astype(np.uint64)
    alike = _mixed(sums ^ _mixed(seconds))
    order = np.argsort(alike, kind="stable")
    firsts = np.searchsorted(alike[order], alike[order], side="left")
    before = np.empty(len(alike), dtype=np.uint64)
    before[order] = np.arange(len(alike), dtype=np.int64) - firsts
    return _mixed(alike + before * _STEP)


def changed_since(counted: Marks, now: Marks) -> Changed:
    """Hold the baskets there are now against those that were counted."""
    new = ~np.isin(now, counted)
    return Changed(new, len(counted) - (len(now) - int(new.sum())))


def _number(sku: str) -> int:
    return int.from_bytes(hashlib.blake2b(sku.encode(errors="surrogatepass"), digest_size=8).digest(), "big")


def _mixed(values: Marks) -> Marks:
    """Return splitmix64 of each (Steele, Lea, Flood, OOPSLA 2014)."""
    z = values + _STEP
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
