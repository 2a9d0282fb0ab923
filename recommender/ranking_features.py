"""What the ranker sees of each candidate for what is asked about: one row of numbers, each with a name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recommender.basket_memory import BasketMemory
from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray
from recommender.co_purchase import CoPurchase
from recommender.item_facts import SALES, ItemFacts, ItemSales
from recommender.likeness import Alike
from recommender.saved_arrays import load_arrays, save_arrays
from recommender.strengths import MEASURES, Gathered, Strengths

_SCORES = ("ease", "blend", "walk", "ease_broad", "recent", "latest", "like_baskets")
_VIEWS = ("", "_of_best", "_rank")
FEATURES = (
    *(f"{score}{view}" for score in _SCORES for view in _VIEWS),
    "confidence", "reverse_confidence", "lift", "share_often_together",
    "ease_largest", "recent_largest", "confidence_largest", "reverse_confidence_largest", "lift_largest",
    "support", "text_likeness_largest", "text_likeness", "products_asked", "price_step", "log_price",
    "margin", "category_transition", "season", *SALES,
)  # fmt: skip
"""The columns, in order. `_of_best` divides by the best candidate's, `_rank` is the log of its place."""

LOOKED_AT = 100
_TENTH = 10


class Described(NamedTuple):
    """Candidates (m,) positions, best first by the first look; their features (m, f) float32."""

    items: ItemArray
    features: FloatArray


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that candidates are scored from; `transitions` (c + 1, c + 1) float32: how much more often than by
    chance products of two categories share an order (log), the last row and column for those without one.
    """

    co_purchase: CoPurchase
    strengths: Strengths
    baskets: BasketMemory
    facts: ItemFacts
    sales: ItemSales
    transitions: FloatArray
    alike: Alike

    @classmethod
    def plain(cls, co_purchase: CoPurchase) -> Knowledge:
        """Return knowledge of nothing but the counts."""
        n = len(co_purchase.skus)
        nobody = Baskets(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, "M8[s]"), co_purchase.skus)
        return cls(
            co_purchase,
            Strengths(np.zeros((len(co_purchase.columns), len(MEASURES)), dtype=np.float32)),
            BasketMemory.of(nobody, 1),
            ItemFacts.none(n),
            ItemSales.of(nobody, co_purchase.fitted_until),
            np.zeros((1, 1), dtype=np.float32),
            Alike.nobody(),
        )

    def save(self, folder: Path) -> None:
        """Write everything to an existing folder."""
        for part in (self.co_purchase, self.strengths, self.baskets, self.facts, self.sales, self.alike):
            part.save(folder)
        save_arrays(folder, "categories", {"transitions": self.transitions})

    @classmethod
    def load(cls, folder: Path) -> Knowledge:
        """Read what `save` wrote; arrays are memory mapped."""
        return cls(
            CoPurchase.load(folder),
            Strengths.load(folder),
            BasketMemory.load(folder),
            ItemFacts.load(folder),
            ItemSales.load(folder),
            load_arrays(folder, "categories", ("transitions",))["transitions"],
            Alike.load(folder),
        )


def category_transitions(co_purchase: CoPurchase, facts: ItemFacts) -> FloatArray:
    """Return how much more often than by chance products of two categories share an order (log)."""
    width = int(facts.category.max(initial=-1)) + 2
    category = facts.category.astype(np.int64) % width  # -1 becomes the last
    rows = np.repeat(np.arange(len(co_purchase.skus)), np.diff(co_purchase.starts))
    cells = category[rows] * width + category[co_purchase.columns]
    counted = np.bincount(cells, weights=co_purchase.together, minlength=width * width)
    counted = counted.reshape(width, width)
    chance = np.outer(counted.sum(axis=1), counted.sum(axis=0)) / max(float(counted.sum()), 1.0)
    moved = np.log((counted + 1.0) / (chance + 1.0)).astype(np.float32)
    moved[-1, :] = moved[:, -1] = 0.0
    return moved


def describe(knowledge: Knowledge, shown: ItemArray, month: int | None = None) -> Described:
    """Return at most LOOKED_AT candidates for the products shown, none of them among these.

    `month` (0 to 11) is the month it is for; None leaves the season out.
    """
    gathered = knowledge.strengths.gather(knowledge.co_purchase, shown)
    chosen = _first_look(gathered, shown)
    items = gathered.items[chosen]
    if not len(items):
        return Described(items, np.zeros((0, len(FEATURES)), dtype=np.float32))
    sums, largest = gathered.sums[:, chosen], gathered.largest[:, chosen]
    votes = knowledge.baskets.votes(shown)[items]
    scores = np.concatenate((sums[[2, 0, 1, 3, 4, 5]], votes[None]))
    rows = np.empty((len(items), len(FEATURES)), dtype=np.float32)
    views, at = len(_VIEWS), len(_VIEWS) * len(scores)
    rows[:, 0:at:views] = scores.T
    rows[:, 1:at:views] = _of_best(scores).T
    rows[:, 2:at:views] = _ranks(scores).T
    rows[:, at : at + 4] = sums[6:].T
    rows[:, at + 4 : at + 9] = largest[:5].T
    rows[:, at + 9] = np.log1p(largest[5])
    for place, column in enumerate(_stated(knowledge, shown, items, month), start=at + 10):
        rows[:, place] = column
    rows[:, -len(SALES) :] = knowledge.sales.rates[items]
    return Described(items, rows)


def _first_look(gathered: Gathered, shown: ItemArray) -> ItemArray:
    """Return where the best candidates stand, by EASE and the blend, each against its own tenth best."""
    ease, blend = gathered.sums[2], gathered.sums[0]
    look = ease / _tenth_best(ease) + blend / _tenth_best(blend)
    if len(look):
        places = np.minimum(np.searchsorted(gathered.items, shown), len(look) - 1)
        look[places[gathered.items[places] == shown]] = -np.inf
    count = min(LOOKED_AT, int(np.isfinite(look).sum()))
    first = np.argpartition(-look, count - 1)[:count] if 0 < count < len(look) else np.arange(len(look))
    order = first[np.argsort(-look[first], kind="stable")]
    return order[:count].astype(np.int32)


def _tenth_best(scores: FloatArray) -> float:
    if len(scores) < _TENTH:
        return max(float(scores.max(initial=0.0)), 1e-9)
    return max(float(np.partition(scores, len(scores) - _TENTH)[len(scores) - _TENTH]), 1e-9)


def _of_best(scores: FloatArray) -> FloatArray:
    return scores / np.maximum(np.abs(scores).max(axis=1, keepdims=True), np.float32(1e-9))


def _ranks(scores: FloatArray) -> FloatArray:
    """Return (k, m): the log of each one's place in its row, the largest first."""
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.log1p(np.arange(scores.shape[1], dtype=np.float32))
    ranks = np.empty_like(scores)
    ranks[np.arange(len(scores))[:, None], order] = places
    return ranks


