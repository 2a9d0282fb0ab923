"""Everyone's own page: changing one's password."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.service import wellput
from api.web.signin.session import begin

blueprint = Blueprint("account", __name__, url_prefix="/account")

SHORTEST_PASSWORD = 12


@blueprint.route("", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """Show who is signed in; change the password when the present one is right."""
    if request.method != "POST":
        return render_template("account.html", problem=None)
    service = wellput()
    new = request.form.get("new_password", "")
    problem = password_problem(new, request.form.get("repeated", ""))
    if problem is None and not service.accounts.verify(
        g.user.username, request.form.get("password", "")[:1000]
    ):
        problem = "Your present password is not right."
    if problem is not None:
        return render_template("account.html", problem=problem), 422
    changed = service.people.set_password(g.user.username, new, actor=g.user.username)
    begin(changed.username, changed.session_epoch)
    flash("Your password is changed. Everywhere else you are signed out.")
    return redirect(url_for("account.own"))


def password_problem(new: str, repeated: str) -> str | None:
    """Return what is wrong with a new password, in words; None when nothing is."""
    if len(new) < SHORTEST_PASSWORD:
        return f"The new password needs at least {SHORTEST_PASSWORD} characters."
    if len(new) > 1000:
        return "The new password is longer than 1,000 characters."
    if new != repeated:
        return "The two entries of the new password differ."
    return None
