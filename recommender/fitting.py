"""Fit the cross-sell for use: tune on training orders, measure on later ones, compare, then read all.

Or only count what is new: `bring_up_to_date` keeps the settings and the ranker, and adds the new orders to
the sums of the fit before.
"""

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
from recommender.kept_counts import CountsKeeper, CountsUseless, KeptCounts
from recommender.neighbour_scores import without_giants
from recommender.order_counts import CountSource, OrderCounter
from recommender.ranker_fitting import Step, fit_engine, fit_ranker, knowledge_of, no_step
from recommender.ranking import Engine
from recommender.ranking_features import Knowledge
from recommender.strength_fitting import Counting
from recommender.strength_settings import EngineSettings
from recommender.tuning import tuned

FactsOf = Callable[[tuple[str, ...]], ItemFacts]
"""Gives what the catalogue states of these products."""
Tell = Callable[[str], None]

_LEAST = {Protocols.HIDE_HALF: 4, Protocols.HIDE_ONE: 2, Protocols.ONE_GIVEN: 4}
_MEASURED_ON = 1000
_ENOUGH = 50
_GROWN = 0.25
"""The share of new orders from which settings and ranker are worth learning anew."""


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
        if lost := _lost_orders(self.engine, in_use):
            return Comparison(False, lost)
        if len(self.asked) < _ENOUGH:
            return Comparison(
                True, f"only {len(self.asked)} held-out orders can be scored; the newer orders decide"
            )
        unread = not len(self.held_out) or in_use.co_purchase.fitted_until < self.held_out.ordered_at[0]
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


def unmeasured(engine: Engine, in_use: Engine | None) -> Comparison:
    """Promote what was not measured, unless most of the orders are gone."""
    lost = "" if in_use is None else _lost_orders(engine, in_use)
    return Comparison(not lost, lost or "not measured, as was wished")


def _lost_orders(engine: Engine, in_use: Engine) -> str:
    """Say that so few orders were read that something must be wrong; empty when it is not so."""
    ours, its = engine.co_purchase.orders, in_use.co_purchase.orders
    return f"only {ours} orders were read; the version in use read {its}" if ours < its / 2 else ""


class Fitted(NamedTuple):
    """The engine over all orders, what the same settings reach on later orders (None: not measured), figures
    for the manifest, and the sums to go on from (None: too many to keep).
    """

    engine: Engine
    report: FitReport | None
    metrics: Mapping[str, float]
    counts: KeptCounts | None


@dataclass(frozen=True, slots=True)
class Room:
    """What a fit may take, in MB, a square of EASE and the sums that are kept, and whom it tells."""

    ease_mb: int = 2000
    counts_mb: int = 0
    tell: Tell = lambda _line: None
    on_step: Step = no_step


def no_facts(skus: tuple[str, ...]) -> ItemFacts:
    """Return what a catalogue states that is not there."""
    return ItemFacts.none(len(skus))


def fit_cross_sell(
    lines: OrderLineArrays,
    facts_of: FactsOf = no_facts,
    *,
    held_out: float | np.datetime64 | None = 0.2,
    settings: EngineSettings | None = None,
    seed: int = 7,
    room: Room | None = None,
) -> Fitted:
    """Tune, measure and fit.

    `held_out` is the latest share of the orders, or the moment they begin; None measures nothing. The
    settings are tuned on the training part unless given; the measured engine read the training part only.
    The returned one counts all orders and keeps the ranker that was measured. Raises ValueError when no line
    is left.
    """
    room = Room() if room is None else room
    baskets = _read(lines)
    facts = facts_of(baskets.skus)
    train, later = _parts(baskets, held_out)
    chosen = settings or tuned(train, seed=seed, ease_mb=room.ease_mb, tell=room.tell)
    if held_out is None:
        fit = fit_ranker(train, facts, chosen, seed=seed, tell=room.tell, on_step=room.on_step)
        knowledge, counts = _reading_all(baskets, facts, chosen, room, len(baskets))
        engine = Engine(knowledge, chosen, *fit)
        return Fitted(engine, None, _counted(engine, baskets), counts)
    measured = fit_engine(train, facts, chosen, seed=seed, tell=room.tell, on_step=room.on_step)
    room.tell("cross-sell: reading all orders with what was learned")
    knowledge, counts = _reading_all(baskets, facts, chosen, room, len(baskets))
    engine = replace(measured, knowledge=knowledge)
    metrics = {**_counted(engine, baskets), **_measured(measured, train, later, seed)}
    report = FitReport(metrics, engine, measured, train, later, facts, seed)
    return Fitted(engine, report, metrics, counts)


