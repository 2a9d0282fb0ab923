"""Learning the networks of `reply_network`, in numpy: small enough that a framework would cost more to load.

Dropout (Srivastava et al. 2014) on features, vectors, steps, states and the hidden layer, and smoothed labels
(Szegedy et al. 2016) keep a network from learning single contacts by heart. Dense layers move by Adam (Kingma
and Ba 2015); the wide ones by Adagrad with one rate a row (Duchi et al. 2011), so that a step touches only
the rows its turns have. A batch is of whole contacts: their steps are read once for all their turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from replies.recurrence import Unit, fresh_unit, gradients_of, states_of
from replies.reply_features import Floats
from replies.reply_inputs import Inputs, Places
from replies.reply_network import Layers, ReplyNetwork

_HIDDEN, _STEP, _STATE = 256, 128, 160
_BATCH, _LEAST_BATCH = 256, 24  # turns
_RATE, _WIDE_RATE = 3e-3, 9e-3
_LEAST_STEPS, _EPOCHS = 300, 10
_SPREAD, _USUAL_WIDTH = 0.7, 6_300
_SMOOTHED = 0.05
_KEEP_FEATURE, _KEEP_HIDDEN, _KEEP_SAID, _KEEP_STEP, _KEEP_STATE = 0.7, 0.4, 0.8, 0.7, 0.6


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


def fit_network(inputs: Inputs, codes: Places, classes: int, *, seed: int, members: int) -> ReplyNetwork:
    """Learn `codes` (n,), each below `classes`, from as many turns."""
    made = (_train(inputs, codes, classes, seed + number) for number in range(members))
    return ReplyNetwork(inputs.kept, inputs.kept_of_steps, tuple(layers.halved() for layers in made))


def _train(inputs: Inputs, codes: Places, classes: int, seed: int) -> Layers:
    random = np.random.default_rng(seed)
    layers = _fresh(random, inputs, classes)
    moving = _dense_layers(layers)
    moments = tuple((np.zeros_like(layer), np.zeros_like(layer)) for layer in moving)
    wide = (layers.of_row, layers.step_row)
    squares = tuple(np.zeros(len(layer), dtype=np.float32) for layer in wide)
    conversations = _conversations(inputs)
    each = round(_batch_of(len(codes)) * len(conversations) / len(codes))
    lanes = max(1, min(len(conversations), each))
    steps = max(_LEAST_STEPS, _EPOCHS * -(-len(conversations) // lanes))
    for step, chosen in enumerate(_draws(random, len(conversations), steps, lanes), start=1):
        fall = min(1.0, step / 50) * (1 - step / steps)
        places: list[int] = chosen.tolist()
        batch = _batch(inputs, [conversations[place] for place in places])
        of_wide, of_dense = _gradients(layers, inputs, batch, codes, random)
        for layer, (columns, gradient), square in zip(wide, of_wide, squares, strict=True):
            _adagrad(layer, columns, gradient, square, _WIDE_RATE * fall + 1e-5)
        for layer, gradient, (mean, square) in zip(moving, of_dense, moments, strict=True):
            _adam(layer, gradient, mean, square, step, _RATE * fall + 1e-5)
    return layers


def _fresh(random: np.random.Generator, inputs: Inputs, classes: int) -> Layers:
    """Return layers of small random weights."""
    spread = _SPREAD * float(np.sqrt(2 / _USUAL_WIDTH))
    depth = inputs.step_vectors.shape[1]
    return Layers(
        _normal(random, (inputs.dense.shape[1], _HIDDEN), spread),
        _normal(random, (len(inputs.kept), _HIDDEN), spread),
        np.zeros(_HIDDEN, dtype=np.float32),
        _normal(random, (_HIDDEN, classes), float(np.sqrt(1 / _HIDDEN))),
        np.zeros(classes, dtype=np.float32),
        _normal(random, (depth, _STEP), 0.3),
        _normal(random, (len(inputs.kept_of_steps), _STEP), 0.3),
        np.zeros(_STEP, dtype=np.float32),
        _normal(random, (_STATE, _HIDDEN), float(np.sqrt(1 / _STATE))),
        fresh_unit(random, _STEP, _STATE),
    )


def _dense_layers(layers: Layers) -> tuple[Floats, ...]:
    """Return all layers but the wide ones, in the order of `_gradients`."""
    own = (layers.of_vector, layers.hidden_bias, layers.of_hidden, layers.bias)
    of_steps = (layers.step_vector, layers.step_bias, layers.of_state)
    return (*own, *of_steps, *_arrays(layers.unit))


def _arrays(unit: Unit) -> tuple[Floats, ...]:
    return tuple(getattr(unit, field.name) for field in fields(Unit))


def _gradients(
    layers: Layers, inputs: Inputs, batch: Batch, codes: Places, random: np.random.Generator
) -> tuple[tuple[tuple[Places, Floats], ...], tuple[Floats, ...]]:
    """Return the gradients of the wide layers' touched rows, and those of the dense layers."""
    columns, sparse = _touched(_thinned(inputs.sparse[batch.turns], random))
    dense = inputs.dense[batch.turns]
    step_columns, step_sparse = _touched(_thinned(inputs.step_sparse[batch.steps], random))
    said = inputs.step_vectors[batch.steps]
    said = said * _mask(random, said.shape, _KEEP_SAID)
    # forwards: steps, states, hidden layer, replies
    read = said @ layers.step_vector + step_sparse @ layers.step_row[step_columns] + layers.step_bias
    read_mask = _mask(random, read.shape, _KEEP_STEP) * (read > 0)
    shape = (int(batch.time.max()) + 1, int(batch.lane.max()) + 1)
    padded = np.zeros((*shape, _STEP), dtype=np.float32)
    padded[batch.time, batch.lane] = read * read_mask
    states, passed = states_of(layers.unit, padded)
    state = states[batch.time_of, batch.lane_of]
    state_mask = _mask(random, state.shape, _KEEP_STATE)
    state = state * state_mask
    before = dense @ layers.of_vector + sparse @ layers.of_row[columns] + state @ layers.of_state
    before += layers.hidden_bias
    kept = _mask(random, before.shape, _KEEP_HIDDEN) * (before > 0)
    hidden: Floats = before * kept
    error = softmax(hidden @ layers.of_hidden + layers.bias) - np.float32(_SMOOTHED / len(layers.bias))
    error[np.arange(len(batch.turns)), codes[batch.turns]] -= 1.0 - _SMOOTHED
    error /= np.float32(len(batch.turns))
    # and backwards
    back: Floats = (error @ layers.of_hidden.T) * kept
    to_states = np.zeros_like(states)
    to_states[batch.time_of, batch.lane_of] = (back @ layers.of_state.T) * state_mask
    to_padded, to_unit = gradients_of(layers.unit, passed, to_states)
    to_read = to_padded[batch.time, batch.lane] * read_mask
    wide = (
        (columns, np.asarray(sparse.T @ back, dtype=np.float32)),
        (step_columns, np.asarray(step_sparse.T @ to_read, dtype=np.float32)),
    )
    own = (dense.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0))
    of_steps = (said.T @ to_read, to_read.sum(axis=0), state.T @ back)
    return wide, (*own, *of_steps, *_arrays(to_unit))


