"""Networks and memory joined; how much each counts, and how sure the whole may be, held-out turns teach.

With few turns the memory says most, and it looks for like questions; with many the networks do, and the
memory looks for turns that left them in a like state. The share that held-out contacts speak for is taken, so
that neither a small nor a large shop is worse off than with the better of the two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax
from replies.reply_features import Floats, TurnVectors, dense_of, row_of, step_rows
from replies.reply_inputs import Inputs, Turns
from replies.reply_memory import ReplyMemory, replies_before, reply_before
from replies.reply_network import ReplyNetwork, TurnInputs
from replies.reply_training import fit_network, states_of
from replies.state_memory import StateMemory
from replies.turns import Turn

MANY = 3_000  # turns, from which on one part held out tells enough
_FOLDS, _HELD_OUT = 3, 0.05
_POWERS = (4.0, 16.0, 32.0, 64.0)
_SHARES = tuple(step / 10 for step in range(11))
_LEAST_CHANCE = 1e-6
_PLACING = "placing_"  # before the names of what is kept of the placing network
_TEMPERATURES = (0.05, 20.0)
_LEAST_LOSS_CHANCE = 5e-3  # a reply that the others never gave is lost whatever the blend: no pull on it
_LEAST_CONTACTS = {True: 4, False: 2}  # that have a feature for it to be learned; with many turns, and few


@dataclass(frozen=True, slots=True)
class Tuning:
    """The memory's power and share in the blend, and the temperature of the whole."""

    power: float
    share: float
    temperature: float


