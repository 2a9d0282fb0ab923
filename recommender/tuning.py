"""Choose the settings by what they reach on the latest part of the training orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.ease import EaseSettings, ease_block, ease_mb, ease_weights
from recommender.evaluation import Protocols, Question, Summed, known_products, questions, score
from recommender.neighbour_scores import CoPurchaseSettings, blended, walked, without_giants
from recommender.order_counts import OrderCounter
from recommender.strength_settings import EngineSettings

_LEAST = {Protocols.HIDE_HALF: 4, Protocols.HIDE_ONE: 2, Protocols.ONE_GIVEN: 4}
_TUNED_ON = 300
_TUNED_BASKETS = 50_000  # the latest are enough to choose by
_TUNED_PRODUCTS = 3_000  # the most bought are enough to choose EASE by
_ENOUGH = 50
_WALKS = tuple((alpha, beta) for alpha in (0.6, 0.8) for beta in (0.4, 0.5, 0.6))
_BLENDS = tuple((weight, sharpness) for weight in (0.1, 0.3, 0.6) for sharpness in (1.0, 1.5, 2.0))
_HALF_LIVES_DAYS = (60.0, 120.0, 1_000.0)
_REGULARISATIONS = (30.0, 100.0, 300.0)
_NO_DECAY_DAYS = 1e9


def tuned(
    train: Baskets, *, seed: int = 7, tell: Callable[[str], None] = lambda _line: None
) -> EngineSettings:
    """Choose the settings of co-purchase and EASE by nDCG@10 on the latest sixth of `train`.

    The plain settings stand where fewer than fifty baskets can be scored.
    """
    latest = train.part(max(0, len(train) - _TUNED_BASKETS), len(train))
    earlier, later = latest.split_share(1 / 6) if len(latest) else (latest, latest)
    asked = [one for protocol in Protocols for one in _asked(earlier, later, protocol, seed)]
    if len(asked) < _ENOUGH:
        return EngineSettings()
    tell("cross-sell: choosing settings on the latest sixth of the training orders")
    co_purchase = _tuned_co_purchase(earlier, asked)
    return EngineSettings(co_purchase, _tuned_ease(earlier, co_purchase, asked))


def _asked(train: Baskets, later: Baskets, protocol: Protocols, seed: int) -> list[Question]:
    """Return at most _TUNED_ON questions, spread evenly over time."""
    asked = questions(later, known_products(train), protocol, seed=seed, least=_LEAST[protocol])
    return asked[:: max(1, -(-len(asked) // _TUNED_ON))]


def _tuned_co_purchase(earlier: Baskets, asked: list[Question]) -> CoPurchaseSettings:
    """Choose alpha and beta, then the blend."""
    settings = CoPurchaseSettings()
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
        chosen = CoPurchaseSettings() if co_purchase is None else co_purchase
        counter = OrderCounter(without_giants(baskets, chosen.basket_limit), chosen, settings.half_life_days)
        items = counter.items()
        block = ease_block(items.orders, chosen.min_orders, settings.memory_mb)
        square = counter.recent_square(block) / items.recent_unit
        return cls(_places(block, len(baskets.skus)), block, ease_weights(square, settings.regularisation))


def _places(block: ItemArray, n: int) -> ItemArray:
    place = np.full(n, -1, dtype=np.int32)
    place[block] = np.arange(len(block), dtype=np.int32)
    return place


def _tuned_ease(earlier: Baskets, co_purchase: CoPurchaseSettings, asked: list[Question]) -> EaseSettings:
    """Choose the half-life, then the regularisation, over the most bought products."""
    plain = EaseSettings()
    few = min(plain.memory_mb, ease_mb(_TUNED_PRODUCTS))

    def reached(tried: EaseSettings) -> float:
        return float(score(EaseRanking.fit(earlier, tried, co_purchase), asked).ndcg.mean())

    small = replace(plain, memory_mb=few)
    aged = max((replace(small, half_life_days=days) for days in _HALF_LIVES_DAYS), key=reached)
    others = (replace(aged, regularisation=one) for one in _REGULARISATIONS)
    return replace(max(others, key=reached), memory_mb=plain.memory_mb)


def tuned_plain_ease(train: Baskets, seed: int) -> EaseSettings:
    """Choose the regularisation of EASE without any decay, as its paper has it, on the same rows."""
    plain = EaseSettings(half_life_days=_NO_DECAY_DAYS)
    earlier, later = train.split_share(1 / 6)
    asked = [one for protocol in Protocols for one in _asked(earlier, later, protocol, seed)]
    if len(asked) < _ENOUGH:
        return plain
    small = replace(plain, memory_mb=min(plain.memory_mb, ease_mb(_TUNED_PRODUCTS)))

    def reached(tried: EaseSettings) -> float:
        return float(score(EaseRanking.fit(earlier, tried), asked).ndcg.mean())

    chosen = max((replace(small, regularisation=one) for one in _REGULARISATIONS), key=reached)
    return replace(chosen, memory_mb=plain.memory_mb)
