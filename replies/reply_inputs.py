"""Turns as arrays that networks learn from: what each tells, and the steps of its conversation in order."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replies.reply_features import (
    Floats,
    Keys,
    Row,
    TurnVectors,
    dense_of,
    kept_keys,
    places_of,
    row_of,
    step_row,
)
from replies.reply_network import TurnInputs
from replies.turns import Step, Turn

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of all conversations, one conversation after the other: (s, e) vectors and s rows. A turn of
    a conversation is one of its steps: `at` (n,) says which, `first` (n,) where the conversation begins."""

    read: Floats
    rows: Sequence[Row]
    first: Places
    at: Places


@dataclass(frozen=True, slots=True)
class Turns:
    """What is learned from: n turns with what they tell; (n, d) unit vectors of what the customer said,
    (n, D) vectors of the turns, (n,) codes of the replies."""

    turns: Sequence[Turn]
    said: Floats
    dense: Floats
    rows: Sequence[Row]
    steps: Steps
    codes: Places
    classes: int

    @classmethod
    def of(cls, turns: Sequence[Turn], vectors: Sequence[TurnVectors], codes: Places, classes: int) -> Turns:
        """Return the turns with what they tell."""
        said, dense = np.stack([one.said for one in vectors]), np.stack([dense_of(one) for one in vectors])
        rows = [row_of(turn) for turn in turns]
        return cls(turns, said, dense, rows, steps_of(turns, vectors), codes, classes)

    @property
    def has_readings(self) -> bool:
        """Whether a reader has read the turns."""
        return self.dense.shape[1] > 3 * self.said.shape[1]

    def unread(self) -> Turns:
        """Return the turns without the readings of a reader."""
        said = self.said.shape[1]
        steps = replace(self.steps, read=self.steps.read[:, :said])
        return replace(self, dense=self.dense[:, : 3 * said], steps=steps)

    def only(self, places: Places) -> Turns:
        """Return the turns at `places`; their conversations stay whole."""
        chosen: list[int] = places.tolist()
        steps = Steps(self.steps.read, self.steps.rows, self.steps.first[places], self.steps.at[places])
        return Turns(
            [self.turns[place] for place in chosen],
            self.said[places],
            self.dense[places],
            [self.rows[place] for place in chosen],
            steps,
            self.codes[places],
            self.classes,
        )

    def inputs(self, place: int) -> TurnInputs:
        """Return one turn as networks read it."""
        steps = slice(int(self.steps.first[place]), int(self.steps.at[place]) + 1)
        return TurnInputs(self.dense[place], self.rows[place], self.steps.read[steps], self.steps.rows[steps])


def steps_of(turns: Sequence[Turn], vectors: Sequence[TurnVectors]) -> Steps:
    """Return the steps of the conversations that the turns are of.

    A step's vector is known from the turn itself or from a later one that read it; else it is zero.
    """
    of_contact: dict[str, list[int]] = {}
    for place, turn in enumerate(turns):
        of_contact.setdefault(turn.contact_id, []).append(place)
    first, at = np.zeros(len(turns), dtype=np.int64), np.zeros(len(turns), dtype=np.int64)
    read: list[Floats] = []
    rows: list[Row] = []
    begin = 0
    for places in of_contact.values():
        longest = max((turns[place] for place in places), key=lambda turn: len(turn.steps))
        steps = (*longest.steps, Step(longest.said, longest.looked_up, "", ""))
        rows += [step_row(step, steps[number - 1] if number else None) for number, step in enumerate(steps)]
        found = np.zeros((len(steps), vectors[places[0]].read.shape[1]), dtype=np.float32)
        for place in places:
            own, known = len(turns[place].steps), vectors[place].read
            found[own + 1 - len(known) : own + 1] = known
            first[place], at[place] = begin, begin + own
        read.append(found)
        begin += len(steps)
    return Steps(np.concatenate(read), rows, first, at)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The same as matrices: (n, D) vectors, (n, w) sparse rows; (s, d) vectors and (s, v) sparse rows of the
    steps, `first` and `at` (n,) as in Steps; and the keys of the columns."""

    dense: Floats
    sparse: Any
    step_vectors: Floats
    step_sparse: Any
    first: Places
    at: Places
    kept: Keys
    kept_of_steps: Keys

    @classmethod
    def of(cls, given: Turns, least: int) -> Inputs:
        """Return the matrices, of features that at least `least` contacts share."""
        contacts = [turn.contact_id for turn in given.turns]
        kept = kept_keys(given.rows, contacts, least)
        used = np.unique(np.concatenate([np.arange(start, end + 1) for start, end in _spans(given.steps)]))
        owner = np.searchsorted(np.unique(given.steps.first), used, side="right")
        places: list[int] = used.tolist()
        rows = [given.steps.rows[place] for place in places]
        kept_of_steps = kept_keys(rows, [str(number) for number in owner.tolist()], least)
        return cls.in_columns(given, kept, kept_of_steps)

    @classmethod
    def in_columns(cls, given: Turns, kept: Keys, kept_of_steps: Keys) -> Inputs:
        """Return the matrices in columns chosen before."""
        return cls(
            given.dense,
            sparse_rows(given.rows, kept),
            given.steps.read,
            sparse_rows(given.steps.rows, kept_of_steps),
            given.steps.first,
            given.steps.at,
            kept,
            kept_of_steps,
        )


def _spans(steps: Steps) -> list[tuple[int, int]]:
    """Return first and last step of each conversation, as far as turns are in it."""
    last: dict[int, int] = {}
    for begin, place in zip(steps.first.tolist(), steps.at.tolist(), strict=True):
        last[begin] = max(last.get(begin, place), place)
    return list(last.items())


def sparse_rows(rows: Sequence[Row], kept: Keys) -> Any:
    """Return (n, w) CSR float32 of the rows' kept keys."""
    scipy_sparse: Any = importlib.import_module("scipy.sparse")  # untyped; only while learning
    found = [places_of(row, kept) for row in rows]
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    places = np.concatenate([places for places, _ in found])
    values = np.concatenate([values for _, values in found])
    return scipy_sparse.csr_matrix((values, places, ends), shape=(len(rows), len(kept)), dtype=np.float32)
