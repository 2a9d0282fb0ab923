"""A reader for the ranking of replies, taught on a shop's own turns where held-out ones show a gain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.learning.bench import Bench
from api.learning.wishes import LearningMeans
from models.embedding import Encoder, OnnxEncoder
from models.remembering import RememberingEncoder
from replies.contacts import Contact
from replies.reply_blend import MANY, kept_back
from replies.reply_features import TurnVectors, turn_vectors
from replies.reply_ranking import ReplyRanker, library_turns
from replies.step_reading import MOST_TOKENS, texts_of
from replies.turns import Turn

_MOST_TURNS = 12_000  # the latest: three epochs of ten minutes on two cores; their kept states take .3 GB
_EPOCHS, _LEAST_EPOCHS, _UPPER = 3, 1.0, 2
_LEAST_CHANCE = 1e-3  # a reply that a ranking never heard of is lost whatever reads for it
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class TaughtReader:
    """A reader that gains: the twin that reads with it, by how much the mean log chance of right replies of
    held-out turns grew, and the seconds and epochs it was taught."""

    reader: Encoder
    twin: ReplyRanker
    gain: float
    seconds: float
    epochs: float

    def as_settings(self) -> dict[str, str | int | float | bool]:
        """Return what the manifest keeps of it."""
        return {
            "reader": "own, taught these turns",
            "taught_epochs": round(self.epochs, 2),
            "taught_s": round(self.seconds),
            "gain": round(self.gain, 4),
        }


def taught_reader(
    bench: Bench, seen: Sequence[Contact], judged: Sequence[Turn], frozen: ReplyRanker, target: Path
) -> TaughtReader | None:
    """Teach a reader on the contacts `seen`, into `target`; None without time, turns enough, or a gain over
    `frozen`, which learned from the same contacts without."""
    if bench.means.tuning_s <= 0 or not judged or len(library_turns(seen)) < MANY:
        return None
    bench.tell(
        f"replies: teaching an encoder to read these turns, {bench.means.tuning_s / 60:.0f} minutes at most"
    )
    taught = teach_reader(seen, bench.means, target)
    if taught is None:
        bench.tell(f"replies: teaching it would take longer than {bench.means.tuning_s:.0f} s; none is used")
        return None
    reader = RememberingEncoder(OnnxEncoder(target, bench.means.threads))
    twin = ReplyRanker.fit(
        seen, bench.encoder, seed=_SEED, members=len(frozen.model.network.members), reader=reader
    )
    if twin is None:
        return None
    vectors = turn_vectors(judged, bench.encoder)
    gains = _likeliness(twin, judged, vectors) - _likeliness(frozen, judged, vectors)
    gain = float(gains.mean())
    bench.tell(f"replies: taught in {taught[0]:.0f} s; log chance of right replies, held out: {gain:+.3f}")
    if gain <= 2 * float(gains.std()) / np.sqrt(len(gains)):
        return None
    return TaughtReader(reader, twin, gain, *taught)


def teach_reader(
    contacts: Iterable[Contact], means: LearningMeans, target: Path
) -> tuple[float, float] | None:
    """Teach an encoder which reply follows a step, into `target`; contacts kept back do not teach.

    Returns the seconds it took and the epochs; None when there was too little time.
    """
    from models.encoder_tuning import Lesson, tune_encoder

    turns = library_turns(contacts)
    back = kept_back(turn.contact_id for turn in turns)
    told = [turn for turn in turns if turn.contact_id not in back][-_MOST_TURNS:]
    lesson = Lesson(means.tuning_s, means.tuning_threads, _SEED, _EPOCHS, _LEAST_EPOCHS, MOST_TOKENS, _UPPER)
    texts = [texts_of(turn)[-1] for turn in told]
    tuned = tune_encoder(means.encoder_source, texts, [turn.reply_id or "" for turn in told], target, lesson)
    return None if tuned is None else (tuned.seconds, tuned.epochs)


def _likeliness(
    ranker: ReplyRanker, turns: Sequence[Turn], vectors: Sequence[TurnVectors]
) -> NDArray[np.float64]:
    """Return (n,) the logarithm of the chance of each turn's reply."""
    chances: list[float] = []
    for turn, own in zip(turns, vectors, strict=True):
        ranked = ranker.rank(turn, own, len(ranker.labels))
        chances.append(next((one.confidence for one in ranked if one.reply_id == turn.reply_id), 0.0))
    return np.log(np.maximum(np.asarray(chances), _LEAST_CHANCE))
