"""What a period or a date in a sentence is about: an outcome, or our own next message about one."""

from __future__ import annotations

import re
from functools import lru_cache

from brand_voice.promise_wordings import SUBJECTS

OUTCOMES = frozenset({"refund", "replacement", "delivery", "arrival", "repair", "collection"})
"""What the customer waits for. "contact" and "returns" are steps of ours and of theirs."""

_WE_SHALL = re.compile(r"\b(?:i|we)(?: (?:will|shall|am going to|are going to)\b|'ll\b)")
_WE_CAN = re.compile(r"\b(?:can|could|may|might)(?: \w+)? $")
_ASKS_WHICH = re.compile(r"\b(?:where|when|whether|why|how|what|which|who|if)\b")
_A_THING = re.compile(r"(?:^| )(?:the|your|this|that|our|an?|its) (?:\w[\w'-]* ){0,3}$")
_LEAVES_IT = re.compile(
    r"[,;:!?\n]|'ll\b|\bto $"
    r"|\b(?:and|or|but|then|so|that|will|shall|before|after|once|until|to be|as soon as)\b"
)
_COMES_BACK = re.compile(r"\b(?:will|shall|going to)\b|'ll\b")


def subject_of(sentence: str, start: int, end: int) -> str | None:
    """Return what the words at `start` to `end` are about: the nearest subject before them, else after them.

    What arrives is the refund where one was named just before, else a delivery. An outcome that is but what
    we shall write about ("I will tell you where the refund is by Friday") is "contact". `sentence` is in
    small letters.
    """
    subjects = _subjects(sentence)
    before = [one for one in subjects if one[1] <= start]
    if not before:
        return next((name for place, _, name in subjects if place >= end), None)
    if before[-1][2] in OUTCOMES and _only_told(sentence, before, start):
        return "contact"
    if before[-1][2] == "arrival":
        return "refund" if before[-2:-1] and before[-2][2] == "refund" else "delivery"
    return before[-1][2]


@lru_cache(maxsize=1024)
def _subjects(sentence: str) -> tuple[tuple[int, int, str | None], ...]:
    return tuple((*found.span(), found.lastgroup) for found in SUBJECTS.finditer(sentence))


def _only_told(sentence: str, before: list[tuple[int, int, str | None]], start: int) -> bool:
    """Say whether the last subject before `start` is but the object of a step of ours named before it."""
    place, end, _ = before[-1]
    steps = [one for one in before if one[2] == "contact"]
    if not steps or _WE_CAN.search(sentence, 0, steps[-1][0]) is not None:
        return False
    if _WE_SHALL.search(sentence, 0, steps[-1][0]) is None:
        return False
    told = sentence[steps[-1][1] : place]
    asked = _ASKS_WHICH.search(told)
    if asked is not None:
        return _LEAVES_IT.search(told, 0, asked.start()) is None
    if _LEAVES_IT.search(told) is not None or _A_THING.search(told) is None:
        return False
    return _COMES_BACK.search(sentence, end, start) is None
