"""Which reply an agent would pick next, learned from the replies agents picked before.

Features of a turn: the vector of what the customer said, the words of our previous reply, of the
look-ups and of what the customer said before (hashed, so that the question stays the only encoder pass),
and the ids of our last replies.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from models.classifier import Classifier
from numpy.typing import NDArray

from models.embedding import Encoder
from replies.contacts import Contact
from replies.turns import Turn, is_settled, turns

_FILE = "replies.json"
_WORD_SLOTS = 256
_ID_SLOTS = 128
_WORDS = re.compile(r"\w+")
_MAX_WORDS = 200
Vectors = NDArray[np.float32]


class _Predicts(Protocol):
    @property
    def labels(self) -> Sequence[str]: ...
    def predict_proba(self, vectors: Vectors) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class RankedReply:
    """A reply id with its probability, and a text it was given as ("" when none is fit to show)."""

    reply_id: str
    confidence: float
    text: str


@dataclass(frozen=True, slots=True)
class ReplyRanker:
    """The learned ranking; `texts` holds for each reply id the words it was mostly given as."""

    classifier: Classifier
    texts: Mapping[str, str]

    @classmethod
    def fit(cls, contacts: Iterable[Contact], encoder: Encoder, *, seed: int) -> ReplyRanker | None:
        """Learn from the labelled turns of settled contacts; None with fewer than two reply ids."""
        labelled = labelled_turns(contacts)
        labels = [turn.reply_id or "" for turn in labelled]
        if len(set(labels)) < 2:
            return None
        vectors = encoder.encode([turn.said for turn in labelled])
        classifier = Classifier.fit(features(labelled, vectors), labels, seed=seed)
        return cls(classifier, _usual_texts(labelled))

    def rank(self, turn: Turn, vector: Vectors, n: int) -> tuple[RankedReply, ...]:
        """Return the n likeliest replies; `vector` is (d,), of what the customer said."""
        chances = self.classifier.predict_proba(features([turn], vector.reshape(1, -1)))[0]
        best = np.argsort(-chances, kind="stable")[: max(n, 0)]
        labels = self.classifier.labels
        return tuple(RankedReply(labels[i], float(chances[i]), self.texts.get(labels[i], "")) for i in best)

    def save(self, folder: Path) -> None:
        """Write the classifier and the texts into `folder`."""
        self.classifier.save(folder / "classifier.npz")
        (folder / _FILE).write_text(json.dumps(dict(self.texts), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ReplyRanker:
        """Read what `save` wrote."""
        texts = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(Classifier.load(folder / "classifier.npz"), texts)


def labelled_turns(contacts: Iterable[Contact]) -> list[Turn]:
    """Return the turns of settled contacts whose answer carries a reply id."""
    return [turn for contact in contacts if is_settled(contact) for turn in turns(contact) if turn.reply_id]


def features(given: Sequence[Turn], vectors: Vectors) -> Vectors:
    """Return (n, d + 3 * 256 + 2 * 128 + 3) float32 rows, in the order of `given`."""
    extra = np.stack([_extra(turn) for turn in given])
    return np.concatenate([np.asarray(vectors, dtype=np.float32), extra], axis=1)


def _extra(turn: Turn) -> Vectors:
    ids = [*turn.last_reply_ids[:2], "", ""][:2]
    flags = (bool(turn.looked_up), bool(turn.previous_reply), bool(turn.said))
    parts = [
        _hashed(turn.previous_reply),
        _hashed(turn.looked_up),
        _hashed(turn.said_before),
        *(_one_hot(reply_id) for reply_id in ids),
        np.asarray(flags, dtype=np.float32),
    ]
    return np.concatenate(parts)


def _hashed(text: str) -> Vectors:
    row = np.zeros(_WORD_SLOTS, dtype=np.float32)
    for word, count in Counter(_WORDS.findall(text.lower()[-4000:])[-_MAX_WORDS:]).items():
        row[zlib.crc32(word.encode()) % _WORD_SLOTS] += 1.0 + np.log(count)
    norm = float(np.linalg.norm(row))
    return row / norm if norm > 0 else row


def _one_hot(reply_id: str) -> Vectors:
    row = np.zeros(_ID_SLOTS, dtype=np.float32)
    if reply_id:
        row[zlib.crc32(reply_id.encode()) % _ID_SLOTS] = 1.0
    return row


def _usual_texts(given: Sequence[Turn]) -> dict[str, str]:
    counts: dict[str, Counter[str]] = {}
    for turn in given:
        if turn.reply_id is not None:
            counts.setdefault(turn.reply_id, Counter())[turn.reply] += 1
    return {reply_id: texts.most_common(1)[0][0] for reply_id, texts in counts.items()}
