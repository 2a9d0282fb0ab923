"""Fit co-purchase for use: tune on training orders, measure on later ones, compare, then read all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recommender.baskets import Baskets, ItemArray, OrderLineArrays
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.co_purchase import CoPurchase
from recommender.evaluation import (
    Protocols,
    Question,
    Scored,
    Summed,
    baselines,
    figure,
    known_products,
    questions,
    score,
)
from recommender.neighbour_scores import CoPurchaseSettings, blended, walked, without_giants

_LEAST = {Protocols.HIDE_HALF: 4, Protocols.HIDE_ONE: 2}
_TUNED_ON = 300
_MEASURED_ON = 1000
_ENOUGH = 50
_WALKS = tuple((alpha, beta) for alpha in (0.6, 0.8) for beta in (0.4, 0.5, 0.6))
_BLENDS = tuple((weight, sharpness) for weight in (0.1, 0.3, 0.6) for sharpness in (1.0, 1.5, 2.0))


class Comparison(NamedTuple):
    """The new model against the version in use: whether to promote it, and why in words.

    `ahead` is the mean difference of nDCG@10 (one product hidden), `low` and `high` its paired
    95 % interval, over `baskets`; they are nan when nothing could be compared.
    """

    promote: bool
    why: str
    ahead: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    baskets: int = 0


@dataclass(frozen=True, slots=True)
class Aligned:
    """A model asked in the positions of another list of products.

    `here` (products,) is each product's position in the model, -1 where it does not know it.
    """

    model: CoPurchase
    here: ItemArray

    @classmethod
    def to(cls, model: CoPurchase, skus: tuple[str, ...]) -> Aligned:
        """Line the model up with `skus`."""
        places = {sku: at for at, sku in enumerate(model.skus)}
        return cls(model, np.array([places.get(sku, -1) for sku in skus], dtype=np.int32))

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (products,) float32; 0 for products the model does not know."""
        known = self.here[items]
        scores = self.model.item_scores(known[known >= 0])
        return np.append(scores, np.float32(0.0))[self.here]


@dataclass(frozen=True)
class FitReport:
    """What the fit was measured at. `metrics` has flat names for the manifest."""

    metrics: Mapping[str, float]
    model: CoPurchase
    measured: CoPurchase
    train: Baskets
    held_out: Baskets
    seed: int

    @cached_property
    def asked(self) -> list[Question]:
        """The held-out baskets with one product hidden."""
        return _asked(self.train, self.held_out, Protocols.HIDE_ONE, self.seed, _MEASURED_ON)

    def score_on(self, model: CoPurchase, asked: list[Question]) -> Scored:
        """Score any model on questions about these products."""
        return score(Aligned.to(model, self.train.skus), asked)

    def compare(self, in_use: CoPurchase | None) -> Comparison:
        """Hold the new model against the one in use, on orders that neither has read.

        Where the version in use has read the held-out orders already, its settings fitted on the
        same training orders stand in for it.
        """
        if in_use is None:
            return Comparison(True, "there was no version in use")
        if self.model.orders < in_use.orders / 2:
            return Comparison(
                False, f"only {self.model.orders} orders were read; the version in use read {in_use.orders}"
            )
        if len(self.asked) < _ENOUGH:
            return Comparison(
                True, f"only {len(self.asked)} held-out orders can be scored; the newer orders decide"
            )
        unread = not len(self.held_out) or in_use.fitted_until < self.held_out.ordered_at[0]
        if not unread and in_use.settings == self.measured.settings:
            return Comparison(True, "the settings are those in use; more orders were read", 0.0, 0.0, 0.0)
        rival = in_use if unread else CoPurchase.fit(self.train, in_use.settings)
        return self._verdict(rival, "the version in use" if unread else "the settings in use")

    def _verdict(self, rival: CoPurchase, name: str) -> Comparison:
        ours, its = self.score_on(self.measured, self.asked), self.score_on(rival, self.asked)
        ahead = figure(ours.ndcg - its.ndcg, self.seed)
        low, high = ahead.interval
        promote = high >= 0
        why = (
            f"nDCG@10 {ours.ndcg.mean():.3f}, {name} {its.ndcg.mean():.3f} "
            f"on {len(self.asked)} later orders (difference {low:+.3f} to {high:+.3f})"
        )
        verdict = "not worse than before: " if promote else "worse than before: "
        return Comparison(promote, verdict + why, ahead.value, low, high, len(self.asked))


