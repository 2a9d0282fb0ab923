"""Votes of what is near: past turns, each with the reply it was given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_NEIGHBOURS = 50
_USUAL = 0.05  # of the votes go by how usual a reply is, so that none has no chance


def usual_of(codes: NDArray[np.int64], classes: int) -> Floats:
    """Return (k,) float32, how usual each reply is."""
    counts = np.bincount(codes, minlength=classes).astype(np.float32) + np.float32(0.5)
    return counts / counts.sum()


def votes_of(alike: Floats, codes: NDArray[np.int64], usual: Floats, power: float) -> Floats:
    """Return (k,) float32 probabilities: the nearest of m turns, `alike` (m,), vote with that to `power`."""
    near = np.argpartition(-alike, min(_NEIGHBOURS, len(alike)) - 1)[:_NEIGHBOURS]
    weights = np.maximum(alike[near], 0.0) ** power
    votes = np.bincount(codes[near], weights=weights, minlength=len(usual))
    total = float(votes.sum())
    if total <= 0:
        return usual
    share = (votes / total).astype(np.float32)
    return np.asarray((1 - _USUAL) * share + _USUAL * usual, dtype=np.float32)
