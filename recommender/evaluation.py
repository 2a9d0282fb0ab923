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
from recommender.co_purchase import best
from recommender.uncertainty import Interval, bootstrap_interval

CUT = 10
_HEAD_SALES = 0.8
_DISCOUNTS = 1.0 / np.log2(np.arange(2, CUT + 2))


class Protocols(StrEnum):
    """What is hidden of a basket: half of it (rounded down), one product, or all but one."""

    HIDE_HALF = "hide_half"
    HIDE_ONE = "hide_one"
    ONE_GIVEN = "one_given"

    def hidden_of(self, size: int) -> int:
        """Return how many of `size` products are hidden."""
        return {Protocols.HIDE_HALF: size // 2, Protocols.HIDE_ONE: 1, Protocols.ONE_GIVEN: size - 1}[self]


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

    Recall divides by the smaller of ten and the number hidden, so that 1 can be reached. `top` (n, 10) are
    the positions ranked, -1 where the system had no more to offer.
    """

    recall: NDArray[np.float64]
    ndcg: NDArray[np.float64]
    hit: NDArray[np.float64]
    top: ItemArray


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of one measure with its 95 % bootstrap interval."""

    value: float
    interval: Interval


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
        hidden = protocol.hidden_of(len(mixed))
        made.append(Question(shown=mixed[hidden:], hidden=mixed[:hidden]))
    return made


def score(scorer: ItemScorer, asked: Sequence[Question]) -> Scored:
    """Rank all products but those shown and look for the hidden ones among the first ten."""
    figures = np.zeros((3, len(asked)))
    wanted = np.zeros(0, dtype=np.bool_)
    tops = np.full((len(asked), CUT), -1, dtype=np.int32)
    for at, question in enumerate(asked):
        scores = np.array(scorer.item_scores(question.shown), dtype=np.float32)
        scores[question.shown] = -np.inf
        top = best(scores, CUT)
        top = top[scores[top] > 0]
        tops[at, : len(top)] = top
        if len(wanted) != len(scores):
            wanted = np.zeros(len(scores), dtype=np.bool_)
        wanted[question.hidden] = True
        found = wanted[top]
        wanted[question.hidden] = False
        reachable = min(CUT, len(question.hidden))
        figures[0, at] = found.sum() / reachable
        figures[1, at] = (found * _DISCOUNTS[: len(found)]).sum() / _DISCOUNTS[:reachable].sum()
        figures[2, at] = float(found.any())
    return Scored(figures[0], figures[1], figures[2], tops)


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


def tail_products(train: Baskets) -> NDArray[np.bool_]:
    """Say which products are in the tail, (products,): the least bought that make a fifth of the sales."""
    orders = train.item_orders
    by_orders = np.argsort(-orders, kind="stable")
    before = np.cumsum(orders[by_orders]) - orders[by_orders]
    tail = np.zeros(len(orders), dtype=np.bool_)
    tail[by_orders[before >= _HEAD_SALES * max(int(orders.sum()), 1)]] = True
    return tail


def tail_hits(scored: Scored, asked: Sequence[Question], tail: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return, for each question that hides a tail product, whether one of these is among the first ten."""
    hits: list[float] = []
    for top, question in zip(scored.top, asked, strict=True):
        hidden = question.hidden[tail[question.hidden]]
        if len(hidden):
            hits.append(float(np.isin(top[top >= 0], hidden).any()))
    return np.array(hits)


def coverage(scored: Scored, known: NDArray[np.bool_]) -> float:
    """Return the share of the known products that is offered at least once."""
    offered = np.unique(scored.top[scored.top >= 0])
    return len(offered) / max(int(known.sum()), 1)


def novelty(scored: Scored, train: Baskets) -> NDArray[np.float64]:
    """Return per question the mean of -log2 of the share of orders that hold each product offered, bits."""
    bits = -np.log2(np.maximum(train.item_orders, 1) / max(len(train), 1))
    given = scored.top >= 0
    total = np.where(given, bits[np.maximum(scored.top, 0)], 0.0).sum(axis=1)
    return total / np.maximum(given.sum(axis=1), 1)


def figure(values: NDArray[np.float64], seed: int) -> Figure:
    """Return the mean and its bootstrap interval."""
    mean = float(values.mean()) if len(values) else float("nan")
    return Figure(mean, bootstrap_interval(values, np.random.default_rng(seed)))
