"""Which products of a catalogue look alike: one thing in two designs, or under two names, where no phrase of
their titles gives it away ("Christmas lights 10 Santas" and "…Reindeer", a parasol and an umbrella).

Alike are texts of nearly one meaning, or of a near one that share the word for the thing, at prices
that are near too. Only the nearest of each product are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from models.keyword_index import words
from models.vector_index import VectorIndex
from recommender.catalogue import Product, ProductKind
from recommender.titles import COLOURS, GENERIC, PLAIN, SIZES, core_of

_NEAREST = 48
_BATCH = 1_024
_SAME, _ALIKE, _NEAR = 0.85, 0.75, 0.5
_FAR_PRICE, _NEAR_PRICE = log(3.5), log(2.05)
_LEAST_TITLES, _LAST_SHARE = 3, 0.45
_NO_THING = PLAIN | SIZES | GENERIC


def learn_look_alikes(products: Sequence[Product], vectors: NDArray[np.float16]) -> list[list[int]]:
    """Return, for each product, the places of those it looks like, ascending, each way round.

    `vectors` (n, d) are the unit vectors of the products' texts, zeros where there is none.
    """
    told = np.flatnonzero(np.abs(vectors).sum(axis=1) > 0)
    told = told[[products[int(at)].kind is ProductKind.PRODUCT for at in told]]
    alike: list[set[int]] = [set[int]() for _ in products]
    if len(told) < 2 or not vectors.shape[1]:
        return [[] for _ in products]
    things = _things_of([product.title for product in products])
    index = VectorIndex.build(None, vectors[told].astype(np.float32))
    for first in range(0, len(told), _BATCH):
        rows = told[first : first + _BATCH]
        scores, places = index.search(vectors[rows].astype(np.float32), _NEAREST)
        asked: list[int] = rows.tolist()
        for one, cosines, found in zip(asked, scores.tolist(), places.tolist(), strict=True):
            for cosine, place in zip(cosines, found, strict=True):
                if cosine < _NEAR or place < 0:
                    break
                other = int(told[place])
                shares = bool(things[one] & things[other])
                if other != one and _are_alike(cosine, _apart(products[one], products[other]), shares):
                    alike[one].add(other)
                    alike[other].add(one)
    return [sorted(places) for places in alike]


def _are_alike(cosine: float, apart: float, shares_thing: bool) -> bool:
    if cosine >= _SAME and shares_thing:
        return apart <= _FAR_PRICE
    return apart <= _NEAR_PRICE and (cosine >= _ALIKE or shares_thing)


def _apart(one: Product, other: Product) -> float:
    """Return the logarithm of the prices' ratio, 0 where one is not known."""
    if one.price is None or other.price is None or one.price.currency != other.price.currency:
        return 0.0
    low, high = sorted((one.price.minor, other.price.minor))
    return log(high / low) if low > 0 else inf


def _things_of(titles: Sequence[str]) -> list[frozenset[str]]:
    """Return the words of each title that name things: those that titles often end in, colours, sizes and
    numbers left out ("light" of "rabbit night light" as of "lights 10 reindeer")."""
    plain = [[word for word in words(core_of(title)) if _is_telling(word)] for title in titles]
    seen, last = Counter[str](), Counter[str]()
    for title in plain:
        seen.update(set(title))
        while len(title) > 1 and title[-1] in COLOURS and title[-1] not in _BOTH:
            title.pop()
        last.update(title[-1:])
    things = {
        word for word, count in seen.items() if count >= _LEAST_TITLES and last[word] >= _LAST_SHARE * count
    }
    return [frozenset(things & set(title)) for title in plain]


_BOTH = frozenset(words("light lights rose"))  # colours that are things as well


def _is_telling(word: str) -> bool:
    return word not in _NO_THING and len(word) > 1 and not word[0].isdigit()
