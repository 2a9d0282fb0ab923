from dataclasses import dataclass

import numpy as np
import pytest

from recommender.baskets import ItemArray
from recommender.co_counts import FloatArray
from recommender.co_purchase import CoPurchase
from recommender.comparison import evaluate_cross_sell
from recommender.evaluation import (
    Protocols,
    Question,
    coverage,
    known_products,
    novelty,
    questions,
    score,
    tail_hits,
    tail_products,
)
from recommender.ranking import Engine
from tests.fakes.catalogue import baskets_of


@dataclass
class Fixed:
    scores: list[float]

    def item_scores(self, items: ItemArray) -> FloatArray:
        return np.array(self.scores, dtype=np.float32)


def asked(shown: list[int], hidden: list[int]) -> Question:
    return Question(np.array(shown, dtype=np.int32), np.array(hidden, dtype=np.int32))


def test_figures_are_as_worked_out_by_hand() -> None:
    # Ranking without the shown item 0: 3, 2, 1, 4. Hidden 2 and 9 (never ranked): one hit at place 2.
    scored = score(Fixed([9, 2, 3, 4, 1, 0, 0, 0, 0, 0]), [asked([0], [2, 9])])
    assert scored.recall.tolist() == [0.5]
    assert scored.hit.tolist() == [1.0]
    assert scored.ndcg[0] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))


def test_recall_divides_by_ten_when_more_are_hidden() -> None:
    scored = score(Fixed([float(20 - n) for n in range(20)]), [asked([0], list(range(1, 15)))])
    assert scored.recall.tolist() == [1.0]
    assert scored.ndcg.tolist() == [1.0]


def test_what_is_not_scored_is_not_found() -> None:
    scored = score(Fixed([0.0] * 5), [asked([0], [1])])
    assert scored.hit.tolist() == [0.0]


def test_half_or_one_is_hidden_and_unknown_products_are_dropped() -> None:
    held_out = baskets_of([list("ABCDE"), list("ABC"), list("ABCDZ")])
    known = np.array([sku != "Z" for sku in held_out.skus])
    half = questions(held_out, known, Protocols.HIDE_HALF, seed=1)
    one = questions(held_out, known, Protocols.HIDE_ONE, seed=1)
    assert [(len(q.shown), len(q.hidden)) for q in half] == [(3, 2), (2, 2)]
    assert [(len(q.shown), len(q.hidden)) for q in one] == [(4, 1), (3, 1)]
    given = questions(held_out, known, Protocols.ONE_GIVEN, seed=1)
    assert [(len(q.shown), len(q.hidden)) for q in given] == [(1, 4), (1, 3)]
    assert all(not set(q.shown.tolist()) & set(q.hidden.tolist()) for q in half)


def test_tail_coverage_and_novelty_are_as_worked_out_by_hand() -> None:
    train = baskets_of([["A"]] * 8 + [["B"], ["C"]])
    assert tail_products(train).tolist() == [False, True, True]
    questions_asked = [asked([0], [1]), asked([1], [0])]
    scored = score(Fixed([3, 2, 0]), questions_asked)
    assert tail_hits(scored, questions_asked, tail_products(train)).tolist() == [1.0]
    assert coverage(scored, np.array([True, True, True])) == pytest.approx(2 / 3)
    assert novelty(scored, train).tolist() == pytest.approx([np.log2(10), -np.log2(0.8)])


def test_known_means_in_five_training_orders() -> None:
    assert known_products(baskets_of([["A"]] * 5 + [["B"]] * 4)).tolist() == [True, False]


def test_structure_is_found_and_the_baselines_stand_beside_it() -> None:
    orders = [[f"{kit}{n}" for n in range(4)] for _ in range(30) for kit in "abcdefgh"]
    table = evaluate_cross_sell(baskets_of(orders), 0.2).figures
    by_name = {(one.system, one.protocol): one for one in table}
    ours = by_name["wellput", Protocols.HIDE_HALF]
    assert {one.system for one in table} >= {
        "wellput",
        "popularity",
        "confidence",
        "cosine",
        "rp3beta",
        "ease",
    }
    assert ours.recall.value == 1.0
    popular = by_name["popularity", Protocols.HIDE_HALF]
    assert popular.recall.value < 0.5
    assert popular.ahead.value == pytest.approx(ours.recall.value - popular.recall.value)
    assert popular.ahead.interval.low > 0


def test_a_model_that_has_read_the_held_out_orders_is_refused() -> None:
    baskets = baskets_of([list("ABCD")] * 30)
    with pytest.raises(ValueError, match="after the split"):
        evaluate_cross_sell(baskets, 0.2, engine=Engine.plain(CoPurchase.fit(baskets)))


def test_too_few_orders_are_said_to_be_too_few() -> None:
    with pytest.raises(ValueError, match="none of the later 3 holds four of these"):
        evaluate_cross_sell(baskets_of([["A", "B"]] * 9), 0.3)
