"""Turns as arrays that networks learn from: what each tells, and the steps of its conversation in order."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
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
    """The steps of all conversations, one conversation after the other: (s, d) vectors and s rows. A turn of
    a conversation is one of its steps: `at` (n,) says which, `first` (n,) where the conversation begins."""

    said: Floats
    rows: Sequence[Row]
    first: Places
    at: Places


@dataclass(frozen=True, slots=True)
class Turns:
    """What is learned from: n turns with what they tell; (n, 3 d) vectors, (n,) codes of the replies."""

    turns: Sequence[Turn]
    dense: Floats
    rows: Sequence[Row]
    steps: Steps
    codes: Places
    classes: int

    @classmethod
    def of(cls, turns: Sequence[Turn], vectors: Sequence[TurnVectors], codes: Places, classes: int) -> Turns:
        """Return the turns with what they tell."""
        dense = np.stack([dense_of(one) for one in vectors])
        return cls(turns, dense, [row_of(turn) for turn in turns], steps_of(turns, vectors), codes, classes)

    @property
    def said(self) -> Floats:
        """(n, d) unit vectors of what the customer said."""
        said = self.dense[:, : self.dense.shape[1] // 3]
        return said / np.maximum(np.linalg.norm(said, axis=1, keepdims=True), np.float32(1e-6))

    def only(self, places: Places) -> Turns:
        """Return the turns at `places`; their conversations stay whole."""
        chosen: list[int] = places.tolist()
        steps = Steps(self.steps.said, self.steps.rows, self.steps.first[places], self.steps.at[places])
        return Turns(
            [self.turns[place] for place in chosen],
            self.dense[places],
            [self.rows[place] for place in chosen],
            steps,
            self.codes[places],
            self.classes,
        )

    def inputs(self, place: int) -> TurnInputs:
        """Return one turn as networks read it."""
        steps = slice(int(self.steps.first[place]), int(self.steps.at[place]) + 1)
        return TurnInputs(self.dense[place], self.rows[place], self.steps.said[steps], self.steps.rows[steps])


def steps_of(turns: Sequence[Turn], vectors: Sequence[TurnVectors]) -> Steps:
    """Return the steps of the conversations that the turns are of.

    A step's vector is known from the turn itself or from a later one that read it; else it is zero.
    """
    of_contact: dict[str, list[int]] = {}
    for place, turn in enumerate(turns):
        of_contact.setdefault(turn.contact_id, []).append(place)
    first, at = np.zeros(len(turns), dtype=np.int64), np.zeros(len(turns), dtype=np.int64)
    said: list[Floats] = []
    rows: list[Row] = []
    begin = 0
    for places in of_contact.values():
        longest = max((turns[place] for place in places), key=lambda turn: len(turn.steps))
        steps = (*longest.steps, Step(longest.said, longest.looked_up, "", ""))
        rows += [step_row(step, steps[number - 1] if number else None) for number, step in enumerate(steps)]
        found = np.zeros((len(steps), len(vectors[places[0]].said)), dtype=np.float32)
        for place in places:
            own, read = len(turns[place].steps), vectors[place].steps
            found[own - len(read) : own] = read
            found[own] = vectors[place].said
            first[place], at[place] = begin, begin + own
        said.append(found)
        begin += len(steps)
    return Steps(np.concatenate(said), rows, first, at)


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
            given.steps.said,
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
