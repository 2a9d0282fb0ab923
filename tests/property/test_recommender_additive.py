"""What a fit reads of the orders adds exactly over parts, so a fit brought up to date equals a full one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.baskets import Baskets
from recommender.ease import EaseRefused, ease_block, ease_mb, ease_weights, refuse_beyond
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.order_counts import OrderCounter, OrderCounts
from recommender.recency import decayed
from tests.fakes.catalogue import baskets_of

SKUS = list("ABCDEFGH")
ORDERS = st.lists(st.lists(st.sampled_from(SKUS), min_size=1, max_size=6), min_size=1, max_size=25)
HALF_LIFE_DAYS = 11.0


def counter(baskets: Baskets) -> OrderCounter:
    return OrderCounter(baskets, CoPurchaseSettings(), HALF_LIFE_DAYS)


def counted(baskets: Baskets) -> OrderCounts:
    return counter(baskets).count(slice(0, len(SKUS)))


def same(one: OrderCounts, other: OrderCounts) -> bool:
    cells = [(one.starts, other.starts), (one.columns, other.columns)]
    arrays = [*cells, *zip(one.sums, other.sums, strict=True)]
    return all(np.array_equal(mine, its) for mine, its in arrays)


@given(ORDERS, st.lists(st.integers(0, 25), max_size=3))
@settings(max_examples=80, deadline=None)
def test_counts_of_any_partition_add_up_to_the_very_same_numbers(
    orders: list[list[str]], cuts: list[int]
) -> None:
    whole = baskets_of(orders, SKUS)
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    parts = [whole.part(first, stop) for first, stop in pairwise(edges)]
    backwards = [counted(part) for part in reversed(parts)]
    total = backwards[0]
    for part in backwards[1:]:
        total = total + part
    assert same(total, counted(whole))


@given(ORDERS, st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_blocks_of_products_hold_what_one_count_holds(orders: list[list[str]], most_cells: int) -> None:
    whole = baskets_of(orders, SKUS)
    blocks = list(counter(whole).blocks(most_cells))
    assert [block.start for block in blocks] == [0, *(block.stop for block in blocks[:-1])]
    assert blocks[-1].stop == len(SKUS)
    counts = [counter(whole).count(block) for block in blocks]
    assert np.concatenate([one.columns for one in counts]).tolist() == counted(whole).columns.tolist()
    for at in range(4):
        joined = np.concatenate([one.sums[at] for one in counts])
        assert np.array_equal(joined, counted(whole).sums[at])


@given(ORDERS, st.integers(0, 25))
@settings(max_examples=60, deadline=None)
def test_ease_brought_up_to_date_equals_a_full_fit(orders: list[list[str]], cut: int) -> None:
    whole = baskets_of(orders, SKUS)
    at = min(cut, len(whole))
    block = np.arange(len(SKUS), dtype=np.int32)
    squares = [counter(part).recent_square(block) for part in (whole.part(0, at), whole.part(at, len(whole)))]
    full = counter(whole).recent_square(block)
    assert np.array_equal(squares[0] + squares[1], full)
    unit = counter(whole).items().recent_unit
    apart = np.abs(ease_weights((squares[0] + squares[1]) / unit, 5.0) - ease_weights(full / unit, 5.0))
    assert apart.max() <= 1e-6


@given(ORDERS, st.floats(0.5, 50.0))
@settings(max_examples=60, deadline=None)
def test_ease_is_the_ridge_regression_of_each_product_on_the_others(
    orders: list[list[str]], regularisation: float
) -> None:
    baskets = baskets_of(orders, SKUS)
    rows = np.zeros((len(baskets), len(SKUS)))
    for basket in range(len(baskets)):
        rows[basket, baskets.items_of(basket)] = 1.0
    weights = ease_weights(rows.T @ rows, regularisation)
    for product in range(len(SKUS)):
        others = np.delete(np.arange(len(SKUS)), product)
        known = rows[:, others]
        ridge = known.T @ known + regularisation * np.eye(len(others))
        by_hand = np.linalg.solve(ridge, known.T @ rows[:, product])
        assert np.allclose(weights[others, product], by_hand, atol=1e-5)


def test_a_square_beyond_the_memory_is_refused_with_the_estimate() -> None:
    refuse_beyond(9_000, 2_000)
    try:
        refuse_beyond(100_000, 2_000)
    except EaseRefused as refused:
        assert "100,000 products would take 240,000 MB, 2,000 MB are allowed" in str(refused)
        assert "room for 9,128 products" in str(refused)
    else:
        raise AssertionError("200 GB were not refused")


def test_the_most_bought_products_have_the_room_there_is() -> None:
    orders = np.array([1, 50, 3, 40, 2, 60], dtype=np.int64)
    assert ease_block(orders, least=2, memory_mb=1).tolist() == [1, 2, 3, 4, 5]
    many = np.arange(1_000, dtype=np.int64)
    block = ease_block(many, least=2, memory_mb=1)
    assert ease_mb(len(block)) <= 1
    assert block.tolist() == list(range(1_000 - len(block), 1_000))


def test_a_weight_never_changes_as_time_goes_on_and_halves_with_age() -> None:
    days = np.array(["2010-01-01", "2010-01-12", "2010-01-23"], dtype="datetime64[s]")
    weights = decayed(days, HALF_LIFE_DAYS)
    assert np.array_equal(decayed(days[:1], HALF_LIFE_DAYS), weights[:1])
    assert np.allclose(weights[1:] / weights[:-1], 2.0, rtol=1e-3)
    assert decayed(days, float("inf")).tolist() == [1.0, 1.0, 1.0]
