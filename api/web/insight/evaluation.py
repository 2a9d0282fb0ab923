"""The evaluation of suggested replies as the analyst sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from api.back_testing import held_out_in_use
from api.charts import Series, line_chart
from recommender.uncertainty import Interval, wilson_interval
from replies.held_out import Effect, HeldOut
from replies.silence import SilenceCosts

if TYPE_CHECKING:
    from api.wiring import Wellput

_FEW_TURNS = 300  # a share near a half is then known to 6 points either way


@dataclass(frozen=True, slots=True)
class EvaluationSeen:
    """What the page shows; `held_out` is None until replies were learned with turns held out. `first_within`
    and `among_within` are 95 % intervals of its shares right; `are_few`: they say little."""

    costs: SilenceCosts
    held_out: HeldOut | None
    effect: Effect | None
    reliability: Markup
    risk: Markup
    first_within: Interval | None = None
    among_within: Interval | None = None
    are_few: bool = False


def evaluation_seen(service: Wellput) -> EvaluationSeen:
    """Return all of the page."""
    costs = service.reuse.costs
    held = held_out_in_use(service.artefacts)
    if held is None or len(held.first) == 0:
        return EvaluationSeen(costs, None, None, Markup(), Markup())
    bins = tuple((part.confidence, part.right) for part in held.reliability())
    curve = tuple((point.coverage, point.risk) for point in held.curve())
    reliability = line_chart(
        "Reliability", "confidence", "share right", [Series("first suggestion", bins)], diagonal=True
    )
    risk = line_chart(
        "Coverage against risk",
        "share of turns answered",
        "first suggestion wrong",
        [Series("first", curve)],
    )
    turns = len(held.first)
    return EvaluationSeen(
        costs,
        held,
        held.effect(costs),
        Markup(reliability),  # noqa: S704  our own drawing, its words escaped in api.charts
        Markup(risk),  # noqa: S704  as above
        wilson_interval(int(held.first.sum()), turns),
        wilson_interval(int(held.among.sum()), turns),
        turns < _FEW_TURNS,
    )
