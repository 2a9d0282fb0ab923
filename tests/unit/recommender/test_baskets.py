from dataclasses import replace

import numpy as np
import pytest

from recommender.baskets import Baskets, OrderLineArrays
from tests.fakes.catalogue import baskets_of, order_lines


def lines(rows: list[tuple[int, int, str]], skus: tuple[str, ...] = ("A", "B", "C")) -> OrderLineArrays:
    return OrderLineArrays(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype="datetime64[s]"),
        skus,
    )


def test_a_product_counts_once_an_order_and_orders_stand_by_time() -> None:
    baskets = Baskets.of(
        lines([(9, 2, "2026-02-01"), (9, 0, "2026-02-01"), (9, 2, "2026-02-01"), (4, 1, "2026-03-01")])
    )
    assert [baskets.items_of(at).tolist() for at in range(len(baskets))] == [[0, 2], [1]]
    assert baskets.item_orders.tolist() == [1, 1, 1]


def test_an_order_is_dated_by_its_earliest_line() -> None:
    baskets = Baskets.of(lines([(1, 0, "2026-02-05"), (2, 1, "2026-02-03"), (1, 2, "2026-02-01")]))
    assert baskets.items_of(0).tolist() == [0, 2]
    assert baskets.ordered_at[0] == np.datetime64("2026-02-01")


def test_lines_that_are_no_purchase_are_left_out() -> None:
    given = lines([(1, 0, "2026-02-01"), (1, 1, "2026-02-01"), (2, 2, "2026-02-02")])
    baskets = Baskets.of(replace(given, kept=np.array([True, False, False])))
    assert len(baskets) == 1
    assert baskets.items_of(0).tolist() == [0]


def test_a_split_puts_the_moment_itself_into_the_later_part() -> None:
    earlier, later = baskets_of([["A"], ["B"], ["A", "C"]]).split(np.datetime64("2026-01-02"))
    assert (len(earlier), len(later)) == (1, 2)
    assert later.items_of(1).tolist() == [0, 2]


def test_a_share_splits_off_the_latest_orders() -> None:
    earlier, later = baskets_of([["A"]] * 10).split_share(0.2)
    assert (len(earlier), len(later)) == (8, 2)
    assert earlier.ordered_at[-1] < later.ordered_at[0]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, float("nan")])
def test_a_share_must_leave_something_on_both_sides(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        baskets_of([["A"]]).split_share(share)


def test_no_lines_make_no_baskets() -> None:
    baskets = Baskets.of(order_lines([]))
    assert len(baskets) == 0
    assert [len(part) for part in baskets.split_share(0.5)] == [0, 0]


def test_columns_of_different_length_are_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match="kept has 1 values, order_codes has 2"):
        replace(lines([(1, 0, "2026-02-01"), (2, 1, "2026-02-01")]), kept=np.array([True]))


def test_a_code_outside_the_skus_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 3, but there are 3 skus"):
        lines([(1, 0, "2026-02-01"), (2, 3, "2026-02-01")])


def test_a_sku_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="same SKU twice"):
        lines([], ("A", "A"))
