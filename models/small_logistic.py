"""Logistic regression over a handful of features, by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 50
_RIDGE = 1.0  # on standardised slopes: keeps them finite where few rows separate the two sides


def fit_small_logistic(
    features: NDArray[np.floating], outcomes: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return slopes (f,) and offset under which `features` (n, f) best tell `outcomes` (n,).

    Outcomes are drawn in from 0 and 1 as Platt 1999 does, so that a side without rows stays finite.
    """
    rows = np.asarray(features, dtype=np.float64)
    centre = rows.mean(axis=0)
    spread = np.maximum(rows.std(axis=0), 1e-9)
    design = np.column_stack([(rows - centre) / spread, np.ones(len(rows))])
    positive, negative = int(outcomes.sum()), int((~outcomes).sum())
    aim = np.where(outcomes, (positive + 1) / (positive + 2), 1 / (negative + 2))
    ridge = np.full(design.shape[1], _RIDGE)
    ridge[-1] = 1e-6
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chance - aim) + ridge * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        weights = weights - step
        if float(np.abs(step).max()) < 1e-8:
            break
    slopes = weights[:-1] / spread
    return slopes, float(weights[-1] - slopes @ centre)
