"""Confirming a fact of a contact, and putting it right."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from api.fact_keeping import FactRefused
from api.web.desk.views import blueprint
from api.web.service import wellput
from api.web.wording import FACT_NAMES
from replies.proposals import FactKind

KINDS: Mapping[str, FactKind] = {kind.value: kind for kind in FactKind}


@blueprint.post("/contacts/<id:contact_id>/facts/<kind>")
def note_fact(contact_id: str, kind: str) -> ResponseReturnValue:
    """Record that a fact was confirmed with the customer, or put it right."""
    if kind not in KINDS:
        abort(404)
    facts, fact, actor = wellput().facts, KINDS[kind], g.user.username
    typed = request.form.get("value", "").replace("\x00", "").strip()[:300]
    try:
        if request.form.get("act") == "confirm":
            facts.confirm(contact_id, fact, actor)
            flash(f"{FACT_NAMES[fact]} confirmed.")
        elif typed:
            facts.correct(contact_id, fact, typed, actor)
            flash(f"{FACT_NAMES[fact]} put right.")
        else:
            flash("Type what is right first.")
    except (FactRefused, ValueError) as error:
        flash(f"Not noted: {error}.")
    return redirect(url_for("desk.contact", contact_id=contact_id, _anchor="facts-title"))
