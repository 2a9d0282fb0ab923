"""Which reply an agent would pick next, learned from the replies agents picked before.

A shop with few answered turns gets calibrated logistic regression, one with thousands a small network.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from brand_voice.personal_data import find_personal_data
from models.classifier import CLASSIFIER_FILE, Classifier
from models.embedding import Encoder
from replies.contacts import Contact
from replies.reply_features import Floats, dense, row_of
from replies.reply_network import ReplyNetwork
from replies.turns import Turn, is_settled, turns

_FILE = "replies.json"
_ENOUGH_FOR_NETWORK = 800
_PRIVATE = re.compile(r"\d|@")


@dataclass(frozen=True, slots=True)
class RankedReply:
    """A reply id with its probability, and a text it was given as ("" when none is fit to show)."""

    reply_id: str
    confidence: float
    text: str


@dataclass(frozen=True, slots=True)
class ReplyRanker:
    """The learned ranking; `texts` holds for a reply id the words it was mostly given as."""

    model: Classifier | ReplyNetwork
    texts: Mapping[str, str]

    @classmethod
    def fit(cls, contacts: Iterable[Contact], encoder: Encoder, *, seed: int) -> ReplyRanker | None:
        """Learn from the labelled turns of settled contacts; None with fewer than two reply ids."""
        labelled = labelled_turns(contacts)
        labels = [turn.reply_id or "" for turn in labelled]
        if len(set(labels)) < 2:
            return None
        vectors = encoder.encode([turn.said for turn in labelled])
        rows = [row_of(turn) for turn in labelled]
        if len(labelled) >= _ENOUGH_FOR_NETWORK:
            network = ReplyNetwork.fit(vectors, rows, labels, seed=seed)
            return cls(network, _usual_texts(labelled))
        groups = [turn.contact_id for turn in labelled]
        both = np.concatenate([vectors, dense(rows)], axis=1)
        return cls(Classifier.fit(both, labels, seed=seed, groups=groups), _usual_texts(labelled))

    def rank(self, turn: Turn, vector: Floats, n: int) -> tuple[RankedReply, ...]:
        """Return the n likeliest replies; `vector` is (d,), of what the customer said."""
        row = row_of(turn)
        if isinstance(self.model, ReplyNetwork):
            chances = self.model.chances(vector, row)
        else:
            both = np.concatenate([vector.reshape(1, -1), dense([row])], axis=1)
            chances = self.model.predict_proba(both)[0]
        labels: Sequence[str] = self.model.labels
        best: list[int] = np.argsort(-chances, kind="stable")[: max(n, 0)].tolist()
        return tuple(
            RankedReply(labels[place], float(chances[place]), self.texts.get(labels[place], ""))
            for place in best
        )

    def save(self, folder: Path) -> None:
        """Write the model and the texts into `folder`, which is made where missing."""
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self.model, ReplyNetwork):
            self.model.save(folder / CLASSIFIER_FILE)
        else:
            self.model.save(folder)
        about = {"model": type(self.model).__name__, "texts": dict(self.texts)}
        (folder / _FILE).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> ReplyRanker:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError when it is not whole."""
        about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        texts = cast("dict[str, str]", about["texts"])
        if about["model"] == ReplyNetwork.__name__:
            return cls(ReplyNetwork.load(folder / CLASSIFIER_FILE), texts)
        return cls(Classifier.load(folder), texts)


def labelled_turns(contacts: Iterable[Contact]) -> list[Turn]:
    """Return the turns of settled contacts whose answer carries a reply id."""
    return [turn for contact in contacts if is_settled(contact) for turn in turns(contact) if turn.reply_id]


def _usual_texts(given: Sequence[Turn]) -> dict[str, str]:
    """Return, by reply id, its most usual words; left out where they may tell of one customer."""
    counts: dict[str, Counter[str]] = {}
    for turn in given:
        if turn.reply_id is not None:
            counts.setdefault(turn.reply_id, Counter())[turn.reply] += 1
    usual = {reply_id: texts.most_common(1)[0] for reply_id, texts in counts.items()}
    return {
        reply_id: text
        for reply_id, (text, times) in usual.items()
        if (times > 1 or counts[reply_id].total() == 1) and _impersonal(text)
    }


def _impersonal(text: str) -> bool:
    return _PRIVATE.search(text) is None and not find_personal_data(text, known_ids=frozenset())
