"""Back-tests on contacts that were answered: would we have suggested what the agent sent, and how surely?

Contacts are held out whole. Every text is encoded once, however many systems are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier, expected_calibration_error
from models.embedding import Encoder
from models.remembering import RememberingEncoder
from recommender.uncertainty import bootstrap_interval
from replies.contacts import Contact
from replies.reply_ranking import ReplyRanker, labelled_turns
from replies.turns import Turn, turns

_HELD_OUT = 0.2
_NEIGHBOURS = 50


@dataclass(frozen=True, slots=True)
class Share:
    """A share of right answers with its 95 % bootstrap interval."""

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReplyFigures:
    """How often a system had the reply the agent gave first, and among its first three."""

    system: str
    turns: int
    top_1: Share
    top_3: Share
    calibration_error: float


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """`accuracy` over all questions; `answered` the share not abstained on, `precision` how many of those
    were right."""

    system: str
    questions: int
    accuracy: Share
    answered: float
    precision: float


Ranking = list[tuple[str, float]]


def evaluate_replies(contacts: Iterable[Contact], encoder: Encoder, *, seed: int) -> tuple[ReplyFigures, ...]:
    """Return figures of the learned ranking and of the plain baselines on a held-out fifth of the contacts.

    Raises ValueError when either side has too few answered turns.
    """
    once = RememberingEncoder(encoder)
    teaching, judged = _split(contacts, seed)
    ranker = ReplyRanker.fit(teaching, once, seed=seed)
    asked = labelled_turns(judged)
    if ranker is None or not asked:
        raise ValueError("a back-test needs answered turns with at least two reply_ids on both sides")
    taught = labelled_turns(teaching)
    vectors = once.encode([turn.said for turn in asked])
    known = once.encode([turn.said for turn in taught])
    usual: Ranking = [(rid, n / len(taught)) for rid, n in _counts(taught).most_common(3)]

    def learned(turn: Turn, vector: NDArray[np.float32]) -> Ranking:
        return [(reply.reply_id, reply.confidence) for reply in ranker.rank(turn, vector, 3)]

    systems: dict[str, Callable[[Turn, NDArray[np.float32]], Ranking]] = {
        "most usual reply": lambda _turn, _vector: usual,
        "nearest past questions": lambda _turn, vector: _by_neighbours(vector, known, taught),
        "learned ranking": learned,
    }
    return tuple(_figures(name, system, asked, vectors, seed) for name, system in systems.items())


def evaluate_topics(contacts: Iterable[Contact], encoder: Encoder, *, seed: int) -> tuple[TopicFigures, ...]:
    """Return figures of the classifier and of the nearest past question on held-out contacts.

    Raises ValueError when there are fewer than two topics to learn or none to judge.
    """
    teaching, judged = (topic_questions(side) for side in _split(contacts, seed))
    if len({topic for _, topic in teaching}) < 2 or not judged:
        raise ValueError("topics are judged on contacts with at least two topics on both sides")
    vectors = encoder.encode([text for text, _ in teaching])
    labels = [topic for _, topic in teaching]
    asked = encoder.encode([text for text, _ in judged])
    right = np.asarray([topic for _, topic in judged])
    classifier = Classifier.fit(vectors, labels, seed=seed)
    chances = classifier.predict_proba(asked)
    said = np.asarray(classifier.labels)[chances.argmax(axis=1)]
    sure = chances.max(axis=1) >= classifier.threshold
    nearest = np.asarray(labels)[(asked @ vectors.T).argmax(axis=1)]
    everything = np.ones(len(judged), dtype=bool)
    return (
        _topic_figures("nearest past question", nearest == right, everything, seed),
        _topic_figures("classifier", said == right, sure, seed),
    )


def topic_questions(contacts: Iterable[Contact]) -> list[tuple[str, str]]:
    """Return (first question, topic) of the contacts that state both."""
    found: list[tuple[str, str]] = []
    for contact in contacts:
        said = next((turn.said for turn in turns(contact)), contact.question)
        if contact.topic is not None and said.strip():
            found.append((said, contact.topic))
    return found


def _split(
    contacts: Iterable[Contact], seed: int, share: float = _HELD_OUT
) -> tuple[list[Contact], list[Contact]]:
    """Return (teaching, judged): a share of the contacts held out by chance, whatever their order."""
    ordered = sorted(contacts, key=lambda contact: contact.id)
    held = np.random.default_rng(seed).random(len(ordered)) < share
    sides: Mapping[bool, list[Contact]] = {False: [], True: []}
    for contact, is_held in zip(ordered, held.tolist(), strict=True):
        sides[is_held].append(contact)
    return sides[False], sides[True]


def _counts(taught: Sequence[Turn]) -> Counter[str]:
    return Counter(turn.reply_id or "" for turn in taught)


def _by_neighbours(
    vector: NDArray[np.float32], known: NDArray[np.float32], taught: Sequence[Turn]
) -> Ranking:
    cosines = known @ vector
    near = np.argsort(-cosines, kind="stable")[:_NEIGHBOURS]
    places: list[int] = near.tolist()
    votes: dict[str, float] = {}
    for place in places:
        reply_id = taught[place].reply_id or ""
        votes[reply_id] = votes.get(reply_id, 0.0) + max(float(cosines[place]), 0.0) ** 4
    total = sum(votes.values()) or 1.0
    best = sorted(votes.items(), key=lambda vote: -vote[1])[:3]
    return [(reply_id, weight / total) for reply_id, weight in best]


def _figures(
    name: str,
    system: Callable[[Turn, NDArray[np.float32]], Ranking],
    asked: Sequence[Turn],
    vectors: NDArray[np.float32],
    seed: int,
) -> ReplyFigures:
    ranked = [system(turn, vector) for turn, vector in zip(asked, vectors, strict=True)]
    first = np.asarray([turn.reply_id == found[0][0] for turn, found in zip(asked, ranked, strict=True)])
    within = np.asarray(
        [any(turn.reply_id == rid for rid, _ in found) for turn, found in zip(asked, ranked, strict=True)]
    )
    sureness = np.asarray([found[0][1] for found in ranked], dtype=np.float64)
    error = expected_calibration_error(sureness, first)
    return ReplyFigures(name, len(asked), _share(first, seed), _share(within, seed), error)


def _topic_figures(name: str, right: NDArray[np.bool_], sure: NDArray[np.bool_], seed: int) -> TopicFigures:
    precision = float(right[sure].mean()) if sure.any() else 0.0
    return TopicFigures(name, len(right), _share(right, seed), float(sure.mean()), precision)


def _share(right: NDArray[np.bool_], seed: int) -> Share:
    values = right.astype(np.float64)
    low, high = bootstrap_interval(values, np.random.default_rng(seed))
    return Share(float(values.mean()), (float(low), float(high)))
