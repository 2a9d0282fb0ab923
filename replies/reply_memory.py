"""Past turns like this one vote for their replies: what few turns teach best, beside the networks."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replies.reply_votes import Floats, Voters
from replies.turns import Turn

_SAME_BEFORE = 0.2  # is worth as much cosine when our reply before was the same
MOST_TURNS = 20_000  # kept, the latest: 16 MB on disk, 31 MB at work


@dataclass(frozen=True, slots=True)
class ReplyMemory:
    """(m, d) float32 unit vectors of past turns (float16 where kept) and (m,) our replies
    before them as hashed numbers; `voters` are the same turns, alike by the cosine."""

    vectors: Floats
    before: NDArray[np.uint32]
    voters: Voters

    @classmethod
    def of(
        cls,
        vectors: Floats,
        codes: NDArray[np.int64],
        before: NDArray[np.uint32],
        classes: int,
        power: float,
    ) -> ReplyMemory:
        """Remember the turns, the latest MOST_TURNS of them."""
        voters = Voters.of(codes, classes, power, most=MOST_TURNS)
        as_kept = vectors[-MOST_TURNS:].astype(np.float16)
        return cls(as_kept.astype(np.float32), before[-MOST_TURNS:], voters)

    def chances_of(self, vectors: Floats, before: NDArray[np.uint32]) -> Floats:
        """Return (n, k) float32 probabilities for turns with these vectors (n, d) and replies before (n,)."""
        return np.stack([self.chances(*turn) for turn in zip(vectors, before, strict=True)])

    def chances(self, vector: Floats, before: int | np.uint32) -> Floats:
        """Return (k,) float32 probabilities for one turn."""
        alike = self.vectors @ vector + np.float32(_SAME_BEFORE) * (self.before == np.uint32(before))
        return self.voters.votes(alike)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, for keeping."""
        kept = self.vectors.astype(np.float16)
        return {"past_vectors": kept, "past_before": self.before, **self.voters.arrays()}

    @classmethod
    def of_arrays(cls, held: Any) -> ReplyMemory | None:
        """Return the memory of the arrays that `arrays` gave, None where none was kept."""
        if "past_vectors" not in held:
            return None
        vectors = np.asarray(held["past_vectors"], dtype=np.float32)
        return cls(vectors, np.asarray(held["past_before"]), Voters.of_arrays(held))


def reply_before(turn: Turn) -> int:
    """Return a number that stands for our reply before this turn."""
    return hash_of(turn.last_reply_ids[0] or "?") if turn.last_reply_ids else 0


def replies_before(turns: Sequence[Turn]) -> NDArray[np.uint32]:
    """Return (n,) the numbers of many turns."""
    return np.asarray([reply_before(turn) for turn in turns], dtype=np.uint32)


def hash_of(reply_id: str) -> int:
    """Return a number for a reply id, the same in every process."""
    return zlib.crc32(reply_id.encode("utf-8", errors="surrogatepass"))
