"""The recommenders of the library `implicit`, to be compared with; no part of the product needs it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray
from recommender.evaluation import ItemScorer

_ABSENT = "implicit (BM25, ALS, BPR) is not installed: 'pip install implicit' compares with it too"
_FACTORS = 128


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


def library_peers(train: Baskets, seed: int) -> tuple[Mapping[str, ItemScorer], tuple[str, ...]]:
    """Return the peers fitted on `train`; none, and what to install, where the library is absent."""
    if find_spec("implicit") is None:
        return {}, (_ABSENT,)
    sparse: Any = import_module("scipy.sparse")
    size = (len(train), len(train.skus))
    ones = np.ones(len(train.items), np.float32)
    incidence = sparse.csr_matrix((ones, train.items, train.starts), shape=size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # implicit warns of its own conversions and of the machine's threads
        return {
            "implicit_bm25": _bm25(incidence),
            "implicit_als": _als(incidence, seed),
            "implicit_bpr": _bpr(incidence, seed),
        }, ()


def _bm25(incidence: Any) -> ItemScorer:
    nearest: Any = import_module("implicit.nearest_neighbours")
    model = nearest.BM25Recommender(K=200)
    model.fit(incidence, show_progress=False)
    return RowSums(model.similarity.T.tocsr())


def _als(incidence: Any, seed: int) -> ItemScorer:
    als: Any = import_module("implicit.als")
    weight, regularisation = 10.0, 0.05
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


def _bpr(incidence: Any, seed: int) -> ItemScorer:
    bpr: Any = import_module("implicit.bpr")
    model = bpr.BayesianPersonalizedRanking(
        factors=_FACTORS, iterations=100, random_state=seed, use_gpu=False
    )
    model.fit(incidence, show_progress=False)
    factors = np.asarray(model.item_factors, dtype=np.float32)[:, :-1]  # the last column is the bias
    lengths = np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-9)
    return NearFactors((factors / lengths).astype(np.float32))
