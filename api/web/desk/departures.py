"""Texts that the gate holds back: an agent asks, a supervisor decides; single findings set aside."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.desk.composing import Composed
from api.web.desk.views import blueprint, contact_with
from api.web.service import wellput
from brand_voice.finding import Span
from replies.departures import NotAllowed


@blueprint.post("/contacts/<id:contact_id>/departures")
def ask_for_departure(contact_id: str) -> ResponseReturnValue:
    """Ask a supervisor to let the composer's text go out all the same."""
    composed = Composed.read(request.form)
    try:
        wellput().departures.ask(
            contact_id,
            composed.text,
            request.form.get("departure_reason", ""),
            actor=g.user.username,
            role=g.user.role,
            offers=composed.offer_ids,
        )
    except NotAllowed as error:
        return contact_with(contact_id, composed, str(error)), 409
    said = "A supervisor was asked. Once allowed, send this very text; a changed text is asked anew."
    return contact_with(contact_id, composed, said)


@blueprint.post("/contacts/<id:contact_id>/set-aside")
def set_finding_aside(contact_id: str) -> ResponseReturnValue:
    """Let one finding in the composer's text stand, with a reason that is kept."""
    composed = Composed.read(request.form)
    rule, _, place = request.form.get("aside", "").rpartition("|")
    rule, _, start = rule.rpartition("|")
    if not (rule and start.isdecimal() and place.isdecimal() and len(start + place) < 16):
        abort(400)
    reason = request.form.get(f"aside_reason_{start}_{place}_{rule}", "")
    try:
        wellput().departures.set_aside(
            contact_id,
            composed.text,
            rule,
            Span(int(start), int(place)),
            reason,
            actor=g.user.username,
            role=g.user.role,
        )
    except NotAllowed as error:
        return contact_with(contact_id, composed, str(error)), 409
    return contact_with(contact_id, composed, "The finding is set aside for this text.")


@blueprint.get("/departures")
def departures() -> ResponseReturnValue:
    """Show supervisors what waits for their decision."""
    return render_template(
        "desk/departures.html", asked=wellput().departures.undecided(), shop=wellput().shop
    )


@blueprint.post("/departures/<id:asked_id>")
def decide_departure(asked_id: str) -> ResponseReturnValue:
    """Let a text go out, or not; whoever asked does not decide."""
    try:
        decided = wellput().departures.decide(
            asked_id,
            allow=request.form.get("decision") == "allow",
            reason=request.form.get("reason", ""),
            actor=g.user.username,
            role=g.user.role,
        )
    except LookupError:
        abort(404)
    except NotAllowed as error:
        flash(f"Not decided: {error}")
    else:
        flash(f"Contact {decided.contact_id}: {decided.act.value}.")
    return redirect(url_for("desk.departures"))
