"""What agents made of an answer when the question was like this one.

An answer may be right for one question and wrong for the next, so a refusal speaks against it where it was
refused. Each agent has one vote on an answer for a kind of question, however often it is cast.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_NAMES, _ARRAYS = "tried.json", "tried.npz"
_UNLIKE, _ALIKE = 0.5, 0.9  # cosines: from here on a question counts a little, from there on in full
_PRIOR_AGENTS = 1.0  # as many agents are assumed to say neither


@dataclass(frozen=True, slots=True)
class Tried:
    """m answered questions: (m, d) float16 unit `vectors`, and for each the place of its source in `sources`,
    a number for the agent, and from 1 (taken) to -1 (wrong) what it says, nearer 0 with age."""

    sources: tuple[str, ...]
    vectors: NDArray[np.float16]
    source_of: NDArray[np.int64]
    agent_of: NDArray[np.int64]
    says: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        source_ids: Sequence[str],
        agents: Sequence[str],
        says: Sequence[float],
        vectors: NDArray[np.float32],
    ) -> Tried:
        """Remember what was made of the answers of `source_ids`, one entry for each reading."""
        sources, people = (list(dict.fromkeys(names)) for names in (source_ids, agents))
        place_of = {name: place for place, name in enumerate(sources)}
        number_of = {name: number for number, name in enumerate(people)}
        return cls(
            tuple(sources),
            vectors.astype(np.float16),
            np.asarray([place_of[name] for name in source_ids], dtype=np.int64),
            np.asarray([number_of[name] for name in agents], dtype=np.int64),
            np.asarray(says, dtype=np.float32),
        )

    @classmethod
    def nothing(cls) -> Tried:
        """Return a memory without readings."""
        return cls.of((), (), (), np.zeros((0, 0), dtype=np.float32))

    def fit(self, vector: NDArray[np.float32]) -> Mapping[str, float]:
        """Return, by source id, from -1 (wrong) to 1 (taken) for questions like this (d,) one."""
        if len(self.says) == 0:
            return {}
        cosines = self.vectors.astype(np.float32) @ vector
        close = np.clip((cosines - _UNLIKE) / (_ALIKE - _UNLIKE), 0.0, 1.0)
        near = np.flatnonzero(close > 0)
        votes: dict[tuple[int, int], tuple[float, float]] = {}
        for place in near.tolist():
            key = (int(self.source_of[place]), int(self.agent_of[place]))
            said, heard = votes.get(key, (0.0, 0.0))
            weight = float(close[place])
            votes[key] = (said + weight * float(self.says[place]), heard + weight)
        totals: dict[str, tuple[float, float]] = {}
        for (source, _agent), (said, heard) in votes.items():
            total, agents = totals.get(self.sources[source], (0.0, _PRIOR_AGENTS))
            vote = max(-1.0, min(1.0, said))
            totals[self.sources[source]] = (total + vote, agents + min(1.0, heard))
        return {source: total / agents for source, (total, agents) in totals.items()}

    def save(self, folder: Path) -> None:
        """Write it into `folder`."""
        (folder / _NAMES).write_text(json.dumps(self.sources, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / _ARRAYS,
            allow_pickle=False,
            vectors=self.vectors,
            source_of=self.source_of,
            agent_of=self.agent_of,
            says=self.says,
        )

    @classmethod
    def load(cls, folder: Path) -> Tried:
        """Read what `save` wrote; nothing where there is no file. Raises ValueError, KeyError."""
        if not (folder / _NAMES).is_file():
            return cls.nothing()
        sources: list[str] = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as held:
            arrays = (held["vectors"], held["source_of"], held["agent_of"], held["says"])
        return cls(tuple(sources), *arrays)
