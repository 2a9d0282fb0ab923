"""How near a vector stands to many others: such hubs come up for every question (Radovanovic et al. 2010)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_NEIGHBOURS = 5
_COMPARED_WITH = 2_000
_BLOCK = 4_096
_SEED = 20261122


def hubness(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n,) the mean cosine of each unit row (n, d) to its five nearest others, less the mean of all.

    Compared with at most 2,000 of them, drawn once; all zeros for one vector or none. Subtracting a part
    of it from a cosine is the correction of Lample et al. 2018 (CSLS) with one side known.
    """
    count = len(vectors)
    if count < 2:
        return np.zeros(count, dtype=np.float32)
    others = np.sort(np.random.default_rng(_SEED).permutation(count)[:_COMPARED_WITH])
    neighbours = min(_NEIGHBOURS, len(others) - 1)
    means = np.empty(count, dtype=np.float32)
    for start in range(0, count, _BLOCK):
        block = vectors[start : start + _BLOCK]
        cosines = block @ vectors[others].T
        own = np.arange(start, start + len(block))[:, None] == others[None, :]
        cosines[own] = -np.inf
        nearest = np.partition(cosines, len(others) - neighbours, axis=1)[:, -neighbours:]
        means[start : start + len(block)] = nearest.mean(axis=1)
    return means - means.mean(dtype=np.float64).astype(np.float32)
