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
from api.learning.tuned_topics import Questions, TunedTopics, accuracy_of, tune_topics, worth_trying
from models.classifier import expected_calibration_error
from models.embedding import OnnxEncoder
from models.open_classifier import OpenClassifier
from models.text_classifier import OWN_ENCODER_FOLDER

_SEED = 20261122
_SERVED, _TWIN = "served", "twin"
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
            return _settle(bench, fingerprint, twin, vectors, questions, judged)
        return _settle_tuned(bench, fingerprint, tuned, questions, judged, Path(scratch))


def _tuned(questions: Questions, frozen: float, bench: Bench, scratch: Path) -> TunedTopics | None:
    if not worth_trying(questions, bench.means.tuning_s):
        return None
    bench.tell(f"topics: teaching the encoder these topics, {bench.means.tuning_s / 60:.0f} minutes at most")
    return tune_topics(
        questions,
        bench.means,
        frozen,
        scratch / _SERVED,
        scratch / _TWIN,
        precision=_PRECISION,
        tell=bench.tell,
    )


def _settle(
    bench: Bench,
    fingerprint: str,
    twin: OpenClassifier,
    vectors: np.ndarray,
    questions: Questions,
    judged: tuple[np.ndarray, list[str]],
) -> Outcome:
    """Write and promote, or keep the version in use where that is more often right."""
    metrics = scores(twin, *judged)
    better, why = _verdict(bench, metrics, questions, judged)
    if not better:
        return bench.keep(TOPICS, why, metrics)
    with bench.writing(TOPICS, fingerprint, metrics, {"encoder": "shared"}) as draft:
        _fit(vectors, questions.topics).save(draft)
        twin.save(draft / TWIN_FOLDER)
    return bench.promote(TOPICS, draft.version, why, metrics)


def _settle_tuned(
    bench: Bench,
    fingerprint: str,
    tuned: TunedTopics,
    questions: Questions,
    judged: tuple[np.ndarray, list[str]],
    scratch: Path,
) -> Outcome:
    """Do the same for topics with encoders of their own, in `scratch`: the served one's and the twin's."""
    texts, topics = questions.side(held_out=True)
    metrics = scores(tuned.twin, OnnxEncoder(scratch / _TWIN, bench.means.threads).encode(texts), topics)
    better, why = _verdict(bench, metrics, questions, judged)
    if not better:
        return bench.keep(TOPICS, why, metrics)
    settings: dict[str, str | int | float | bool] = {
        "encoder": "own, taught these topics",
        "taught_epochs": round(tuned.epochs, 2),
        "taught_s": round(tuned.seconds),
        "accuracy_frozen": round(tuned.frozen_accuracy, 4),
        "accuracy_taught": round(tuned.accuracy, 4),
    }
    with bench.writing(TOPICS, fingerprint, metrics, settings) as draft:
        for classifier, encoder, folder in (
            (tuned.served, _SERVED, draft),
            (tuned.twin, _TWIN, draft / TWIN_FOLDER),
        ):
            classifier.save(folder)
            shutil.copytree(scratch / encoder, folder / OWN_ENCODER_FOLDER)
    return bench.promote(TOPICS, draft.version, why, metrics)


def _verdict(
    bench: Bench, metrics: dict[str, float], questions: Questions, judged: tuple[np.ndarray, list[str]]
) -> tuple[bool, str]:
    in_use = _in_use(bench, questions, *judged)
    return verdict("share right", metrics["share_right"], in_use, len(judged[1]))


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


def _in_use(bench: Bench, questions: Questions, vectors: np.ndarray, labels: Sequence[str]) -> float | None:
    """Return the share right of the twin of the version in use, read with its own encoder if it has one."""
    artefact = bench.comparable(TOPICS)
    twin = None if artefact is None else artefact.folder / TWIN_FOLDER
    if twin is None or not twin.is_dir():
        return None
    own = twin / OWN_ENCODER_FOLDER
    if own.is_dir():
        vectors = OnnxEncoder(own, bench.means.threads).encode(questions.side(held_out=True)[0])
    return scores(OpenClassifier.load(twin), vectors, labels)["share_right"]
