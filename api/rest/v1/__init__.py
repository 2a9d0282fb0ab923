"""Version 1 of the REST service."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.rest.caller import let_in
from api.rest.v1 import assists, checks, contacts, orders, outcomes, reports

blueprint = APIBlueprint("rest_v1", __name__, url_prefix="/api/v1", tag="Wellput")
blueprint.before_request(let_in)
for part in (contacts, assists, outcomes, checks, orders, reports):
    part.add_to(blueprint)
