"""Shares as bars: lengths in the picture's own units, worked out here and not in the page."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.uptake import Stage

WIDTH = 400
"""Units from 0 to 100 %."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of `length` units, its interval from `low` to `high`; none of these without a share."""

    length: float
    low: float
    high: float
    measured: bool


def bar_of(stage: Stage) -> Bar:
    """Return the bar of a stage's share of what came before it."""
    if stage.share is None:
        return Bar(0, 0, 0, measured=False)
    return Bar(
        round(stage.share * WIDTH, 1),
        round(stage.interval.low * WIDTH, 1),
        round(stage.interval.high * WIDTH, 1),
        measured=True,
    )
