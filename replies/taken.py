"""How often agents take what is suggested, by source, freed from the place it stood in.

An agent reads from the top: what stands above a suggestion that was taken was read and passed over, what
stands below may never have been read (the cascade model of Craswell et al. 2008). Only what was surely read
counts, so a source does not gain from having stood first. A dismissal counts against a source when its reason
says that the answer was wrong; style and moment say nothing about it. No agent alone counts for more than
what is assumed before anybody has read anything, so that one hostile or careless agent sinks no good reply.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder
from replies.confidence import Evidence, Example
from replies.like_questions import Tried
from replies.proposals import Suggestion
from replies.records import DismissalReason, SuggestionAct

TAKEN = frozenset({SuggestionAct.INSERTED, SuggestionAct.EDITED, SuggestionAct.SENT})
_FILE = "habits.json"
_PRIOR_SEEN = 4.0  # as many readings are assumed to have gone as usual before the first is counted
_ONE_AGENT = _PRIOR_SEEN  # readings of a source, at most, that one agent counts for
_LIKE_QUESTIONS = 5_000  # latest readings whose questions are remembered
_HALF_LIFE_DAYS = 90.0


@dataclass(frozen=True, slots=True)
class SeenSuggestion:
    """A suggestion that an agent was shown, and all that became of it: whose act was the last, the reason of
    a dismissal, and the customer's question it was made for."""

    assist_id: str
    suggestion: Suggestion
    at: datetime
    acts: frozenset[SuggestionAct]
    agent: str = ""
    reason: str = ""
    question: str = ""

    @property
    def was_taken(self) -> bool:
        """Whether it was inserted, edited or sent."""
        return bool(self.acts & TAKEN)

    @property
    def was_dismissed(self) -> bool:
        """Whether it was put aside, for whatever reason, and not taken after all."""
        return SuggestionAct.DISMISSED in self.acts and not self.was_taken

    @property
    def was_wrong(self) -> bool:
        """Whether it was put aside because the answer was wrong."""
        said = DismissalReason.said_in(self.reason)
        return self.was_dismissed and said is not None and said.is_against_the_answer


def read_ones(seen: Iterable[SeenSuggestion]) -> list[SeenSuggestion]:
    """Return the suggestions that were surely read and judged as answers: taken, dismissed as wrong, first,
    or above one that was taken; none that was dismissed for its style or for the moment.

    `seen` comes assist by assist, in order of rank.
    """
    read: list[SeenSuggestion] = []
    for _, of_assist in groupby(seen, key=lambda one: one.assist_id):
        shown = list(of_assist)
        last_taken = max((place for place, one in enumerate(shown) if one.was_taken), default=0)
        read += [
            one
            for place, one in enumerate(shown)
            if one.was_wrong or (place <= last_taken and not one.was_dismissed)
        ]
    return read


def acceptance(read: Iterable[SeenSuggestion], now: datetime) -> Mapping[str, float]:
    """Return, by id of the first source, from -1 (always passed over) to 1 (always taken); 0 is as usual.

    Older readings count less, by half after 90 days; few readings are drawn to 0.
    """
    counted = _weighed([one for one in read if one.suggestion.sources], now)
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


def _weighed(read: Sequence[SeenSuggestion], now: datetime) -> list[tuple[SeenSuggestion, float]]:
    """Return readings with what each counts: less with age, and all of one agent's of a source _ONE_AGENT."""
    of_agent: dict[tuple[str, str], float] = {}
    for one in read:
        key = (one.suggestion.sources[0].id, one.agent)
        of_agent[key] = of_agent.get(key, 0.0) + _fading(one.at, now)
    return [
        (one, _fading(one.at, now) * min(1.0, _ONE_AGENT / max(of_agent[key], 1e-9)))
        for one in read
        for key in [(one.suggestion.sources[0].id, one.agent)]
    ]


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


def tried(read: Sequence[SeenSuggestion], encoder: Encoder, now: datetime) -> Tried:
    """Return the questions of the latest readings with what was made of the answer: 1 taken, -1 wrong."""
    told = [
        one
        for one in read
        if one.suggestion.sources and one.question.strip() and (one.was_taken or one.was_wrong)
    ][-_LIKE_QUESTIONS:]
    return Tried.of(
        [one.suggestion.sources[0].id for one in told],
        [one.agent for one in told],
        [_fading(one.at, now) * (1.0 if one.was_taken else -1.0) for one in told],
        encoder.encode([one.question for one in told]),
    )


@dataclass(frozen=True, slots=True)
class Habits:
    """What agents made of each source lately, by the source's id, and of its answers to which questions;
    empty where nothing is known."""

    acceptance: Mapping[str, float] = field(default_factory=dict[str, float])
    taken_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    tried: Tried = field(default_factory=Tried.nothing)

    @classmethod
    def of(cls, read: Sequence[SeenSuggestion], encoder: Encoder, now: datetime) -> Habits:
        """Return the habits that readings show."""
        return cls(acceptance(read, now), last_taken(read), tried(read, encoder, now))

    def on(self, question: NDArray[np.float32] | None) -> Mapping[str, float]:
        """Return by source id what was made of it for questions like this (d,) one; none without a vector."""
        return {} if question is None else self.tried.fit(question)

    def added_to(
        self, evidence: Evidence, source_id: str, now: datetime, like: Mapping[str, float]
    ) -> Evidence:
        """Return the evidence with how agents took this source before; `like` is what `on` says."""
        if source_id not in self.acceptance and source_id not in self.taken_at and source_id not in like:
            return evidence
        return replace(
            evidence,
            acceptance=self.acceptance.get(source_id, 0.0),
            recency=recency(self.taken_at.get(source_id), now),
            tried=like.get(source_id, 0.0),
        )

    def save(self, folder: Path) -> None:
        """Write them into `folder`."""
        taken = {source_id: at.isoformat() for source_id, at in self.taken_at.items()}
        kept = {"acceptance": dict(self.acceptance), "taken_at": taken}
        (folder / _FILE).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        self.tried.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Habits:
        """Read what `save` wrote; none where there is no file. Raises ValueError, KeyError."""
        if not (folder / _FILE).is_file():
            return cls()
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        taken: dict[str, str] = kept["taken_at"]
        taken_at = {one: datetime.fromisoformat(at) for one, at in taken.items()}
        return cls(kept["acceptance"], taken_at, Tried.load(folder))


def _fading(at: datetime, now: datetime) -> float:
    days = max((now - at).total_seconds() / 86_400, 0.0)
    return float(0.5 ** (days / _HALF_LIFE_DAYS))
