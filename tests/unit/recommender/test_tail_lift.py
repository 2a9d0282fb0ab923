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
    return Judged(scores, Lists(features, wanted, present), np.full(LISTS, asked), np.full(LISTS, 10), 0.5)


def test_the_ranking_leans_to_the_tail_where_that_finds_more() -> None:
    lift = chosen_lift(judged(walk_finds_the_tail=True), 12)
    assert lift.single > 0
    assert lift.several == 0.0  # no list asks about several
    assert lift.until == 12


def test_what_is_leant_for_several_is_chosen_apart() -> None:
    lift = chosen_lift(judged(walk_finds_the_tail=True, asked=3), 12)
    assert lift.single == 0.0
    assert lift.several > 0


def test_the_aim_is_what_rp3beta_finds_with_its_usual_power() -> None:
    asked = judged(walk_finds_the_tail=False)
    asked.lists.features[:, :15, WALK] = 1.0  # the popular stand before the rare one…
    asked.lists.features[:, 20, WALK] = 0.9
    usual, mild = (chosen_lift(asked._replace(beta=beta), 12) for beta in (0.5, 0.2))
    assert mild.single > usual.single  # …until their popularity is held against them as usual


def test_leaning_adds_to_the_tail_alone() -> None:
    features = np.zeros((4, len(FEATURES)), dtype=np.float32)
    features[:, POPULARITY] = np.log1p((3, 12, 13, 900))
    scores = np.array([1.0, 0.5, 1.0, 1.5], dtype=np.float32)
    lift = TailLift(single=0.5, several=0.0, until=12)
    assert lift.applied(scores, features, 1).tolist() == [1.5, 1.0, 1.0, 1.5]
    assert lift.applied(scores, features, 2) is scores


@pytest.mark.parametrize(
    ("orders", "until"), [([], 0), ([7], 7), ([1, 1, 1, 1, 16], 1), ([0, 0, 3, 3, 4, 30], 4)]
)
def test_the_tail_is_the_least_bought_that_make_a_fifth_of_the_sales(orders: list[int], until: int) -> None:
    assert tail_until(np.array(orders, dtype=np.int64)) == until
