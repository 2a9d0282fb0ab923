"""What a turn tells about the reply to come: hashed words, ids and counts, beside vectors of what was said.

Every feature is a 32-bit key with a value. A key is kept when turns of several contacts have it, so that
what only one customer ever said is not learned. The vectors are of what the customer said, now and before.
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

from models.embedding import Encoder
from replies.list_progress import list_progress
from replies.turns import Step, Turn

_MAX_CHARS, _MAX_WORDS = 4_000, 200
_FADING = 0.8  # of an earlier turn's vector, a turn further on
_EARLIER = 8  # turns whose sum is looked back at
STEPS_READ = 16  # latest turns that are read one after the other
_VECTOR_SCALE = 2.0  # a unit vector beside hashed rows of length one would weigh too little
_WORD = re.compile(r"\w+")
Floats = NDArray[np.float32]
Keys = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Row:
    """A sparse row: keys (m,) uint32 and their values (m,) float32; a key that comes twice counts twice."""

    keys: Keys
    values: Floats


@dataclass(frozen=True, slots=True)
class TurnVectors:
    """Unit vectors of a turn: (d,) of what the customer said, (m, d) of that in the latest STEPS_READ steps,
    oldest first, zero where the customer said nothing; where there is a reader, (m + 1, r) readings of the
    steps and, last, of the turn itself."""

    said: Floats
    steps: Floats
    readings: Floats | None = None

    @property
    def earlier(self) -> Floats:
        """(e, d) of the latest steps in which the customer said something."""
        return self.steps[self.steps.any(axis=1)][-_EARLIER:]

    @property
    def read(self) -> Floats:
        """(m + 1, d or d + r) all that is read of the steps and, last, of the turn itself."""
        said = np.concatenate([self.steps, self.said[np.newaxis]])
        return said if self.readings is None else np.concatenate([said, self.readings], axis=1)


def row_of(turn: Turn) -> Row:
    """Return the sparse row of one turn."""
    parts = [*_texts(turn), _singles(turn)]
    return Row(np.concatenate([keys for keys, _ in parts]), np.concatenate([values for _, values in parts]))


def steps_read(turn: Turn) -> tuple[Step, ...]:
    """Return the latest steps, oldest first, whose words count beside the question."""
    return turn.steps[-STEPS_READ:]


def turn_vectors(turns: Sequence[Turn], encoder: Encoder) -> list[TurnVectors]:
    """Return the vectors of many turns, each text encoded once."""
    wanted = dict.fromkeys(text for turn in turns for text in (turn.said, *_said_in(turn)) if text)
    vector_of = dict(zip(wanted, encoder.encode(list(wanted)), strict=True))
    nothing = np.zeros(encoder.dimension, dtype=np.float32)
    return [
        TurnVectors(
            vector_of.get(turn.said, nothing),
            _stacked([vector_of.get(text, nothing) for text in _said_in(turn)], encoder.dimension),
        )
        for turn in turns
    ]


def with_steps(turn: Turn, said: Floats, encoder: Encoder) -> TurnVectors:
    """Return the vectors of one turn whose question is encoded already as `said` (d,)."""
    texts = _said_in(turn)
    spoken = [text for text in texts if text]
    vectors = np.zeros((len(texts), len(said)), dtype=np.float32)
    if spoken:
        vectors[[bool(text) for text in texts]] = encoder.encode(spoken)
    return TurnVectors(said, vectors)


def _said_in(turn: Turn) -> list[str]:
    return [step.said for step in steps_read(turn)]


def _stacked(vectors: Sequence[Floats], dimension: int) -> Floats:
    return np.stack(vectors) if vectors else np.zeros((0, dimension), dtype=np.float32)


def dense_of(vectors: TurnVectors) -> Floats:
    """Return (3 d,) float32: the question, the turn before it, and the fading sum of the earlier ones; and
    (r,) the reading of the turn where there is one."""
    said, earlier = vectors.said, vectors.earlier
    before, so_far = np.zeros((2, len(said)), dtype=np.float32)
    if len(earlier):
        fading = (_FADING ** np.arange(len(earlier) - 1, -1, -1)).astype(np.float32)
        so_far = fading @ earlier
        so_far /= max(float(np.linalg.norm(so_far)), 1.0)
        before = earlier[-1]
    reading = () if vectors.readings is None else (vectors.readings[-1],)
    return np.concatenate([said, before, so_far, *reading]).astype(np.float32) * np.float32(_VECTOR_SCALE)


def step_rows(turn: Turn) -> list[Row]:
    """Return a row for each step read and, last, one for the turn itself."""
    read = steps_read(turn)
    before = turn.steps[-len(read) - 1] if len(turn.steps) > len(read) else None
    rows: list[Row] = []
    for step in (*read, Step(turn.said, turn.looked_up, "", "")):
        rows.append(step_row(step, before))
        before = step
    return rows


def step_row(step: Step, before: Step | None) -> Row:
    """Return the row of one step, given the one before it."""
    free = before is not None and not before.reply_id
    bags = (
        _bag("step said", step.said, with_pairs=False),
        _bag("step look-up", step.looked_up, with_pairs=False),
        _bag("step free reply", before.reply if before is not None and free else "", with_pairs=False),
    )
    terms = ("^" if before is None else before.reply_id or "?", f"look-up {bool(step.looked_up)}")
    keys = np.fromiter((_key("step", term) for term in terms), dtype=np.uint32)
    return Row(
        np.concatenate([*(found for found, _ in bags), keys]),
        np.concatenate([*(values for _, values in bags), np.ones(len(terms), dtype=np.float32)]),
    )


def kept_keys(rows: Sequence[Row], groups: Sequence[str], least: int) -> Keys:
    """Return the sorted keys that rows of at least `least` groups (contacts) have."""
    _, owner = np.unique(np.asarray(groups), return_inverse=True)
    sizes = [len(row.keys) for row in rows]
    keys = np.concatenate([row.keys for row in rows]).astype(np.uint64)
    both = (keys << np.uint64(32)) | np.repeat(owner.astype(np.uint64), sizes)
    of_groups, counts = np.unique(np.unique(both) >> np.uint64(32), return_counts=True)
    return of_groups[counts >= least].astype(np.uint32)


def places_of(row: Row, kept: Keys) -> tuple[NDArray[np.int64], Floats]:
    """Return the columns (m,) of the row's kept keys, and their values (m,)."""
    if len(kept) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    places = np.minimum(np.searchsorted(kept, row.keys), len(kept) - 1).astype(np.int64)
    known = kept[places] == row.keys
    return places[known], row.values[known]


