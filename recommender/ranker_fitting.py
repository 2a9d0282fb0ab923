"""Learn the ranker without looking ahead: what it sees is fitted on orders before those it learns from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.list_ranker import ListRanker, Lists, Training, train_list_ranker
from recommender.basket_memory import BasketMemory
from recommender.baskets import Baskets, ItemArray
from recommender.co_counts import FloatArray
from recommender.item_facts import ItemFacts, ItemSales, month_of
from recommender.likeness import alike, kinship, with_newcomers
from recommender.ranking import Calibration, Engine
from recommender.ranking_features import FEATURES, LOOKED_AT, Knowledge, category_transitions, describe
from recommender.strength_fitting import Counting, fit_strengths
from recommender.strength_settings import EngineSettings
from recommender.tail_lift import Judged, TailLift, chosen_lift, tail_until

Tell = Callable[[str], None]
Step = Callable[[str, int, int], None]
"""Gets what is being done, how many are done, and of how many."""

_WINDOWS = ((0.85, 1.0), (0.70, 0.85))
"""Shares of the orders: what a window's lists show is fitted on all orders before it."""
_BASKETS_A_WINDOW = 2_000
_PASSES = 6
_LISTS_TO_LEARN = 300
_JUDGED_SHARE = 0.15
_ALL_BUT_ONE = 0.5
_KNOWN_FROM_ORDERS = 3
_LEAST_PROBABILITY = 0.01


class _Window(NamedTuple):
    lists: Lists
    asked: NDArray[np.int64]
    tail_until: NDArray[np.int64]


