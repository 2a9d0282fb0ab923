"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.service import wellput
from api.web.signin.session import begin, current_user, end

blueprint = Blueprint("signin", __name__)

_SAME_ANSWER = "That user name and password do not go together. Check both and try again."


@blueprint.route("/signin", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; let the right password in and lead on to the page that was wanted."""
    wanted = _own_path(request.values.get("next", ""))
    if request.method != "POST":
        if current_user() is not None:
            return redirect(wanted)
        return render_template("signin.html", wanted=wanted, username="", problem=None)
    username = request.form.get("username", "").strip()[:200]
    outcome = wellput().accounts.sign_in(
        username, request.form.get("password", "")[:1000], request.remote_addr or "unknown"
    )
    if outcome.user is not None:
        begin(outcome.user.username, outcome.user.session_epoch)
        return redirect(wanted)
    if outcome.retry_after_s is not None:
        minutes = max(1, -(-outcome.retry_after_s // 60))
        problem = f"Too many tries. Wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again."
        page = render_template("signin.html", wanted=wanted, username=username, problem=problem)
        return page, 429, {"Retry-After": str(outcome.retry_after_s)}
    page = render_template("signin.html", wanted=wanted, username=username, problem=_SAME_ANSWER)
    return page, 401


@blueprint.post("/signout")
def sign_out() -> ResponseReturnValue:
    """End the session here and, by the accounts, wherever a copy of its cookie may be."""
    user = current_user()
    if user is not None:
        wellput().accounts.end_sessions(user.username)
    end()
    return redirect(url_for("signin.sign_in"))


def _own_path(wanted: str) -> str:
    """Return `wanted` when it is a page of ours, else the front page: no leading people elsewhere."""
    elsewhere = ("//", "/\\", "/signin", "/signout")
    if (
        not wanted.startswith("/")
        or wanted.startswith(elsewhere)
        or "\\" in wanted
        or not wanted.isprintable()
    ):
        return url_for("home.front")
    return wanted
