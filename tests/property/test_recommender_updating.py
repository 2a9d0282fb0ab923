"""A fit brought up to date with new orders is the fit of all orders; where it could not be, it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.basket_marks import changed_since, marks_of
from recommender.baskets import Baskets, OrderLineArrays
from recommender.co_purchase import CoPurchase
from recommender.ease import EaseSettings
from recommender.fitting import Fitted, Room, bring_up_to_date, fit_cross_sell, no_facts
from recommender.kept_counts import CountsUseless, KeptCounts
from recommender.neighbour_scores import CoPurchaseSettings
from recommender.strength_settings import EngineSettings
from tests.fakes.catalogue import order_lines

SKUS = list("ABCDEFGH")
ORDERS = st.lists(st.lists(st.sampled_from(SKUS), min_size=1, max_size=6), min_size=1, max_size=20)
SETTINGS = EngineSettings(CoPurchaseSettings(min_orders=1), EaseSettings(half_life_days=11.0))
ROOM = Room(counts_mb=10)


def fitted(lines: OrderLineArrays, room: Room = ROOM, how: EngineSettings = SETTINGS) -> Fitted:
    return fit_cross_sell(lines, held_out=None, settings=how, room=room)


def counts_of(fit: Fitted) -> KeptCounts:
    assert fit.counts is not None
    return replace(fit.counts, learned_from=1_000)  # so that no share of new orders is too large


def renumbered(lines: OrderLineArrays, seed: int) -> OrderLineArrays:
    """The same lines, orders and products numbered otherwise, as another read of the database may."""
    random = np.random.default_rng(seed)
    new = random.permutation(len(lines.skus))
    skus = tuple(lines.skus[int(at)] for at in np.argsort(new))
    mixed = random.permutation(len(lines.order_codes))
    codes = random.permutation(int(lines.order_codes.max(initial=0)) + 1)[lines.order_codes]
    return OrderLineArrays(codes[mixed], new[lines.sku_codes][mixed], lines.ordered_at[mixed], skus)


def first(lines: OrderLineArrays, orders: int) -> OrderLineArrays:
    return replace(lines, kept=lines.order_codes < orders)


def by_name(table: CoPurchase, values: np.ndarray) -> dict[tuple[str, str], tuple[float, ...]]:
    rows = np.repeat(np.arange(len(table.skus)), np.diff(table.starts))
    return {
        (table.skus[row], table.skus[column]): tuple(np.atleast_1d(value))
        for row, column, value in zip(rows, table.columns, values, strict=True)
    }


def assert_same(one: Fitted, other: Fitted) -> None:
    mine, its = one.engine.knowledge, other.engine.knowledge
    ours, theirs = mine.co_purchase, its.co_purchase
    assert by_name(ours, ours.together) == by_name(theirs, theirs.together)
    assert ours.orders == theirs.orders
    assert dict(zip(ours.skus, ours.item_orders, strict=True)) == dict(
        zip(theirs.skus, theirs.item_orders, strict=True)
    )
    values, expected = by_name(ours, mine.strengths.values), by_name(theirs, its.strengths.values)
    assert values.keys() == expected.keys()
    for pair, each in values.items():
        assert np.allclose(each, expected[pair], rtol=0, atol=1e-6), pair


@given(ORDERS, st.integers(0, 20), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_new_orders_added_to_kept_counts_are_a_fit_of_all(
    orders: list[list[str]], known: int, seed: int
) -> None:
    lines = order_lines(orders, SKUS)
    before = fitted(first(lines, max(1, min(known, len(orders) - 1))))
    now = renumbered(lines, seed)
    brought = bring_up_to_date(now, no_facts, before.engine, counts_of(before), room=ROOM)
    assert_same(brought, fitted(lines))
    again = bring_up_to_date(lines, no_facts, brought.engine, counts_of(brought), room=ROOM)
    assert again.metrics["new_orders"] == 0.0
    assert_same(again, fitted(lines))


@given(ORDERS, st.data())
@settings(max_examples=30, deadline=None)
def test_orders_that_changed_or_are_gone_are_noticed(orders: list[list[str]], data: st.DataObject) -> None:
    lines = order_lines(orders, SKUS)
    before = fitted(lines)
    at = data.draw(st.integers(0, len(lines.order_codes) - 1))
    what = data.draw(st.sampled_from(["gone", "another product", "another day"]))
    kept = np.ones(len(lines.order_codes), dtype=np.bool_)
    skus, times = lines.sku_codes.copy(), lines.ordered_at.copy()
    if what == "gone":
        kept = lines.order_codes != lines.order_codes[at]
    elif what == "another product":
        skus[at] = (skus[at] + 1) % len(lines.skus)
    else:
        times[lines.order_codes == lines.order_codes[at]] += np.timedelta64(1, "D")
    changed = replace(lines, sku_codes=skus, ordered_at=times, kept=kept)
    now, then = Baskets.of(changed), Baskets.of(lines)
    if sorted(held(now)) == sorted(held(then)) or not kept.any():
        return
    with pytest.raises(CountsUseless, match="changed or are gone"):
        bring_up_to_date(changed, no_facts, before.engine, counts_of(before), room=ROOM)


def held(baskets: Baskets) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (str(baskets.ordered_at[at]), tuple(baskets.skus[item] for item in baskets.items_of(at)))
        for at in range(len(baskets))
    ]


@given(ORDERS)
@settings(max_examples=60)
def test_marks_tell_orders_apart_also_those_that_are_alike(orders: list[list[str]]) -> None:
    baskets = Baskets.of(order_lines([*orders, *orders], SKUS))
    marks = marks_of(baskets)
    assert len(np.unique(marks)) == len(baskets)
    other = Baskets.of(renumbered(order_lines([*orders, *orders], SKUS), seed=1))
    assert np.array_equal(np.sort(marks), np.sort(marks_of(other)))
    changed = changed_since(marks[: len(orders)], marks)
    assert (int(changed.new.sum()), changed.gone) == (len(orders), 0)


def test_counts_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    lines = order_lines([["A", "B"], ["B", "C", "A"], ["C", "D"]] * 4)
    before = fitted(first(lines, 9))
    counts_of(before).save(tmp_path)
    brought = bring_up_to_date(lines, no_facts, before.engine, KeptCounts.load(tmp_path), room=ROOM)
    assert_same(brought, fitted(lines))


def test_too_many_new_orders_are_learned_from_anew() -> None:
    lines = order_lines([["A", "B"], ["B", "C"]] * 10)
    before = fitted(first(lines, 10))
    assert before.counts is not None
    with pytest.raises(CountsUseless, match="10 orders came since settings and ranker were learned from 10"):
        bring_up_to_date(lines, no_facts, before.engine, before.counts, room=ROOM)


def test_counts_of_other_settings_are_of_no_use() -> None:
    lines = order_lines([["A", "B"], ["B", "C"]] * 10)
    before = fitted(lines)
    other = replace(before.engine, settings=replace(SETTINGS, ease=EaseSettings(half_life_days=300.0)))
    with pytest.raises(CountsUseless, match="weighed otherwise"):
        bring_up_to_date(lines, no_facts, other, counts_of(before), room=ROOM)


def test_counts_beyond_the_memory_are_not_kept_and_it_is_said() -> None:
    said: list[str] = []
    skus = [f"p{n}" for n in range(180)]
    assert fitted(order_lines([skus]), Room(counts_mb=1, tell=said.append)).counts is None
    assert any("the counts take 2 MB, 1 MB are allowed (WELLPUT_COUNTS_MB)" in line for line in said)
