"""Which products are bought again, and after how many days: learned from customers' own repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.baskets import IntArray
from recommender.uncertainty import wilson_interval

_LEAST_AGAIN = 10
_LEAST_DAYS = 2
_DUE_FROM, _DUE_UNTIL = 0.75, 3.0


@dataclass(frozen=True, slots=True)
class CustomerPurchases:
    """Purchases of known customers, n lines: a code per customer, positions in `skus`, days since 1970."""

    customers: IntArray
    items: IntArray
    days: IntArray
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeats:
    """By product, (products,) each: customers who bought it, those who bought it again on a later day, the
    middle of the days between (0 where nobody did), and whether it is replenished.

    Replenished is what at least ten customers bought again, by a share that is surely above what is usual
    in this shop (the lower end of its 95 % interval).
    """

    buyers: IntArray
    again: IntArray
    middle_days: IntArray
    is_replenished: np.ndarray


def learn_repeats(bought: CustomerPurchases) -> Repeats:
    """Count who came back for each product; purchases less than two days apart are one."""
    n = len(bought.skus)
    order = np.lexsort((bought.days, bought.items, bought.customers))
    customers, items, days = bought.customers[order], bought.items[order], bought.days[order]
    is_same = np.zeros(len(order), dtype=np.bool_)
    is_same[1:] = (customers[1:] == customers[:-1]) & (items[1:] == items[:-1])
    gaps = np.zeros(len(order), dtype=np.int64)
    gaps[1:] = days[1:] - days[:-1]
    later = is_same & (gaps >= _LEAST_DAYS)
    buyers = np.bincount(items[~is_same], minlength=n).astype(np.int64)
    pairs = np.unique(customers[later] * max(n, 1) + items[later])
    again = np.bincount(pairs % max(n, 1), minlength=n).astype(np.int64)
    middle = np.zeros(n, dtype=np.int64)
    by_item = np.argsort(items[later], kind="stable")
    own, between = items[later][by_item], gaps[later][by_item]
    starts = np.searchsorted(own, np.arange(n + 1))
    for item in np.flatnonzero(again):
        middle[item] = round(float(np.median(between[starts[item] : starts[item + 1]])))
    usual = float(again.sum() / buyers.sum()) if buyers.sum() else 1.0
    replenished = np.array(
        [
            count >= _LEAST_AGAIN and wilson_interval(int(count), int(of)).low > usual
            for count, of in zip(again, buyers, strict=True)
        ],
        dtype=np.bool_,
    )
    return Repeats(buyers, again, middle, replenished)


@dataclass(frozen=True, slots=True)
class Repeat:
    """How one product is bought again: `again` of `buyers` customers, half of them within `middle_days`."""

    buyers: int
    again: int
    middle_days: int
    is_replenished: bool

    def is_due(self, days_since: int) -> bool:
        """Whether a customer who bought it so many days ago is likely to need it again about now."""
        return self.is_replenished and (
            _DUE_FROM * self.middle_days <= days_since <= _DUE_UNTIL * self.middle_days
        )
