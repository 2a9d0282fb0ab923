"""The cross-sell beside its peers on later orders, all fitted on the same earlier ones in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recommender.baskets import Baskets
from recommender.co_counts import pair_sums
from recommender.evaluation import (
    Figure,
    ItemScorer,
    Protocols,
    Question,
    Scored,
    Summed,
    baselines,
    coverage,
    figure,
    known_products,
    novelty,
    questions,
    score,
    tail_hits,
    tail_products,
)
from recommender.fitting import FactsOf, no_facts
from recommender.library_peers import library_peers
from recommender.neighbour_scores import CoPurchaseSettings, blended, walked, without_giants
from recommender.ranker_fitting import fit_engine
from recommender.ranking import Engine
from recommender.tuning import EaseRanking, PeerTrial, tuned, tuned_plain_ease, tuned_rp3beta

OURS = "wellput"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system under one protocol; `ahead` and `ahead_ndcg` are paired differences: ours minus its."""

    system: str
    protocol: Protocols
    questions: int
    recall: Figure
    ndcg: Figure
    hit: Figure
    tail_hit: Figure
    coverage: float
    novelty: float
    ahead: Figure
    ahead_ndcg: Figure


class ComparedSystems(NamedTuple):
    """The figures of all systems, the engine that was fitted, and what was left out, in words."""

    figures: tuple[SystemFigures, ...]
    engine: Engine
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all systems are measured on."""

    train: Baskets
    held_out: Baskets
    seed: int

    def under(self, protocol: Protocols, systems: Mapping[str, ItemScorer]) -> Iterator[SystemFigures]:
        asked = questions(self.held_out, known_products(self.train), protocol, seed=self.seed)
        scored = {name: score(scorer, asked) for name, scorer in systems.items()}
        for name, its in scored.items():
            yield self._figures(name, protocol, its, scored[OURS], asked)

    def _figures(
        self, name: str, protocol: Protocols, its: Scored, ours: Scored, asked: list[Question]
    ) -> SystemFigures:
        return SystemFigures(
            name,
            protocol,
            len(asked),
            recall=figure(its.recall, self.seed),
            ndcg=figure(its.ndcg, self.seed),
            hit=figure(its.hit, self.seed),
            tail_hit=figure(tail_hits(its, asked, tail_products(self.train)), self.seed),
            coverage=coverage(its, known_products(self.train)),
            novelty=float(novelty(its, self.train).mean()),
            ahead=figure(ours.recall - its.recall, self.seed),
            ahead_ndcg=figure(ours.ndcg - its.ndcg, self.seed),
        )


def evaluate_cross_sell(
    baskets: Baskets,
    split: np.datetime64 | float,
    *,
    facts_of: FactsOf = no_facts,
    engine: Engine | None = None,
    seed: int = 7,
    tell: Tell = lambda _line: None,
) -> ComparedSystems:
    """Compare the engine with its peers on the baskets from `split` on, the whole catalogue ranked.

    `split` is a moment, or the latest share to hold out. Without `engine` one is tuned and fitted on the
    training part; a given one must have been fitted on orders before the split. Peers with settings are
    tuned on the training part too. Raises ValueError when no held-out basket can be used, or the engine
    saw held-out orders.
    """
    parts = baskets.split(split) if isinstance(split, np.datetime64) else baskets.split_share(split)
    train, held_out = parts
    ground = _Ground(train, held_out, seed)
    if not questions(held_out, known_products(train), Protocols.HIDE_HALF, seed=seed):
        raise ValueError(_why_not(baskets, train, held_out))
    settings = tuned(train, seed=seed, tell=tell) if engine is None else engine.settings
    ours = (
        fit_engine(train, facts_of(train.skus), settings, seed=seed, tell=tell) if engine is None else engine
    )
    if ours.co_purchase.fitted_until >= held_out.ordered_at[0]:
        raise ValueError(
            f"the engine read orders until {ours.co_purchase.fitted_until}, after the split {split}"
        )
    tell("cross-sell: tuning and fitting the peers")
    trial = PeerTrial.of(train, seed)
    peers, left_out = library_peers(train, trial, seed)
    systems: dict[str, ItemScorer] = {
        OURS: ours,
        **baselines(train),
        "rp3beta": _rp3beta(train, tuned_rp3beta(trial)),
        "rp3beta_plain": _rp3beta(train, CoPurchaseSettings(cosine_weight=0.0, sharpness=1.0)),
        "ease": EaseRanking.fit(train, tuned_plain_ease(trial)),
        **peers,
    }
    figures: list[SystemFigures] = []
    for protocol in Protocols:
        tell(f"cross-sell: measuring {len(systems)} systems, {protocol.value.replace('_', ' ')}")
        figures += ground.under(protocol, systems)
    return ComparedSystems(tuple(figures), ours, left_out)


def _why_not(baskets: Baskets, train: Baskets, held_out: Baskets) -> str:
    """Say in numbers why nothing can be measured, and what would help."""
    several = int((baskets.sizes >= 2).sum())
    if not len(baskets):
        return "there are no orders to measure on"
    if not several:
        return f"{len(baskets):,} orders were read, none with two products: nothing was bought together"
    if not len(train):
        return (
            f"all {len(baskets):,} orders bear one time: the later, which are asked about, cannot be told "
            "from the earlier; give orders their times (ordered_at)"
        )
    known = int(known_products(train).sum())
    return (
        f"no order can be asked about: of {len(baskets):,} orders {several:,} hold two products or more, the "
        f"earlier {len(train):,} know {known:,} products from five orders or more, and none of the later "
        f"{len(held_out):,} holds four of these; more orders are needed"
    )


def _rp3beta(train: Baskets, settings: CoPurchaseSettings) -> ItemScorer:
    """Return RP3beta alone."""
    read = without_giants(train, settings.basket_limit)
    counts = pair_sums(read, np.ones(len(read), dtype=np.float32))
    return Summed(blended(counts, walked(read, settings), read.item_orders, settings))
