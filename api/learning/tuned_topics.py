"""An encoder of its own for the topics, where held-out questions show that it gains."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.learning.wishes import LearningMeans
from models.embedding import OnnxEncoder
from models.open_classifier import OpenClassifier

LEAST_GAIN = 0.005  # of the held-out questions whose likeliest topic is right
LEAST_ROWS, LEAST_TOPICS = 500, 20
MOST_ROWS = 8_000  # beyond that the frozen encoder's vectors tell as much, and training takes hours
_FIRST_SHARE = 0.4  # of the time, for the one that is judged; the other has a quarter more to read
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Questions:
    """Texts with their topics, and which of them are held out (n,)."""

    texts: Sequence[str]
    topics: Sequence[str]
    held_out: np.ndarray

    def side(self, held_out: bool) -> tuple[list[str], list[str]]:
        """Return texts and topics of one side."""
        places = np.flatnonzero(self.held_out == held_out).tolist()
        return [self.texts[at] for at in places], [self.topics[at] for at in places]


@dataclass(frozen=True, slots=True)
class TunedTopics:
    """What was made: the twin and its accuracy on held-out questions, the served one, seconds and epochs."""

    twin: OpenClassifier
    served: OpenClassifier
    accuracy: float
    frozen_accuracy: float
    seconds: float
    epochs: float


def worth_trying(questions: Questions, budget_s: float) -> bool:
    """Whether there are topics and questions enough, yet few enough for the time."""
    return (
        budget_s > 0
        and LEAST_ROWS <= len(questions.texts) <= MOST_ROWS
        and len(set(questions.topics)) >= LEAST_TOPICS
        and bool(questions.held_out.any())
    )


def tune_topics(
    questions: Questions,
    means: LearningMeans,
    frozen_accuracy: float,
    target: Path,
    aside: Path,
    *,
    precision: float,
    tell: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> TunedTopics | None:
    """Teach an encoder without the held-out questions; where that gains, teach one with all, into `target`.

    Both, and the judging between them, share the budget. None when there is no time or no gain.
    """
    from models.encoder_tuning import Lesson, tune_encoder

    began, first_s = clock(), means.tuning_s * _FIRST_SHARE
    texts, topics = questions.side(held_out=False)
    asked, right = questions.side(held_out=True)
    first = tune_encoder(
        means.encoder_source, texts, topics, aside, Lesson(first_s, means.tuning_threads, _SEED)
    )
    if first is None:
        tell(f"topics: teaching the encoder would take longer than {first_s:.0f} s")
        return None
    taught_at = clock()
    encoder = OnnxEncoder(aside, means.threads)
    judged = encoder.encode(asked)
    twin = OpenClassifier.fit_judged(
        encoder.encode(texts), topics, judged, right, seed=_SEED, precision=precision
    )
    accuracy = accuracy_of(twin, judged, right)
    tell(
        f"topics: taught in {first.seconds:.0f} s; right in {accuracy:.3f} held-out questions, "
        f"as it came in {frozen_accuracy:.3f}"
    )
    if accuracy < frozen_accuracy + LEAST_GAIN:
        return None
    judging_s = clock() - taught_at
    left_s = means.tuning_s - (clock() - began) - 1.25 * judging_s  # all are read again at the end
    final = tune_encoder(
        means.encoder_source,
        questions.texts,
        questions.topics,
        target,
        Lesson(left_s, means.tuning_threads, _SEED),
    )
    if final is None:
        tell("topics: no time is left to teach the encoder with all questions; it stays as it came")
        return None
    vectors = OnnxEncoder(target, means.threads).encode(questions.texts)
    served = twin.refitted(vectors, questions.topics, seed=_SEED)
    return TunedTopics(twin, served, accuracy, frozen_accuracy, first.seconds + final.seconds, final.epochs)


def accuracy_of(classifier: OpenClassifier, vectors: np.ndarray, topics: Sequence[str]) -> float:
    """Return the share of questions whose likeliest topic is right, abstaining aside."""
    if not len(topics):
        return 0.0
    best = classifier.predict_proba(vectors).argmax(axis=1)
    return float((np.array(classifier.labels)[best] == np.array(topics)).mean())
