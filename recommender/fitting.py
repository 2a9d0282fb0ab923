"""Fit the cross-sell for use: tune on training orders, measure on later ones, compare, then read all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recommender.baskets import Baskets, ItemArray, OrderLineArrays
from recommender.co_counts import FloatArray
from recommender.evaluation import (
    Protocols,
    Question,
    Scored,
    baselines,
    figure,
    known_products,
    questions,
    score,
)
from recommender.item_facts import ItemFacts
from recommender.ranker_fitting import fit_engine, knowledge_of
from recommender.ranking import Engine
from recommender.strength_settings import EngineSettings
from recommender.tuning import tuned

FactsOf = Callable[[tuple[str, ...]], ItemFacts]
"""Gives what the catalogue states of these products."""
Tell = Callable[[str], None]

_LEAST = {Protocols.HIDE_HALF: 4, Protocols.HIDE_ONE: 2, Protocols.ONE_GIVEN: 4}
_MEASURED_ON = 1000
_ENOUGH = 50


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
    """An engine asked in the positions of another list of products.

    `here` (products,) is each product's position in the engine, -1 where it does not know it.
    """

    engine: Engine
    here: ItemArray

    @classmethod
    def to(cls, engine: Engine, skus: tuple[str, ...]) -> Aligned:
        """Line the engine up with `skus`."""
        places = {sku: at for at, sku in enumerate(engine.co_purchase.skus)}
        return cls(engine, np.array([places.get(sku, -1) for sku in skus], dtype=np.int32))

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (products,) float32; 0 for products the engine does not know."""
        known = self.here[items]
        scores = self.engine.item_scores(known[known >= 0])
        return np.append(scores, np.float32(0.0))[self.here]


@dataclass(frozen=True)
class FitReport:
    """What the fit was measured at. `metrics` has flat names for the manifest."""

    metrics: Mapping[str, float]
    engine: Engine
    measured: Engine
    train: Baskets
    held_out: Baskets
    facts: ItemFacts
    seed: int

    @cached_property
    def asked(self) -> list[Question]:
        """The held-out baskets with one product hidden."""
        return _asked(self.train, self.held_out, Protocols.HIDE_ONE, self.seed)

    def score_on(self, engine: Engine, asked: list[Question]) -> Scored:
        """Score any engine on questions about these products."""
        return score(Aligned.to(engine, self.train.skus), asked)

    def compare(self, in_use: Engine | None) -> Comparison:
        """Hold the new engine against the one in use, on orders that neither has read.

        Where the version in use has read the held-out orders already, its settings fitted on the
        same training orders stand in for it.
        """
        if in_use is None:
            return Comparison(True, "there was no version in use")
        ours, its = self.engine.co_purchase, in_use.co_purchase
        if ours.orders < its.orders / 2:
            return Comparison(
                False, f"only {ours.orders} orders were read; the version in use read {its.orders}"
            )
        if len(self.asked) < _ENOUGH:
            return Comparison(
                True, f"only {len(self.asked)} held-out orders can be scored; the newer orders decide"
            )
        unread = not len(self.held_out) or its.fitted_until < self.held_out.ordered_at[0]
        if not unread and in_use.settings == self.measured.settings:
            return Comparison(True, "the settings are those in use; more orders were read", 0.0, 0.0, 0.0)
        rival = in_use if unread else fit_engine(self.train, self.facts, in_use.settings, seed=self.seed)
        return self._verdict(rival, "the version in use" if unread else "the settings in use")

    def _verdict(self, rival: Engine, name: str) -> Comparison:
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
    """The engine over all orders, and what the same settings reach on later orders."""

    engine: Engine
    report: FitReport


def no_facts(skus: tuple[str, ...]) -> ItemFacts:
    """Return what a catalogue states that is not there."""
    return ItemFacts.none(len(skus))


def fit_cross_sell(
    lines: OrderLineArrays,
    facts_of: FactsOf = no_facts,
    *,
    held_out: float | np.datetime64 = 0.2,
    settings: EngineSettings | None = None,
    seed: int = 7,
    tell: Tell = lambda _line: None,
) -> Fitted:
    """Tune, measure and fit.

    `held_out` is the latest share of the orders, or the moment they begin. The settings are tuned
    on the training part unless given; the measured engine read the training part only. The returned one
    counts all orders and keeps the ranker that was measured. Raises ValueError when no line is left.
    """
    baskets = Baskets.of(lines)
    if not len(baskets):
        raise ValueError("no order line is a purchase; import orders before 'wellput learn'")
    parts = baskets.split(held_out) if isinstance(held_out, np.datetime64) else baskets.split_share(held_out)
    train, later = parts
    facts = facts_of(baskets.skus)
    chosen = tuned(train, seed=seed, tell=tell) if settings is None else settings
    measured = fit_engine(train, facts, chosen, seed=seed, tell=tell)
    tell("cross-sell: reading all orders with what was learned")
    engine = replace(measured, knowledge=knowledge_of(baskets, facts, chosen, tell))
    metrics = {
        "orders": float(len(baskets)),
        "products": float(np.count_nonzero(baskets.item_orders)),
        "baskets_left_out": float(len(baskets) - engine.co_purchase.orders),
        "ranks_by_network": float(engine.ranker is not None),
        **_measured(measured, train, later, seed),
    }
    return Fitted(engine, FitReport(metrics, engine, measured, train, later, facts, seed))


def _asked(train: Baskets, later: Baskets, protocol: Protocols, seed: int) -> list[Question]:
    """Return at most _MEASURED_ON questions, spread evenly over time."""
    asked = questions(later, known_products(train), protocol, seed=seed, least=_LEAST[protocol])
    step = max(1, -(-len(asked) // _MEASURED_ON))
    return asked[::step]


def _measured(engine: Engine, train: Baskets, later: Baskets, seed: int) -> dict[str, float]:
    """Score the engine and the baselines under each protocol, under flat names."""
    metrics: dict[str, float] = {}
    systems = {"cross_sell": engine, **baselines(train)}
    for protocol in Protocols:
        asked = _asked(train, later, protocol, seed)
        metrics[f"{protocol}_baskets"] = float(len(asked))
        if not asked:
            continue
        for name, system in systems.items():
            scored = score(system, asked)
            metrics[f"{protocol}_{name}_recall_at_10"] = float(scored.recall.mean())
            metrics[f"{protocol}_{name}_ndcg_at_10"] = float(scored.ndcg.mean())
    return metrics
