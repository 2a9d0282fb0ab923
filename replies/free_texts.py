"""Ids that agents file their own words under ("custom", "other"): they stand for no reply to suggest."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from replies.turns import Turn

_LEAST_USES = 20  # of an id, before its words can be told to have nothing in common
_PAIRS = 1_000
_ALIKE = 1.5  # times as alike as any two replies: less is no more than chance
_WORD = re.compile(r"\w+")
_SEED = 20261122


def free_ids(turns: Sequence[Turn]) -> frozenset[str]:
    """Return the reply ids whose texts are no more alike than any replies are: free text under one id.

    Likeness is the share of words that two texts have in common, over pairs drawn at random.
    """
    texts: dict[str, list[frozenset[str]]] = {}
    for turn in turns:
        if turn.reply_id:
            texts.setdefault(turn.reply_id, []).append(frozenset(_WORD.findall(turn.reply.lower())))
    random = np.random.default_rng(_SEED)
    usual = _likeness([one for of_id in texts.values() for one in of_id], random)
    return frozenset(
        reply_id
        for reply_id, of_id in sorted(texts.items())
        if len(texts) > 2 and len(of_id) >= _LEAST_USES and _likeness(of_id, random) < _ALIKE * usual
    )


def _likeness(texts: Sequence[frozenset[str]], random: np.random.Generator) -> float:
    """Return the mean share of common words of pairs of different turns; of the same words again, 1."""
    if len(texts) < 2:
        return 1.0
    one = random.integers(len(texts), size=_PAIRS)
    other = (one + random.integers(1, len(texts), size=_PAIRS)) % len(texts)
    pairs: list[list[int]] = np.stack([one, other], axis=1).tolist()
    shares = [len(texts[a] & texts[b]) / max(len(texts[a] | texts[b]), 1) for a, b in pairs]
    return float(np.mean(shares))
