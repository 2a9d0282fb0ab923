"""Choose the settings by what they reach on the latest part of the training orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.ease import EaseSettings, ease_weights, most_bought, most_products, square_mb
from recommender.evaluation import (
    ItemScorer,
    Protocols,
    Question,
    Summed,
    known_products,
    questions,
    score,
)
from recommender.neighbour_scores import (
    CoPurchaseSettings,
    cosine_scores,
    joined_scores,
    root_mean_square,
    walk_scores,
    walked,
    without_giants,
)
from recommender.order_counts import OrderCounter
from recommender.recency import Weights
from recommender.strength_settings import EngineSettings

_LEAST = {Protocols.HIDE_HALF: 4, Protocols.HIDE_ONE: 2, Protocols.ONE_GIVEN: 4}
_TUNED_ON = 300
_TUNED_BASKETS = 50_000  # the latest are enough to choose by
_TUNED_PRODUCTS = 3_000  # the most bought are enough to choose EASE by
_ENOUGH = 50
_WALKS = tuple((alpha, beta) for alpha in (0.6, 0.8) for beta in (0.4, 0.5, 0.6))
_OWN_WALKS = tuple((alpha, beta) for alpha in (0.5, 0.6, 0.7, 0.8) for beta in (0.2, 0.3, 0.4, 0.5, 0.6))
_BLENDS = tuple((weight, sharpness) for weight in (0.1, 0.3, 0.6) for sharpness in (1.0, 1.5, 2.0))
_HALF_LIVES_DAYS = (60.0, 120.0, 1_000.0)
_REGULARISATIONS = (10.0, 30.0, 100.0)
_PLAIN_REGULARISATIONS = (30.0, 100.0, 300.0, 1_000.0)
_DROPOUTS = (0.25, 0.5, 0.7)
_NO_DECAY_DAYS = 1e9


def tuned(
    train: Baskets,
    *,
    seed: int = 7,
    ease_mb: int = EaseSettings().memory_mb,
    tell: Callable[[str], None] = lambda _line: None,
) -> EngineSettings:
    """Choose the settings of co-purchase and EASE by nDCG@10 on the latest sixth of `train`.

    The plain settings stand where fewer than fifty baskets can be scored.
    """
    plain = EaseSettings(memory_mb=ease_mb)
    latest = train.part(max(0, len(train) - _TUNED_BASKETS), len(train))
    earlier, later = latest.split_share(1 / 6) if len(latest) else (latest, latest)
    asked = [one for protocol in Protocols for one in _asked(earlier, later, protocol, seed)]
    if len(asked) < _ENOUGH:
        return EngineSettings(ease=plain)
    tell("cross-sell: choosing settings on the latest sixth of the training orders")
    co_purchase = _tuned_co_purchase(earlier, asked)
    return EngineSettings(co_purchase, _tuned_ease(earlier, co_purchase, asked, plain))


def _asked(train: Baskets, later: Baskets, protocol: Protocols, seed: int) -> list[Question]:
    """Return at most _TUNED_ON questions, spread evenly over time."""
    asked = questions(later, known_products(train), protocol, seed=seed, least=_LEAST[protocol])
    return asked[:: max(1, -(-len(asked) // _TUNED_ON))]


@dataclass(frozen=True, slots=True)
class _Walks:
    """Scores settings of co-purchase: pairs are counted once, walks once for each alpha."""

    read: Baskets
    asked: list[Question]
    counts: PairTable
    cosine: FloatArray
    walks: dict[float, PairTable]

    @classmethod
    def over(cls, earlier: Baskets, asked: list[Question]) -> _Walks:
        plain = CoPurchaseSettings()
        read = without_giants(earlier, plain.basket_limit)
        counts = pair_sums(read, np.ones(len(read), dtype=np.float32))
        cosine = cosine_scores(counts.values, counts.row_of_each(), counts.columns, read.item_orders, plain)
        return cls(read, asked, counts, cosine, {})

    def reached(self, tried: CoPurchaseSettings) -> float:
        """Return nDCG@10 of the blend."""
        if tried.alpha not in self.walks:
            self.walks[tried.alpha] = walked(self.read, tried)
        counts, walks = self.counts, self.walks[tried.alpha].values
        walk = walk_scores(walks, counts.row_of_each(), counts.columns, self.read.item_orders, tried)
        sizes = root_mean_square(walk), root_mean_square(self.cosine)
        blend = joined_scores(walk, self.cosine, sizes, tried)
        return float(score(Summed(counts.with_values(blend)), self.asked).ndcg.mean())


def _tuned_co_purchase(earlier: Baskets, asked: list[Question]) -> CoPurchaseSettings:
    """Choose alpha and beta, then the blend."""
    settings, trial = CoPurchaseSettings(), _Walks.over(earlier, asked)
    walk = max((replace(settings, alpha=a, beta=b) for a, b in _WALKS), key=trial.reached)
    return max((replace(walk, cosine_weight=w, sharpness=p) for w, p in _BLENDS), key=trial.reached)


@dataclass(frozen=True, slots=True)
class EaseRanking:
    """EASE alone over the products of a block: `place` (n,) is each one's row in `weights`, -1 outside."""

    place: ItemArray
    block: ItemArray
    weights: FloatArray

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32: the summed weights; 0 outside the block."""
        rows = self.place[items]
        scores = np.zeros(len(self.place), dtype=np.float32)
        scores[self.block] = self.weights[rows[rows >= 0]].sum(axis=0)
        return scores

    @classmethod
    def fit(
        cls, baskets: Baskets, settings: EaseSettings, co_purchase: CoPurchaseSettings | None = None
    ) -> EaseRanking:
        """Fit EASE over the most bought products that the memory takes."""
        return _Square.of(baskets, settings, co_purchase or CoPurchaseSettings()).solved(settings)


@dataclass(frozen=True, slots=True)
class _Square:
    """What EASE is solved from, whatever its regularisation and dropout."""

    place: ItemArray
    block: ItemArray
    co_counts: Weights

    @classmethod
    def of(cls, baskets: Baskets, settings: EaseSettings, chosen: CoPurchaseSettings) -> _Square:
        counter = OrderCounter(without_giants(baskets, chosen.basket_limit), chosen, settings.half_life_days)
        items = counter.items()
        block = most_bought(items.orders, chosen.min_orders, most_products(settings.memory_mb))
        place = np.full(len(baskets.skus), -1, dtype=np.int32)
        place[block] = np.arange(len(block), dtype=np.int32)
        return cls(place, block, counter.recent_square(block) / items.recent_unit)

    def solved(self, settings: EaseSettings) -> EaseRanking:
        weights = ease_weights(self.co_counts, settings.regularisation, settings.dropout)
        return EaseRanking(self.place, self.block, weights)


@dataclass(frozen=True, slots=True)
class _EaseTrial:
    """Scores settings of EASE over the most bought products; each square is counted, each trial made once."""

    earlier: Baskets
    co_purchase: CoPurchaseSettings
    asked: list[Question]
    squares: dict[float, _Square]
    reached: dict[EaseSettings, float]

    def best_of(self, tried: Iterable[EaseSettings]) -> EaseSettings:
        return max(tried, key=self._reached)

    def _reached(self, tried: EaseSettings) -> float:
        if tried not in self.reached:
            days = tried.half_life_days
            if days not in self.squares:
                self.squares[days] = _Square.of(self.earlier, tried, self.co_purchase)
            ranking = self.squares[days].solved(tried)
            self.reached[tried] = float(score(ranking, self.asked).ndcg.mean())
        return self.reached[tried]


def _few(settings: EaseSettings) -> EaseSettings:
    """Return the settings with the memory of the most bought products, which are enough to choose by."""
    return replace(settings, memory_mb=min(settings.memory_mb, square_mb(_TUNED_PRODUCTS)))


def _tuned_ease(
    earlier: Baskets, co_purchase: CoPurchaseSettings, asked: list[Question], plain: EaseSettings
) -> EaseSettings:
    """Choose the half-life, the regularisation and the dropout, one after the other."""
    if not plain.memory_mb:
        return plain
    trial = _EaseTrial(earlier, co_purchase, asked, {}, {})
    aged = trial.best_of(replace(_few(plain), half_life_days=days) for days in _HALF_LIVES_DAYS)
    ridged = trial.best_of(replace(aged, regularisation=one) for one in _REGULARISATIONS)
    dropped = trial.best_of(replace(ridged, dropout=one) for one in _DROPOUTS)
    return replace(dropped, memory_mb=plain.memory_mb)


class PeerTrial(NamedTuple):
    """What peers are tuned on, as we are: fitted on `earlier`, asked about the latest sixth of training."""

    earlier: Baskets
    asked: list[Question]

    @classmethod
    def of(cls, train: Baskets, seed: int) -> PeerTrial:
        earlier, later = train.split_share(1 / 6)
        return cls(earlier, [one for protocol in Protocols for one in _asked(earlier, later, protocol, seed)])

    @property
    def is_enough(self) -> bool:
        """Whether there are baskets enough to choose settings by."""
        return len(self.asked) >= _ENOUGH

    def reached(self, system: ItemScorer) -> float:
        """Return nDCG@10 of a system fitted on `earlier`."""
        return float(score(system, self.asked).ndcg.mean())


def tuned_plain_ease(trial: PeerTrial) -> EaseSettings:
    """Choose the regularisation of EASE without decay or dropout, as its paper has it."""
    plain = EaseSettings(half_life_days=_NO_DECAY_DAYS, dropout=0.0)
    if not trial.is_enough:
        return plain
    tried = _EaseTrial(trial.earlier, CoPurchaseSettings(), trial.asked, {}, {})
    chosen = tried.best_of(replace(_few(plain), regularisation=one) for one in _PLAIN_REGULARISATIONS)
    return replace(chosen, memory_mb=plain.memory_mb)


def tuned_rp3beta(trial: PeerTrial) -> CoPurchaseSettings:
    """Choose alpha and beta for RP3beta alone, without our blend."""
    plain = CoPurchaseSettings(cosine_weight=0.0, sharpness=1.0)
    if not trial.is_enough:
        return plain
    walks = _Walks.over(trial.earlier, trial.asked)
    return max((replace(plain, alpha=a, beta=b) for a, b in _OWN_WALKS), key=walks.reached)