def _stated(
    knowledge: Knowledge, shown: ItemArray, items: ItemArray, month: int | None
) -> list[FloatArray | float]:
    """Return what the catalogue and the calendar say: the features between `support` and SALES."""
    facts = knowledge.facts
    likeness = (0.0, 0.0)
    if facts.vectors.shape[1]:
        vectors = facts.quick_vectors
        alike = (
            vectors[items].astype(np.float32, copy=False) @ vectors[shown].astype(np.float32, copy=False).T
        )
        likeness = (alike.max(axis=1), alike.sum(axis=1) / np.float32(len(shown)))
    prices = facts.log_price[items]
    asked = facts.log_price[shown]
    stated = asked[~np.isnan(asked)]
    usual = float(stated.sum() / len(stated)) if len(stated) else np.nan
    moved = knowledge.transitions[facts.category[shown][:, None], facts.category[items]].sum(axis=0)
    season = 0.0 if month is None else knowledge.sales.by_month[items, month]
    return [
        *likeness,
        float(np.log(len(shown))),
        _known_or_zero(prices - usual),
        _known_or_zero(prices),
        _known_or_zero(facts.margin[items]),
        moved / np.float32(len(shown)),
        season,
    ]


def _known_or_zero(values: FloatArray) -> FloatArray:
    return np.where(np.isnan(values), np.float32(0.0), values)
