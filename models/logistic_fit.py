"""Fitting a linear classifier: the only module that talks to scikit-learn, and only while it fits."""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Inverse strength of the penalty on unit vectors: best of 1, 10, 100 on few-shot CLINC150 and on STAR.
PENALTY_C = 10.0

_MAX_ITERATIONS = 100
_MAX_FOLD_ITERATIONS = 60
_TOLERANCE = 1e-3
_LEAST_TEMPERATURE, _LARGEST_TEMPERATURE = 0.05, 20.0


@dataclass(frozen=True, slots=True)
class Linear:
    """Logits of (n, d) vectors: `vectors @ weights.T + bias`, weights (k, d) and bias (k,) float32."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, k) float32 logits."""
        return vectors.astype(np.float32, copy=False) @ self.weights.T + self.bias


def fit_linear(
    vectors: NDArray[np.float32],
    codes: NDArray[np.int64],
    classes: int,
    *,
    seed: int,
    iterations: int = _MAX_ITERATIONS,
) -> Linear:
    """Return multinomial logistic regression of `codes` (n,) 0 to classes - 1 on `vectors` (n, d).

    A class without a row has the logit minus infinity. Vectors are centred and scaled by one number while
    fitting, which leaves the model the same and halves the work.
    """
    centre = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = vectors - centre
    scale = max(float(np.sqrt(np.mean(centred**2, dtype=np.float64))), 1e-6)
    found = np.unique(codes)
    weights = np.zeros((classes, vectors.shape[1]), dtype=np.float32)
    bias = np.full(classes, -np.inf, dtype=np.float32)
    bias[found] = 0.0
    if len(found) > 1:
        pools: Any = importlib.import_module("threadpoolctl")
        # One thread: on two busy cores those of BLAS wait for each other four times as long as they work.
        with pools.threadpool_limits(1):
            rows, directions = _in_own_span(centred / scale)
            slope, intercept = _regress(rows, codes, PENALTY_C * scale**2, seed, iterations)
        slope = (slope if directions is None else slope @ directions) / scale
        weights[found] = slope
        bias[found] = intercept - slope @ centre
    return Linear(weights, bias)


def _in_own_span(
    centred: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Return rows in the coordinates of their own span, and its directions (n, d); None where n >= d.

    Penalised slopes lie in that span, so with fewer rows than dimensions the model is the same and the
    work is a fraction of it.
    """
    if len(centred) >= centred.shape[1]:
        return centred, None
    left, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    return (left * lengths).astype(np.float32), directions.astype(np.float32)


def _regress(
    vectors: NDArray[np.float32], codes: NDArray[np.int64], penalty_c: float, seed: int, iterations: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return slopes (found classes, d) and intercepts of a regression over at least two classes."""
    linear_model: Any = importlib.import_module("sklearn.linear_model")  # untyped; not for serving
    exceptions: Any = importlib.import_module("sklearn.exceptions")
    model = linear_model.LogisticRegression(
        C=penalty_c, max_iter=iterations, tol=_TOLERANCE, solver="lbfgs", random_state=seed
    )
    with warnings.catch_warnings():
        # Stopping early costs nothing measurable in accuracy and is what bounds the time.
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
        warnings.filterwarnings(
            "ignore", message="The number of unique classes"
        )  # few texts a label is usual
        model.fit(vectors, codes)
    slope = np.asarray(model.coef_, dtype=np.float32)
    intercept = np.asarray(model.intercept_, dtype=np.float32)
    if len(slope) == 1:  # two classes share one slope: half of it to each gives the same probabilities
        half = np.float32(0.5)
        slope, intercept = half * np.vstack([-slope, slope]), half * np.concatenate([-intercept, intercept])
    return slope.astype(np.float32), intercept.astype(np.float32)


def out_of_fold_logits(
    vectors: NDArray[np.float32],
    codes: NDArray[np.int64],
    classes: int,
    *,
    seed: int,
    folds: int,
    groups: Sequence[str] | None = None,
) -> NDArray[np.float32]:
    """Return (n, classes) logits of each row by a model that did not see it.

    A class that such a model did not see has minus infinity; a row is NaN where no model with two classes
    could be fitted without it.
    """
    logits = np.full((len(codes), classes), np.nan, dtype=np.float32)
    fold_of = _folds(codes, folds, np.random.default_rng(seed), groups)
    for fold in range(folds):
        held_out = fold_of == fold
        if not held_out.any() or len(np.unique(codes[~held_out])) < 2:
            continue
        linear = fit_linear(
            vectors[~held_out], codes[~held_out], classes, seed=seed, iterations=_MAX_FOLD_ITERATIONS
        )
        logits[held_out] = linear.logits(vectors[held_out])
    return logits


def _folds(
    codes: NDArray[np.int64], folds: int, random: np.random.Generator, groups: Sequence[str] | None
) -> NDArray[np.int64]:
    """Return the fold of each row: each class dealt out over the folds or, with groups, each group whole."""
    if groups is not None:
        _, group_of = np.unique(np.array(groups), return_inverse=True)
        dealt = random.permutation(int(group_of.max()) + 1) % folds
        return dealt[group_of].astype(np.int64)
    shuffled = random.permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
    fold_of = np.empty(len(codes), dtype=np.int64)
    fold_of[by_class] = np.arange(len(codes)) % folds
    return fold_of


def temperature_of(logits: NDArray[np.float32], codes: NDArray[np.int64]) -> float:
    """Return the temperature under which `logits` (n, k) give `codes` (n,) the greatest likelihood.

    Rows whose own class has minus infinity teach nothing and are left out; 1 when no row remains.
    """
    own = logits[np.arange(len(codes)), codes].astype(np.float64)
    taught = np.isfinite(own)
    if not taught.any():
        return 1.0
    rest = logits[taught].astype(np.float64) - own[taught, None]

    def loss(log_temperature: float) -> float:
        scaled = rest / math.exp(log_temperature)
        peak = scaled.max(axis=1)
        return float((peak + np.log(np.exp(scaled - peak[:, None]).sum(axis=1))).mean())

    scipy_optimize: Any = importlib.import_module("scipy.optimize")
    bounds = (math.log(_LEAST_TEMPERATURE), math.log(_LARGEST_TEMPERATURE))
    best: float = scipy_optimize.minimize_scalar(loss, bounds=bounds, method="bounded").x
    return math.exp(best)
