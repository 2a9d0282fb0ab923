from pathlib import Path

import numpy as np
import pytest

from models.list_ranker import ListRanker, Lists, train_list_ranker


def lists(count: int, seed: int = 0) -> Lists:
    """Lists of eight with three features: the entry with the largest product of the first two is wanted."""
    random = np.random.default_rng(seed)
    features = random.standard_normal((count, 8, 3)).astype(np.float32)
    features[:, :, 2] = 7.0  # never varies
    present = np.ones((count, 8), dtype=np.bool_)
    present[::3, 6:] = False
    gain = np.where(present, features[:, :, 0] * features[:, :, 1], -np.inf)
    wanted = gain == gain.max(axis=1, keepdims=True)
    return Lists(features, wanted, present)


def first_right(ranker: ListRanker, asked: Lists) -> float:
    right = [
        bool(wanted[present][int(ranker.scores(rows[present]).argmax())])
        for rows, wanted, present in zip(asked.features, asked.wanted, asked.present, strict=True)
    ]
    return float(np.mean(right))


@pytest.fixture(scope="module")
def ranker() -> ListRanker:
    return train_list_ranker(lists(2_000), seed=1)


def test_what_no_single_feature_says_is_learned(ranker: ListRanker) -> None:
    assert first_right(ranker, lists(300, seed=9)) > 0.6  # one in eight by chance


def test_a_feature_that_never_varied_says_nothing_when_it_does(ranker: ListRanker) -> None:
    rows = lists(1).features[0]
    moved = rows.copy()
    moved[:, 2] = np.arange(8) * 100
    assert np.array_equal(ranker.scores(rows), ranker.scores(moved))


def test_a_saved_ranker_scores_alike_and_a_missing_one_is_none(ranker: ListRanker, tmp_path: Path) -> None:
    assert ListRanker.load(tmp_path) is None
    ranker.save(tmp_path)
    again = ListRanker.load(tmp_path)
    assert again is not None
    rows = lists(1).features[0]
    assert np.array_equal(again.scores(rows), ranker.scores(rows))


def test_lists_without_anything_wanted_are_refused() -> None:
    some = lists(5)
    with pytest.raises(ValueError, match="nothing to learn"):
        train_list_ranker(Lists(some.features, np.zeros_like(some.wanted), some.present), seed=1)
