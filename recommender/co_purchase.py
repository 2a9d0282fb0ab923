"""What is bought together: the neighbours of each product, with the counts that speak for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, cast, overload

import numpy as np
from numpy.typing import NDArray

from recommender.baskets import Baskets, IntArray, ItemArray
from recommender.co_counts import FloatArray, PairTable, pair_sums
from recommender.neighbour_scores import CoPurchaseSettings, blended, walked, without_giants
from recommender.saved_arrays import DamagedModelError, mapped

_FORMAT = 1
_FEW = 256  # scores that are sorted sooner than parted
__all__ = [
    "ByProduct",
    "CoPurchase",
    "DamagedModelError",
    "Evidence",
    "Heaviest",
    "Neighbour",
    "Together",
    "best",
]

_ARRAYS = ("starts", "columns", "scores", "together", "item_orders")


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
        products = np.unique(self.products)
        by_product = self.by_product(products)
        return {self.skus[int(at)]: by_product.heaviest(place, most) for place, at in enumerate(products)}

    def by_product(self, products: ItemArray) -> ByProduct:
        """Arrange the statements by the places of their products in `products`, which holds all of them."""
        place_of = np.zeros(len(self.skus), dtype=np.int64)
        place_of[products] = np.arange(len(products))
        places = place_of[self.products]
        order = np.lexsort((self.anchors, -self.scores, places))
        return ByProduct(self, order, np.searchsorted(places[order], np.arange(len(products) + 1)))


@dataclass(frozen=True, slots=True)
class ByProduct:
    """Statements by product, the heaviest first: those of product i are `order[starts[i]:starts[i + 1]]`."""

    evidence: Evidence
    order: IntArray
    starts: IntArray

    @property
    def counts(self) -> IntArray:
        """How many statements each product has."""
        return np.diff(self.starts)

    def heaviest(self, place: int, most: int) -> tuple[Together, ...]:
        """Return the heaviest statements on the product at `place`, at most `most`."""
        seen = self.evidence
        first = int(self.starts[place])
        return tuple(
            Together(
                seen.skus[seen.anchors[at]],
                seen.skus[seen.products[at]],
                int(seen.together[at]),
                int(seen.of[at]),
                float(seen.scores[at]),
            )
            for at in self.order[first : min(first + most, int(self.starts[place + 1]))].tolist()
        )


@dataclass(frozen=True, slots=True)
class Heaviest(Sequence[Together]):
    """The heaviest statements on the product at `place`, put together when they are read: most candidates
    are never offered, and nothing is said of them."""

    by_product: ByProduct
    place: int
    most: int

    @overload
    def __getitem__(self, index: int) -> Together: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Together, ...]: ...
    def __getitem__(self, index: int | slice) -> Together | tuple[Together, ...]:
        return self.by_product.heaviest(self.place, self.most)[index]

    def __iter__(self) -> Iterator[Together]:
        return iter(self.by_product.heaviest(self.place, self.most))

    def __len__(self) -> int:
        starts = self.by_product.starts
        return min(self.most, int(starts[self.place + 1] - starts[self.place]))


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
        return self.evidence_of(self.positions(anchors), self.positions(skus))

    def evidence_of(self, items: ItemArray, wanted: ItemArray) -> Evidence:
        """Return the same for positions."""
        is_wanted = np.zeros(len(self.skus), dtype=np.bool_)
        is_wanted[wanted] = True
        cells, owners = self.table.cells_of(items)
        chosen = is_wanted[self.columns[cells]] & (
            self.together[cells] > 0
        )  # what is borrowed was not counted
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
            arrays = {name: mapped(folder / f"{name}.npy") for name in _ARRAYS}
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
    if n >= len(scores) or len(scores) <= _FEW:
        return np.argsort(-scores, kind="stable")[:n]
    threshold = np.partition(scores, len(scores) - n)[len(scores) - n]
    above = np.flatnonzero(scores > threshold)
    level = np.flatnonzero(scores == threshold)[: n - len(above)]
    chosen = np.concatenate((above, level))
    return chosen[np.lexsort((chosen, -scores[chosen]))]


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
