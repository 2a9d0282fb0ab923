"""The administrators' pages."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.account import password_problem
from api.web.admin.artefacts import artefacts_seen, roll_back
from api.web.admin.suggestions import decide, look_now, state_costs, suggestions_seen
from api.web.admin.users import NewUserForm, change_user
from api.web.service import wellput

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

_AUDIT_SHOWN = 200
ROLES = ("agent", "merchandiser", "analyst", "supervisor", "admin")


@blueprint.get("")
def front() -> ResponseReturnValue:
    """Lead to the users."""
    return redirect(url_for("admin.users"))


@blueprint.get("/users")
def users() -> str:
    """Show who may sign in."""
    return _users_page(NewUserForm(), None)


def _users_page(form: NewUserForm, problem: str | None) -> str:
    accounts = wellput().accounts
    return render_template(
        "admin/users.html", users=accounts.users(), roles=ROLES, form=form, problem=problem
    )


@blueprint.post("/users")
def add_user() -> ResponseReturnValue:
    """Add a user with a first password."""
    form = NewUserForm.read(request.form)
    problem = form.problem(ROLES) or password_problem(form.password, form.password)
    if problem is None:
        problem = form.add_to(wellput(), g.user.username)
    if problem is not None:
        return _users_page(form, problem), 422
    flash(f"{form.username} may sign in now as {form.role}.")
    return redirect(url_for("admin.users"))


@blueprint.post("/users/<id:username>")
def change(username: str) -> ResponseReturnValue:
    """Change a user's role, or shut or open their account."""
    wanted_role, act = request.form.get("role", ""), request.form.get("act", "")
    if wanted_role not in ROLES or act not in ("role", "disable", "enable"):
        abort(400)
    if username.strip().lower() == g.user.username:
        flash("Your own role and account are another administrator's to change.")
        return redirect(url_for("admin.users"))
    if not change_user(wellput(), username, act, wanted_role, g.user.username):
        abort(404)
    flash(f"{username} is changed.")
    return redirect(url_for("admin.users"))


@blueprint.get("/versions")
def versions() -> str:
    """Show which learned versions are in use, which were before, and what was refused."""
    service = wellput()
    return render_template(
        "admin/versions.html", artefacts=artefacts_seen(service), refusals=service.artefacts.refusals()
    )


@blueprint.post("/versions/<id:name>/rollback")
def rollback(name: str) -> ResponseReturnValue:
    """Go back to the last good version of one artefact."""
    service = wellput()
    if name not in service.artefacts.names():
        abort(404)
    flash(roll_back(service, name, g.user.username))
    return redirect(url_for("admin.versions"))


@blueprint.get("/suggestions")
def suggestions() -> str:
    """Show what silence costs, the replies that wait for approval, and those out of date."""
    return render_template("admin/suggestions.html", seen=suggestions_seen(wellput()))


@blueprint.post("/suggestions/costs")
def suggestion_costs() -> ResponseReturnValue:
    """State what a wrong suggestion and none cost."""
    wrong, none = request.form.get("wrong", ""), request.form.get("none", "")
    flash(state_costs(wellput(), wrong, none, g.user.username))
    return redirect(url_for("admin.suggestions"))


@blueprint.post("/suggestions/proposals")
def look_for_proposals() -> ResponseReturnValue:
    """Look at what agents sent since the last learning."""
    flash(look_now(wellput()))
    return redirect(url_for("admin.suggestions"))


@blueprint.post("/suggestions/proposals/<id:proposal_id>")
def decide_on_proposal(proposal_id: str) -> ResponseReturnValue:
    """Approve or decline a proposed reply."""
    act = request.form.get("act", "")
    if act not in ("approve", "decline"):
        abort(400)
    flash(decide(wellput(), proposal_id, act, g.user.username))
    return redirect(url_for("admin.suggestions"))


@blueprint.post("/suggestions/replies/<id:reply_id>")
def still_right(reply_id: str) -> ResponseReturnValue:
    """Say that a reply holds for its changed articles."""
    if not wellput().reuse.still_right(reply_id, g.user.username):
        abort(404)
    flash(f"{reply_id} is used again.")
    return redirect(url_for("admin.suggestions"))


@blueprint.get("/audit")
def audit() -> str:
    """Show who did what lately, of one subject when given."""
    subject = request.args.get("subject", "").strip()[:200] or None
    with wellput().storage.reading() as unit:
        entries = unit.audit.recent(subject=subject, limit=_AUDIT_SHOWN)
    return render_template("admin/audit.html", entries=entries, subject=subject or "", most=_AUDIT_SHOWN)


@blueprint.get("/health")
def health() -> str:
    """Show whether the service can do its work, and what is missing."""
    service = wellput()
    return render_template(
        "admin/health.html",
        lacking=service.not_ready(),
        refusals=service.artefacts.refusals(),
        artefacts=artefacts_seen(service),
        in_doubt=len(service.outgoing.in_doubt()),
        now=service.clock.now(),
    )
