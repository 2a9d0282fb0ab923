"""Past turns that a network reads alike vote for their replies: it knows what matters, they what was done.

A network's last layer draws planes between replies; its neighbours say what was answered in this very corner
of the space, which rare replies gain by (Khandelwal et al. 2020, for language models).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replies.reply_votes import Floats, Voters

_KEPT = 96  # directions of the states; .92 of their length on STAR, and better than all of them
MOST_STATES = 50_000  # remembered, the latest: 19 MB


@dataclass(frozen=True, slots=True)
class StateMemory:
    """(h, r) float32 directions; (m, r) float32 unit vectors of past states along them; `voters` are the
    turns in these states, alike by the cosine."""

    directions: Floats
    vectors: Floats
    voters: Voters

    @classmethod
    def of(cls, states: Floats, codes: NDArray[np.int64], classes: int, power: float) -> StateMemory:
        """Remember the (m, h) states of turns with these replies (m,), the latest MOST_STATES of them."""
        found = _unit(states[-MOST_STATES:])
        _, vectors = np.linalg.eigh(found.T @ found)
        directions = np.ascontiguousarray(vectors[:, ::-1][:, :_KEPT], dtype=np.float32)
        kept = _unit(found @ directions).astype(np.float16).astype(np.float32)  # as it will be read again
        return cls(directions, kept, Voters.of(codes, classes, power, most=MOST_STATES))

    def to_power(self, power: float) -> StateMemory:
        """Return the same memory with votes that weigh another power of the cosine."""
        return replace(self, voters=replace(self.voters, power=power))

    def chances_of(self, states: Floats) -> Floats:
        """Return (n, k) float32 probabilities for turns in these states (n, h)."""
        return np.stack([self.chances(state) for state in states])

    def chances(self, state: Floats) -> Floats:
        """Return (k,) float32 probabilities for one turn."""
        asked = _unit((state @ self.directions).reshape(1, -1))[0]
        return self.voters.votes(self.vectors @ asked)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, for keeping."""
        states = self.vectors.astype(np.float16)
        return {"directions": self.directions, "states": states, **self.voters.arrays()}

    @classmethod
    def of_arrays(cls, held: Any) -> StateMemory | None:
        """Return the memory of the arrays that `arrays` gave, None where none was kept."""
        if "states" not in held:
            return None
        vectors = np.asarray(held["states"], dtype=np.float32)
        return cls(np.asarray(held["directions"]), vectors, Voters.of_arrays(held))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-6)), dtype=np.float32)
