"""The analysts' screen: what became of offers and suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request

from api.lookups import NotLearned
from api.web.insight.bars import bar_of
from api.web.insight.evaluation import evaluation_seen
from api.web.service import wellput

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

PERIODS: Mapping[str, str] = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "All time"}


@blueprint.get("")
def overview() -> str:
    """Show the funnel of offers and the outcomes of suggestions over a period."""
    service = wellput()
    period, since = _period(service.clock.now())
    funnel = service.outcomes.uptake(since)
    return render_template(
        "insight.html",
        funnel=funnel,
        bars=[bar_of(stage) for stage in funnel.stages],
        outcomes=service.outcomes.of_suggestions(since),
        periods=PERIODS,
        period=period,
    )


@blueprint.get("/facts")
def facts() -> str:
    """Show, by topic, how the facts that an answer needs were come by over a period."""
    service = wellput()
    period, since = _period(service.clock.now())
    return render_template(
        "insight_facts.html", topics=service.facts.report(since), periods=PERIODS, period=period
    )


@blueprint.get("/gaps")
def gaps() -> str:
    """Show what customers asked lately that nothing covers, or say what has to be learned first."""
    try:
        found, why = wellput().knowledge_gaps.find(), ""
    except NotLearned as error:
        found, why = (), str(error)
    return render_template("gaps.html", gaps=found, why=why)


@blueprint.get("/evaluation")
def evaluation() -> str:
    """Show how far suggested replies can be trusted, on turns they were not learned from."""
    return render_template("evaluation.html", seen=evaluation_seen(wellput()))


def _period(now: datetime) -> tuple[str, datetime | None]:
    """Return the period asked for, one of PERIODS, and when it begins; None for all time."""
    period = request.args.get("days", "all")
    if period not in PERIODS:
        period = "all"
    return period, None if period == "all" else now - timedelta(days=int(period))
