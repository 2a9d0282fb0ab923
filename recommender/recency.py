"""Weights that fall with age, counted from a fixed day, so that sums over parts of the orders add exactly.

The weight of an order never changes as time goes on; only the unit does. Weights are rounded to twelve
binary digits: sums of them are exact in float64 whatever the order of adding, as long as the oldest and the
newest order are less than some twenty half-lives apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import TimeArray

Weights = NDArray[np.float64]

EPOCH = np.datetime64("2000-01-01", "D")
_DIGITS = 12
_MOST_HALVINGS = 900.0  # a date centuries off, as typing errors make them, must not overflow


def decayed(ordered_at: TimeArray, half_life_days: float) -> Weights:
    """Return (n,) float64: 1 on the fixed day, twice as much each half-life later; inf means no decay.

    Raises ValueError unless the half-life is positive.
    """
    if not half_life_days > 0:
        raise ValueError(f"a half-life is a positive number of days, not {half_life_days}")
    days = (ordered_at.astype("datetime64[D]") - EPOCH).astype(np.float64)
    powers = np.clip(np.floor(days) / half_life_days, -_MOST_HALVINGS, _MOST_HALVINGS)
    return rounded(np.exp2(powers))


def rounded(weights: Weights) -> Weights:
    """Return the weights with twelve binary digits each."""
    digits, exponents = np.frexp(weights)
    return np.ldexp(np.round(np.ldexp(digits, _DIGITS)), exponents - _DIGITS)
