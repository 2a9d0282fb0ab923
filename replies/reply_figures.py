"""From rankings to figures: right first and among three, surely and when silent, and what agents changed.

Intervals are 95 % percentile bootstraps over contacts (turns of one conversation stand or fall together).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import expected_calibration_error
from replies.edit_distance import edit_distance
from replies.turns import Turn

SHOWN = 3
_BINS = 15
_CURVE_POINTS = 20
_DRAWS = 1000
_LEAST_TURNS = 10  # of a group, to be shown: fewer tell nothing

Ranking = tuple[tuple[str, float], ...]
"""Reply ids with their confidences, best first, at most SHOWN."""
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """A mean with its 95 % bootstrap interval."""

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """At `threshold` a share `coverage` of turns gets a suggestion, of whose first `risk` are wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Turns whose confidence lies together: their number, mean confidence and share right."""

    turns: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class ReplyFigures:
    """How often a system had the reply the agent gave first, and among its first three.

    `calibration_error` is over 15 equal bins. `curve` runs from the surest turns to all. `kept` is the share
    of characters that stay when the first suggestion is edited into what was sent (1: sent as it is),
    `edit_distance` the mean number of characters changed.
    """

    system: str
    turns: int
    top_1: Share
    top_3: Share
    calibration_error: float
    curve: tuple[RiskPoint, ...]
    reliability: tuple[ReliabilityBin, ...]
    edit_distance: Share
    kept: Share


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One system on the turns of one topic or channel."""

    system: str
    group: str
    turns: int
    top_1: Share
    top_3: Share


@dataclass(frozen=True, slots=True)
class Judged:
    """What one system said on n turns: (n,) whether right first, right in three, how sure of the first."""

    first: NDArray[np.bool_]
    among: NDArray[np.bool_]
    sureness: Doubles


def judged(asked: Sequence[Turn], rankings: Sequence[Ranking]) -> Judged:
    """Return what each ranking was worth; an empty one is a miss of no confidence."""
    pairs = list(zip(asked, rankings, strict=True))
    return Judged(
        np.asarray([bool(found) and turn.reply_id == found[0][0] for turn, found in pairs]),
        np.asarray([any(turn.reply_id == reply_id for reply_id, _ in found) for turn, found in pairs]),
        np.asarray([found[0][1] if found else 0.0 for _, found in pairs], dtype=np.float64),
    )


def figures_of(
    system: str,
    asked: Sequence[Turn],
    rankings: Sequence[Ranking],
    texts: Mapping[str, str],
    seed: int,
) -> ReplyFigures:
    """Return the figures of one system; `texts` are the words of each reply id, as suggested."""
    said = judged(asked, rankings)
    contacts = [turn.contact_id for turn in asked]
    distances, kept = _edits(asked, rankings, texts)
    return ReplyFigures(
        system=system,
        turns=len(asked),
        top_1=share(said.first.astype(np.float64), contacts, seed),
        top_3=share(said.among.astype(np.float64), contacts, seed),
        calibration_error=expected_calibration_error(said.sureness, said.first),
        curve=risk_curve(said.sureness, said.first),
        reliability=reliability(said.sureness, said.first),
        edit_distance=share(distances, contacts, seed),
        kept=share(kept, contacts, seed),
    )


def groups_of(
    system: str, asked: Sequence[Turn], rankings: Sequence[Ranking], groups: Sequence[str], seed: int
) -> tuple[GroupFigures, ...]:
    """Return the figures of each group with at least ten turns, the largest first."""
    said = judged(asked, rankings)
    names = np.asarray(groups)
    found: list[GroupFigures] = []
    for name in sorted(set(groups), key=lambda one: (-groups.count(one), one)):
        rows = np.flatnonzero(names == name)
        if len(rows) < _LEAST_TURNS:
            continue
        contacts = [asked[row].contact_id for row in rows.tolist()]
        first, among = said.first[rows].astype(np.float64), said.among[rows].astype(np.float64)
        found.append(
            GroupFigures(system, name, len(rows), share(first, contacts, seed), share(among, contacts, seed))
        )
    return tuple(found)


def risk_curve(sureness: Doubles, right: NDArray[np.bool_]) -> tuple[RiskPoint, ...]:
    """Return points of coverage against risk, the surest turns first (Geifman and El-Yaniv 2017)."""
    if len(right) == 0:
        return ()
    order = np.argsort(-sureness, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    ends = np.unique(np.linspace(0, len(order), _CURVE_POINTS + 1, dtype=np.int64)[1:] - 1)
    places: list[int] = ends[ends >= 0].tolist()
    return tuple(
        RiskPoint(float(sureness[order[end]]), (end + 1) / len(order), float(wrong[end])) for end in places
    )


def reliability(sureness: Doubles, right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """Return the bins of equal width that hold any turn, least sure first."""
    places = np.clip((sureness * _BINS).astype(np.int64), 0, _BINS - 1)
    filled: list[int] = np.unique(places).tolist()
    return tuple(
        ReliabilityBin(
            int((places == place).sum()),
            float(sureness[places == place].mean()),
            float(right[places == place].mean()),
        )
        for place in filled
    )


def share(values: Doubles, contacts: Sequence[str], seed: int) -> Share:
    """Return the mean of `values` (n,), contacts resampled whole."""
    if len(values) == 0:
        return Share(0.0, (0.0, 1.0))
    _, owner = np.unique(np.asarray(contacts), return_inverse=True)
    totals, sizes = np.bincount(owner, weights=values), np.bincount(owner)
    random = np.random.default_rng(seed)
    means = np.empty(_DRAWS)
    for draw in range(_DRAWS):
        rows = random.integers(0, len(sizes), len(sizes))
        means[draw] = totals[rows].sum() / sizes[rows].sum()
    low, high = np.quantile(means, (0.025, 0.975))
    return Share(float(values.mean()), (float(low), float(high)))


def _edits(
    asked: Sequence[Turn], rankings: Sequence[Ranking], texts: Mapping[str, str]
) -> tuple[Doubles, Doubles]:
    """Return (n,) characters changed and (n,) share kept; without a suggestion all is written anew."""
    changed, kept = np.zeros(len(asked)), np.zeros(len(asked))
    for place, (turn, found) in enumerate(zip(asked, rankings, strict=True)):
        suggested = texts.get(found[0][0], "") if found else ""
        changed[place] = edit_distance(suggested, turn.reply)
        kept[place] = 1.0 - changed[place] / max(len(suggested), len(turn.reply), 1)
    return changed, kept
