"""The analysts' screen: what became of offers and suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, render_template, request

from api.web.insight.bars import bar_of
from api.web.service import wellput

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

PERIODS: Mapping[str, str] = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "All time"}


@blueprint.get("")
def overview() -> str:
    """Show the funnel of offers and the outcomes of suggestions over a period."""
    service = wellput()
    period = request.args.get("days", "all")
    if period not in PERIODS:
        period = "all"
    since = None if period == "all" else service.clock.now() - timedelta(days=int(period))
    funnel = service.outcomes.uptake(since)
    return render_template(
        "insight.html",
        funnel=funnel,
        bars=[bar_of(stage) for stage in funnel.stages],
        outcomes=service.outcomes.of_suggestions(since),
        periods=PERIODS,
        period=period,
    )
