import numpy as np
import pytest

from models.list_ranker import Lists
from recommender.ranking_features import FEATURES
from recommender.tail_lift import POPULARITY, Judged, TailLift, chosen_lift, tail_until

WALK = FEATURES.index("walk")
LISTS, ENTRIES = 200, 30


def judged(*, walk_finds_the_tail: bool, asked: int = 1) -> Judged:
    """Lists that want one popular product and a rare one; the ranker knows of the popular one only."""
    random = np.random.default_rng(4)
    features = np.zeros((LISTS, ENTRIES, len(FEATURES)), dtype=np.float32)
    features[:, :, POPULARITY] = np.log1p(1_000)
    features[:, 15:, POPULARITY] = np.log1p(4)  # half of the entries are rare
    wanted = np.zeros((LISTS, ENTRIES), dtype=np.bool_)
    wanted[:, 0] = wanted[:, 20] = True
    features[:, 20, WALK] = 1.0 if walk_finds_the_tail else 0.0
    scores = [random.normal(0, 0.3, ENTRIES).astype(np.float32) for _ in range(LISTS)]
    for one in scores:
        one[0] += 4.0
        one[15:] -= 1.5
        one[20] += 0.5
    present = np.ones((LISTS, ENTRIES), dtype=np.bool_)
    return Judged(scores, Lists(features, wanted, present), np.full(LISTS, asked), 10)


def test_the_ranking_leans_to_the_tail_where_that_finds_more() -> None:
    lift = chosen_lift(judged(walk_finds_the_tail=True))
    assert lift.single > 0
    assert lift.several == 0.0  # no list asks about several


def test_what_is_leant_for_several_is_chosen_apart() -> None:
    lift = chosen_lift(judged(walk_finds_the_tail=True, asked=3))
    assert lift.single == 0.0
    assert lift.several > 0


def test_leaning_takes_more_from_what_most_orders_hold() -> None:
    features = np.zeros((2, len(FEATURES)), dtype=np.float32)
    features[:, POPULARITY] = (2.0, 5.0)
    scores = np.array([1.0, 1.5], dtype=np.float32)
    lift = TailLift(single=0.5, several=0.0)
    assert lift.applied(scores, features, 1).tolist() == [0.0, -1.0]
    assert lift.applied(scores, features, 2) is scores


@pytest.mark.parametrize(
    ("orders", "until"), [([], 0), ([7], 7), ([1, 1, 1, 1, 16], 1), ([0, 0, 3, 3, 4, 30], 4)]
)
def test_the_tail_is_the_least_bought_that_make_a_fifth_of_the_sales(orders: list[int], until: int) -> None:
    assert tail_until(np.array(orders, dtype=np.int64)) == until
