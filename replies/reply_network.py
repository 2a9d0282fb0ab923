"""A few small networks over turns and the steps before them, their probabilities averaged.

Each adds three readings of a turn in one hidden layer: vectors of what was said, hashed features, and the
state of a gated recurrent unit that has read the conversation step by step. Averaging networks that differ in
their random start alone is after Lakshminarayanan et al. 2017. Learning is in `reply_training`; nothing here
needs more than numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from replies.recurrence import Unit, last_state
from replies.reply_features import Floats, Keys, Row, places_of

_UNIT = tuple(field.name for field in fields(Unit))
_ARRAYS = (
    "of_vector",
    "of_row",
    "hidden_bias",
    "of_hidden",
    "bias",
    "step_vector",
    "step_row",
    "step_bias",
    "of_state",
)


@dataclass(slots=True)
class Layers:
    """One network, float32, changed in place while it learns: (D, h), (w, h), (h,), (h, k), (k,) of a turn;
    (d, x), (v, x), (x,) for a step, the recurrent unit x to g, and (g, h) from its state."""

    of_vector: Floats
    of_row: NDArray[np.floating[Any]]
    hidden_bias: Floats
    of_hidden: Floats
    bias: Floats
    step_vector: Floats
    step_row: NDArray[np.floating[Any]]
    step_bias: Floats
    of_state: Floats
    unit: Unit

    def halved(self) -> Layers:
        """Return the layers with the wide ones as float16."""
        return replace(self, of_row=self.of_row.astype(np.float16), step_row=self.step_row.astype(np.float16))


@dataclass(frozen=True, slots=True)
class TurnInputs:
    """One turn as networks read it: its (D,) vectors and row; (m, d) vectors and as many rows of the steps
    before it and, last, of itself."""

    dense: Floats
    row: Row
    step_vectors: Floats
    step_rows: Sequence[Row]

    def unread(self, d: int) -> TurnInputs:
        """Return the inputs without the readings of a reader; the vector of a text is `d` numbers long."""
        return replace(self, dense=self.dense[: 3 * d], step_vectors=self.step_vectors[:, :d])


@dataclass(frozen=True, slots=True)
class ReplyNetwork:
    """The learned networks, and the (w,) and (v,) keys that the rows of turns and of steps stand for."""

    kept: Keys
    kept_of_steps: Keys
    members: tuple[Layers, ...]

    @property
    def reads(self) -> int:
        """Numbers in the vectors of a turn that it reads, D."""
        return self.members[0].of_vector.shape[0]

    def read(self, turn: TurnInputs) -> tuple[Floats, Floats]:
        """Return (k,) float32 probabilities of one turn, not yet calibrated, and the state (members h,) that
        it leaves in the hidden layers."""
        found = places_of(turn.row, self.kept)
        steps = [places_of(row, self.kept_of_steps) for row in turn.step_rows]
        states = [_hidden(layers, turn, found, steps) for layers in self.members]
        total = np.zeros(len(self.members[0].bias), dtype=np.float32)
        for layers, state in zip(self.members, states, strict=True):
            total += softmax((state @ layers.of_hidden + layers.bias).reshape(1, -1))[0]
        return total / np.float32(len(self.members)), np.concatenate(states)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, for keeping."""
        named: dict[str, NDArray[Any]] = {}
        for number, layers in enumerate(self.members):
            named |= {f"{name}_{number}": getattr(layers, name) for name in _ARRAYS}
            named |= {f"unit_{name}_{number}": getattr(layers.unit, name) for name in _UNIT}
        about = {"kept": self.kept, "kept_of_steps": self.kept_of_steps}
        return {**about, "members": np.asarray(len(self.members)), **named}

    @classmethod
    def of_arrays(cls, held: Any) -> ReplyNetwork:
        """Return the networks of the arrays that `arrays` gave. Raises KeyError when one is missing."""
        made = tuple(
            Layers(
                *(np.asarray(held[f"{name}_{number}"]) for name in _ARRAYS),
                unit=Unit(*(np.asarray(held[f"unit_{name}_{number}"]) for name in _UNIT)),
            )
            for number in range(int(held["members"]))
        )
        kept, of_steps = (np.asarray(held[name], dtype=np.uint32) for name in ("kept", "kept_of_steps"))
        return cls(kept, of_steps, made)

    def save(self, path: Path) -> None:
        """Write the arrays into `path` (npz)."""
        np.savez(path, allow_pickle=False, **self.arrays())

    @classmethod
    def load(cls, path: Path) -> ReplyNetwork:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError when it is not whole."""
        with np.load(path, allow_pickle=False) as held:
            return cls.of_arrays(held)


Places = tuple[NDArray[np.int64], Floats]


def _hidden(layers: Layers, turn: TurnInputs, found: Places, steps: Sequence[Places]) -> Floats:
    read = turn.step_vectors @ layers.step_vector + layers.step_bias
    read += np.stack([_wide(layers.step_row, places) for places in steps])
    state = last_state(layers.unit, np.maximum(read, 0.0))
    before = turn.dense @ layers.of_vector + _wide(layers.of_row, found) + state @ layers.of_state
    return np.maximum(before + layers.hidden_bias, 0.0)


def _wide(layer: NDArray[np.floating[Any]], found: Places) -> Floats:
    places, values = found
    return np.asarray(values @ layer[places].astype(np.float32), dtype=np.float32)
