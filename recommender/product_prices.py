"""The prices of products as arrays, so that a search compares thousands at once with what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.money import Money
from recommender.saved_arrays import load_words, mapped, save_words
from recommender.wishes import Wish

_CURRENCIES, _MINORS, _OF = "currencies.json", "prices.npy", "price_currencies.npy"
_UNPRICED = -1


@dataclass(frozen=True, slots=True)
class ProductPrices:
    """Product i costs `minors[i]` of the least unit of `currencies[currency_of[i]]`; -1 there: no price."""

    currencies: tuple[str, ...]
    minors: NDArray[np.int64]
    currency_of: NDArray[np.int16]

    @classmethod
    def of(cls, prices: Sequence[Money | None]) -> ProductPrices:
        """Keep the prices of products in their order."""
        currencies = tuple(sorted({price.currency for price in prices if price is not None}))
        place_of = {currency: place for place, currency in enumerate(currencies)}
        return cls(
            currencies,
            np.array([0 if price is None else price.minor for price in prices], dtype=np.int64),
            np.array(
                [_UNPRICED if price is None else place_of[price.currency] for price in prices], dtype=np.int16
            ),
        )

    def __len__(self) -> int:
        return len(self.minors)

    def against(self, wish: Wish, places: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (m,) which products at `places` (m,) cost what is wished, and of which nobody knows."""
        minors, currency_of = self.minors[places], self.currency_of[places]
        fitting = np.zeros(len(places), dtype=np.bool_)
        unknown = currency_of == _UNPRICED
        for place, currency in enumerate(self.currencies):
            own = currency_of == place
            bounds = wish.bounds_minor(currency)
            if bounds is None:
                unknown |= own
            else:
                fitting |= own & (minors >= bounds[0]) & (minors <= bounds[1])
        return fitting, unknown

    def save(self, folder: Path) -> None:
        """Write the prices into an existing folder."""
        save_words(folder / _CURRENCIES, self.currencies)
        np.save(folder / _MINORS, self.minors, allow_pickle=False)
        np.save(folder / _OF, self.currency_of, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> ProductPrices:
        """Open what `save` wrote. Raises DamagedModelError, FileNotFoundError."""
        return cls(load_words(folder / _CURRENCIES), mapped(folder / _MINORS), mapped(folder / _OF))