class Fitted(NamedTuple):
    """The model over all orders, and what the same settings reach on later orders."""

    model: CoPurchase
    report: FitReport


def fit_co_purchase(
    lines: OrderLineArrays,
    *,
    held_out: float | np.datetime64 = 0.2,
    settings: CoPurchaseSettings | None = None,
    seed: int = 7,
) -> Fitted:
    """Tune, measure and fit.

    `held_out` is the latest share of the orders, or the moment they begin. The settings are tuned
    on the training part unless given; the measured model read the training part only, the returned
    one all orders. Raises ValueError when no line is left to read.
    """
    baskets = Baskets.of(lines)
    if not len(baskets):
        raise ValueError("no order line is a purchase; import orders before 'wellput learn'")
    parts = baskets.split(held_out) if isinstance(held_out, np.datetime64) else baskets.split_share(held_out)
    train, later = parts
    chosen = tuned(train, seed=seed) if settings is None else settings
    measured = CoPurchase.fit(train, chosen)
    model = CoPurchase.fit(baskets, chosen)
    metrics = {
        "orders": float(len(baskets)),
        "products": float(np.count_nonzero(baskets.item_orders)),
        "baskets_left_out": float(len(baskets) - model.orders),
        **_measured(measured, train, later, seed),
    }
    return Fitted(model, FitReport(metrics, model, measured, train, later, seed))


def tuned(train: Baskets, *, seed: int = 7) -> CoPurchaseSettings:
    """Choose alpha and beta, then the blend, by nDCG@10 on the latest sixth of `train`.

    The plain settings stand where fewer than fifty baskets can be scored.
    """
    settings = CoPurchaseSettings()
    earlier, later = train.split_share(1 / 6) if len(train) else (train, train)
    asked = _asked(earlier, later, Protocols.HIDE_HALF, seed, _TUNED_ON)
    asked += _asked(earlier, later, Protocols.HIDE_ONE, seed, _TUNED_ON)
    if len(asked) < _ENOUGH:
        return settings
    read = without_giants(earlier, settings.basket_limit)
    counts = pair_sums(read, np.ones(len(read), dtype=np.float32))
    walks: dict[float, PairTable] = {}

    def reached(tried: CoPurchaseSettings) -> float:
        if tried.alpha not in walks:
            walks[tried.alpha] = walked(read, tried)
        table = blended(counts, walks[tried.alpha], read.item_orders, tried)
        return float(score(Summed(table), asked).ndcg.mean())

    walk = max((replace(settings, alpha=a, beta=b) for a, b in _WALKS), key=reached)
    return max((replace(walk, cosine_weight=w, sharpness=p) for w, p in _BLENDS), key=reached)


def _asked(train: Baskets, later: Baskets, protocol: Protocols, seed: int, most: int) -> list[Question]:
    """Return at most `most` questions, spread evenly over time."""
    asked = questions(later, known_products(train), protocol, seed=seed, least=_LEAST[protocol])
    step = max(1, -(-len(asked) // most))
    return asked[::step]


def _measured(model: CoPurchase, train: Baskets, later: Baskets, seed: int) -> dict[str, float]:
    """Score the model and the baselines under both protocols, under flat names."""
    metrics: dict[str, float] = {}
    systems = {"co_purchase": model, **baselines(train)}
    for protocol in Protocols:
        asked = _asked(train, later, protocol, seed, _MEASURED_ON)
        metrics[f"{protocol}_baskets"] = float(len(asked))
        if not asked:
            continue
        for name, system in systems.items():
            scored = score(system, asked)
            metrics[f"{protocol}_{name}_recall_at_10"] = float(scored.recall.mean())
            metrics[f"{protocol}_{name}_ndcg_at_10"] = float(scored.ndcg.mean())
    return metrics
