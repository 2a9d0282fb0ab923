"""One pass of a network over a batch of turns, and the way back that learning takes; numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from replies.recurrence import Passed, Unit, gradients_of, states_of
from replies.reply_features import Floats
from replies.reply_inputs import Inputs, Places
from replies.reply_network import Layers

_KEEP_FEATURE, _KEEP_HIDDEN, _KEEP_SAID, _KEEP_STEP, _KEEP_STATE = 0.6, 0.4, 0.8, 0.7, 0.6


@dataclass(frozen=True, slots=True)
class Batch:
    """Turns of some contacts: `turns` (m,) places in the inputs; the steps of these contacts side by side,
    `steps` (q,) places, each at (`time`, `lane`); `time_of`, `lane_of` (m,) say which one a turn is."""

    turns: Places
    steps: Places
    time: Places
    lane: Places
    time_of: Places
    lane_of: Places


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass leaves: (m, k) `scores` of the replies, (m, h) `hidden`, and what the way back needs; the
    sparse rows have only the columns that the batch touches."""

    scores: Floats
    hidden: Floats
    columns: Places
    sparse: Any
    step_columns: Places
    step_sparse: Any
    said: Floats
    read_mask: Floats
    passed: Passed
    state: Floats
    state_mask: Floats
    hidden_mask: Floats


def forwards(layers: Layers, inputs: Inputs, batch: Batch, random: np.random.Generator | None) -> Pass:
    """Return the pass over a batch; with `random` a part of everything is dropped, as learning wants it."""
    columns, sparse = _touched(_thinned(inputs.sparse[batch.turns], random))
    step_columns, step_sparse = _touched(_thinned(inputs.step_sparse[batch.steps], random))
    said = inputs.step_vectors[batch.steps]
    said = said * _mask(random, said.shape, _KEEP_SAID)
    read = said @ layers.step_vector + step_sparse @ layers.step_row[step_columns] + layers.step_bias
    read_mask = _mask(random, read.shape, _KEEP_STEP) * (read > 0)
    lanes = (int(batch.time.max()) + 1, int(batch.lane.max()) + 1)
    padded = np.zeros((*lanes, read.shape[1]), dtype=np.float32)
    padded[batch.time, batch.lane] = read * read_mask
    states, passed = states_of(layers.unit, padded)
    state = states[batch.time_of, batch.lane_of]
    state_mask = _mask(random, state.shape, _KEEP_STATE)
    state = state * state_mask
    before = inputs.dense[batch.turns] @ layers.of_vector + sparse @ layers.of_row[columns]
    before += state @ layers.of_state + layers.hidden_bias
    hidden_mask = _mask(random, before.shape, _KEEP_HIDDEN) * (before > 0)
    hidden: Floats = before * hidden_mask
    scores = hidden @ layers.of_hidden + layers.bias
    rows = (columns, sparse, step_columns, step_sparse)
    return Pass(scores, hidden, *rows, said, read_mask, passed, state, state_mask, hidden_mask)


def backwards(
    layers: Layers, inputs: Inputs, batch: Batch, done: Pass, error: Floats
) -> tuple[tuple[tuple[Places, Floats], ...], tuple[Floats, ...]]:
    """Return the gradients of the wide layers' touched rows, and those of the dense layers in the order of
    `dense_layers`, given that of the scores (m, k)."""
    back: Floats = (error @ layers.of_hidden.T) * done.hidden_mask
    to_states = np.zeros_like(done.passed.before)
    to_states[batch.time_of, batch.lane_of] = (back @ layers.of_state.T) * done.state_mask
    to_padded, to_unit = gradients_of(layers.unit, done.passed, to_states)
    to_read = to_padded[batch.time, batch.lane] * done.read_mask
    wide = (
        (done.columns, np.asarray(done.sparse.T @ back, dtype=np.float32)),
        (done.step_columns, np.asarray(done.step_sparse.T @ to_read, dtype=np.float32)),
    )
    dense = inputs.dense[batch.turns]
    own = (dense.T @ back, back.sum(axis=0), done.hidden.T @ error, error.sum(axis=0))
    of_steps = (done.said.T @ to_read, to_read.sum(axis=0), done.state.T @ back)
    return wide, (*own, *of_steps, *_arrays(to_unit))


def dense_layers(layers: Layers) -> tuple[Floats, ...]:
    """Return all layers but the wide ones, in the order of their gradients."""
    own = (layers.of_vector, layers.hidden_bias, layers.of_hidden, layers.bias)
    of_steps = (layers.step_vector, layers.step_bias, layers.of_state)
    return (*own, *of_steps, *_arrays(layers.unit))


def _arrays(unit: Unit) -> tuple[Floats, ...]:
    return tuple(getattr(unit, field.name) for field in fields(Unit))


def conversations_of(inputs: Inputs) -> list[Places]:
    """Return the turns of each conversation."""
    order = np.argsort(inputs.first, kind="stable")
    begins = np.flatnonzero(np.diff(inputs.first[order], prepend=-1))
    return np.split(order, begins[1:])


def batch_of(inputs: Inputs, conversations: Sequence[Places]) -> Batch:
    """Return the turns of these conversations; a conversation that comes twice is read twice."""
    turns = np.concatenate(conversations)
    lane_of = np.repeat(np.arange(len(conversations)), [len(places) for places in conversations])
    spans = [_span(inputs, places) for places in conversations]
    time = np.concatenate([np.arange(len(span)) for span in spans])
    lane = np.repeat(np.arange(len(spans)), [len(span) for span in spans])
    return Batch(turns, np.concatenate(spans), time, lane, inputs.at[turns] - inputs.first[turns], lane_of)


def _span(inputs: Inputs, places: Places) -> Places:
    """Return the steps of a conversation as far as turns are in it."""
    begin, end = int(inputs.first[places[0]]), int(inputs.at[places].max())
    return np.arange(begin, end + 1, dtype=np.int64)


def _mask(random: np.random.Generator | None, shape: tuple[int, ...], keep: float) -> Floats:
    """Return 0 where something is dropped, else what makes up for the dropped; 1 without `random`."""
    if random is None:
        return np.ones(shape, dtype=np.float32)
    return (random.random(shape, dtype=np.float32) < keep).astype(np.float32) / np.float32(keep)


def _thinned(sparse: Any, random: np.random.Generator | None) -> Any:
    """Return the fresh rows with some features dropped."""
    if random is None:
        return sparse
    sparse.data = sparse.data * _mask(random, sparse.data.shape, _KEEP_FEATURE)
    return sparse


def _touched(sparse: Any) -> tuple[Places, Any]:
    """Return the columns that a batch has, and the batch in those columns alone."""
    columns, places = np.unique(sparse.indices, return_inverse=True)
    shape = (sparse.shape[0], len(columns))
    narrow = type(sparse)((sparse.data, places.reshape(-1), sparse.indptr), shape=shape)
    return columns.astype(np.int64), narrow
