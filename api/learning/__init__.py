"""Learning: train each part on what is stored, evaluate it against the version in use, promote or keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from api.learned import CROSS_SELL, REPLIES, SEARCH, TOPICS, VOICE
from api.learning.bench import PROMOTED, Bench, NothingToLearn, Outcome
from api.learning.cross_sell import learn_cross_sell
from api.learning.encoder import ensure_encoder
from api.learning.replies import learn_replies
from api.learning.search import learn_search
from api.learning.topics import learn_topics
from api.learning.voice import learn_voice
from api.learning.wishes import LearningMeans, LearningWishes
from api.storage.learning_frames import LearningFrames
from models.artefact_store import ArtefactStore
from models.embedding import OnnxEncoder
from models.remembering import RememberingEncoder
from replies.ports import Clock

__all__ = ["PARTS", "Learning", "LearningMeans", "LearningWishes", "NothingToLearn", "Outcome"]

PARTS = (SEARCH, TOPICS, REPLIES, CROSS_SELL, VOICE)
_STEPS: Mapping[str, Callable[[Bench], Outcome]] = {
    SEARCH: learn_search,
    TOPICS: learn_topics,
    REPLIES: learn_replies,
    CROSS_SELL: learn_cross_sell,
    VOICE: learn_voice,
}
_VERSIONS_KEPT = 3


class Learning:
    """One run of `wellput learn` over a home."""

    def __init__(
        self,
        store: ArtefactStore,
        frames: LearningFrames,
        clock: Clock,
        *,
        counts: ArtefactStore,
        means: LearningMeans,
        tell: Callable[[str], None],
        wishes: LearningWishes | None = None,
    ) -> None:
        self._store = store
        self._frames = frames
        self._clock = clock
        self._counts = counts
        self._means = means
        self._tell = tell
        self._wishes = LearningWishes() if wishes is None else wishes

    def run(self, only: str | None = None) -> list[Outcome]:
        """Learn all parts, or one. Raises NothingToLearn when there is nothing at all to learn from."""
        if self._frames.is_empty():
            raise NothingToLearn(
                "There is nothing to learn from yet; bring files in with 'wellput import' first."
            )
        outcomes = [ensure_encoder(self._store, self._means.encoder_source, self._clock, self._tell)]
        bench = Bench(
            self._store,
            self._frames,
            self._open_encoder(),
            self._clock,
            self._tell,
            self._counts,
            self._means,
            self._wishes,
        )
        for part in PARTS if only is None else (only,):
            outcomes.append(_STEPS[part](bench))
            if outcomes[-1].decision == PROMOTED:
                self._wishes.on_promoted(part)
            self._store.prune(part, keep=_VERSIONS_KEPT)
            self._tell(outcomes[-1].line)
        return outcomes

    def _open_encoder(self) -> RememberingEncoder:
        artefact = self._store.current("encoder")
        if artefact is None:
            raise NothingToLearn("The encoder could not be opened; 'wellput doctor' says why.")
        return RememberingEncoder(OnnxEncoder(Path(artefact.folder), threads=self._means.threads))
