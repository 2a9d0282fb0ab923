"""Which product a code names: a table in the order of its codes, which may stay on disk."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.row_file import RowFile, write_rows
from recommender.saved_arrays import mapped

_SHARED = -1  # the place of a code that several products have


@dataclass(frozen=True, slots=True)
class CodeTable:
    """`codes` rise and are as `plain_code` writes them; code i is of the product at `places[i]`."""

    codes: Sequence[str]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, codes: Iterable[Sequence[str]]) -> CodeTable:
        """Return the table of products' codes, those of the product at each place in turn."""
        place_of: dict[str, int] = {}
        for place, own in enumerate(codes):
            for code in {plain_code(one) for one in own} - {""}:
                place_of[code] = place if place_of.get(code, place) == place else _SHARED
        rising = sorted(place_of)
        return cls(rising, np.array([place_of[code] for code in rising], dtype=np.int32))

    def place(self, code: str) -> int | None:
        """Return the place of the one product that has `code`, however it is written."""
        plain = plain_code(code)
        at = bisect_left(self.codes, plain)
        if at == len(self.codes) or self.codes[at] != plain or self.places[at] == _SHARED:
            return None
        return int(self.places[at])

    def save(self, folder: Path, name: str) -> None:
        """Write the table as `name` into an existing folder."""
        write_rows(folder, name, (code.encode() for code in self.codes))
        np.save(folder / f"{name}.places.npy", self.places, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, name: str) -> CodeTable:
        """Open what `save` wrote. Raises DamagedModelError, RowFileError, FileNotFoundError."""
        return cls(RowFile(folder, name, bytes.decode), mapped(folder / f"{name}.places.npy"))


def plain_code(code: str) -> str:
    """Return the code's letters and digits alone, in one case: "KIT-0412" and "kit0412" are one."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())
