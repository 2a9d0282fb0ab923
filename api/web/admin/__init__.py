"""Administration."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/users")
def users() -> str:
    return ""
