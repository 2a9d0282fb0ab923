"""Knowledge gaps: what customers ask that nothing on record covers, gathered into proposed topics."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.keyword_index import words

LIKE = 0.55  # cosine to a group's middle from which on a question belongs to it
LEAST_QUESTIONS = 3
_EXAMPLES = 3
_NAME_WORDS = 3
_MASK = re.compile(r"\[[a-z ]{1,30}\]")  # what was taken out: "[name]" names no gap
_SMALL = frozenset(
    word
    for line in (
        "a an and any are as at be been but by can could did do does don for from get had has have hello",
        "help hi how i if in is it its just like me my need no not of on one or our please so some thank",
        "that the their them there they this to up us want was we were what when where which who why will",
        "with would you your",
    )
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class KnowledgeGap:
    """Questions of one kind that nothing covers: a proposed name, how many, the most typical of them."""

    name: str
    questions: int
    examples: tuple[str, ...]
    contact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that nothing on record covers, personal data taken out."""

    contact_id: str
    text: str


def find_gaps(asked: Sequence[OpenQuestion], vectors: NDArray[np.float32]) -> tuple[KnowledgeGap, ...]:
    """Return groups of at least three like questions, the largest first; `vectors` (n, d) are unit rows.

    Each question joins the nearest middle of a group, or begins one; then all are dealt out once more.
    """
    groups = _grouped(vectors)
    common = Counter(word for one in asked for word in set(_words_of(one)))
    gaps = [
        _gap([asked[at] for at in group], vectors[group], common, len(asked))
        for group in groups
        if len(group) >= LEAST_QUESTIONS
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.questions, gap.name)))


def _grouped(vectors: NDArray[np.float32]) -> list[list[int]]:
    sums: list[NDArray[np.float32]] = []
    for vector in vectors:
        best = _nearest(vector, sums)
        if best is None:
            sums.append(vector.copy())
        else:
            sums[best] += vector
    groups: list[list[int]] = [[] for _ in sums]
    for place, vector in enumerate(vectors):
        best = _nearest(vector, sums)
        if best is not None:
            groups[best].append(place)
    return groups


def _nearest(vector: NDArray[np.float32], sums: Sequence[NDArray[np.float32]]) -> int | None:
    if not sums:
        return None
    middles = np.stack(sums)
    cosines = middles @ vector / np.maximum(np.linalg.norm(middles, axis=1), 1e-9)
    best = int(cosines.argmax())
    return best if float(cosines[best]) >= LIKE else None


def _gap(
    own: Sequence[OpenQuestion], vectors: NDArray[np.float32], common: Counter[str], asked: int
) -> KnowledgeGap:
    typical: list[int] = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable").tolist()
    counts = Counter(word for one in own for word in dict.fromkeys(_words_of(one)) if word not in _SMALL)
    telling = sorted(
        (word for word in counts if not word.isdigit()),
        key=lambda word: (-counts[word] * math.log(1 + asked / common[word]), word),
    )[:_NAME_WORDS]
    return KnowledgeGap(
        name=" ".join(telling) or "unnamed",
        questions=len(own),
        examples=tuple(dict.fromkeys(own[at].text for at in typical))[:_EXAMPLES],
        contact_ids=tuple(own[at].contact_id for at in typical),
    )


def _words_of(one: OpenQuestion) -> list[str]:
    return words(_MASK.sub(" ", one.text))
