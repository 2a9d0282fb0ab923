"""What is bought together: the neighbours of each product, with the counts that speak for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.neighbour_scores import CoPurchaseSettings, blended, walked, without_giants

_FORMAT = 1
_ARRAYS = ("starts", "columns", "scores", "together", "item_orders")


class DamagedModelError(ValueError):
    """The files of a co-purchase model do not fit together."""


class Neighbour(NamedTuple):
    """A product that goes with what was asked for; a higher score fits better."""

    sku: str
    score: float


class Together(NamedTuple):
    """`sku` was bought in `together` of the `of` orders that hold `anchor`; `score` is its part."""

    anchor: str
    sku: str
    together: int
    of: int
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Statements (m,) on pairs: positions in `skus`, orders with both, with the anchor, with the product."""

    skus: tuple[str, ...]
    anchors: ItemArray
    products: ItemArray
    together: NDArray[np.int32]
    of: IntArray
    orders_with: IntArray
    scores: FloatArray

    def only(self, which: NDArray[np.bool_]) -> Evidence:
        """Return these statements alone."""
        return Evidence(
            self.skus,
            self.anchors[which],
            self.products[which],
            self.together[which],
            self.of[which],
            self.orders_with[which],
            self.scores[which],
        )

    def heaviest(self, most: int) -> dict[str, tuple[Together, ...]]:
        """Return, by product, the statements that weigh most in its score, at most `most` each."""
        order = np.lexsort((self.anchors, -self.scores, self.products))
        products = self.products[order]
        rank = np.arange(len(order)) - np.searchsorted(products, products, side="left")
        found: dict[str, list[Together]] = {}
        for at in order[rank < most].tolist():
            sku = self.skus[self.products[at]]
            found.setdefault(sku, []).append(
                Together(
                    self.skus[self.anchors[at]],
                    sku,
                    int(self.together[at]),
                    int(self.of[at]),
                    float(self.scores[at]),
                )
            )
        return {sku: tuple(statements) for sku, statements in found.items()}