def no_step(_what: str, _done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def knowledge_of(
    baskets: Baskets,
    facts: ItemFacts,
    settings: EngineSettings,
    tell: Tell = lambda _line: None,
    *,
    on_step: Step = no_step,
    counting: Counting | None = None,
) -> Knowledge:
    """Fit all that candidates are scored from, on these baskets alone."""

    def on_progress(done: int, of: int) -> None:
        on_step("products paired", done, of)

    fit = fit_strengths(baskets, settings, on_progress, counting)
    if fit.blocks.in_words:
        tell(f"cross-sell: {fit.blocks.in_words}")
    near = alike(facts.vectors, fit.co_purchase.item_orders, settings.co_purchase.min_orders)
    kin = kinship(facts.vectors, fit.co_purchase) if len(near.new) else 0.0
    co_purchase, strengths = with_newcomers(fit.co_purchase, fit.strengths, near, kin)
    until = baskets.ordered_at[-1] if len(baskets) else np.datetime64(0, "s")
    return Knowledge(
        co_purchase,
        strengths,
        BasketMemory.of(baskets, settings.remembered_baskets),
        facts,
        ItemSales.of(baskets, until),
        category_transitions(fit.co_purchase, facts),
        near,
    )


def fit_engine(
    baskets: Baskets,
    facts: ItemFacts,
    settings: EngineSettings,
    *,
    seed: int = 7,
    tell: Tell = lambda _line: None,
    on_step: Step = no_step,
    counting: Counting | None = None,
) -> Engine:
    """Learn the ranker from the latest orders, then fit what it sees on all of them.

    With too few orders, or where the ranker is no better than the plain blend on orders it has not
    read, the blend ranks alone.
    """
    fit = fit_ranker(baskets, facts, settings, seed=seed, tell=tell, on_step=on_step)
    knowledge = knowledge_of(baskets, facts, settings, tell, on_step=on_step, counting=counting)
    return Engine(knowledge, settings, *fit)


class RankerFit(NamedTuple):
    """What an engine learns beside its knowledge, in the order `Engine` takes it; all blank when none."""

    ranker: ListRanker | None = None
    calibration: Calibration | None = None
    least_probability: float = 0.0
    tail_lift: TailLift = TailLift()


def fit_ranker(
    baskets: Baskets,
    facts: ItemFacts,
    settings: EngineSettings,
    *,
    seed: int = 7,
    tell: Tell = lambda _line: None,
    on_step: Step = no_step,
) -> RankerFit:
    """Learn to rank from the latest orders, each seen by what was fitted on the orders before."""
    windows = [_window(baskets, shares, facts, settings, seed, tell, on_step) for shares in _WINDOWS]
    judged = int(len(windows[0].lists) * _JUDGED_SHARE)
    cut = len(windows[0].lists) - judged
    lists = _joined([windows[0].lists.part(slice(0, cut)), windows[1].lists])
    test, asked = windows[0].lists.part(slice(cut, None)), windows[0].asked[cut:]
    if int(lists.wanted.any(axis=1).sum()) < _LISTS_TO_LEARN or not test.wanted.any():
        return RankerFit()
    tell(f"cross-sell: learning to rank from {len(lists):,} lists")
    ranker = train_list_ranker(lists, seed=seed, training=Training(passes=_PASSES))
    scores = [ranker.scores(rows[present]) for rows, present in zip(test.features, test.present, strict=True)]
    blend = FEATURES.index("blend")
    plain = [rows[present, blend] for rows, present in zip(test.features, test.present, strict=True)]
    if _found(scores, test) <= _found(plain, test):
        return RankerFit()
    known = [
        ranker.scores(rows[present]) for rows, present in zip(lists.features, lists.present, strict=True)
    ]
    every, until = (
        np.concatenate((latest[:cut], earlier, latest[cut:]))
        for latest, earlier in zip(
            (windows[0].asked, windows[0].tail_until), (windows[1].asked, windows[1].tail_until), strict=True
        )
    )
    seen = Judged([*known, *scores], _joined([lists, test]), every, until, settings.co_purchase.beta)
    lift = chosen_lift(seen, tail_until(baskets.item_orders))
    return RankerFit(ranker, _calibrated(scores, test, asked), _LEAST_PROBABILITY, lift)


def _window(
    baskets: Baskets,
    shares: tuple[float, float],
    facts: ItemFacts,
    settings: EngineSettings,
    seed: int,
    tell: Tell,
    on_step: Step,
) -> _Window:
    """Return the lists of one window, in order of time."""
    first, stop = (round(len(baskets) * share) for share in shares)
    earlier, later = baskets.part(0, first), baskets.part(first, stop)
    questions = _questions(earlier, later, np.random.default_rng((seed, first)))
    features = np.zeros((len(questions), LOOKED_AT, len(FEATURES)), dtype=np.float32)
    wanted, present = (np.zeros((len(questions), LOOKED_AT), dtype=np.bool_) for _ in range(2))
    if questions:
        tell(f"cross-sell: {len(questions):,} lists to learn from, seen by {len(earlier):,} earlier orders")
        knowledge = knowledge_of(earlier, facts, settings, on_step=on_step)
        month = month_of(earlier.ordered_at[-1])
        for at, (shown, hidden) in enumerate(questions):
            items, rows = describe(knowledge, shown, month)
            features[at, : len(items)] = rows
            wanted[at, : len(items)] = np.isin(items, hidden)
            present[at, : len(items)] = True
            on_step("lists described", at + 1, len(questions))
    asked = np.array([len(shown) for shown, _ in questions], dtype=np.int64)
    until = np.full(len(questions), tail_until(earlier.item_orders), dtype=np.int64)
    return _Window(Lists(features, wanted, present), asked, until)


def _questions(
    earlier: Baskets, later: Baskets, random: np.random.Generator
) -> list[tuple[ItemArray, ItemArray]]:
    """Return (shown, hidden) of later baskets, in order of time: half, one, and of some all but one."""
    known = earlier.item_orders >= _KNOWN_FROM_ORDERS
    spread = np.linspace(0, len(later), min(len(later), _BASKETS_A_WINDOW), endpoint=False)
    asked: list[tuple[ItemArray, ItemArray]] = []
    for basket in map(int, spread):
        items = later.items_of(basket)
        items = items[known[items]]
        if len(items) < 2:
            continue
        halves = random.permutation(items).astype(np.int32)
        asked.append((halves[: (len(items) + 1) // 2], halves[(len(items) + 1) // 2 :]))
        if len(items) > 2:
            others = [random.permutation(items).astype(np.int32) for _ in range(2)]
            asked.append((others[0][:1], others[0][1:]))
            if random.random() < _ALL_BUT_ONE:
                asked.append((others[1][:-1], others[1][-1:]))
    return asked


def _joined(parts: list[Lists]) -> Lists:
    return Lists(
        np.concatenate([one.features for one in parts]),
        np.concatenate([one.wanted for one in parts]),
        np.concatenate([one.present for one in parts]),
    )


def _found(scores: list[FloatArray], lists: Lists) -> float:
    """Return the mean reciprocal log rank of what was wanted: the gain of nDCG, in lists of any length."""
    gained = 0.0
    for scored, wanted, present in zip(scores, lists.wanted, lists.present, strict=True):
        first = wanted[present][np.argsort(-scored, kind="stable")][:10]
        gained += float((first / np.log2(np.arange(2, len(first) + 2))).sum())
    return gained


def _calibrated(scores: list[FloatArray], lists: Lists, asked: NDArray[np.int64]) -> Calibration:
    """Fit the logistic by Newton's method on lists that the ranker has not read."""
    rows: list[FloatArray] = []
    hits: list[FloatArray] = []
    for scored, wanted, present, count in zip(scores, lists.wanted, lists.present, asked, strict=True):
        if len(scored):
            top = float(scored.max())
            share = scored - (top + float(np.log(np.exp(scored - top).sum())))
            size = np.full(len(scored), np.log(count))
            rows.append(np.stack((np.ones(len(scored)), share, size), axis=1))
            hits.append(wanted[present].astype(np.float64))
    x, y = np.concatenate(rows).astype(np.float64), np.concatenate(hits)
    weights = np.zeros(3)
    for _ in range(25):
        chances = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        curve = x.T @ (x * (chances * (1 - chances))[:, None]) + 1e-3 * np.eye(3)
        weights = weights - np.linalg.solve(curve, x.T @ (chances - y) + 1e-3 * weights)
    return Calibration(*(float(one) for one in weights))
