"""Reports over REST: the uptake funnel."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.reporting import UptakeDocument
from api.rest.caller import service
from api.rest.v1.requests import UptakeQuery


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/reports/uptake")
    @blueprint.input(UptakeQuery, location="query")
    @blueprint.output(UptakeDocument)
    def uptake_report(query_data: UptakeQuery) -> UptakeDocument:
        """Return the funnel from eligible to kept, with 95 % intervals."""
        return UptakeDocument.of(service().outcomes.uptake(query_data.since))