def bring_up_to_date(
    lines: OrderLineArrays,
    facts_of: FactsOf,
    engine: Engine,
    counts: KeptCounts,
    *,
    room: Room | None = None,
) -> Fitted:
    """Add the orders that are new since to the sums, and fit with the engine's settings and ranker.

    The result is that of counting all orders. Raises CountsUseless, with the reason, when that cannot be:
    orders that were counted have changed, the settings differ, or so many are new that all should be
    learned anew.
    """
    room = Room() if room is None else room
    baskets = _read(lines)
    settings = replace(engine.settings, ease=replace(engine.settings.ease, memory_mb=room.ease_mb))
    source, new = counts.source(baskets, settings)
    grown = len(baskets) - counts.learned_from
    if grown > _GROWN * counts.learned_from:
        raise CountsUseless(
            f"{grown:,} orders came since settings and ranker were learned from {counts.learned_from:,}"
        )
    room.tell(f"cross-sell: the counts are brought up to date, new orders: {new:,}")
    facts = facts_of(baskets.skus)
    knowledge, kept = _reading_all(baskets, facts, settings, room, counts.learned_from, source)
    fitted = replace(engine, knowledge=knowledge, settings=settings)
    return Fitted(fitted, None, {**_counted(fitted, baskets), "new_orders": float(new)}, kept)


def _read(lines: OrderLineArrays) -> Baskets:
    baskets = Baskets.of(lines)
    if not len(baskets):
        raise ValueError("no order line is a purchase; import orders before 'wellput learn'")
    return baskets


def _parts(baskets: Baskets, held_out: float | np.datetime64 | None) -> tuple[Baskets, Baskets]:
    """Return what is learned from and what is held out."""
    if held_out is None:
        return baskets, baskets.part(0, 0)
    if isinstance(held_out, np.datetime64):
        return baskets.split(held_out)
    return baskets.split_share(held_out)


def _reading_all(
    baskets: Baskets,
    facts: ItemFacts,
    settings: EngineSettings,
    room: Room,
    learned_from: int,
    source: CountSource | None = None,
) -> tuple[Knowledge, KeptCounts | None]:
    """Return the knowledge of all orders, and the sums it was fitted from."""
    if source is None:
        read = without_giants(baskets, settings.co_purchase.basket_limit)
        source = OrderCounter(read, settings.co_purchase, settings.ease.half_life_days)
    keeper = CountsKeeper(room.counts_mb)
    counting = Counting(source, keeper.take)
    knowledge = knowledge_of(baskets, facts, settings, room.tell, on_step=room.on_step, counting=counting)
    kept = keeper.kept(baskets, source.items(), settings, learned_from)
    if kept is None and room.counts_mb:
        room.tell(
            f"cross-sell: the counts take {keeper.mb:,} MB, {room.counts_mb:,} MB are allowed "
            "(WELLPUT_COUNTS_MB): they are not kept, and the next 'wellput learn' counts all orders"
        )
    return knowledge, kept


def _counted(engine: Engine, baskets: Baskets) -> dict[str, float]:
    return {
        "orders": float(len(baskets)),
        "products": float(np.count_nonzero(baskets.item_orders)),
        "baskets_left_out": float(len(baskets) - engine.co_purchase.orders),
        "ranks_by_network": float(engine.ranker is not None),
    }


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
