"""Cues: states that a customer's words show, and which of them keep offers back.

The rules are data with proof (phrasebook/cues.yaml): each carries texts that must show it and texts
that must not, and `prove` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

_NEGATION = re.compile(
    r"\b(?:not|no|never|without|isn'?t|wasn'?t|aren'?t|weren'?t|don'?t|doesn'?t|didn'?t|hasn'?t|haven'?t)"
    r"\b[^.!?;\n]{0,24}$"
)
_COMPOUND = re.compile(r"-[a-z]")
_BUT = re.compile(r"\bbut\b|,")


@dataclass(frozen=True, slots=True)
class Cue:
    """One state: its id, why it holds offers back (None: it does not), and what shows it."""

    id: str
    hold: str | None
    negatable: bool
    pattern: re.Pattern[str]
    fails: tuple[str, ...]
    passes: tuple[str, ...]

    def shown_in(self, lowered: str) -> bool:
        """Whether `lowered` (lower case, straight apostrophes) shows it at least once, neither negated nor as
        the first part of a compound ("broken-white")."""
        return any(
            not _COMPOUND.match(lowered, match.end())
            and not (self.negatable and _negated(lowered[max(0, match.start() - 40) : match.start()]))
            for match in self.pattern.finditer(lowered)
        )


def _negated(before: str) -> bool:
    found = _NEGATION.search(before)
    return found is not None and _BUT.search(before, found.start()) is None


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    hold: str | None = None
    negatable: bool
    patterns: list[str]
    fails: list[str]
    passes: list[str]


@lru_cache(maxsize=1)
def packaged_cues() -> tuple[Cue, ...]:
    """Return the cues that ship with the product; the first ones weigh most in `hold_reason`."""
    text = resources.files("replies").joinpath("phrasebook/cues.yaml").read_text("utf-8")
    rows = TypeAdapter(list[_Row]).validate_python(yaml.safe_load(text))
    return tuple(
        Cue(
            row.id,
            row.hold,
            row.negatable,
            re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in row.patterns)),
            tuple(row.fails),
            tuple(row.passes),
        )
        for row in rows
    )


def find_cues(text: str, cues: tuple[Cue, ...]) -> frozenset[str]:
    """Return the ids of the cues that `text` shows."""
    lowered = text.lower().replace("’", "'")
    return frozenset(cue.id for cue in cues if cue.shown_in(lowered))


def hold_reason(found: frozenset[str], cues: tuple[Cue, ...]) -> str | None:
    """Return why nothing is to be offered, by the weightiest cue found, or None."""
    return next((cue.hold for cue in cues if cue.id in found and cue.hold is not None), None)


def prove(cues: tuple[Cue, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return, by cue, the example texts that contradict it; empty when every cue is as it says."""
    wrong = {
        cue.id: (
            *(text for text in cue.fails if cue.id not in find_cues(text, (cue,))),
            *(text for text in cue.passes if cue.id in find_cues(text, (cue,))),
        )
        for cue in cues
    }
    return {cue_id: texts for cue_id, texts in wrong.items() if texts}
