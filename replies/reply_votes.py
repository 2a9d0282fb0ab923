"""Votes of what is near: past turns, each with the reply it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_NEIGHBOURS = 50
_USUAL = 0.05  # of the votes go by how usual a reply is, so that none has no chance


@dataclass(frozen=True, slots=True)
class Voters:
    """The replies of m past turns: (m,) their codes, (k,) how usual each reply is; a turn votes with its
    likeness to the power `power`."""

    codes: NDArray[np.int64]
    usual: Floats
    power: float

    @classmethod
    def of(cls, codes: NDArray[np.int64], classes: int, power: float, *, most: int) -> Voters:
        """Return the latest `most` of the turns; how usual a reply is, all of them say."""
        counts = np.bincount(codes, minlength=classes).astype(np.float32) + np.float32(0.5)
        return cls(codes[-most:], counts / counts.sum(), power)

    def votes(self, alike: Floats) -> Floats:
        """Return (k,) float32 probabilities: the nearest of the turns, `alike` (m,), vote."""
        near = np.argpartition(-alike, min(_NEIGHBOURS, len(alike)) - 1)[:_NEIGHBOURS]
        weights = np.maximum(alike[near], 0.0) ** self.power
        votes = np.bincount(self.codes[near], weights=weights, minlength=len(self.usual))
        total = float(votes.sum())
        if total <= 0:
            return self.usual
        share = (votes / total).astype(np.float32)
        return np.asarray((1 - _USUAL) * share + _USUAL * self.usual, dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, for keeping."""
        return {"voters": self.codes, "usual": self.usual, "power": np.asarray(self.power)}

    @classmethod
    def of_arrays(cls, held: Any) -> Voters:
        """Return the turns of the arrays that `arrays` gave."""
        return cls(np.asarray(held["voters"]), np.asarray(held["usual"]), float(held["power"]))