def _texts(turn: Turn) -> Iterator[tuple[Keys, Floats]]:
    yield _bag("said", turn.said, with_pairs=True)
    yield _bag("previous reply", turn.previous_reply, with_pairs=True)
    yield _bag("looked up", turn.looked_up, with_pairs=False)
    yield _bag("looked up before", turn.looked_up_before, with_pairs=False)
    yield _bag("last look-up", turn.last_look_up, with_pairs=True)
    yield _bag("said before", turn.said_before, with_pairs=False)
    yield _bag("turn before", turn.earlier[-1] if turn.earlier else "", with_pairs=True)


def _bag(part: str, text: str, *, with_pairs: bool) -> tuple[Keys, Floats]:
    hashes = np.fromiter((zlib.crc32(word.encode()) for word in _words(text)), dtype=np.uint32)
    if len(hashes) == 0:
        return hashes, np.zeros(0, dtype=np.float32)
    if with_pairs:
        pairs = (hashes[:-1] * np.uint32(31)) ^ hashes[1:] ^ np.uint32(0x5BD1E995)
        hashes = np.concatenate([hashes, pairs])
    found, counts = np.unique(hashes, return_counts=True)
    weights = (1.0 + np.log(counts)).astype(np.float32)
    keys = (found ^ np.uint32(zlib.crc32(part.encode()))) * np.uint32(2654435761)
    return keys, weights / np.float32(np.linalg.norm(weights))


def _words(text: str) -> list[str]:
    return _WORD.findall(text[-_MAX_CHARS:].lower().encode("utf-8", "replace").decode())[-_MAX_WORDS:]


def _singles(turn: Turn) -> tuple[Keys, Floats]:
    pairs = [*_from_ids(turn), *_from_counts(turn), *_from_look_up(turn)]
    keys = np.fromiter((_key(part, term) for part, term, _ in pairs), dtype=np.uint32)
    return keys, np.fromiter((value for _, _, value in pairs), dtype=np.float32)