@dataclass(frozen=True, slots=True)
class ReplyBlend:
    """The joined model; without memory where held-out turns gave it no share. `placing` is the network whose
    states the memory goes by where that is not `network`: a reader knows the turns that it was taught on too
    well for their states to be like those of new ones."""

    network: ReplyNetwork
    memory: ReplyMemory | StateMemory | None
    tuning: Tuning
    placing: ReplyNetwork | None = None

    @classmethod
    def fit(cls, given: Turns, *, seed: int, members: int) -> ReplyBlend:
        """Learn from turns whose contacts stand side by side."""
        many = len(given.turns) >= MANY
        parts = _parts(given.turns, many, seed)
        guesses = [_guessed(given, held, seed, members if many else 1) for held in parts]
        tuning = _tuned(guesses, [given.codes[part] for part in parts], least_gap=many)
        if many and guesses:
            network, placing = guesses[0].network, guesses[0].placing
        else:
            network, placing = _networks(given, seed, members)
        memory = _memory(given, placing or network, tuning.power) if tuning.share > 0 else None
        return cls(network, memory, tuning, placing)

    def chances(self, turn: Turn, vectors: TurnVectors) -> Floats:
        """Return (k,) calibrated probabilities."""
        inputs = inputs_of(turn, vectors)
        of_network, state = self.network.read(inputs)
        votes = of_network
        if isinstance(self.memory, StateMemory):
            if self.placing is not None:
                _, state = self.placing.read(inputs.unread(len(vectors.said)))
            votes = self.memory.chances(state)
        elif self.memory is not None:
            votes = self.memory.chances(vectors.said, reply_before(turn))
        return _calibrated(of_network.reshape(1, -1), votes.reshape(1, -1), self.tuning)[0]

    def save(self, path: Path) -> None:
        """Write everything into `path` (npz)."""
        about = np.asarray([self.tuning.power, self.tuning.share, self.tuning.temperature])
        memory = {} if self.memory is None else self.memory.arrays()
        placing = {} if self.placing is None else self.placing.arrays()
        named = {f"{_PLACING}{name}": array for name, array in placing.items()}
        np.savez(path, allow_pickle=False, tuning=about, **self.network.arrays(), **named, **memory)

    @classmethod
    def load(cls, path: Path) -> ReplyBlend:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError when it is not whole."""
        with np.load(path, allow_pickle=False) as held:
            power, share, temperature = (float(value) for value in held["tuning"])
            tuning = Tuning(power, share, temperature)
            memory = StateMemory.of_arrays(held) or ReplyMemory.of_arrays(held)
            placing = {name[len(_PLACING) :]: held[name] for name in held if name.startswith(_PLACING)}
            placed_by = ReplyNetwork.of_arrays(placing) if placing else None
            return cls(ReplyNetwork.of_arrays(held), memory, tuning, placed_by)


def inputs_of(turn: Turn, vectors: TurnVectors) -> TurnInputs:
    """Return one turn, that is not among those learned from, as networks read it."""
    return TurnInputs(dense_of(vectors), row_of(turn), vectors.read, step_rows(turn))


def kept_back(contact_ids: Iterable[str]) -> frozenset[str]:
    """Return the twentieth of contacts, one at least, that only says how sure the ranking of many turns may
    be: neither a network nor a reader learns from it."""
    place_of = {one: hashlib.sha256(f"kept back\n{one}".encode()).digest() for one in contact_ids}
    first = min(place_of.values(), default=b"")
    return frozenset(one for one, place in place_of.items() if place[0] < 256 * _HELD_OUT or place == first)


def _parts(turns: Sequence[Turn], many: bool, seed: int) -> list[NDArray[np.int64]]:
    """Return the turns to hold out, contacts whole: one small part of many turns, else folds."""
    contacts = list(dict.fromkeys(turn.contact_id for turn in turns))
    if many:
        parts = [kept_back(contacts)]
    else:
        order: list[int] = np.random.default_rng(seed).permutation(len(contacts)).tolist()
        folds = min(_FOLDS, len(contacts))
        parts = [frozenset(contacts[place] for place in order[fold::_FOLDS]) for fold in range(folds)]
    found = [np.flatnonzero([turn.contact_id in part for turn in turns]) for part in parts]
    return [places for places in found if 0 < len(places) < len(turns)]


@dataclass(frozen=True, slots=True)
class _Guess:
    """For held-out turns, what the networks say that did not see them, (n, k), and by power the memory's
    votes, (n, k) each; and these networks."""

    of_network: Floats
    votes: Mapping[float, Floats]
    network: ReplyNetwork
    placing: ReplyNetwork | None


def _guessed(given: Turns, held: NDArray[np.int64], seed: int, members: int) -> _Guess:
    others = given.only(np.setdiff1d(np.arange(len(given.turns)), held))
    asked = given.only(held)
    network, placing = _networks(others, seed, members)
    of_network, states = _read(network, asked)
    if len(given.turns) >= MANY:
        if placing is not None:
            _, states = _read(placing, asked)
        memory = _like_states(others, placing or network, _POWERS[0])
        votes = {power: memory.to_power(power).chances_of(states) for power in _POWERS}
    else:
        before = replies_before(asked.turns)
        votes = {power: _like_questions(others, power).chances_of(asked.said, before) for power in _POWERS}
    return _Guess(of_network, votes, network, placing)


def _networks(given: Turns, seed: int, members: int) -> tuple[ReplyNetwork, ReplyNetwork | None]:
    """Return the networks that rank and, where there are readings and turns enough to remember states, one
    without readings that places turns."""
    network = _network(given, seed, members)
    if len(given.turns) < MANY or not given.has_readings:
        return network, None
    return network, _network(given.unread(), seed, 1)


def _network(given: Turns, seed: int, members: int) -> ReplyNetwork:
    least = _LEAST_CONTACTS[len(given.turns) >= MANY]
    return fit_network(Inputs.of(given, least), given.codes, given.classes, seed=seed, members=members)


def _read(network: ReplyNetwork, given: Turns) -> tuple[Floats, Floats]:
    if network.reads < given.dense.shape[1]:
        given = given.unread()
    return states_of(network, Inputs.in_columns(given, network.kept, network.kept_of_steps))


def _memory(given: Turns, network: ReplyNetwork, power: float) -> ReplyMemory | StateMemory:
    if len(given.turns) < MANY:
        return _like_questions(given, power)
    return _like_states(given, network, power)


def _like_states(given: Turns, network: ReplyNetwork, power: float) -> StateMemory:
    _, states = _read(network, given)
    return StateMemory.of(states, given.codes, given.classes, power)


def _like_questions(given: Turns, power: float) -> ReplyMemory:
    return ReplyMemory.of(given.said, given.codes, replies_before(given.turns), given.classes, power)


def _tuned(
    guesses: Sequence[_Guess],
    codes: Sequence[NDArray[np.int64]],
    *,
    least_gap: bool,
) -> Tuning:
    """Return the blend under which the held-out replies are likeliest; without `least_gap`, as far
    as they can tell it from others."""
    if not guesses:
        return Tuning(_POWERS[0], 0.5, 1.0)
    of_network = np.concatenate([guess.of_network for guess in guesses])
    right = np.concatenate(list(codes))
    tried: list[tuple[Tuning, NDArray[np.float64]]] = []
    for power in _POWERS:
        votes = np.concatenate([guess.votes[power] for guess in guesses])
        for share in _SHARES:
            logs = _logs(of_network, votes, share)
            temperature = _honest_temperature(logs, right)
            chances = softmax(logs / np.float32(temperature))[np.arange(len(right)), right]
            losses = -np.log(np.maximum(chances.astype(np.float64), _LEAST_LOSS_CHANCE))
            tried.append((Tuning(power, share, temperature), losses))
    if least_gap:
        return min(tried, key=lambda one: float(one[1].mean()))[0]
    return _most_of_memory(tried)


def _most_of_memory(tried: Sequence[tuple[Tuning, NDArray[np.float64]]]) -> Tuning:
    """Return, of the blends that held-out turns cannot tell from the best, the one that trusts memory most.

    Few turns favour a blend by chance; nearest neighbours are the safer choice then, and the gap to the best
    counts only beyond its standard error (the rule of Breiman et al. 1984 for choosing a simpler tree).
    """
    _, least = min(tried, key=lambda one: float(one[1].mean()))
    fit: list[tuple[float, float, Tuning]] = []
    for tuning, losses in tried:
        gap = losses - least
        if gap.mean() <= gap.std() / np.sqrt(len(gap)) + 1e-4:
            fit.append((tuning.share, -float(losses.mean()), tuning))
    return max(fit, key=lambda one: one[:2])[2]


def _honest_temperature(logs: Floats, right: NDArray[np.int64]) -> float:
    """Return the temperature under which the mean confidence in the first is the share that is right.

    Likelihood would be ruled by replies that only the held-out turns have, many in a small shop.
    """
    hits = float((logs.argmax(axis=1) == right).sum())
    wanted = (hits + 0.5) / (len(right) + 1.0)
    low, high = (float(np.log(end)) for end in _TEMPERATURES)
    for _ in range(25):
        middle = (low + high) / 2
        sure = float(softmax(logs / np.float32(np.exp(middle))).max(axis=1).mean())
        low, high = (middle, high) if sure > wanted else (low, middle)
    return float(np.exp((low + high) / 2))


def _calibrated(of_network: Floats, votes: Floats, tuning: Tuning) -> Floats:
    return softmax(_logs(of_network, votes, tuning.share) / np.float32(tuning.temperature))


def _logs(of_network: Floats, votes: Floats, share: float) -> Floats:
    mixed = (1 - np.float32(share)) * of_network + np.float32(share) * votes
    return np.log(np.maximum(mixed, np.float32(_LEAST_CHANCE)))
