"""Learning topics from labelled contacts: calibrated, and free to abstain."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.learned import TOPICS, TWIN_FOLDER
from api.learning.bench import SKIPPED, Bench, Outcome, fingerprint_of, first_question, is_held_out, verdict
from api.learning.tuned_topics import Questions, TunedTopics, Tuning, accuracy_of, tune_topics, worth_trying
from models.classifier import expected_calibration_error
from models.embedding import OnnxEncoder
from models.open_classifier import OpenClassifier
from models.text_classifier import OWN_ENCODER_FOLDER

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
    judged = vectors[held_out], [labels[i] for i in np.flatnonzero(held_out)]
    twin = _fit(vectors[~held_out], [labels[i] for i in np.flatnonzero(~held_out)])
    questions = Questions([row.text for row in rows], labels, held_out)
    with tempfile.TemporaryDirectory(prefix="topics-") as scratch:
        tuned = _tuned(questions, accuracy_of(twin, *judged), bench, Path(scratch))
        if tuned is None:
            return _settle(bench, fingerprint, scores(twin, *judged), twin, vectors, labels, judged)
        encoder = OnnxEncoder(Path(scratch) / "twin", bench.threads)
        figures = scores(tuned.twin, encoder.encode(questions.side(held_out=True)[0]), judged[1])
        return _settle(bench, fingerprint, figures, tuned, vectors, labels, judged, Path(scratch) / "served")


def _tuned(questions: Questions, frozen: float, bench: Bench, scratch: Path) -> TunedTopics | None:
    if not worth_trying(questions, bench.tuning_s):
        return None
    bench.tell(f"topics: teaching the encoder these topics, {bench.tuning_s / 60:.0f} minutes at most")
    return tune_topics(
        questions,
        Tuning(bench.encoder_source, bench.tuning_s, bench.threads),
        frozen,
        scratch / "served",
        scratch / "twin",
        precision=_PRECISION,
        tell=bench.tell,
    )


def _settle(
    bench: Bench,
    fingerprint: str,
    metrics: dict[str, float],
    made: OpenClassifier | TunedTopics,
    vectors: np.ndarray,
    labels: Sequence[str],
    judged: tuple[np.ndarray, list[str]],
    own_encoder: Path | None = None,
) -> Outcome:
    """Write and promote, or keep the version in use where that is more often right."""
    in_use = _in_use(bench, *judged)
    better, why = verdict("share right", metrics["share_right"], in_use, len(judged[1]))
    if not better:
        return bench.keep(TOPICS, why, metrics)
    settings: dict[str, str | int | float | bool] = {"encoder": "shared"}
    if isinstance(made, TunedTopics):
        settings = {
            "encoder": "own, taught these topics",
            "taught_epochs": round(made.epochs, 2),
            "taught_s": round(made.seconds),
            "accuracy_frozen": round(made.frozen_accuracy, 4),
            "accuracy_taught": round(made.accuracy, 4),
        }
    with bench.writing(TOPICS, fingerprint, metrics, settings) as draft:
        if isinstance(made, TunedTopics):
            made.served.save(draft)
            shutil.copytree(own_encoder or Path(), draft / OWN_ENCODER_FOLDER)
        else:
            _fit(vectors, labels).save(draft)
            made.save(draft / TWIN_FOLDER)
    return bench.promote(TOPICS, draft.version, why, metrics)


def _labelled(bench: Bench) -> list[Labelled]:
    rows = [
        Labelled(contact.id, text, contact.topic)
        for contact in bench.frames.contacts()
        if contact.topic and (text := first_question(contact)).strip()
    ]
    counts = Counter(row.topic for row in rows)
    return [row for row in rows if counts[row.topic] > 1]


def _fit(vectors: np.ndarray, labels: Sequence[str]) -> OpenClassifier:
    return OpenClassifier.fit(vectors, labels, seed=_SEED, precision=_PRECISION)


def scores(classifier: OpenClassifier, vectors: np.ndarray, labels: Sequence[str]) -> dict[str, float]:
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
    return scores(OpenClassifier.load(twin), vectors, labels)["share_right"] if twin.is_dir() else None
