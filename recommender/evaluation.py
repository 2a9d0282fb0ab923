"""How good the cross-sell is: later baskets with products hidden, the whole catalogue ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.co_purchase import CoPurchase, best
from recommender.uncertainty import Interval, bootstrap_interval

CUT = 10
_DISCOUNTS = 1.0 / np.log2(np.arange(2, CUT + 2))


class Protocols(StrEnum):
    """What is hidden of a basket: half of it (rounded down), or one product."""

    HIDE_HALF = "hide_half"
    HIDE_ONE = "hide_one"


class ItemScorer(Protocol):
    """Anything that scores all products for the known ones of a basket."""

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (products,) float32, higher is better, for the positions in `items`."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A basket to complete: positions of what is shown and of what was hidden."""

    shown: ItemArray
    hidden: ItemArray


@dataclass(frozen=True, slots=True)
class Scored:
    """The figures of one system, a value per question: recall, nDCG and hit at 10, each (n,).

    Recall divides by the smaller of ten and the number hidden, so that 1 can be reached.
    """

    recall: NDArray[np.float64]
    ndcg: NDArray[np.float64]
    hit: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of one measure with its 95 % bootstrap interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system under one protocol; `ahead` is the paired difference of recall: ours minus its."""

    system: str
    protocol: Protocols
    questions: int
    recall: Figure
    ndcg: Figure
    hit: Figure
    ahead: Figure


@dataclass(frozen=True, slots=True)
class Popularity:
    """Baseline: what most orders hold, whatever is in the basket."""

    item_orders: FloatArray

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return the same scores for every basket."""
        return self.item_orders if len(items) else np.zeros_like(self.item_orders)


@dataclass(frozen=True, slots=True)
class Summed:
    """Baseline: the sum of the rows of a pair table (co-count confidence, plain cosine)."""

    table: PairTable

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return the summed rows."""
        return self.table.row_sums(items)


def questions(
    held_out: Baskets, known: NDArray[np.bool_], protocol: Protocols, *, seed: int, least: int = 4
) -> list[Question]:
    """Make a question of each basket that holds at least `least` known products.

    `known` (products,) says which products were seen often enough in training; others are dropped.
    """
    random = np.random.default_rng(seed)
    made: list[Question] = []
    for basket in range(len(held_out)):
        items = held_out.items_of(basket)
        items = items[known[items]]
        if len(items) < least:
            continue
        mixed = random.permutation(items).astype(np.int32)
        hidden = len(mixed) // 2 if protocol is Protocols.HIDE_HALF else 1
        made.append(Question(shown=mixed[hidden:], hidden=mixed[:hidden]))
    return made


def score(scorer: ItemScorer, asked: Sequence[Question]) -> Scored:
    """Rank all products but those shown and look for the hidden ones among the first ten."""
    figures = np.zeros((3, len(asked)))
    for at, question in enumerate(asked):
        scores = np.array(scorer.item_scores(question.shown), dtype=np.float32)
        scores[question.shown] = -np.inf
        top = best(scores, CUT)
        found = np.isin(top[scores[top] > 0], question.hidden)
        reachable = min(CUT, len(question.hidden))
        figures[0, at] = found.sum() / reachable
        figures[1, at] = (found * _DISCOUNTS[: len(found)]).sum() / _DISCOUNTS[:reachable].sum()
        figures[2, at] = float(found.any())
    return Scored(*figures)


def baselines(train: Baskets) -> Mapping[str, ItemScorer]:
    """Return popularity, co-count confidence and plain cosine over the same training baskets."""
    counts = pair_sums(train, np.ones(len(train), dtype=np.float32))
    popularity = np.maximum(train.item_orders, 1).astype(np.float32)
    rows, columns = popularity[counts.row_of_each()], popularity[counts.columns]
    return {
        "popularity": Popularity(train.item_orders.astype(np.float32)),
        "confidence": Summed(counts.with_values(counts.values / rows)),
        "cosine": Summed(counts.with_values((counts.values / np.sqrt(rows * columns)).astype(np.float32))),
    }


def known_products(train: Baskets, least: int = 5) -> NDArray[np.bool_]:
    """Say which products are in at least `least` training baskets, (products,)."""
    return train.item_orders >= least


def evaluate_cross_sell(
    baskets: Baskets, split: np.datetime64 | float, *, model: CoPurchase | None = None, seed: int = 7
) -> tuple[SystemFigures, ...]:
    """Compare co-purchase with the plain baselines on the baskets from `split` on.

    `split` is a moment, or the latest share to hold out. Without `model` one is fitted on the
    training part; a given one must have been fitted on orders before the split.
    Raises ValueError when no held-out basket can be used, or the model saw held-out orders.
    """
    parts = baskets.split(split) if isinstance(split, np.datetime64) else baskets.split_share(split)
    train, held_out = parts
    ours = CoPurchase.fit(train) if model is None else model
    if len(held_out) and ours.fitted_until >= held_out.ordered_at[0]:
        raise ValueError(f"the model read orders until {ours.fitted_until}, after the split {split}")
    systems: dict[str, ItemScorer] = {"co_purchase": ours, **baselines(train)}
    return tuple(
        figures
        for protocol in Protocols
        for figures in _under(protocol, systems, held_out, known_products(train), seed)
    )


def _under(
    protocol: Protocols,
    systems: Mapping[str, ItemScorer],
    held_out: Baskets,
    known: NDArray[np.bool_],
    seed: int,
) -> list[SystemFigures]:
    asked = questions(held_out, known, protocol, seed=seed)
    if not asked:
        raise ValueError("no held-out order holds four products that training knows; import more orders")
    scored = {name: score(scorer, asked) for name, scorer in systems.items()}
    ours = scored["co_purchase"]
    return [
        SystemFigures(
            name,
            protocol,
            len(asked),
            recall=figure(its.recall, seed),
            ndcg=figure(its.ndcg, seed),
            hit=figure(its.hit, seed),
            ahead=figure(ours.recall - its.recall, seed),
        )
        for name, its in scored.items()
    ]


def figure(values: NDArray[np.float64], seed: int) -> Figure:
    """Return the mean and its bootstrap interval."""
    mean = float(values.mean()) if len(values) else float("nan")
    return Figure(mean, bootstrap_interval(values, np.random.default_rng(seed)))
