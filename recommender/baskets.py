"""Order lines as arrays, and the baskets they make: unique products per order, in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
ItemArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
TimeArray = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class OrderLineArrays:
    """Order lines column by column, n of them.

    `order_codes` (n,) holds any integer that is the same for the lines of one order, `sku_codes`
    (n,) positions in `skus`, `ordered_at` (n,) datetime64, `kept` (n,) False for lines that are no
    purchase (cancelled, returned, postage and other charges); None keeps all.

    Raises ValueError when lengths differ or a code points outside `skus`.
    """

    order_codes: IntArray
    sku_codes: IntArray
    ordered_at: TimeArray
    skus: tuple[str, ...]
    kept: BoolArray | None = None

    def __post_init__(self) -> None:
        n = len(self.order_codes)
        columns = {"sku_codes": self.sku_codes, "ordered_at": self.ordered_at, "kept": self.kept}
        for name, column in columns.items():
            if column is not None and len(column) != n:
                raise ValueError(f"{name} has {len(column)} values, order_codes has {n}; give one a line")
        if n and not (int(self.sku_codes.min()) >= 0 and int(self.sku_codes.max()) < len(self.skus)):
            raise ValueError(
                f"sku_codes run from {self.sku_codes.min()} to {self.sku_codes.max()}, "
                f"but there are {len(self.skus)} skus"
            )
        if len(set(self.skus)) != len(self.skus):
            raise ValueError("skus holds the same SKU twice; give each product one code")


@dataclass(frozen=True, slots=True)
class Baskets:
    """m baskets over `skus`: the items of basket b are `items[starts[b]:starts[b + 1]]`, ascending.

    `starts` is (m + 1,) int64, `items` int32 positions in `skus`, `ordered_at` (m,) datetime64[s],
    ascending.
    """

    starts: IntArray
    items: ItemArray
    ordered_at: TimeArray
    skus: tuple[str, ...]

    @classmethod
    def of(cls, lines: OrderLineArrays) -> Baskets:
        """Gather lines into baskets; a product counts once an order, however often it is listed.

        An order is dated by its earliest line; orders of the same second keep the order of codes.
        """
        kept = slice(None) if lines.kept is None else lines.kept
        orders, items = lines.order_codes[kept], lines.sku_codes[kept]
        times = lines.ordered_at[kept].astype("datetime64[s]")
        codes, rows = np.unique(orders, return_inverse=True)
        dated = np.full(len(codes), np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(dated, rows, times.astype(np.int64))
        by_time = np.argsort(dated, kind="stable")
        place = np.empty(len(codes), dtype=np.int64)
        place[by_time] = np.arange(len(codes))
        width = max(len(lines.skus), 1)
        cells = np.unique(place[rows] * width + items)
        starts = np.searchsorted(cells, np.arange(len(codes) + 1) * width)
        return cls(
            starts.astype(np.int64),
            (cells % width).astype(np.int32),
            dated[by_time].astype("datetime64[s]"),
            lines.skus,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def items_of(self, basket: int) -> ItemArray:
        """Return the item positions of one basket, ascending."""
        return self.items[self.starts[basket] : self.starts[basket + 1]]

    @property
    def sizes(self) -> IntArray:
        """How many different products each basket holds, (m,)."""
        return np.diff(self.starts)

    @property
    def item_orders(self) -> IntArray:
        """In how many baskets each product is, (len(skus),)."""
        return np.bincount(self.items, minlength=len(self.skus)).astype(np.int64)

    def part(self, first: int, stop: int) -> Baskets:
        """Return baskets first … stop - 1."""
        starts = self.starts[first : stop + 1]
        return Baskets(
            starts - starts[0],
            self.items[starts[0] : starts[-1]],
            self.ordered_at[first:stop],
            self.skus,
        )

    def split(self, moment: np.datetime64) -> tuple[Baskets, Baskets]:
        """Return the baskets before `moment` and those from it on."""
        at = int(np.searchsorted(self.ordered_at, moment, side="left"))
        return self.part(0, at), self.part(at, len(self))

    def split_share(self, latest: float) -> tuple[Baskets, Baskets]:
        """Return all but the latest share of the baskets, and that share; no second is torn apart."""
        if not 0.0 < latest < 1.0:
            raise ValueError(f"the held-out share must lie between 0 and 1, not {latest}")
        if len(self) == 0:
            return self, self
        return self.split(self.ordered_at[min(round(len(self) * (1.0 - latest)), len(self) - 1)])


def with_products(lines: OrderLineArrays, skus: Iterable[str]) -> OrderLineArrays:
    """Return the lines with products that nobody bought yet added to the list of products."""
    return replace(lines, skus=tuple(dict.fromkeys((*lines.skus, *skus))))
