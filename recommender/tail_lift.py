"""How far the ranking leans to seldom bought products: enough to find as many of them as RP3beta does.

A ranker that learns what is wanted most often forgets the tail. Its scores are logarithms of chances, so what
finds most of the tail for what it costs is one amount, added to the score of every product of the tail; the
order within the tail, and within the rest, stays. How much is chosen on the training orders.
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
_TRIED = (0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4)
_AT_MOST = 0.05
"""How much of the gain leaning may cost."""
_USUAL_BETA = 0.5
"""The power of popularity that papers give RP3beta: what it finds with it is the aim, whatever power the
blend was tuned to, which may find less."""
_TAIL_SALES = 0.2
_CUT = 10
_DISCOUNTS = 1.0 / np.log2(np.arange(2, _CUT + 2))


@dataclass(frozen=True, slots=True)
class TailLift:
    """What is added to the scores of the tail, products in at most `until` orders: `single` where one product
    is asked about, `several` where more are."""

    single: float = 0.0
    several: float = 0.0
    until: int = 0

    def applied(self, scores: FloatArray, features: FloatArray, asked: int) -> FloatArray:
        """Return (m,) float32: the scores (m,) leant, given the features (m, f) of the candidates."""
        added = self.single if asked == 1 else self.several
        return _leant(scores, _in_tail(features, self.until), added) if added else scores


class Judged(NamedTuple):
    """Scored lists: the ranker's scores of each, the lists, how many products each asks about, and up to how
    many orders a product was in the tail when each was asked; `beta` is RP3beta's power in the lists.
    """

    scores: Sequence[FloatArray]
    lists: Lists
    asked: IntArray
    tail_until: IntArray
    beta: float


def tail_until(item_orders: IntArray) -> int:
    """Return up to how many orders a product is in the tail: the least bought, a fifth of the sales."""
    orders: IntArray = np.sort(item_orders[item_orders > 0])
    reached = np.cumsum(orders)
    count = int((reached < _TAIL_SALES * int(orders.sum())).sum())
    return int(orders[min(count, len(orders) - 1)]) if len(orders) else 0


def chosen_lift(judged: Judged, until: int) -> TailLift:
    """Lean until as much of the tail is found as RP3beta finds, but no further than costs 5 % of the gain;
    `until` is how many orders a product of the tail has at most where it will be applied."""
    single: NDArray[np.bool_] = judged.asked == 1
    return TailLift(_chosen(judged, single), _chosen(judged, ~single), until)


def _chosen(judged: Judged, which: NDArray[np.bool_]) -> float:
    places = np.flatnonzero(which & judged.lists.present.any(axis=1))
    if not len(places):
        return 0.0
    _, aim = _reached(judged, places, None)
    tried = {added: _reached(judged, places, added) for added in _TRIED}
    best = max(gain for gain, _ in tried.values())
    chosen = 0.0
    for added, (gain, tail) in tried.items():
        if gain >= (1 - _AT_MOST) * best:
            chosen = added
            if tail >= aim:
                break
    return chosen


def _reached(judged: Judged, places: IntArray, added: float | None) -> tuple[float, float]:
    """Return the gain of nDCG and the lists with a tail product found; None ranks by RP3beta."""
    gain, tail = 0.0, 0.0
    for at in map(int, places):
        there = judged.lists.present[at]
        features = np.asarray(judged.lists.features[at][there], dtype=np.float32)
        wanted = judged.lists.wanted[at][there]
        in_tail = _in_tail(features, int(judged.tail_until[at]))
        if added is None:
            scores = features[:, _WALK] * np.exp((judged.beta - _USUAL_BETA) * features[:, POPULARITY])
        else:
            scores = _leant(judged.scores[at], in_tail, added)
        top = np.argsort(-scores, kind="stable")[:_CUT]
        found = wanted[top]
        gain += float(_DISCOUNTS[: len(found)][found].sum())
        tail += float((found & in_tail[top]).any())
    return gain, tail


def _in_tail(features: FloatArray, until: int) -> NDArray[np.bool_]:
    most = np.log1p(until + 0.5)  # orders are whole; the half is for the rounding of logarithms
    return np.asarray(features[:, POPULARITY] < most, dtype=np.bool_)


def _leant(scores: FloatArray, in_tail: NDArray[np.bool_], added: float) -> FloatArray:
    lift: FloatArray = np.float32(added) * in_tail
    return scores + lift