def _conversations(inputs: Inputs) -> list[Places]:
    """Return the turns of each conversation."""
    order = np.argsort(inputs.first, kind="stable")
    begins = np.flatnonzero(np.diff(inputs.first[order], prepend=-1))
    return np.split(order, begins[1:])


def _batch(inputs: Inputs, conversations: Sequence[Places]) -> Batch:
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


def _mask(random: np.random.Generator, shape: tuple[int, ...], keep: float) -> Floats:
    """Return 0 where something is dropped, else what makes up for the dropped."""
    return (random.random(shape, dtype=np.float32) < keep).astype(np.float32) / np.float32(keep)


def _thinned(sparse: Any, random: np.random.Generator) -> Any:
    """Return the fresh rows with some features dropped."""
    sparse.data = sparse.data * _mask(random, sparse.data.shape, _KEEP_FEATURE)
    return sparse


def _adagrad(
    layer: NDArray[np.floating[Any]], rows: Places, gradient: Floats, squares: Floats, rate: float
) -> None:
    squares[rows] += np.einsum("ij,ij->i", gradient, gradient) / np.float32(gradient.shape[1])
    layer[rows] -= gradient * (np.float32(rate) / (np.sqrt(squares[rows]) + np.float32(1e-8)))[:, None]


def _adam(layer: Floats, gradient: Floats, mean: Floats, square: Floats, step: int, rate: float) -> None:
    """Move `layer` in place; passing over arrays is what takes the time here."""
    mean *= np.float32(0.9)
    mean += np.float32(0.1) * gradient
    square *= np.float32(0.99)
    square += np.float32(0.01) * gradient * gradient
    move = mean / (np.sqrt(square) + np.float32(1e-8))
    move *= np.float32(rate * np.sqrt(1 - 0.99**step) / (1 - 0.9**step))
    layer -= move


def _batch_of(n: int) -> int:
    """Few turns are learned from in small batches: as many steps, each a fraction of the work."""
    return min(_BATCH, max(_LEAST_BATCH, n // 8))


def _draws(random: np.random.Generator, n: int, steps: int, each: int) -> Iterator[Places]:
    given = 0
    while given < steps:
        order = random.permutation(n)
        for start in range(0, n, each):
            if given < steps:
                yield order[start : start + each]
            given += 1


def _touched(sparse: Any) -> tuple[Places, Any]:
    """Return the columns that a batch has, and the batch in those columns alone."""
    columns, places = np.unique(sparse.indices, return_inverse=True)
    shape = (sparse.shape[0], len(columns))
    narrow = type(sparse)((sparse.data, places.reshape(-1), sparse.indptr), shape=shape)
    return columns.astype(np.int64), narrow


def _normal(random: np.random.Generator, shape: tuple[int, int], spread: float) -> Floats:
    made = random.standard_normal(shape, dtype=np.float32)
    return made * np.float32(spread)
