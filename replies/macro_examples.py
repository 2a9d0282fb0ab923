"""What held-out turns teach about trust in canned replies: candidates with their evidence, right or not."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder
from replies.articles import CannedReply
from replies.confidence import Confidence, Evidence, Example
from replies.passages import plain_text
from replies.proposals import SuggestionKind
from replies.reply_features import Floats, turn_vectors
from replies.reply_ranking import ReplyRanker
from replies.turns import Turn

_CANDIDATES = 8  # of each turn: the likeliest, as drafting fills them
_RANKED = 20


def macro_examples(
    asked: Sequence[Turn],
    topic_of: Mapping[str, str],
    taught: Sequence[Turn],
    library: Sequence[CannedReply],
    ranker: ReplyRanker,
    encoder: Encoder,
) -> Iterator[Example]:
    """Yield the likeliest canned replies of each turn whose answer is one; `ranker` and `taught` have not
    seen the turns asked. `topic_of` is the topic by contact, where it is known."""
    known = {reply.id for reply in library}
    judged = [turn for turn in asked if turn.reply_id in known]
    if not judged:
        return
    texts = encoder.encode([f"{reply.title}. {plain_text(reply.text)}" for reply in library])
    past = [turn for turn in taught if turn.reply_id in known]
    before = encoder.encode([turn.said for turn in past])
    for turn, vectors in zip(judged, turn_vectors(judged, encoder), strict=True):
        chances = {one.reply_id: one.confidence for one in ranker.rank(turn, vectors, _RANKED)}
        neighbours = _nearest(before @ vectors.said if past else np.zeros(0, np.float32), past)
        cosines: Floats = texts @ vectors.said
        found = [
            (
                reply.id,
                Evidence(
                    cosine=float(cosine),
                    agreement=_agreement(topic_of.get(turn.contact_id), reply.topics),
                    probability=chances.get(reply.id, 0.0),
                    neighbour=neighbours.get(reply.id, 0.0),
                ),
            )
            for reply, cosine in zip(library, cosines, strict=True)
        ]
        stated = Confidence()
        likely = heapq.nlargest(_CANDIDATES, found, key=lambda one: stated.macro.confidence(one[1]))
        for reply_id, evidence in likely:
            yield Example(SuggestionKind.MACRO, evidence, reply_id == turn.reply_id)


def _nearest(cosines: NDArray[np.float32], past: Sequence[Turn]) -> dict[str, float]:
    best: dict[str, float] = {}
    near: list[int] = np.argsort(-cosines, kind="stable")[:5].tolist()
    for place in near:
        best.setdefault(past[place].reply_id or "", float(cosines[place]))
    return best


def _agreement(topic: str | None, topics: Sequence[str]) -> float:
    if topic is None or not topics:
        return 0.0
    return 1.0 if topic in topics else -1.0
