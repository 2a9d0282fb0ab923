"""What a turn tells about the reply to come, as one sparse row beside the vector of what was said.

Words, word pairs and reply ids are hashed to fixed places, so that nothing but the question needs the
encoder: on STAR this ranks as well as vectors of the earlier texts would (docs/decisions/0051).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from replies.turns import Turn

VECTOR_SCALE = 2.0  # a unit vector beside hashed rows of length one would weigh too little
_SLOTS = 512
_MAX_CHARS, _MAX_WORDS = 4_000, 200
_WORD = re.compile(r"\w+")
_PARTS = 10  # previous reply, look-ups now and before, said now, said before (two), three ids, all ids
_FLAGS = 6
WIDTH = _PARTS * _SLOTS + _FLAGS
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A sparse row: places (m,) int64, each below WIDTH, and their values (m,) float32."""

    places: NDArray[np.int64]
    values: Floats


def row_of(turn: Turn) -> Row:
    """Return the sparse row of one turn."""
    found = dict(_all(turn))
    places = np.fromiter(found, dtype=np.int64, count=len(found))
    return Row(places, np.fromiter(found.values(), dtype=np.float32, count=len(found)))


def dense(rows: Sequence[Row]) -> Floats:
    """Return (n, WIDTH) float32, in the order of `rows`."""
    full = np.zeros((len(rows), WIDTH), dtype=np.float32)
    for place, row in enumerate(rows):
        full[place, row.places] = row.values
    return full


def _all(turn: Turn) -> Iterator[tuple[int, float]]:
    yield from _words(0, turn.previous_reply, 1)
    yield from _words(1, turn.looked_up, 1)
    yield from _words(2, turn.looked_up_before, 1)
    yield from _words(3, turn.said, 1)
    yield from _words(4, turn.said_before, 2)
    for back, reply_id in enumerate(turn.last_reply_ids[:3]):
        yield _slot(6 + back, reply_id or "?", 1), 1.0
    counts = Counter(_slot(9, reply_id or "?", 1) for reply_id in turn.last_reply_ids)
    yield from ((place, min(count, 3) / 3) for place, count in counts.items())
    ours = len(turn.last_reply_ids)
    flags = (bool(turn.looked_up), ours > 0, bool(turn.said), turn.index == 0, turn.index / 20, ours / 10)
    for number, flag in enumerate(flags):
        yield _PARTS * _SLOTS + number, min(float(flag), 1.0)


def _words(part: int, text: str, parts: int) -> Iterator[tuple[int, float]]:
    words = _WORD.findall(text[-_MAX_CHARS:].lower())[-_MAX_WORDS:]
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    weights: dict[int, float] = {}
    for term, count in Counter([*words, *pairs]).items():
        place = _slot(part, term, parts)
        weights[place] = weights.get(place, 0.0) + 1.0 + float(np.log(count))
    norm = float(np.sqrt(sum(weight * weight for weight in weights.values())))
    return ((place, weight / norm) for place, weight in weights.items())


def _slot(part: int, term: str, parts: int) -> int:
    return part * _SLOTS + zlib.crc32(term.encode("utf-8", errors="surrogatepass")) % (_SLOTS * parts)
