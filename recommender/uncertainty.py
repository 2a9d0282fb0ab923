"""How sure a measured figure is: intervals for shares and for differences of means."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: two sides of a 95 % interval."""


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


def wilson_interval(count: int, of: int) -> Interval:
    """Return the 95 % interval of the share count / of (Wilson, JASA 22, 1927); (0, 1) when of = 0.

    Raises ValueError unless 0 <= count <= of.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return Interval(0.0, 1.0)
    share = count / of
    weight = 1.0 + Z_95**2 / of
    middle = (share + Z_95**2 / (2 * of)) / weight
    half = Z_95 / weight * sqrt(share * (1.0 - share) / of + Z_95**2 / (4 * of**2))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def bootstrap_interval(
    values: NDArray[np.float64], random: np.random.Generator, *, draws: int = 1000
) -> Interval:
    """Return the 95 % percentile interval of the mean of `values` (n,), n resampled `draws` times.

    Give the differences of two systems on the same cases for a paired interval. (nan, nan) when empty.
    """
    n = len(values)
    if n == 0:
        return Interval(float("nan"), float("nan"))
    means = np.empty(draws)
    for first in range(0, draws, 100):
        rows = random.integers(0, n, size=(min(100, draws - first), n))
        means[first : first + len(rows)] = values[rows].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(low), float(high))
