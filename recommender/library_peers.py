"""The recommenders of the library `implicit`, to be compared with; no part of the product needs it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray
from recommender.evaluation import ItemScorer
from recommender.tuning import PeerTrial

_ABSENT = "implicit (BM25, ALS, BPR) is not installed: 'pip install implicit' compares with it too"
_FACTORS = 128
_Setting = tuple[float, float]
_BM25S: tuple[_Setting, ...] = ((1.2, 0.75), (0.5, 0.75), (2.0, 0.75), (1.2, 0.4), (1.2, 0.95), (10.0, 0.95))
"""K1 and B; the library's own first."""
_ALSS: tuple[_Setting, ...] = ((10.0, 0.05), (1.0, 0.05), (40.0, 0.05), (10.0, 5.0))
"""The weight of a purchase and the regularisation."""
_BPRS: tuple[_Setting, ...] = ((0.01, 0.01), (0.05, 0.01), (0.05, 0.001))
"""The learning rate and the regularisation; the library's own first."""


@dataclass(frozen=True, slots=True)
class RowSums:
    """Sums the rows of an item-item matrix of scipy."""

    similarity: Any

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32."""
        return np.asarray(self.similarity[items].sum(axis=0), dtype=np.float32).ravel()


@dataclass(frozen=True, slots=True)
class FoldedIn:
    """ALS: the basket's factors are solved for from its items, as implicit does for new users."""

    factors: NDArray[np.float32]
    square: NDArray[np.float64]
    regularisation: float
    weight: float

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32, shifted above 0 so that all products rank."""
        shown = self.factors[items].astype(np.float64)
        left = self.square + self.weight * shown.T @ shown + self.regularisation * np.eye(shown.shape[1])
        right = (1.0 + self.weight) * shown.sum(axis=0)
        basket = cast("NDArray[np.float64]", np.linalg.solve(left, right))
        scores = self.factors @ basket.astype(np.float32)
        return (scores - scores.min() + np.float32(1e-6)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class NearFactors:
    """BPR: the cosine of each product's factors to those of the basket's products, added up."""

    factors: NDArray[np.float32]

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32, shifted above 0 so that all products rank."""
        scores = self.factors @ self.factors[items].sum(axis=0)
        return scores - scores.min() + np.float32(1e-6)


def library_peers(
    train: Baskets, trial: PeerTrial, seed: int
) -> tuple[Mapping[str, ItemScorer], tuple[str, ...]]:
    """Return the peers tuned by `trial`, fitted on `train`; without the library none, and what to install."""
    if find_spec("implicit") is None:
        return {}, (_ABSENT,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # implicit warns of its own conversions and of the machine's threads
        return {
            "implicit_bm25": _tuned(_bm25, _BM25S, train, trial),
            "implicit_als": _tuned(partial(_als, seed=seed), _ALSS, train, trial),
            "implicit_bpr": _tuned(partial(_bpr, seed=seed), _BPRS, train, trial),
        }, ()


def _tuned(
    fit: Callable[[Any, _Setting], ItemScorer],
    settings: tuple[_Setting, ...],
    train: Baskets,
    trial: PeerTrial,
) -> ItemScorer:
    """Fit with the settings that reach most on the training orders; the first where these are too few."""
    best = settings[0]
    if trial.is_enough:
        earlier = _incidence(trial.earlier)
        best = max(settings, key=lambda tried: trial.reached(fit(earlier, tried)))
    return fit(_incidence(train), best)


def _incidence(baskets: Baskets) -> Any:
    sparse: Any = import_module("scipy.sparse")
    ones = np.ones(len(baskets.items), np.float32)
    shape = (len(baskets), len(baskets.skus))
    return sparse.csr_matrix((ones, baskets.items, baskets.starts), shape=shape)


def _bm25(incidence: Any, setting: _Setting) -> ItemScorer:
    nearest: Any = import_module("implicit.nearest_neighbours")
    k1, b = setting
    model = nearest.BM25Recommender(K=200, K1=k1, B=b)
    model.fit(incidence, show_progress=False)
    return RowSums(model.similarity.T.tocsr())


def _als(incidence: Any, setting: _Setting, seed: int) -> ItemScorer:
    als: Any = import_module("implicit.als")
    weight, regularisation = setting
    model = als.AlternatingLeastSquares(
        factors=_FACTORS,
        regularization=regularisation,
        alpha=weight,
        iterations=15,
        random_state=seed,
        use_gpu=False,
    )
    model.fit(incidence, show_progress=False)
    factors = np.asarray(model.item_factors, dtype=np.float32)
    square = factors.astype(np.float64).T @ factors
    return FoldedIn(factors, square, regularisation, weight - 1.0)


def _bpr(incidence: Any, setting: _Setting, seed: int) -> ItemScorer:
    bpr: Any = import_module("implicit.bpr")
    rate, regularisation = setting
    model = bpr.BayesianPersonalizedRanking(
        factors=_FACTORS,
        learning_rate=rate,
        regularization=regularisation,
        iterations=100,
        random_state=seed,
        use_gpu=False,
    )
    model.fit(incidence, show_progress=False)
    factors = np.asarray(model.item_factors, dtype=np.float32)[:, :-1]  # the last column is the bias
    lengths = np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-9)
    return NearFactors((factors / lengths).astype(np.float32))
