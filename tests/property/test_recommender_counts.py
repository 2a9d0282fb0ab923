"""Counts add, neighbours are whole, whatever the orders."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.baskets import Baskets
from recommender.co_counts import pair_sums
from recommender.co_purchase import CoPurchase, best
from recommender.neighbour_scores import CoPurchaseSettings
from tests.fakes.catalogue import baskets_of, order_lines

SKUS = list("ABCDEFG")
ORDERS = st.lists(st.lists(st.sampled_from(SKUS), min_size=1, max_size=6), max_size=25)


def pairs(baskets: Baskets) -> Counter[tuple[str, str]]:
    table = pair_sums(baskets, np.ones(len(baskets), dtype=np.float32))
    cells = zip(table.row_of_each().tolist(), table.columns.tolist(), table.values.tolist(), strict=True)
    return Counter({(baskets.skus[row], baskets.skus[column]): int(value) for row, column, value in cells})


@given(ORDERS)
@settings(max_examples=100)
def test_pairs_are_counted_as_by_hand(orders: list[list[str]]) -> None:
    by_hand = Counter(pair for order in orders for pair in permutations(sorted(set(order)), 2))
    assert pairs(baskets_of(orders, SKUS)) == by_hand


@given(ORDERS, st.integers(0, 25))
@settings(max_examples=100)
def test_counts_of_parts_add_up(orders: list[list[str]], at: int) -> None:
    whole = baskets_of(orders, SKUS)
    first, second = whole.part(0, min(at, len(whole))), whole.part(min(at, len(whole)), len(whole))
    assert pairs(first) + pairs(second) == pairs(whole)


@given(ORDERS, st.randoms())
@settings(max_examples=60)
def test_the_order_of_lines_changes_nothing(orders: list[list[str]], random: Random) -> None:
    lines = order_lines(orders, SKUS)
    n = len(lines.sku_codes)
    mixed = np.array(random.sample(range(n), n), dtype=np.int64)
    moved = type(lines)(lines.order_codes[mixed], lines.sku_codes[mixed], lines.ordered_at[mixed], lines.skus)
    one, other = Baskets.of(lines), Baskets.of(moved)
    assert one.starts.tolist() == other.starts.tolist()
    assert one.items.tolist() == other.items.tolist()


@given(ORDERS, st.lists(st.sampled_from([*SKUS, "?"]), max_size=4), st.integers(0, 9))
@settings(max_examples=100)
def test_neighbours_are_ranked_distinct_and_strangers_to_the_basket(
    orders: list[list[str]], asked: list[str], n: int
) -> None:
    model = CoPurchase.fit(baskets_of(orders, SKUS), CoPurchaseSettings(min_orders=1))
    found = model.neighbours(asked, n)
    names = [one.sku for one in found]
    assert len(set(names)) == len(names) <= n
    assert not set(names) & set(asked)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    together = pairs(baskets_of(orders, SKUS))
    assert all(any(together[sku, one.sku] for sku in asked) for one in found)


@given(st.lists(st.floats(-5, 5, width=16), max_size=30), st.integers(0, 35))
@settings(max_examples=200)
def test_best_is_the_head_of_the_whole_ranking(values: list[float], n: int) -> None:
    scores = np.array(values, dtype=np.float32)
    ranking = sorted(range(len(values)), key=lambda at: (-values[at], at))
    assert best(scores, n).tolist() == ranking[:n]
