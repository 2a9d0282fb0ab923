"""Texts that the gate holds back: an agent asks, a supervisor decides; single findings set aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.web.desk.composing import Composed
from api.web.desk.views import blueprint, contact_with
from api.web.service import wellput
from brand_voice.finding import Span
from replies.departures import NotAllowed

_HOLDS: Mapping[str, timedelta] = {
    "an hour": timedelta(hours=1),
    "four hours": timedelta(hours=4),
    "a day": timedelta(days=1),
    "three days": timedelta(days=3),
    "a week": timedelta(days=7),
}
_USUALLY = "a day"


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
        "desk/departures.html",
        asked=wellput().departures.undecided(),
        shop=wellput().shop,
        holds=tuple(_HOLDS),
        usually=_USUALLY,
    )


@blueprint.post("/departures/<id:asked_id>")
def decide_departure(asked_id: str) -> ResponseReturnValue:
    """Let a text go out until a stated time, or not; whoever asked does not decide."""
    holds = _HOLDS.get(request.form.get("holds", _USUALLY))
    if holds is None:
        abort(400)
    try:
        decided = wellput().departures.decide(
            asked_id,
            allow=request.form.get("decision") == "allow",
            reason=request.form.get("reason", ""),
            actor=g.user.username,
            role=g.user.role,
            expires_at=wellput().clock.now() + holds,
        )
    except LookupError:
        abort(404)
    except NotAllowed as error:
        flash(f"Not decided: {error}")
    else:
        flash(f"Contact {decided.contact_id}: {decided.act.value}.")
    return redirect(url_for("desk.departures"))