@dataclass(frozen=True)
class CoPurchase:
    """The fitted neighbours of n products; `scores` and `together` share the cells of one table.

    `item_orders` (n,) counts the orders of each product among `orders`; `fitted_until` is the time
    of the latest order that was read.
    """

    skus: tuple[str, ...]
    starts: IntArray
    columns: ItemArray
    scores: FloatArray
    together: NDArray[np.int32]
    item_orders: IntArray
    orders: int
    fitted_until: np.datetime64
    settings: CoPurchaseSettings = field(default_factory=CoPurchaseSettings)

    @classmethod
    def fit(cls, baskets: Baskets, settings: CoPurchaseSettings | None = None) -> CoPurchase:
        """Count pairs and keep each product's strongest neighbours.

        Products in fewer than `min_orders` baskets have no neighbours and are nobody's.
        """
        chosen = CoPurchaseSettings() if settings is None else settings
        read = without_giants(baskets, chosen.basket_limit)
        counts = pair_sums(read, np.ones(len(read), dtype=np.float32))
        item_orders = read.item_orders
        scores = blended(counts, walked(read, chosen), item_orders, chosen)
        cells = scores.strongest(chosen.neighbours) & (scores.values > 0)
        kept = scores.only(cells)
        last = baskets.ordered_at[-1] if len(baskets) else np.datetime64(0, "s")
        return cls(
            skus=baskets.skus,
            starts=kept.starts,
            columns=kept.columns,
            scores=kept.values,
            together=counts.values[cells].astype(np.int32),
            item_orders=item_orders,
            orders=len(read),
            fitted_until=last,
            settings=chosen,
        )

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {sku: position for position, sku in enumerate(self.skus)}

    @cached_property
    def table(self) -> PairTable:
        """The scores as a table."""
        return PairTable(self.starts, self.columns, self.scores)

    def positions(self, skus: Sequence[str]) -> ItemArray:
        """Return the positions of the known ones among `skus`, each once, in their order."""
        known = dict.fromkeys(self._positions[sku] for sku in skus if sku in self._positions)
        return np.array(list(known), dtype=np.int32)

    def item_scores(self, items: ItemArray) -> FloatArray:
        """Return (n,) float32: how well each product goes with all of `items` together."""
        return self.table.row_sums(items)

    def neighbours(self, skus: Sequence[str], n: int) -> list[Neighbour]:
        """Return up to n products that go with `skus`, best first, none of them in `skus`.

        Ties stand in catalogue order; unknown SKUs are passed over.
        """
        items = self.positions(skus)
        scores = self.item_scores(items)
        scores[items] = 0.0
        return [Neighbour(self.skus[at], float(scores[at])) for at in best(scores, n) if scores[at] > 0]

    def evidence(self, anchors: Sequence[str], skus: Sequence[str]) -> Evidence:
        """Return how often each of `skus` was bought with each anchor, as far as it is a kept neighbour."""
        items, wanted = self.positions(anchors), self.positions(skus)
        is_wanted = np.zeros(len(self.skus), dtype=np.bool_)
        is_wanted[wanted] = True
        cells, owners = self.table.cells_of(items)
        chosen = is_wanted[self.columns[cells]]
        cells, owners = cells[chosen], owners[chosen]
        columns = self.columns[cells]
        return Evidence(
            self.skus,
            anchors=owners,
            products=columns,
            together=self.together[cells],
            of=self.item_orders[owners],
            orders_with=self.item_orders[columns],
            scores=self.scores[cells],
        )

    def together_with(self, anchor: str, sku: str) -> Together | None:
        """Return how often `sku` was bought with `anchor`; None when it is no kept neighbour of it."""
        return next(iter(self.evidence([anchor], [sku]).heaviest(1).get(sku, ())), None)

    def orders_with(self, sku: str) -> int:
        """Return how many orders hold `sku`."""
        position = self._positions.get(sku)
        return 0 if position is None else int(self.item_orders[position])

    @cached_property
    def most_bought(self) -> tuple[str, ...]:
        """The products that were bought at all, most orders first."""
        by_orders: IntArray = np.argsort(-self.item_orders, kind="stable")
        return tuple(self.skus[int(at)] for at in by_orders if self.item_orders[at] > 0)

    def save(self, folder: Path) -> None:
        """Write the model to an existing folder: one npy file an array, and one JSON."""
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        about = {
            "format": _FORMAT,
            "skus": self.skus,
            "orders": self.orders,
            "fitted_until": str(self.fitted_until),
            "settings": asdict(self.settings),
        }
        (folder / "co_purchase.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> CoPurchase:
        """Read what `save` wrote; arrays are memory mapped. Raises DamagedModelError, FileNotFoundError."""
        try:
            about = json.loads((folder / "co_purchase.json").read_text(encoding="utf-8"))
            if about["format"] != _FORMAT:
                raise DamagedModelError(
                    f"{folder} holds format {about['format']}, this version reads {_FORMAT}; "
                    "run 'wellput learn'"
                )
            arrays = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
            model = cls(
                skus=tuple(about["skus"]),
                orders=int(about["orders"]),
                fitted_until=np.datetime64(about["fitted_until"], "s"),
                settings=CoPurchaseSettings(**about["settings"]),
                starts=cast(IntArray, arrays["starts"]),
                columns=cast(ItemArray, arrays["columns"]),
                scores=cast(FloatArray, arrays["scores"]),
                together=cast("NDArray[np.int32]", arrays["together"]),
                item_orders=cast(IntArray, arrays["item_orders"]),
            )
        except (KeyError, TypeError, EOFError) as error:
            raise DamagedModelError(f"{folder} holds no model ({error}); run 'wellput learn'") from error
        _check_shapes(model, folder)
        return model


def best(scores: FloatArray, n: int) -> IntArray:
    """Return the positions of the n largest scores, best first; ties by position."""
    if n <= 0 or len(scores) == 0:
        return np.zeros(0, dtype=np.int64)
    if n >= len(scores):
        return np.argsort(-scores, kind="stable")
    threshold = np.partition(scores, len(scores) - n)[len(scores) - n]
    above = np.flatnonzero(scores > threshold)
    level = np.flatnonzero(scores == threshold)[: n - len(above)]
    chosen = np.concatenate((above, level))
    return chosen[np.lexsort((chosen, -scores[chosen]))]


def _mapped(file: Path) -> NDArray[np.generic]:
    try:
        empty = np.load(file, allow_pickle=False) if file.stat().st_size < 256 else None
        if empty is not None and empty.size == 0:  # nothing there to map
            return cast("NDArray[np.generic]", empty)
        return cast("NDArray[np.generic]", np.load(file, mmap_mode="r", allow_pickle=False))
    except ValueError as error:
        raise DamagedModelError(f"{file} is no array ({error}); run 'wellput learn'") from error


def _check_shapes(model: CoPurchase, folder: Path) -> None:
    n, cells = len(model.skus), len(model.columns)
    sound = (
        model.starts.shape == (n + 1,)
        and model.item_orders.shape == (n,)
        and model.scores.shape == model.together.shape == (cells,)
        and int(model.starts[0]) == 0
        and int(model.starts[-1]) == cells
        and bool((np.diff(model.starts) >= 0).all())
        and (cells == 0 or (int(model.columns.min()) >= 0 and int(model.columns.max()) < n))
    )
    if not sound:
        raise DamagedModelError(f"the arrays in {folder} do not fit its {n} products; run 'wellput learn'")
