"""Wishes that a customer takes back or rules out: "please do not cancel my order after all".

An encoder reads such a text much like the wish itself. So the clause is found by its words, and a topic that
comes of nothing but that clause is not what the customer wants (decision 0210).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from replies.taking_back import Kind, clauses_in, without

Floats = NDArray[np.float32]
_LEAST_WORDS = 3  # fewer beside courtesies say nothing; one fewer where they ask
_ASKS = re.compile(
    r"\?|\bplease\b|\b(?:i|we)(?: would|'d)? (?:still |now |really )?(?:want|need|like|wish|prefer)\b"
    r"|\b(?:can|could|would|will|may) (?:you|i|we)\b|\b(?:just|instead|rather)\b"
    r"|\b(?:where|when|how|what|which|why) (?:is|are|do|does|did|can|will|was|much|long|many)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(?:hi|hello|hey|hiya|dear|sir|madam|team|all|there|good|morning|afternoon|evening|thanks?|thank you"
    r"|you|very|much|many|so|sorry|please|pls|ok|okay|no|yes|oh|well|actually|after all|again|kind|best"
    r"|regards|cheers|and|but|anymore|any more|any longer|apologies|for|the|trouble|bother|confusion|order"
    r"|[A-Z]{1,4}-?\d{3,})\b|[^\w]+",
    re.IGNORECASE,
)


class ReadsTopics(Protocol):
    """A calibrated classifier of topics (models.text_classifier.TextClassifier is one)."""

    @property
    def labels(self) -> Sequence[str]: ...
    @property
    def threshold(self) -> float: ...
    def chances(self, text: str, vector: Floats, /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a customer took back: the clauses that say so, the topics taken back, and what is asked beside
    them, with its (d,) vector and (k,) chances of the topics; "" where nothing is."""

    quotes: tuple[str, ...]
    topics: tuple[str, ...]
    rest: str
    vector: Floats
    chances: Floats


@dataclass(frozen=True, slots=True)
class _Parts:
    """A text taken apart; the parts that say nothing are "". `no_longer`: a wish was one before."""

    quotes: tuple[str, ...]
    wish: str
    rest: str
    after: str
    no_longer: bool


def withdrawn_in(
    text: str, vector: Floats, topics: ReadsTopics, encode: Callable[[list[str]], Floats]
) -> Withdrawn | None:
    """Return what `text`, whose unit `vector` (d,) is given, takes back; None for most texts, at no cost.

    `encode` gives (n, d) unit vectors; it is asked once, where a clause was found.
    """
    parts = _apart(text)
    if parts is None:
        return None
    texts = list(dict.fromkeys(one for one in (parts.wish, parts.rest, parts.after) if one))
    vectors = dict(zip(texts, encode(texts), strict=True)) if texts else {}
    read = {one: np.asarray(topics.chances(one, vectors[one])) for one in texts}
    whole = np.asarray(topics.chances(text, vector))
    if parts.rest and parts.wish and not _is_withdrawn(parts, whole, read, topics.threshold):
        return None
    gone = {int(read[parts.wish].argmax())} if parts.wish else set[int]()
    rest = parts.rest
    if rest and int(whole.argmax()) in gone and not _ASKS.search(rest):  # says why, asks nothing
        rest = ""
    gone |= set[int]() if rest else {int(whole.argmax())}
    chances = read[rest].copy() if rest else np.zeros_like(whole)
    chances[list(gone)] = 0.0
    names = tuple(topics.labels[code] for code in sorted(gone))
    return Withdrawn(parts.quotes, names, rest, vectors.get(rest, vector), chances)


def _apart(text: str) -> _Parts | None:
    clauses = clauses_in(text)
    telling = [one for one in clauses if one.kind is not Kind.STAYS]
    if not telling:
        return None
    back = max((one.end for one in telling if one.kind is Kind.TAKEN_BACK), default=0)
    rest, after = without(text, clauses, back), without(text, clauses, telling[-1].end)
    return _Parts(
        tuple(text[one.start : one.end].strip(" ,;:.!?\n(-") for one in telling),
        " ".join(one.wish for one in telling if one.wish),
        rest if _says_something(rest) and (not back or _ASKS.search(rest)) else "",
        after if _says_something(after) else "",
        any(one.no_longer for one in telling),
    )


def _is_withdrawn(parts: _Parts, whole: Floats, read: Mapping[str, Floats], threshold: float) -> bool:
    """Whether to go by the rest: not where it asks afterwards for what was ruled out ("do not cancel all of
    it, just cancel the lamp"), nor where nothing shows that the ruled-out wish made the topic."""
    ruled_out = int(read[parts.wish].argmax())
    if parts.after and _ASKS.search(parts.after) and _surely(read[parts.after], threshold) == ruled_out:
        return False
    if parts.no_longer and not _ASKS.search(parts.rest):  # tells why
        return True
    return int(whole.argmax()) == ruled_out or _surely(read[parts.rest], threshold) not in (None, ruled_out)


def _surely(chances: Floats, threshold: float) -> int | None:
    best = int(chances.argmax())
    return best if float(chances[best]) >= threshold else None


def _says_something(text: str) -> bool:
    words = len(_COURTESY.sub(" ", text).split())
    return words >= (_LEAST_WORDS - 1 if _ASKS.search(text) else _LEAST_WORDS)
