"""A gated recurrent unit (Cho et al. 2014) over padded batches, in numpy: forwards, and back for learning.

Gates stand side by side in the order reset, update, candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(slots=True)
class Unit:
    """One unit: (x, 3 g) of the input, (g, 3 g) of the state before, and the (3 g,) bias of each."""

    of_input: Floats
    of_state: Floats
    input_bias: Floats
    state_bias: Floats

    @property
    def width(self) -> int:
        """Numbers in a state, g."""
        return self.of_state.shape[0]


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass over (t, b) leaves for the way back: states before and gates, all (t, b, ...)."""

    inputs: Floats
    before: Floats
    reset: Floats
    update: Floats
    candidate: Floats
    of_state: Floats


def fresh_unit(random: np.random.Generator, wide: int, width: int) -> Unit:
    """Return a unit of small random weights."""
    spread = 1.0 / float(np.sqrt(width))

    def drawn(*shape: int) -> Floats:
        return (random.random(shape, dtype=np.float32) * 2 - 1) * np.float32(spread)

    return Unit(drawn(wide, 3 * width), drawn(width, 3 * width), drawn(3 * width), drawn(3 * width))


def states_of(unit: Unit, inputs: Floats) -> tuple[Floats, Passed]:
    """Return the (t, b, g) states after each of the (t, b, x) inputs, and what the way back needs."""
    steps, batch, _ = inputs.shape
    width = unit.width
    of_input = inputs @ unit.of_input + unit.input_bias
    before = np.zeros((steps, batch, width), dtype=np.float32)
    gates = np.zeros((3, steps, batch, width), dtype=np.float32)
    kept = np.zeros((steps, batch, width), dtype=np.float32)
    states = np.zeros((steps, batch, width), dtype=np.float32)
    state: Floats = np.zeros((batch, width), dtype=np.float32)
    for step in range(steps):
        of_state = state @ unit.of_state + unit.state_bias
        both = _logistic(of_input[step, :, : 2 * width] + of_state[:, : 2 * width])
        reset, update = both[:, :width], both[:, width:]
        candidate = np.tanh(of_input[step, :, 2 * width :] + reset * of_state[:, 2 * width :])
        before[step], kept[step] = state, of_state[:, 2 * width :]
        gates[0, step], gates[1, step], gates[2, step] = reset, update, candidate
        state = candidate + update * (state - candidate)
        states[step] = state
    return states, Passed(inputs, before, gates[0], gates[1], gates[2], kept)


def last_state(unit: Unit, inputs: Floats) -> Floats:
    """Return the (g,) state after the last of the (t, x) inputs of one conversation."""
    width = unit.width
    state: Floats = np.zeros(width, dtype=np.float32)
    for of_input in inputs @ unit.of_input + unit.input_bias:
        of_state = state @ unit.of_state + unit.state_bias
        both = _logistic(of_input[: 2 * width] + of_state[: 2 * width])
        candidate = np.tanh(of_input[2 * width :] + both[:width] * of_state[2 * width :])
        state = candidate + both[width:] * (state - candidate)
    return state


def gradients_of(unit: Unit, passed: Passed, of_states: Floats) -> tuple[Floats, Unit]:
    """Return the gradient of the inputs (t, b, x) and of the unit's weights, given that of the states."""
    steps, batch, width = of_states.shape
    to_input = np.zeros((steps, batch, 3 * width), dtype=np.float32)
    to_state = np.zeros((steps, batch, 3 * width), dtype=np.float32)
    carried: Floats = np.zeros((batch, width), dtype=np.float32)
    for step in range(steps - 1, -1, -1):
        arriving = of_states[step] + carried
        reset, update, candidate = passed.reset[step], passed.update[step], passed.candidate[step]
        of_candidate = arriving * (1 - update) * (1 - candidate * candidate)
        of_update = arriving * (passed.before[step] - candidate) * update * (1 - update)
        of_reset = of_candidate * passed.of_state[step] * reset * (1 - reset)
        gates = to_input[step]
        gates[:, :width], gates[:, width : 2 * width], gates[:, 2 * width :] = (
            of_reset,
            of_update,
            of_candidate,
        )
        to_state[step] = gates
        to_state[step, :, 2 * width :] *= reset
        carried = arriving * update + to_state[step] @ unit.of_state.T
    flat_input, flat_state = to_input.reshape(-1, 3 * width), to_state.reshape(-1, 3 * width)
    weights = Unit(
        passed.inputs.reshape(len(flat_input), -1).T @ flat_input,
        passed.before.reshape(-1, width).T @ flat_state,
        flat_input.sum(axis=0),
        flat_state.sum(axis=0),
    )
    return to_input @ unit.of_input.T, weights


def _logistic(values: NDArray[np.floating[Any]]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))), dtype=np.float32)
