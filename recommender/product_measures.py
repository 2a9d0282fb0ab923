"""The sizes and amounts of products in base units, kept so that a search compares thousands at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue import Product
from recommender.saved_arrays import mapped
from recommender.wishes import BASE_UNITS, NEAR, Measure, measures, named_measure

_STARTS, _UNITS, _VALUES = "measure_starts.npy", "measure_units.npy", "measure_values.npy"
_NOISE = 1e-9  # of float against Decimal


@dataclass(frozen=True, slots=True)
class ProductMeasures:
    """The measures of product i are the rows `starts[i]` to `starts[i + 1]` of `units` and `values`.

    `starts` is (n + 1,); a unit is its place in `BASE_UNITS`.
    """

    starts: NDArray[np.int64]
    units: NDArray[np.int8]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, products: Iterable[Product]) -> ProductMeasures:
        """Read titles, text values and numbers whose attribute's name ends in a unit."""
        place_of = {unit: place for place, unit in enumerate(BASE_UNITS)}
        own = [list(dict.fromkeys(_measures_of(product))) for product in products]
        every = [one for some in own for one in some]
        return cls(
            np.cumsum([0, *(len(some) for some in own)], dtype=np.int64),
            np.array([place_of[one.unit] for one in every], dtype=np.int8),
            np.array([float(one.value) for one in every], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def share_fitting(self, places: NDArray[np.int64], wanted: Sequence[Measure]) -> NDArray[np.float64]:
        """Return (m,) the share of `wanted` that fits a measure of each product at `places` (m,)."""
        starts, sizes = self.starts[places], self.starts[places + 1] - self.starts[places]
        ends = np.cumsum(sizes)
        rows = np.repeat(starts - (ends - sizes), sizes) + np.arange(int(sizes.sum()))
        owners = np.repeat(np.arange(len(places)), sizes)
        units, values = self.units[rows], self.values[rows]
        fitting = np.zeros(len(places))
        for one in wanted:
            value = float(one.value)
            near = np.abs(values - value) <= float(NEAR) * value * (1 + _NOISE)
            near &= units == BASE_UNITS.index(one.unit)
            fitting += np.bincount(owners[near], minlength=len(places)) > 0
        return fitting / len(wanted)

    def save(self, folder: Path) -> None:
        """Write the measures into an existing folder."""
        for name, array in ((_STARTS, self.starts), (_UNITS, self.units), (_VALUES, self.values)):
            np.save(folder / name, array, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> ProductMeasures:
        """Open what `save` wrote. Raises DamagedModelError, FileNotFoundError."""
        return cls(*(mapped(folder / name) for name in (_STARTS, _UNITS, _VALUES)))


def _measures_of(product: Product) -> Iterator[Measure]:
    yield from measures(product.title)
    for name, value in product.attributes.items():
        if isinstance(value, str):
            yield from _read(value)
        elif not isinstance(value, bool) and (one := named_measure(name, value)) is not None:
            yield one


@lru_cache(maxsize=20_000)
def _read(text: str) -> tuple[Measure, ...]:
    return measures(text)
