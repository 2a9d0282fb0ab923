"""The systems a back-test compares: each learns from answered turns and ranks replies for another turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.keyword_index import KeywordIndex
from replies.reply_features import TurnVectors
from replies.reply_figures import SHOWN, Ranking
from replies.reply_ranking import ReplyRanker
from replies.turns import Turn

MOST_USUAL, KEYWORDS, NEAREST, LEARNED = (
    "most usual reply",
    "keyword search",
    "nearest past questions",
    "learned ranking",
)
_NEIGHBOURS = 50

System = Callable[[Turn, TurnVectors], Ranking]
"""Ranks replies for a turn with its vectors."""


def systems_of(
    taught: Sequence[Turn], known: NDArray[np.float32], ranker: ReplyRanker
) -> Mapping[str, System]:
    """Return the systems by name; `known` (n, d) are the vectors of what was said in `taught`."""
    ids = [turn.reply_id or "" for turn in taught]
    usual = tuple((rid, count / len(ids)) for rid, count in Counter(ids).most_common(SHOWN))
    keywords = KeywordIndex.build([turn.said for turn in taught])

    def by_words(turn: Turn, _vectors: TurnVectors) -> Ranking:
        return _voted(
            ((ids[place], score) for place, score in keywords.search(turn.said, _NEIGHBOURS)), usual
        )

    def by_neighbours(_turn: Turn, vectors: TurnVectors) -> Ranking:
        cosines = known @ vectors.said
        near: list[int] = np.argsort(-cosines, kind="stable")[:_NEIGHBOURS].tolist()
        return _voted(((ids[place], max(float(cosines[place]), 0.0) ** 4) for place in near), usual)

    def learned(turn: Turn, vectors: TurnVectors) -> Ranking:
        return tuple((reply.reply_id, reply.confidence) for reply in ranker.rank(turn, vectors, SHOWN))

    return {
        MOST_USUAL: lambda _turn, _vectors: usual,
        KEYWORDS: by_words,
        NEAREST: by_neighbours,
        LEARNED: learned,
    }


def usual_texts(taught: Iterable[Turn]) -> dict[str, str]:
    """Return, by reply id, the words it was mostly given as."""
    counts: dict[str, Counter[str]] = {}
    for turn in taught:
        counts.setdefault(turn.reply_id or "", Counter())[turn.reply] += 1
    return {reply_id: texts.most_common(1)[0][0] for reply_id, texts in counts.items()}


def _voted(votes: Iterable[tuple[str, float]], otherwise: Ranking) -> Ranking:
    weights: dict[str, float] = {}
    for reply_id, weight in votes:
        weights[reply_id] = weights.get(reply_id, 0.0) + weight
    total = sum(weights.values())
    if total <= 0:
        return otherwise
    best = sorted(weights.items(), key=lambda vote: -vote[1])[:SHOWN]
    return tuple((reply_id, weight / total) for reply_id, weight in best)
