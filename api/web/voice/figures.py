"""The page of findings by rule and week, noisy rules first."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request

from api.web.service import wellput

PERIODS: Mapping[str, str] = {"4": "4 weeks", "12": "12 weeks", "26": "26 weeks", "52": "52 weeks"}


def findings() -> str:
    """Show how often each rule struck, and how often its word was overridden."""
    period = request.args.get("weeks", "12")
    if period not in PERIODS:
        period = "12"
    service = wellput()
    return render_template(
        "voice/findings.html",
        figures=service.brand_desk.figures.over(int(period)),
        known={rule.id: rule for rule in service.brand_desk.book.rulebook.rules},
        periods=PERIODS,
        period=period,
    )
