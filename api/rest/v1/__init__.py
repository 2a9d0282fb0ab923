"""Version 1 of the REST service."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response

from api.lookups import NotLearned
from api.rest.caller import let_in
from api.rest.problems import problem, problem_response
from api.rest.v1 import (
    assists,
    checkout,
    checks,
    contacts,
    departures,
    facts,
    letters,
    macros,
    offers,
    orders,
    outcomes,
    reports,
    reuse,
    rulebook,
    searching,
)

_PARTS = (
    contacts, assists, offers, outcomes, checks, orders, reports, reuse, departures, searching, rulebook,
    facts, macros, letters, checkout,
)  # fmt: skip
blueprint = APIBlueprint("rest_v1", __name__, url_prefix="/api/v1", tag="Wellput")
blueprint.before_request(let_in)
for part in _PARTS:
    part.add_to(blueprint)


@blueprint.errorhandler(NotLearned)
def not_learned(error: NotLearned) -> Response:
    """Answer a call that needs what this home has not learned yet."""
    return problem_response(problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-learned", str(error)).problem)