def _key(part: str, term: str) -> int:
    return zlib.crc32(f"{part}\x1f{term}".encode("utf-8", errors="surrogatepass"))


def _from_ids(turn: Turn) -> Iterator[tuple[str, str, float]]:
    """Which replies we gave: the last three by place, all by count, and in their order."""
    ids = [reply_id or "?" for reply_id in turn.last_reply_ids]
    for back, reply_id in enumerate(ids[:3]):
        yield f"id {back}", reply_id, 1.0
    for reply_id, count in Counter(ids).items():
        yield "ids", reply_id, min(count, 3) / 3
    for back, reply_id in enumerate(ids[:8]):
        yield "fading id", reply_id, 0.8**back
    last = [*ids[:3], "^", "^", "^"]
    yield "two ids", f"{last[0]}|{last[1]}", 1.0
    yield "three ids", f"{last[0]}|{last[1]}|{last[2]}", 1.0
    yield "id and look-ups", f"{last[0]}|{min(turn.look_ups, 3)}", 1.0
    for word in set(_words(turn.said)[:6]):
        yield "id and word", f"{last[0]}|{word}", 0.5


def _from_counts(turn: Turn) -> Iterator[tuple[str, str, float]]:
    """How far the conversation is, and the shape of the last message."""
    ours = len(turn.last_reply_ids)
    flags = (bool(turn.looked_up), ours > 0, bool(turn.said), turn.index == 0, turn.index / 20, ours / 10)
    for number, flag in enumerate(flags):
        if flag:
            yield "flag", str(number), min(float(flag), 1.0)
    yield "ours", str(min(ours, 12)), 1.0
    yield "look-ups", str(min(turn.look_ups, 4)), 1.0
    words = _words(turn.said)
    yield "length", str(min(len(words), 12)), 1.0
    for shape in {_shape(word) for word in words if any(letter.isdigit() for letter in word)}:
        yield "shape", shape, 1.0
    if "?" in turn.said:
        yield "asks", "?", 1.0
    if words:
        yield "first word", words[0], 0.7
        yield "last word", words[-1], 0.7


def _from_look_up(turn: Turn) -> Iterator[tuple[str, str, float]]:
    """What became of the latest look-up: said by the customer, told by us, replies since."""
    if not turn.last_look_up:
        return
    looked = set(_words(turn.last_look_up))
    said, told = set(_words(turn.said)), set(_words(turn.told_since_look_up))
    answered = len(said & looked) / max(len(said), 1)
    covered = len(told & looked) / max(len(looked), 1)
    yield "said of look-up", "", answered
    yield "said of look-up, fifths", str(int(answered * 5)), 1.0
    yield "told of look-up", "", covered
    yield "told of look-up, eighths", str(int(covered * 8)), 1.0
    since = turn.since_look_up
    yield "since look-up", str(min(len(since), 10)), 1.0
    for reply_id, count in Counter(since).items():
        yield "id since look-up", reply_id or "?", min(count, 4) / 3
        yield "ids since look-up", f"{reply_id or '?'}|{min(count, 6)}", 1.0
    left = turn.last_look_up.count('", "') - len(since)
    yield "left of look-up", str(max(-2, min(left, 8))), 1.0
    yield from _from_lists(turn)


def _from_lists(turn: Turn) -> Iterator[tuple[str, str, float]]:
    """How many items of a list in the latest look-up are still to be told."""
    replies = [step.reply for step in turn.steps[len(turn.steps) - len(turn.since_look_up) :]]
    progress = list_progress(turn.last_look_up, replies)
    if progress is None:
        return
    left, ago = min(progress.left, 4), min(progress.ago, 2)
    yield "list left", f"{left}|{ago}", 1.0
    yield "list left of", f"{left}|{progress.name}", 1.0
    yield "list left after", f"{left}|{turn.since_look_up[-1] or '?'}", 1.0


def _shape(word: str) -> str:
    letters = ["9" if letter.isdigit() else "a" for letter in word[:8]]
    return letters[0] + "".join(two for one, two in pairwise(letters) if one != two or two == "9")
