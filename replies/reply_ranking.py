"""Which reply an agent would pick next, learned from the replies agents picked before."""

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
from models.embedding import Encoder
from replies.contacts import Contact
from replies.free_texts import free_ids
from replies.reply_blend import ReplyBlend
from replies.reply_features import TurnVectors, turn_vectors
from replies.reply_inputs import Turns
from replies.step_reading import with_readings
from replies.turns import Turn, is_settled, turns

_FILE, MODEL_FILE = "replies.json", "replies.npz"
MEMBERS = 2  # networks whose probabilities are averaged; a third brings half a thousandth
_Named = dict[str, str]
_PRIVATE = re.compile(r"\d|@")


@dataclass(frozen=True, slots=True)
class RankedReply:
    """A reply id with its probability, and the words it was mostly given as with the id of a contact where
    they stand (both "" when none are fit to show)."""

    reply_id: str
    confidence: float
    text: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class ReplyRanker:
    """The learned ranking; `texts` holds for a reply id the words it was mostly given as, `contact_ids` a
    contact where they stand; `reader` reads the steps, where one was taught (see `step_reading`)."""

    labels: tuple[str, ...]
    model: ReplyBlend
    texts: Mapping[str, str]
    contact_ids: Mapping[str, str]
    reader: Encoder | None = None

    @classmethod
    def fit(
        cls,
        contacts: Iterable[Contact],
        encoder: Encoder,
        *,
        seed: int,
        members: int = MEMBERS,
        reader: Encoder | None = None,
    ) -> ReplyRanker | None:
        """Learn from the labelled turns of settled contacts; None with fewer than two reply ids."""
        labelled = library_turns(contacts)
        names = tuple(sorted({turn.reply_id or "" for turn in labelled}))
        if len(names) < 2:
            return None
        code_of = {name: code for code, name in enumerate(names)}
        codes = np.asarray([code_of[turn.reply_id or ""] for turn in labelled], dtype=np.int64)
        vectors = turn_vectors(labelled, encoder)
        if reader is not None:
            vectors = with_readings(reader, labelled, vectors)
        given = Turns.of(labelled, vectors, codes, len(names))
        model = ReplyBlend.fit(given, seed=seed, members=members)
        return cls(names, model, *_usual_texts(labelled), reader)

    def rank(self, turn: Turn, vectors: TurnVectors, n: int) -> tuple[RankedReply, ...]:
        """Return the n likeliest replies for a turn with these vectors."""
        if self.reader is not None:
            (vectors,) = with_readings(self.reader, [turn], [vectors])
        chances = self.model.chances(turn, vectors)
        best: list[int] = np.argsort(-chances, kind="stable")[: max(n, 0)].tolist()
        return tuple(self._ranked(self.labels[place], float(chances[place])) for place in best)

    def _ranked(self, reply_id: str, chance: float) -> RankedReply:
        return RankedReply(reply_id, chance, self.texts.get(reply_id, ""), self.contact_ids.get(reply_id, ""))

    def save(self, folder: Path) -> None:
        """Write the model and the texts into `folder`, which is made where missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save(folder / MODEL_FILE)
        told = {"texts": dict(self.texts), "contact_ids": dict(self.contact_ids)}
        about = {"labels": list(self.labels), **told}
        (folder / _FILE).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, reader: Encoder | None = None) -> ReplyRanker:
        """Read what `save` wrote, with the reader it learned with. Raises OSError, KeyError or ValueError
        when it is not whole."""
        about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        labels = tuple(cast("list[str]", about["labels"]))
        model = ReplyBlend.load(folder / MODEL_FILE)
        return cls(labels, model, cast(_Named, about["texts"]), cast(_Named, about["contact_ids"]), reader)


def labelled_turns(contacts: Iterable[Contact]) -> list[Turn]:
    """Return the turns of settled contacts whose answer carries a reply id."""
    return [turn for contact in contacts if is_settled(contact) for turn in turns(contact) if turn.reply_id]


def library_turns(contacts: Iterable[Contact]) -> list[Turn]:
    """Return those whose id stands for a reply: one that only says "own words" does not."""
    labelled = labelled_turns(contacts)
    free = free_ids(labelled)
    return [turn for turn in labelled if turn.reply_id not in free]


def _usual_texts(given: Sequence[Turn]) -> tuple[_Named, _Named]:
    """Return, by reply id, its most usual words and a contact where they stand; left out where they may
    tell of one customer."""
    counts: dict[str, Counter[str]] = {}
    found_in: dict[tuple[str, str], str] = {}
    for turn in given:
        if turn.reply_id is not None:
            counts.setdefault(turn.reply_id, Counter())[turn.reply] += 1
            found_in[turn.reply_id, turn.reply] = turn.contact_id
    usual = {reply_id: texts.most_common(1)[0] for reply_id, texts in counts.items()}
    fit = {
        reply_id: text
        for reply_id, (text, times) in usual.items()
        if (times > 1 or counts[reply_id].total() == 1) and _impersonal(text)
    }
    return fit, {reply_id: found_in[reply_id, text] for reply_id, text in fit.items()}


def _impersonal(text: str) -> bool:
    return _PRIVATE.search(text) is None and not find_personal_data(text, known_ids=frozenset())
