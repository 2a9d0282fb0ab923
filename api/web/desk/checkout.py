"""Helping a customer through the checkout, step by step, with what came of it."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.checkout import NotOnSale, WalkOutcome
from api.web.desk.views import blueprint
from api.web.service import wellput

OUTCOMES = {
    WalkOutcome.BOUGHT.value: "Bought on the website",
    WalkOutcome.OTHER_WAY.value: "Buys another way",
    WalkOutcome.GIVEN_UP.value: "Given up",
}


@blueprint.post("/contacts/<id:contact_id>/checkout")
def begin_checkout(contact_id: str) -> ResponseReturnValue:
    """Begin to help with a product, named by its SKU."""
    sku = request.form.get("sku", "").strip()[:100]
    if not sku:
        flash("Type the code of a product first.")
        return redirect(url_for("desk.contact", contact_id=contact_id))
    try:
        walk = wellput().checkout.begin(contact_id, sku, g.user.username)
    except NotOnSale as error:
        flash(f"There is no checkout guide: {error}.")
        return redirect(url_for("desk.contact", contact_id=contact_id))
    return redirect(url_for("desk.checkout", walk_id=walk.id))


@blueprint.get("/checkout/<id:walk_id>")
def checkout(walk_id: str) -> ResponseReturnValue:
    """Show the steps, which are done, and the words to send."""
    service = wellput()
    walk = service.checkout.walk(walk_id)
    with service.storage.reading() as unit:
        channel = unit.contacts.get(walk.contact_id).channel
    try:
        guide = service.checkout.guide(walk.sku, channel.value)
    except NotOnSale as error:
        flash(f"There is no checkout guide any more: {error}.")
        return redirect(url_for("desk.contact", contact_id=walk.contact_id))
    return render_template(
        "desk/checkout.html", walk=walk, guide=guide, words=guide.text(channel), outcomes=OUTCOMES
    )


@blueprint.post("/checkout/<id:walk_id>")
def note_checkout(walk_id: str) -> ResponseReturnValue:
    """Record the steps done, and the outcome when there is one."""
    done = [place for place in request.form.getlist("done") if place.isascii() and place.isdigit()]
    outcome = request.form.get("outcome", "")
    if (outcome and outcome not in OUTCOMES) or any(len(place) > 2 for place in done):
        abort(400)
    walk = wellput().checkout.note(
        walk_id,
        done=tuple(int(place) for place in done),
        outcome=WalkOutcome(outcome) if outcome else None,
        actor=g.user.username,
    )
    flash("It is noted.")
    if walk.outcome is not None:
        return redirect(url_for("desk.contact", contact_id=walk.contact_id))
    return redirect(url_for("desk.checkout", walk_id=walk_id))
