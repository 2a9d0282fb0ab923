"""What a fit reads of the orders adds exactly over parts, so a fit brought up to date equals a full one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.baskets import Baskets
from recommender.ease import EaseSettings, ease_weights, most_bought, most_products, square_mb
from recommender.ease_blocks import MOST_BLOCKS, ease_blocks
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.order_counts import OrderCounter, OrderCounts, portions
from recommender.recency import decayed
from tests.fakes.catalogue import baskets_of

SKUS = list("ABCDEFGH")
ORDERS = st.lists(st.lists(st.sampled_from(SKUS), min_size=1, max_size=6), min_size=1, max_size=25)
HALF_LIFE_DAYS = 11.0
ALL = np.arange(len(SKUS), dtype=np.int32)


def counter(baskets: Baskets) -> OrderCounter:
    return OrderCounter(baskets, CoPurchaseSettings(), HALF_LIFE_DAYS)


def counted(baskets: Baskets) -> OrderCounts:
    return counter(baskets).count(ALL)


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
    blocks = list(portions(ALL, counter(whole).work(), most_cells))
    assert np.concatenate(blocks).tolist() == ALL.tolist()
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


@given(ORDERS, st.floats(0.5, 50.0), st.floats(0.1, 0.8))
@settings(max_examples=30, deadline=None)
def test_dropout_is_a_ridge_that_grows_with_what_a_product_sells(
    orders: list[list[str]], regularisation: float, dropout: float
) -> None:
    counts = counter(baskets_of(orders, SKUS)).recent_square(ALL)
    counts = counts / max(float(np.diag(counts).max()), 1.0)
    by_hand = counts + np.diag(np.diag(counts)) * dropout / (1 - dropout)
    inside = ease_weights(counts, regularisation, dropout)
    assert np.allclose(inside, ease_weights(by_hand, regularisation), atol=1e-6)


def families(count: int, size: int) -> Baskets:
    """Orders of two products of one family each, all pairs of a family twice."""
    names = [[f"{family}-{n}" for n in range(size)] for family in range(count)]
    pairs = [[one, two] for family in names for one in family for two in family if one < two]
    return baskets_of(pairs * 2)


def test_products_beyond_one_square_are_fitted_in_blocks_of_what_is_bought_together() -> None:
    baskets = families(count=40, size=10)
    source = counter(baskets)
    found = ease_blocks(source, EaseSettings(memory_mb=1), CoPurchaseSettings())
    assert len(found.blocks) == 2
    assert found.mb <= 1
    assert sorted(np.concatenate(found.blocks).tolist()) == list(range(400))
    for block in found.blocks:
        for family in {baskets.skus[at].split("-")[0] for at in block}:
            assert sum(baskets.skus[at].split("-")[0] == family for at in block) == 10
    assert "EASE over 400 products would take 4 MB, 1 MB are allowed: that is room for 204" in found.in_words
    assert "2 blocks" in found.in_words


def test_what_is_beyond_all_blocks_is_refused_with_the_estimate() -> None:
    room = most_products(1)
    baskets = families(count=(room * MOST_BLOCKS) // 10 + 30, size=10)
    source = counter(baskets)
    found = ease_blocks(source, EaseSettings(memory_mb=1), CoPurchaseSettings())
    assert found.wanted == len(baskets.skus)
    assert found.products == room * MOST_BLOCKS
    assert f"the other {found.wanted - found.products:,} are refused" in found.in_words


def test_no_memory_is_no_ease() -> None:
    source = counter(families(count=2, size=4))
    found = ease_blocks(source, EaseSettings(memory_mb=0), CoPurchaseSettings())
    assert (found.blocks, found.mb) == ((), 0)
    assert found.in_words == "EASE is switched off; RP3beta serves all products"


def test_the_most_bought_products_have_the_room_there_is() -> None:
    orders = np.array([1, 50, 3, 40, 2, 60], dtype=np.int64)
    assert most_bought(orders, least=2, room=10).tolist() == [1, 2, 3, 4, 5]
    assert most_bought(orders, least=2, room=2).tolist() == [1, 5]
    assert square_mb(most_products(1)) <= 1


def test_a_weight_never_changes_as_time_goes_on_and_halves_with_age() -> None:
    days = np.array(["2010-01-01", "2010-01-12", "2010-01-23"], dtype="datetime64[s]")
    weights = decayed(days, HALF_LIFE_DAYS)
    assert np.array_equal(decayed(days[:1], HALF_LIFE_DAYS), weights[:1])
    assert np.allclose(weights[1:] / weights[:-1], 2.0, rtol=1e-3)
    assert decayed(days, float("inf")).tolist() == [1.0, 1.0, 1.0]


def test_a_date_centuries_off_overflows_nothing() -> None:
    days = np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]")
    assert np.isfinite(decayed(days, HALF_LIFE_DAYS)).all()
    assert (decayed(days, HALF_LIFE_DAYS) > 0).all()
