"""How often agents take what is suggested, by source, freed from the place it stood in.

An agent reads from the top: what stands above a suggestion that was taken was read and passed over, what
stands below may never have been read (the cascade model of Craswell et al. 2008). Only what was surely read
counts, so a source does not gain from having stood first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from replies.confidence import Evidence, Example
from replies.proposals import Suggestion
from replies.records import SuggestionAct

TAKEN = frozenset({SuggestionAct.INSERTED, SuggestionAct.EDITED, SuggestionAct.SENT})
_FILE = "habits.json"
_PRIOR_SEEN = 4.0  # as many readings are assumed to have gone as usual before the first is counted
_HALF_LIFE_DAYS = 90.0


@dataclass(frozen=True, slots=True)
class SeenSuggestion:
    """A suggestion that an agent was shown, and all that became of it."""

    assist_id: str
    suggestion: Suggestion
    at: datetime
    acts: frozenset[SuggestionAct]

    @property
    def was_taken(self) -> bool:
        """Whether it was inserted, edited or sent."""
        return bool(self.acts & TAKEN)


def read_ones(seen: Iterable[SeenSuggestion]) -> list[SeenSuggestion]:
    """Return the suggestions that were surely read: taken, dismissed, first, or above one that was taken.

    `seen` comes assist by assist, in order of rank.
    """
    read: list[SeenSuggestion] = []
    for _, of_assist in groupby(seen, key=lambda one: one.assist_id):
        shown = list(of_assist)
        last_taken = max((place for place, one in enumerate(shown) if one.was_taken), default=0)
        read += [
            one
            for place, one in enumerate(shown)
            if place <= last_taken or SuggestionAct.DISMISSED in one.acts
        ]
    return read


def acceptance(read: Iterable[SeenSuggestion], now: datetime) -> Mapping[str, float]:
    """Return, by id of the first source, from -1 (always passed over) to 1 (always taken); 0 is as usual.

    Older readings count less, by half after 90 days; few readings are drawn to 0.
    """
    counted = [(one, _fading(one.at, now)) for one in read if one.suggestion.sources]
    total = sum(weight for _, weight in counted)
    if total <= 0:
        return {}
    usual = sum(weight for one, weight in counted if one.was_taken) / total
    taken: dict[str, float] = {}
    weights: dict[str, float] = {}
    for one, weight in counted:
        source_id = one.suggestion.sources[0].id
        weights[source_id] = weights.get(source_id, 0.0) + weight
        taken[source_id] = taken.get(source_id, 0.0) + weight * one.was_taken
    return {
        source_id: (taken[source_id] - usual * weight) / (weight + _PRIOR_SEEN)
        for source_id, weight in weights.items()
    }


def last_taken(read: Iterable[SeenSuggestion]) -> Mapping[str, datetime]:
    """Return, by id of the first source, when an agent took it last."""
    latest: dict[str, datetime] = {}
    for one in read:
        if one.was_taken and one.suggestion.sources:
            source_id = one.suggestion.sources[0].id
            latest[source_id] = max(one.at, latest.get(source_id, one.at))
    return latest


def recency(at: datetime | None, now: datetime) -> float:
    """Return 1 for today, half for 90 days ago, 0 for never."""
    return 0.0 if at is None else _fading(at, now)


def examples_of(read: Iterable[SeenSuggestion]) -> list[Example]:
    """Return what readings teach about confidence; those made before evidence was kept teach nothing."""
    return [
        Example(one.suggestion.kind, Evidence.of(one.suggestion.evidence), one.was_taken)
        for one in read
        if one.suggestion.evidence
    ]


@dataclass(frozen=True, slots=True)
class Habits:
    """What agents made of each source lately, by the source's id; empty where nothing is known."""

    acceptance: Mapping[str, float] = field(default_factory=dict[str, float])
    taken_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])

    @classmethod
    def of(cls, read: Sequence[SeenSuggestion], now: datetime) -> Habits:
        """Return the habits that readings show."""
        return cls(acceptance(read, now), last_taken(read))

    def added_to(self, evidence: Evidence, source_id: str, now: datetime) -> Evidence:
        """Return the evidence with how agents took this source before."""
        return replace(
            evidence,
            acceptance=self.acceptance.get(source_id, 0.0),
            recency=recency(self.taken_at.get(source_id), now),
        )

    def save(self, folder: Path) -> None:
        """Write them into `folder`."""
        taken = {source_id: at.isoformat() for source_id, at in self.taken_at.items()}
        kept = {"acceptance": dict(self.acceptance), "taken_at": taken}
        (folder / _FILE).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Habits:
        """Read what `save` wrote; none where there is no file. Raises ValueError, KeyError."""
        if not (folder / _FILE).is_file():
            return cls()
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        taken: dict[str, str] = kept["taken_at"]
        return cls(kept["acceptance"], {one: datetime.fromisoformat(at) for one, at in taken.items()})


def _fading(at: datetime, now: datetime) -> float:
    days = max((now - at).total_seconds() / 86_400, 0.0)
    return float(0.5 ** (days / _HALF_LIFE_DAYS))
