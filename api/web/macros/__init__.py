"""Macros: the list, and the editor with its preview on a real contact and its examples."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.macros import PLACEHOLDERS, MacroPreview, MacroRefused, changes
from api.web.macros.form import MacroForm, examples_text
from api.web.service import wellput
from api.web.wording import CHANNEL_NAMES
from replies.ports import UnknownContact

blueprint = Blueprint("macros", __name__, url_prefix="/macros")


@blueprint.get("")
def overview() -> str:
    """Show every canned reply that holds the words looked for."""
    wanted = request.args.get("q", "").strip()[:200]
    low = wanted.lower()
    found = [
        reply
        for reply in wellput().macros.all()
        if low in f"{reply.id} {reply.title} {' '.join(reply.topics)} {reply.text}".lower()
    ]
    today = wellput().clock.now().date()
    return render_template("macros/list.html", macros=found, wanted=wanted, today=today)


@blueprint.get("/new")
def new() -> str:
    """Show an empty editor."""
    return _editor(MacroForm())


@blueprint.get("/edit")
def edit() -> str:
    """Show the editor of one canned reply, named by `id`."""
    found = wellput().macros.one(request.args.get("id", ""))
    if found is None:
        abort(404)
    reply, examples = found
    return _editor(MacroForm.of(reply, examples_text(examples)))


@blueprint.get("/history")
def history() -> str:
    """Show the versions of one canned reply, named by `id`: who, when, what changed."""
    reply_id = request.args.get("id", "")
    versions = wellput().macros.versions(reply_id)
    if not versions:
        abort(404)
    told = [(one, changes(before, one)) for before, one in zip([None, *versions], versions, strict=False)]
    return render_template("macros/history.html", reply_id=reply_id, told=list(reversed(told)))


@blueprint.post("/bring-back")
def bring_back() -> ResponseReturnValue:
    """Save an earlier version anew; refused where it would not be saved today."""
    reply_id, number = request.form.get("id", ""), request.form.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        abort(400)
    approver = g.user.display_name or g.user.username
    try:
        wellput().macros.bring_back(reply_id, int(number), approver, g.user.username)
    except LookupError:
        abort(404)
    except MacroRefused as refused:
        flash(f"Not brought back: {refused}.")
    else:
        flash(f"Version {number} is in its place again, as the newest version.")
    return redirect(url_for("macros.history", id=reply_id))


@blueprint.post("/preview")
def preview() -> ResponseReturnValue:
    """Show what the macro becomes in a real contact, and whether it may be saved; nothing is stored."""
    form = MacroForm.read(request.form)
    if form.problem is not None:
        return _editor(form, problems=(form.problem,)), 422
    service = wellput()
    reply = form.reply(g.user.display_name or g.user.username)
    shown = None
    faults = service.macros.faults(reply, form.examples)
    problems = tuple(f"{fault.where}: {fault.message}" for fault in faults)
    if form.contact_id:
        try:
            shown = service.macros.preview(reply, form.contact_id)
        except UnknownContact:
            problems = (*problems, f"There is no contact {form.contact_id}.")
    return _editor(form, problems=problems, shown=shown, proved=not problems)


@blueprint.post("/save")
def save() -> ResponseReturnValue:
    """Save the macro when nothing is wrong with it; else show it again with the reasons."""
    form = MacroForm.read(request.form)
    if form.problem is not None:
        return _editor(form, problems=(form.problem,)), 422
    try:
        reply = form.reply(g.user.display_name or g.user.username)
        wellput().macros.save(reply, form.examples, g.user.username)
    except MacroRefused as refused:
        return _editor(form, problems=tuple(f"{one.where}: {one.message}" for one in refused.faults)), 422
    state = "and in use" if form.approved else "but nobody has approved it yet"
    flash(f"{form.reply_id} is saved {state}.")
    return redirect(url_for("macros.edit", id=form.reply_id))


def _editor(
    form: MacroForm,
    *,
    problems: tuple[str, ...] = (),
    shown: MacroPreview | None = None,
    proved: bool = False,
) -> str:
    return render_template(
        "macros/edit.html",
        form=form,
        problems=problems,
        shown=shown,
        proved=proved,
        placeholders=PLACEHOLDERS,
        channels=CHANNEL_NAMES,
        known=bool(form.reply_id) and wellput().macros.one(form.reply_id) is not None,
    )
