"""What was learned of how products stand to each other: the same thing in another design, what stands in
for what, what is bought again, what fits what. Written by `learn`, looked up while offers are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue import Product
from recommender.compatibility import Interface
from recommender.replenishment import Repeat
from recommender.thing_names import ThingName

_FORMAT = 1
_ONE_WORD_PRICES = 1.5
_SAME_THING_PRICES = 2.0
Ints = NDArray[np.int32]


class DamagedRelationsError(ValueError):
    """The files of the learned relations do not fit together."""


def _no_arrays() -> dict[str, NDArray[Any]]:
    starts, none = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    return {
        "thing_starts": starts,
        "things": none,
        "bare": none,
        "alike_starts": starts,
        "alike_items": none,
        "stand_starts": starts,
        "stand_items": none,
        "stand_shared": none,
        "stand_of": none,
        "stand_together": none,
        "stand_chance": none.astype(np.float32),
        "buyers": none,
        "again": none,
        "middle_days": none,
        "is_replenished": none.astype(np.bool_),
    }


def _of_every_product(stored: dict[str, NDArray[Any]], n: int) -> dict[str, NDArray[Any]]:
    """Add that nothing is alike where the relations were learned before look-alikes were."""
    return {"alike_starts": np.zeros(n + 1, np.int64), "alike_items": np.zeros(0, np.int32), **stored}


class StandIn(NamedTuple):
    """A product of the same kind: `shared` of the `companions` (what is bought with the product most) are
    its companions too; both were bought in `together` orders (-1: too few to be kept), where chance alone
    gives `by_chance`."""

    sku: str
    shared: int
    companions: int
    together: int
    by_chance: float


@dataclass(frozen=True)
class RelationBook:
    """Looked up by SKU; a product that came after learning has no relations yet.

    Arrays are in the order of `skus` (n): the things of product i are `things[thing_starts[i]:
    thing_starts[i + 1]]`, what looks like it `alike_items[alike_starts[i]: …]`, its stand-ins rows
    `stand_starts[i]` to `stand_starts[i + 1]` of the four `stand_…` arrays. `better` says, by
    leaf category, which numbers of an attribute are worth more there.
    """

    skus: tuple[str, ...] = ()
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=_no_arrays)
    names: tuple[ThingName, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    parts: Mapping[tuple[str, str], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, str], tuple[str, ...]]
    )
    better: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {sku: at for at, sku in enumerate(self.skus)}

    @cached_property
    def _keys(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """What was read of products that were asked for."""
        return {}

    def same_thing(self, one: Product, other: Product) -> str | None:
        """Return the words for what both are in other designs, sizes or colours; None where they are not."""
        return self.things_of([one]).held_by(other)

    def things_of(self, products: Iterable[Product]) -> SameThings:
        """Return what these products are, to hold others against."""
        by_key: dict[tuple[str, int], list[Product]] = {}
        for product in products:
            for key in self.keys_of(product.sku):
                by_key.setdefault(key, []).append(product)
        return SameThings(self, by_key)

    def same_among(self, product: Product, by_key: Mapping[tuple[str, int], Sequence[Product]]) -> str | None:
        """Return the words for what it shares with one of the products gathered under their keys."""
        return SameThings(self, by_key).held_by(product)

    def keys_of(self, sku: str) -> tuple[tuple[str, int], ...]:
        """Return the product itself, the title group and the names it is under, the longest name first."""
        known = self._keys.get(sku)
        if known is None:
            known = self._keys[sku] = self._keys_of(sku)
        return known

    def _keys_of(self, sku: str) -> tuple[tuple[str, int], ...]:
        at = self._places.get(sku)
        if at is None:
            return ()
        starts, bare = self.arrays["thing_starts"], int(self.arrays["bare"][at])
        things: list[int] = self.arrays["things"][starts[at] : starts[at + 1]].tolist()
        longest_first = sorted(things, key=lambda one: (-len(self.names[one].words), one))
        own = (("own", at), *((("bare", bare),) if bare >= 0 else ()))
        return (*own, *(("thing", one) for one in longest_first))

    @cached_property
    def _look_alikes(self) -> dict[str, list[int]]:
        """The same, of what looks like them."""
        return {}

    def alike(self, sku: str) -> list[int]:
        """Return the places of the products that look like it, as `("own", place)` among the keys."""
        known = self._look_alikes.get(sku)
        if known is None:
            known = self._look_alikes[sku] = self._alike(sku)
        return known

    def _alike(self, sku: str) -> list[int]:
        at = self._places.get(sku)
        if at is None or not len(self.arrays["alike_items"]):
            return []
        starts = self.arrays["alike_starts"]
        found: list[int] = self.arrays["alike_items"][starts[at] : starts[at + 1]].tolist()
        return found

    def stand_ins(self, sku: str) -> list[StandIn]:
        """Return what could stand in for the product, nearest first."""
        at = self._places.get(sku)
        if at is None:
            return []
        rows = slice(int(self.arrays["stand_starts"][at]), int(self.arrays["stand_starts"][at + 1]))
        columns = (
            self.arrays[name][rows].tolist()
            for name in ("stand_items", "stand_shared", "stand_of", "stand_together", "stand_chance")
        )
        return [
            StandIn(self.skus[item], shared, of, together, chance)
            for item, shared, of, together, chance in zip(*columns, strict=True)
        ]

    def repeat(self, sku: str) -> Repeat | None:
        """Return how the product is bought again; None where nobody on record bought it."""
        at = self._places.get(sku)
        if at is None or not self.arrays["buyers"][at]:
            return None
        return Repeat(
            int(self.arrays["buyers"][at]),
            int(self.arrays["again"][at]),
            int(self.arrays["middle_days"][at]),
            bool(self.arrays["is_replenished"][at]),
        )

    def save(self, folder: Path) -> None:
        """Write the relations to a new folder inside an existing one."""
        folder.mkdir()
        np.savez(folder / "relations.npz", allow_pickle=False, **self.arrays)
        about = {
            "format": _FORMAT,
            "skus": self.skus,
            "names": [asdict(name) for name in self.names],
            "interfaces": [asdict(one) for one in self.interfaces],
            "parts": [[*key, *skus] for key, skus in self.parts.items()],
            "better": self.better,
        }
        (folder / "relations.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> RelationBook:
        """Read what `save` wrote. Raises DamagedRelationsError, FileNotFoundError."""
        try:
            about = json.loads((folder / "relations.json").read_text(encoding="utf-8"))
            with np.load(folder / "relations.npz", allow_pickle=False) as stored:
                arrays = _of_every_product(
                    {name: stored[name] for name in _no_arrays() if name in stored}, len(about["skus"])
                )
            book = cls(
                tuple(about["skus"]),
                arrays,
                tuple(ThingName(**row) for row in about["names"]),
                tuple(Interface(**row) for row in about["interfaces"]),
                {(row[0], row[1]): tuple(row[2:]) for row in about["parts"]},
                {str(leaf): tuple(names) for leaf, names in about["better"].items()},
            )
        except (KeyError, TypeError, IndexError, EOFError, ValueError) as error:
            raise DamagedRelationsError(
                f"{folder} holds no relations ({error}); run 'wellput learn'"
            ) from error
        book.check(folder)
        return book

    def check(self, folder: Path) -> None:
        """Raise DamagedRelationsError when the arrays do not fit the products."""
        n = len(self.skus)
        sound = all(
            len(self.arrays[name]) == n
            for name in ("bare", "buyers", "again", "middle_days", "is_replenished")
        )
        for starts, values, most in (
            ("thing_starts", "things", len(self.names)),
            ("alike_starts", "alike_items", n),
            ("stand_starts", "stand_items", n),
        ):
            bounds, cells = self.arrays[starts], self.arrays[values]
            sound = sound and len(bounds) == n + 1 and int(bounds[-1]) == len(cells)
            sound = sound and (not len(cells) or 0 <= int(cells.min()) <= int(cells.max()) < most)
        if not sound:
            raise DamagedRelationsError(
                f"the relations in {folder} do not fit {n} products; run 'wellput learn'"
            )


@dataclass(frozen=True, slots=True)
class SameThings:
    """Products by what they are; `held_by` says whether another product is one of those things too.

    Prices must agree: within double, within half as much again where one word is all they share.
    Different leaf categories part them.
    """

    book: RelationBook
    by_key: Mapping[tuple[str, int], Sequence[Product]]

    def held_by(self, product: Product) -> str | None:
        """Return the words for what it shares with one of the products; None where it is none of them."""
        if not self.by_key:
            return None
        for place in self.book.alike(product.sku):
            for other in self.by_key.get(("own", place), ()):
                if not _parted(product.category, other.category):
                    return f"much like {other.title.strip() or other.sku}"
        for kind, number in self.book.keys_of(product.sku):
            if kind == "own":
                continue
            one_word = kind == "thing" and " " not in self.book.names[number].words
            most = _ONE_WORD_PRICES if one_word else _SAME_THING_PRICES
            for other in self.by_key.get((kind, number), ()):
                if not _parted(product.category, other.category) and _price_ratio(product, other) <= most:
                    return _words_for(self.book.names[number] if kind == "thing" else None)
        return None


def _words_for(name: ThingName | None) -> str:
    if name is None:
        return "the same but for colour, size or design"
    return f"another {name.words} ({name.products:,} products are called so)"


def leaf_of(category: str) -> str:
    """Return the category's path in one writing; empty where none is stated."""
    return " > ".join(" ".join(step.casefold().split()) for step in category.split(">") if step.strip())


def _parted(one: str, other: str) -> bool:
    return bool(one and other) and leaf_of(one) != leaf_of(other)


def _price_ratio(one: Product, other: Product) -> float:
    if one.price is None or other.price is None or one.price.currency != other.price.currency:
        return 1.0
    low, high = sorted((one.price.minor, other.price.minor))
    return high / low if low > 0 else float("inf")


def starts_of(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], Ints]:
    """Return the bounds (n + 1,) and the joined values of n rows."""
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64))).astype(np.int64)
    return starts, np.array([value for row in rows for value in row], dtype=np.int32)
