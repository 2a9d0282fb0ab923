"""Insight."""

from flask import Blueprint, render_template

blueprint = Blueprint("insight", __name__, url_prefix="/insight")


@blueprint.get("")
def overview() -> str:
    """Show the page."""
    return render_template("insight.html")
