"""How far the ranking leans to seldom bought products: enough to find as many of them as RP3beta does.

A ranker that learns what is wanted most often forgets the tail. What is taken off a score grows with the
orders of a product (the log of them), and how fast is chosen on the training orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.list_ranker import Lists
from recommender.baskets import IntArray
from recommender.co_counts import FloatArray
from recommender.ranking_features import FEATURES

POPULARITY = FEATURES.index("popularity")
_WALK = FEATURES.index("walk")
_TRIED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_AT_MOST = 0.05
"""How much of the gain leaning may cost."""
_AIM = 1.15
"""Times the tail hits of RP3beta among the candidates: over all products it finds some more."""
_TAIL_SALES = 0.2
_CUT = 10
_DISCOUNTS = 1.0 / np.log2(np.arange(2, _CUT + 2))


@dataclass(frozen=True, slots=True)
class TailLift:
    """What is taken off per unit of the log of orders: `single` where one product is asked about."""

    single: float = 0.0
    several: float = 0.0

    def applied(self, scores: FloatArray, features: FloatArray, asked: int) -> FloatArray:
        """Return (m,) float32: the scores (m,) leant, given the features (m, f) of the candidates."""
        taken = self.single if asked == 1 else self.several
        return _leant(scores, features, taken) if taken else scores


class Judged(NamedTuple):
    """Scored lists: the ranker's scores of each, the lists, how many products each asks about, and up to how
    many orders a product is in the tail.
    """

    scores: Sequence[FloatArray]
    lists: Lists
    asked: IntArray
    tail_until: int


def tail_until(item_orders: IntArray) -> int:
    """Return up to how many orders a product is in the tail: the least bought, a fifth of the sales."""
    orders: IntArray = np.sort(item_orders[item_orders > 0])
    reached = np.cumsum(orders)
    count = int((reached < _TAIL_SALES * int(orders.sum())).sum())
    return int(orders[min(count, len(orders) - 1)]) if len(orders) else 0


def chosen_lift(judged: Judged) -> TailLift:
    """Lean until as much of the tail is found as RP3beta finds, but no further than costs 5 % of the gain."""
    single: NDArray[np.bool_] = judged.asked == 1
    return TailLift(_chosen(judged, single), _chosen(judged, ~single))


def _chosen(judged: Judged, which: NDArray[np.bool_]) -> float:
    places = np.flatnonzero(which & judged.lists.present.any(axis=1))
    if not len(places):
        return 0.0
    _, aim = _reached(judged, places, None)
    tried = {taken: _reached(judged, places, taken) for taken in _TRIED}
    best = max(gain for gain, _ in tried.values())
    chosen = 0.0
    for taken, (gain, tail) in tried.items():
        if gain >= (1 - _AT_MOST) * best:
            chosen = taken
            if tail >= _AIM * aim:
                break
    return chosen


def _reached(judged: Judged, places: IntArray, taken: float | None) -> tuple[float, float]:
    """Return the gain of nDCG and the lists with a tail product found; None ranks by RP3beta."""
    gain, tail = 0.0, 0.0
    most = np.log1p(np.float32(judged.tail_until))
    for at in map(int, places):
        there = judged.lists.present[at]
        features = np.asarray(judged.lists.features[at][there], dtype=np.float32)
        wanted = judged.lists.wanted[at][there]
        scores = features[:, _WALK] if taken is None else _leant(judged.scores[at], features, taken)
        top = np.argsort(-scores, kind="stable")[:_CUT]
        found = wanted[top]
        gain += float(_DISCOUNTS[: len(found)][found].sum())
        tail += float((found & (features[top, POPULARITY] <= most)).any())
    return gain, tail


def _leant(scores: FloatArray, features: FloatArray, taken: float) -> FloatArray:
    lift: FloatArray = np.float32(taken) * features[:, POPULARITY]
    return scores - lift
