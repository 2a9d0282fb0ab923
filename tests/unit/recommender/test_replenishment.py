from collections import defaultdict
from itertools import pairwise
from statistics import median

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.replenishment import CustomerPurchases, Repeat, learn_repeats
from recommender.uncertainty import wilson_interval

Lines = list[tuple[int, int, int]]


def learnt(lines: Lines, products: int = 3) -> list[Repeat]:
    columns = np.array(lines, dtype=np.int64).reshape(-1, 3)
    found = learn_repeats(
        CustomerPurchases(
            columns[:, 0], columns[:, 1], columns[:, 2], tuple(f"p{n}" for n in range(products))
        )
    )
    return [
        Repeat(
            int(found.buyers[n]),
            int(found.again[n]),
            int(found.middle_days[n]),
            bool(found.is_replenished[n]),
        )
        for n in range(products)
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 400)), max_size=60))
def test_the_counts_are_those_of_the_lines(lines: Lines) -> None:
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for customer, product, day in lines:
        days[customer, product].append(day)
    for product, repeat in enumerate(learnt(lines)):
        own = [sorted(found) for (_, bought), found in days.items() if bought == product]
        gaps = [[later - day for day, later in pairwise(found) if later - day >= 2] for found in own]
        assert repeat.buyers == len(own)
        assert repeat.again == sum(bool(found) for found in gaps)
        every = [gap for found in gaps for gap in found]
        assert repeat.middle_days == (round(median(every)) if every else 0)


def test_what_far_more_customers_buy_again_than_is_usual_here_is_replenished() -> None:
    again = [(customer, 0, day) for customer in range(30) for day in (0, 60)]
    once = [(customer, product, 5) for customer in range(200) for product in (1, 2)]
    coffee, mug, _ = learnt(again + once)
    assert (coffee.is_replenished, coffee.middle_days, mug.is_replenished) == (True, 60, False)
    assert wilson_interval(coffee.again, coffee.buyers).low > 30 / 430


def test_nine_customers_are_too_few() -> None:
    lines = [(customer, 0, day) for customer in range(9) for day in (0, 60)]
    assert not learnt(lines + [(customer, 1, 5) for customer in range(200)])[0].is_replenished


def test_it_is_due_around_its_usual_days() -> None:
    repeat = Repeat(100, 40, 60, is_replenished=True)
    assert [days for days in (0, 44, 45, 60, 180, 181) if repeat.is_due(days)] == [45, 60, 180]
    assert not Repeat(100, 40, 60, is_replenished=False).is_due(60)
