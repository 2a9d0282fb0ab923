"""The sums of a fit, kept so that the next one need only count the orders that are new since.

Sums add exactly, so what is brought up to date equals what is counted anew; where an order that was counted
has changed or is gone, or is counted otherwise now, the sums are of no use and all orders are counted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from recommender.basket_marks import Changed, Marks, changed_since, marks_of
from recommender.basket_memory import spans
from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.neighbour_scores import without_giants
from recommender.order_counts import (
    CountSource,
    ItemCounts,
    OrderCounter,
    OrderCounts,
    SummedSources,
    Sums,
)
from recommender.recency import Weights
from recommender.saved_arrays import DamagedModelError, load_arrays, save_arrays
from recommender.strength_settings import EngineSettings

_FORMAT = 1
_BYTES_A_CELL = 32
_MB = 1_000_000
_ITEMS = ("orders", "recent", "latest")


class CountsUseless(ValueError):
    """The kept sums cannot be brought up to date; the message says why."""


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """All sums over the orders read: `pairs` over every product of `skus`, `items`, and a mark per order.

    `rule` says how orders were weighed; `learned_from` is how many orders there were when the settings and
    the ranker were last learned.
    """

    skus: tuple[str, ...]
    pairs: OrderCounts
    items: ItemCounts
    marks: Marks
    rule: str
    learned_from: int

    def source(self, baskets: Baskets, settings: EngineSettings) -> tuple[CountSource, int]:
        """Return the sums over `baskets`, and how many of them were counted only now.

        Raises CountsUseless when orders that are in the sums have changed or are gone, or settings differ.
        """
        if self.rule != counting_rule(settings):
            raise CountsUseless("orders are weighed otherwise than when they were counted")
        read = without_giants(baskets, settings.co_purchase.basket_limit)
        places = {sku: at for at, sku in enumerate(read.skus)}
        if any(sku not in places for sku, orders in zip(self.skus, self.items.orders, strict=True) if orders):
            raise CountsUseless("a product of orders that were counted is gone")
        changed: Changed = changed_since(self.marks, marks_of(read))
        if changed.gone:
            raise CountsUseless(f"{changed.gone:,} orders that were counted have changed or are gone")
        here = np.array([places.get(sku, -1) for sku in self.skus], dtype=np.int32)
        old = _Renumbered(self.pairs, self.items, here, len(read.skus))
        new = OrderCounter(_only(read, changed.new), settings.co_purchase, settings.ease.half_life_days)
        source = SummedSources(old, new)
        if not np.array_equal(source.items().orders, read.item_orders):
            raise CountsUseless("the sums do not add up to the orders there are")
        return source, int(changed.new.sum())

    def save(self, folder: Path) -> None:
        """Write the sums to an existing folder."""
        save_arrays(folder, "pairs", {"starts": self.pairs.starts, "columns": self.pairs.columns})
        save_arrays(folder, "sums", self.pairs.sums._asdict())
        save_arrays(folder, "items", {name: getattr(self.items, name) for name in _ITEMS})
        save_arrays(folder, "orders", {"marks": self.marks})
        about = {
            "format": _FORMAT,
            "skus": self.skus,
            "rule": self.rule,
            "learned_from": self.learned_from,
            "baskets": self.items.baskets,
            "recent_weight": self.items.recent_weight.hex(),
            "latest_weight": self.items.latest_weight.hex(),
        }
        (folder / "counts.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> KeptCounts:
        """Read what `save` wrote; arrays are memory mapped. Raises DamagedModelError, FileNotFoundError."""
        try:
            about = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
            if about["format"] != _FORMAT:
                raise DamagedModelError(f"{folder} holds format {about['format']}, this reads {_FORMAT}")
            skus = tuple(about["skus"])
            pairs = OrderCounts(
                np.arange(len(skus), dtype=np.int32),
                **load_arrays(folder, "pairs", ("starts", "columns")),
                sums=Sums(**load_arrays(folder, "sums", Sums._fields)),
            )
            items = ItemCounts(
                **load_arrays(folder, "items", _ITEMS),
                baskets=int(about["baskets"]),
                recent_weight=float.fromhex(about["recent_weight"]),
                latest_weight=float.fromhex(about["latest_weight"]),
            )
            marks = load_arrays(folder, "orders", ("marks",))["marks"]
            return cls(skus, pairs, items, marks, str(about["rule"]), int(about["learned_from"]))
        except (KeyError, TypeError) as error:
            raise DamagedModelError(f"{folder} holds no counts ({error})") from error


@dataclass(slots=True)
class CountsKeeper:
    """Gathers the sums as a fit counts them, as long as they take no more than `most_mb`."""

    most_mb: int
    parts: list[OrderCounts] = field(default_factory=list[OrderCounts])
    cells: int = 0

    @property
    def mb(self) -> int:
        """What the sums seen so far take."""
        return -(-self.cells * _BYTES_A_CELL // _MB)

    def take(self, counts: OrderCounts) -> None:
        """Keep these sums too, or none at all once they are too many."""
        self.cells += len(counts.columns)
        if self.mb > self.most_mb:
            self.parts.clear()
        else:
            self.parts.append(counts)

    def kept(
        self, baskets: Baskets, items: ItemCounts, settings: EngineSettings, learned_from: int
    ) -> KeptCounts | None:
        """Return the sums over all products of `baskets`; None when they were too many."""
        if self.mb > self.most_mb:
            return None
        read = without_giants(baskets, settings.co_purchase.basket_limit)
        return KeptCounts(
            read.skus, _in_order(self.parts), items, marks_of(read), counting_rule(settings), learned_from
        )


def counting_rule(settings: EngineSettings) -> str:
    """Return a text that differs where two settings weigh orders differently."""
    chosen = settings.co_purchase
    return json.dumps([chosen.alpha, chosen.basket_cap, chosen.basket_limit, settings.ease.half_life_days])


@dataclass(frozen=True, slots=True)
class _Renumbered:
    """Kept sums under the numbers that products have now: `here` (kept,) is each one's, -1 when gone.

    `n` is how many products there are now.
    """

    pairs: OrderCounts
    counted: ItemCounts
    here: ItemArray
    n: int

    def items(self) -> ItemCounts:
        """Return what is summed over single products."""
        known = self.here >= 0

        def moved(values: Any) -> Any:
            placed = np.zeros(self.n, dtype=values.dtype)
            placed[self.here[known]] = values[known]
            return placed

        counted = self.counted
        return ItemCounts(
            moved(counted.orders),
            moved(counted.recent),
            moved(counted.latest),
            counted.baskets,
            counted.recent_weight,
            counted.latest_weight,
        )

    def work(self) -> Weights:
        """Return (n,) float64: how many pairs each product has."""
        known = self.here >= 0
        cells = np.zeros(self.n)
        cells[self.here[known]] = np.diff(self.pairs.starts)[known]
        return cells

    def count(self, products: ItemArray) -> OrderCounts:
        """Return the sums over pairs whose first product is one of these."""
        there = self._there()[products]
        known = there >= 0
        cells, lengths = spans(self.pairs.starts, there[known])
        each = np.zeros(len(products), dtype=np.int64)
        each[known] = lengths
        columns = self.here[self.pairs.columns[cells]]
        rows = np.repeat(np.arange(len(products)), each)
        order = np.lexsort((columns, rows))
        cells = cells[order]
        starts = np.concatenate(([0], np.cumsum(each))).astype(np.int64)
        return OrderCounts(products, starts, columns[order], self.pairs.sums.at(cells))

    def recent_square(self, block: ItemArray) -> Weights:
        """Return (b, b) float64: the recent orders of each pair of `block`, each product on the diagonal."""
        place = np.full(self.n, -1, dtype=np.int64)
        place[block] = np.arange(len(block))
        counts = self.count(block)
        to = place[counts.columns]
        square = np.diag(self.items().recent[block])
        square[counts.row_in_each()[to >= 0], to[to >= 0]] = counts.sums.recent[to >= 0]
        return square

    def _there(self) -> IntArray:
        there = np.full(self.n, -1, dtype=np.int64)
        known = np.flatnonzero(self.here >= 0)
        there[self.here[known]] = known
        return there


def _only(baskets: Baskets, which: np.ndarray[Any, np.dtype[np.bool_]]) -> Baskets:
    chosen = np.flatnonzero(which)
    cells, lengths = spans(baskets.starts, chosen)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return Baskets(starts, baskets.items[cells], baskets.ordered_at[chosen], baskets.skus)


def _in_order(parts: Sequence[OrderCounts]) -> OrderCounts:
    """Join counts of different products; the rows stand by product."""
    products = np.concatenate([one.products for one in parts])
    lengths = np.concatenate([np.diff(one.starts) for one in parts])
    columns = np.concatenate([one.columns for one in parts])
    sums = Sums.joined([one.sums for one in parts])
    if not bool((np.diff(products) > 0).all()):
        order = np.argsort(products, kind="stable")
        cells, lengths = spans(np.concatenate(([0], np.cumsum(lengths))).astype(np.int64), order)
        products, columns, sums = products[order], columns[cells], sums.at(cells)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return OrderCounts(products, starts, columns, sums)
