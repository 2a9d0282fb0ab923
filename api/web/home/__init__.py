"""The front door: leads each role to its own screen."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from api.web.access import screens_for

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def front() -> Response:
    """Lead to the first screen the signed-in person may open."""
    _, _, endpoint = screens_for(g.user.role)[0]
    return redirect(url_for(endpoint))
