"""Learning topics from labelled contacts: calibrated, and free to abstain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.learned import TOPICS, TWIN_FOLDER
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, first_question, is_held_out, verdict
from models.classifier import Classifier, expected_calibration_error

_SEED = 20261122
_PRECISION = 0.8  # of the topics named; a wrong one costs an agent a glance, a missing one the whole draft


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its topic and the contact it stands in."""

    contact_id: str
    text: str
    topic: str


def learn_topics(bench: Bench) -> Outcome:
    """Train on labelled first questions; promote unless the twin is less often right on held-out ones."""
    fingerprint = fingerprint_of([bench.frames.fingerprint("contacts")])
    if bench.is_unchanged(TOPICS, fingerprint):
        return bench.unchanged(TOPICS)
    rows = _labelled(bench)
    if len({row.topic for row in rows}) < 2:
        return Outcome(
            TOPICS,
            bench.in_use_version(TOPICS),
            SKIPPED,
            "contacts with at least two different topics are needed",
        )
    bench.tell(f"topics: training on {len(rows):,} labelled questions")
    vectors = bench.encoder.encode([row.text for row in rows])
    labels = [row.topic for row in rows]
    held_out = np.array([is_held_out(row.contact_id) for row in rows])
    twin = _fit(vectors[~held_out], [labels[i] for i in np.flatnonzero(~held_out)])
    judged = vectors[held_out], [labels[i] for i in np.flatnonzero(held_out)]
    metrics = scores(twin, *judged)
    better, why = verdict("share right", metrics["share_right"], _in_use(bench, *judged), int(held_out.sum()))
    if not better:
        return bench.keep(TOPICS, why, metrics)
    served = _fit(vectors, labels)
    with bench.writing(TOPICS, fingerprint, metrics) as draft:
        served.save(draft)
        twin.save(draft / TWIN_FOLDER)
    return bench.promote(TOPICS, draft.version, why, metrics)


def _labelled(bench: Bench) -> list[Labelled]:
    rows = [
        Labelled(contact.id, text, contact.topic)
        for contact in bench.frames.contacts()
        if contact.topic and (text := first_question(contact)).strip()
    ]
    counts = Counter(row.topic for row in rows)
    return [row for row in rows if counts[row.topic] > 1]


def _fit(vectors: np.ndarray, labels: Sequence[str]) -> Classifier:
    return Classifier.fit(vectors, labels, seed=_SEED, precision=_PRECISION)


def scores(classifier: Classifier, vectors: np.ndarray, labels: Sequence[str]) -> dict[str, float]:
    """Return the share right (an abstention counts as wrong), coverage, precision, calibration error."""
    if not labels:
        return {"share_right": 0.0, "coverage": 0.0, "precision": 0.0, "calibration_error": 0.0}
    chances = classifier.predict_proba(vectors)
    confidence = chances.max(axis=1)
    right = np.array([classifier.labels[i] for i in chances.argmax(axis=1)]) == np.array(labels)
    answered = confidence >= classifier.threshold
    return {
        "share_right": float((right & answered).mean()),
        "coverage": float(answered.mean()),
        "precision": float(right[answered].mean()) if answered.any() else 0.0,
        "calibration_error": expected_calibration_error(confidence, right),
    }


def _in_use(bench: Bench, vectors: np.ndarray, labels: Sequence[str]) -> float | None:
    artefact = bench.comparable(TOPICS)
    if artefact is None:
        return None
    twin = artefact.folder / TWIN_FOLDER
    return scores(Classifier.load(twin), vectors, labels)["share_right"] if twin.is_dir() else None
