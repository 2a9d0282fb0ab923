"""Learning the networks: the way back is the slope, two readings are drawn together, many are read as one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from models.classifier import softmax
from replies.recurrence import Unit
from replies.reply_blend import kept_back
from replies.reply_features import turn_vectors
from replies.reply_inputs import Inputs, Turns
from replies.reply_network import Layers
from replies.reply_passes import backwards, batch_of, conversations_of, dense_layers, forwards
from replies.reply_ranking import labelled_turns
from replies.reply_training import error_of, fit_network, states_of
from replies.state_memory import StateMemory
from tests.fakes.encoder import HashingEncoder

from .test_reply_ranking import a_dialogue

ENCODER = HashingEncoder(64)


@pytest.fixture(scope="module")
def given() -> Turns:
    """The turns of 24 dialogues."""
    taught = labelled_turns(a_dialogue(number) for number in range(24))
    names = sorted({turn.reply_id or "" for turn in taught})
    codes = np.asarray([names.index(turn.reply_id or "") for turn in taught])
    return Turns.of(taught, turn_vectors(taught, ENCODER), codes, len(names))


def test_the_way_back_is_the_slope(given: Turns) -> None:
    inputs = Inputs.of(given, 2)
    network = fit_network(inputs, given.codes, given.classes, seed=1, members=1)
    (layers,) = network.members
    layers.of_row, layers.step_row = layers.of_row.astype(np.float32), layers.step_row.astype(np.float32)
    batch = batch_of(inputs, conversations_of(inputs)[:3])
    random = np.random.default_rng(3)
    done = forwards(layers, inputs, batch, None)
    weights = random.standard_normal(done.scores.shape, dtype=np.float32)
    _, slopes = backwards(layers, inputs, batch, done, weights)
    for layer, slope in zip(dense_layers(layers), slopes, strict=True):
        place = np.unravel_index(int(np.abs(slope).argmax()), slope.shape)
        losses: list[float] = []
        for move in (0.002, -0.004, 0.002):
            layer[place] += np.float32(move)
            losses.append(float((forwards(layers, inputs, batch, None).scores * weights).sum()))
        assert (losses[0] - losses[1]) / 0.004 == pytest.approx(float(slope[place]), rel=0.05, abs=0.02)
    assert len(slopes) == len(fields(Layers)) - 3 + len(fields(Unit))


def test_two_readings_are_drawn_to_one_another() -> None:
    random = np.random.default_rng(4)
    codes = np.array([0, 2, 0, 2])
    scores = random.standard_normal((4, 5)).astype(np.float32)

    def loss(of: np.ndarray) -> float:
        logs = np.log(softmax(of))
        one, other = np.vsplit(logs, 2)
        named = 0.95 * logs[np.arange(4), codes] + 0.05 * logs.mean(axis=1)
        apart = (np.exp(one) * (one - other)).sum() + (np.exp(other) * (other - one)).sum()
        return float(-named.sum() / 4 + apart / 8)

    slopes = error_of(scores, codes)
    for place in np.ndindex(4, 5):
        above, below = scores.copy(), scores.copy()
        above[place] += 0.01
        below[place] -= 0.01
        assert (loss(above) - loss(below)) / 0.02 == pytest.approx(slopes[place], abs=1e-3)


def test_many_turns_are_read_as_each_is_alone(given: Turns) -> None:
    inputs = Inputs.of(given, 2)
    network = fit_network(inputs, given.codes, given.classes, seed=1, members=2)
    chances, states = states_of(network, inputs)
    for place in (0, 1, 17):
        alone, state = network.read(given.inputs(place))
        assert np.allclose(alone, chances[place], atol=2e-3) and np.allclose(state, states[place], atol=2e-2)


def test_turns_left_in_like_states_vote() -> None:
    random = np.random.default_rng(5)
    middles = random.standard_normal((3, 120)).astype(np.float32)
    codes = np.arange(300) % 3
    states = middles[codes] + 0.3 * random.standard_normal((300, 120))
    memory = StateMemory.of(states.astype(np.float32), codes, 4, 16.0)
    asked = (middles + 0.3 * random.standard_normal((3, 120))).astype(np.float32)
    chances = memory.chances_of(asked)
    assert chances.argmax(axis=1).tolist() == [0, 1, 2] and np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)
    assert (chances > 0).all()  # a reply never given before is unlikely, not impossible
    again = StateMemory.of_arrays(memory.arrays())
    assert again is not None and np.allclose(again.chances_of(asked), chances, atol=1e-2)
    assert np.isfinite(memory.chances(np.zeros(120, dtype=np.float32))).all()


def test_a_twentieth_of_contacts_is_kept_back_whatever_the_others_are() -> None:
    ids = [f"C-{number}" for number in range(2_000)]
    back = kept_back(ids)
    assert 60 < len(back) < 140
    assert kept_back(reversed(ids)) == back and kept_back(ids[:1_000]) == back & set(ids[:1_000])
    assert len(kept_back(ids[:1])) == 1 and kept_back([]) == frozenset()
