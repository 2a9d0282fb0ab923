"""Merchandising."""

from flask import Blueprint, render_template

blueprint = Blueprint("merchandising", __name__, url_prefix="/merchandising")


@blueprint.get("")
def overview() -> str:
    """Show the page."""
    return render_template("merchandising.html")
