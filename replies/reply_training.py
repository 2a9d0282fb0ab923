"""Learning the networks of `reply_network`, in numpy: small enough that a framework would cost more to load.

Dropout (Srivastava et al. 2014) on features, vectors, steps, states and the hidden layer, and smoothed labels
(Szegedy et al. 2016) keep a network from learning single contacts by heart. Each turn is read twice, with
other parts dropped, and both readings are drawn to one another (Liang et al. 2021, R-Drop). Dense layers move
by Adam (Kingma and Ba 2015); the wide ones by Adagrad with one rate a row (Duchi et al. 2011), so that a step
touches only the rows its turns have. A batch is of whole contacts: their steps are read once for all turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from replies.recurrence import fresh_unit
from replies.reply_features import Floats
from replies.reply_inputs import Inputs, Places
from replies.reply_network import Layers, ReplyNetwork
from replies.reply_passes import backwards, batch_of, conversations_of, dense_layers, forwards

_HIDDEN, _STEP, _STATE = 256, 128, 160
_BATCH, _LEAST_BATCH = 256, 24  # turns
_RATE, _WIDE_RATE = 3e-3, 9e-3
_LEAST_STEPS, _EPOCHS = 300, 10
_SPREAD, _USUAL_WIDTH = 0.7, 6_300
_SMOOTHED, _DRAWN = 0.05, 1.0
_READ_AT_ONCE = 60  # conversations


def fit_network(inputs: Inputs, codes: Places, classes: int, *, seed: int, members: int) -> ReplyNetwork:
    """Learn `codes` (n,), each below `classes`, from as many turns."""
    made = (_train(inputs, codes, classes, seed + number) for number in range(members))
    return ReplyNetwork(inputs.kept, inputs.kept_of_steps, tuple(layers.halved() for layers in made))


def _train(inputs: Inputs, codes: Places, classes: int, seed: int) -> Layers:
    random = np.random.default_rng(seed)
    layers = _fresh(random, inputs, classes)
    moving = dense_layers(layers)
    moments = tuple((np.zeros_like(layer), np.zeros_like(layer)) for layer in moving)
    wide = (layers.of_row, layers.step_row)
    squares = tuple(np.zeros(len(layer), dtype=np.float32) for layer in wide)
    conversations = conversations_of(inputs)
    each = round(_turns_at_once(len(codes)) * len(conversations) / len(codes))
    lanes = max(1, min(len(conversations), each))
    steps = max(_LEAST_STEPS, _EPOCHS * -(-len(conversations) // lanes))
    for step, chosen in enumerate(_draws(random, len(conversations), steps, lanes), start=1):
        fall = min(1.0, step / 50) * (1 - step / steps)
        places: list[int] = chosen.tolist()
        batch = batch_of(inputs, [conversations[place] for place in (*places, *places)])
        done = forwards(layers, inputs, batch, random)
        error = error_of(done.scores, codes[batch.turns])
        of_wide, of_dense = backwards(layers, inputs, batch, done, error)
        for layer, (columns, gradient), square in zip(wide, of_wide, squares, strict=True):
            _adagrad(layer, columns, gradient, square, _WIDE_RATE * fall + 1e-5)
        for layer, gradient, (mean, square) in zip(moving, of_dense, moments, strict=True):
            _adam(layer, gradient, mean, square, step, _RATE * fall + 1e-5)
    return layers


def states_of(network: ReplyNetwork, inputs: Inputs) -> tuple[Floats, Floats]:
    """Return (n, k) float32 probabilities, not yet calibrated, and the (n, members h) states that the turns
    leave: what `network.read` says of one turn, for many."""
    conversations = conversations_of(inputs)
    n, members = len(inputs.at), network.members
    chances = np.zeros((n, len(members[0].bias)), dtype=np.float32)
    width = members[0].of_hidden.shape[0]
    states = np.zeros((n, len(members) * width), dtype=np.float32)
    for start in range(0, len(conversations), _READ_AT_ONCE):
        batch = batch_of(inputs, conversations[start : start + _READ_AT_ONCE])
        for number, layers in enumerate(members):
            done = forwards(layers, inputs, batch, None)
            chances[batch.turns] += softmax(done.scores) / np.float32(len(members))
            states[batch.turns, number * width : (number + 1) * width] = done.hidden
    return chances, states


def error_of(scores: Floats, codes: Places) -> Floats:
    """Return the gradient of the mean loss by the scores (2 m, k), whose halves are two readings of m turns:
    that of the smoothed labels, and that of the divergence of each reading from the other."""
    chances = softmax(scores)
    error = chances - np.float32(_SMOOTHED / scores.shape[1])
    error[np.arange(len(codes)), codes] -= 1.0 - _SMOOTHED
    other = np.roll(chances, len(codes) // 2, axis=0)
    apart = np.log(np.maximum(chances, 1e-9)) - np.log(np.maximum(other, 1e-9))
    apart -= (chances * apart).sum(axis=1, keepdims=True)
    error += np.float32(_DRAWN / 2) * (chances * apart + chances - other)
    return error / np.float32(len(codes))


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


def _turns_at_once(n: int) -> int:
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


def _normal(random: np.random.Generator, shape: tuple[int, int], spread: float) -> Floats:
    made = random.standard_normal(shape, dtype=np.float32)
    return made * np.float32(spread)
