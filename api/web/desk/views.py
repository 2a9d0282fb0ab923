"""The desk's pages; each reads its form, asks the service once, and shows the answer."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.card_numbers import CardNumberRefused
from api.web.desk.case import newest_customer_words, open_case
from api.web.desk.composing import Composed, SeenCheck, seen_check, written_text
from api.web.desk.intake import IntakeForm, NoteForm
from api.web.desk.queue import queue_page
from api.web.desk.spoken import spoken_at_the_gate, spoken_rules, spoken_word
from api.web.service import wellput
from api.web.wording import CHANNEL_NAMES, DECLINE_REASONS, DISMISSAL_REASONS, FACT_NAMES, WRAP_UP_CODES
from brand_voice.finding import CheckResult
from replies.contacts import Channel, ContactStatus
from replies.outbox import NotInState
from replies.ports import StaleContact
from replies.records import OfferAct, SuggestionAct
from replies.sending import Blocked, KeyTaken, SendRequest

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

_STALE = "Not sent: the contact has moved on since you began. Read what is new below; your text is kept."
_KEY_TAKEN = (
    "Not sent: a reply with other words went out from this page before. "
    "It stands below; send again if you mean to."
)
_BLOCKED = "Not sent: the check blocks this text. The reasons stand below the composer."


@blueprint.get("")
def queue() -> str:
    """Show who waits, earliest due first."""
    status = ContactStatus.WAITING if request.args.get("show") == "waiting" else ContactStatus.OPEN
    stated = request.args.get("channel", "")
    channel = Channel(stated) if stated in CHANNEL_NAMES else None
    page = queue_page(wellput(), status, channel=channel, after=request.args.get("after"))
    return render_template(
        "desk/queue.html", page=page, status=status, channel=channel, channels=CHANNEL_NAMES
    )


@blueprint.get("/contacts/<id:contact_id>")
def contact(contact_id: str) -> str:
    """Show one contact, ready to be answered."""
    return contact_with(contact_id, Composed())


def contact_with(
    contact_id: str, composed: Composed, alert: str | None = None, held: CheckResult | None = None
) -> str:
    service = wellput()
    case = open_case(service, contact_id, g.user.username)
    return render_template(
        "desk/contact.html",
        case=case,
        composed=composed,
        check=_check(contact_id, composed, held),
        key=composed.key or uuid.uuid4().hex,
        alert=alert,
        dismissal_reasons=DISMISSAL_REASONS,
        decline_reasons=DECLINE_REASONS,
        wrap_up_codes=WRAP_UP_CODES,
    )


def _check(contact_id: str, composed: Composed, held: CheckResult | None = None) -> SeenCheck | None:
    """Return the check of what stands in the composer; None while nothing does. `held` is what the gate found
    when it held the text back."""
    if not composed.text.strip():
        return None
    service = wellput()
    with service.storage.reading() as unit:
        channel = unit.contacts.get(contact_id).channel.value
    result = service.gatekeeper.check(
        composed.text, channel=channel, contact_id=contact_id, offers=composed.offer_ids
    )
    before = spoken_rules(contact_id)
    if held is not None:
        spoken = spoken_at_the_gate(contact_id, before, held)
    else:
        spoken = spoken_word(contact_id, before, composed.text, result)
    return seen_check(composed.text, result, spoken)


@blueprint.post("/contacts/<id:contact_id>/check")
def check(contact_id: str) -> str:
    """Check the text as it is being written; `revision` comes back so that late answers are known."""
    composed = Composed.read(request.form)
    revision = request.form.get("revision", "")[:20]
    seen = _check(contact_id, composed)
    if seen is not None and _wrote_since(contact_id, composed.seen_version) is not None:
        seen = seen.after_news()
    return render_template("desk/_findings.html", check=seen, revision=revision)


@blueprint.post("/contacts/<id:contact_id>/send")
def send(contact_id: str) -> ResponseReturnValue:
    """Send the text when the gate lets it pass; else show the page again with the text and the reasons."""
    composed = Composed.read(request.form)
    began = wellput().clock.now()
    try:
        outcome = wellput().gatekeeper.send(
            SendRequest(
                contact_id=contact_id,
                text=composed.text,
                actor=g.user.username,
                key=composed.key or uuid.uuid4().hex,
                seen_version=composed.seen_version,
                suggestion_id=composed.suggestion_id,
                offer_ids=composed.offer_ids,
            )
        )
    except StaleContact:
        return contact_with(contact_id, composed, _STALE), 409
    except KeyTaken:
        return contact_with(contact_id, replace(composed, key=""), _KEY_TAKEN), 409
    if isinstance(outcome, Blocked):
        return contact_with(contact_id, composed, _BLOCKED, outcome.result), 409
    if outcome.message.created_at >= began:  # and no repeat of one that went before
        wellput().brand_desk.mended.note(outcome.message.check, contact_id, spoken_rules(contact_id))
    return redirect(
        url_for("desk.contact", contact_id=contact_id, sent=outcome.message.id, _anchor="outcome")
    )


@blueprint.post("/contacts/<id:contact_id>/refresh")
def refresh(contact_id: str) -> str:
    """Show the contact as it is now, with fresh suggestions, keeping the agent's text."""
    return contact_with(contact_id, Composed.read(request.form))


@blueprint.get("/contacts/<id:contact_id>/news")
def news(contact_id: str) -> ResponseReturnValue:
    """Answer the page's own asking: has the customer written since `seen` messages?"""
    seen = request.args.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        abort(400)
    wrote_at = _wrote_since(contact_id, int(seen))
    if wrote_at is None:
        return Response(status=204)
    return render_template("desk/_news.html", contact_id=contact_id, wrote_at=wrote_at)


def _wrote_since(contact_id: str, seen_version: int) -> datetime | None:
    """Return when the customer last wrote after `seen_version` messages; None when they did not."""
    with wellput().storage.reading() as unit:
        return newest_customer_words(unit.contacts.get(contact_id), seen_version)


@blueprint.post("/contacts/<id:contact_id>/suggestions/<id:suggestion_id>/inserted")
def inserted(contact_id: str, suggestion_id: str) -> ResponseReturnValue:
    """Record that a suggestion went into the composer of this contact."""
    _own_suggestion(contact_id, suggestion_id)
    wellput().outcomes.suggestion_event(suggestion_id, SuggestionAct.INSERTED, g.user.username)
    return Response(status=204)


@blueprint.post("/contacts/<id:contact_id>/suggestions/<id:suggestion_id>/dismiss")
def dismiss(contact_id: str, suggestion_id: str) -> ResponseReturnValue:
    """Put a suggestion aside, with the reason."""
    reason = request.form.get("reason", "")
    if reason not in DISMISSAL_REASONS:
        abort(400)
    _own_suggestion(contact_id, suggestion_id)
    wellput().outcomes.suggestion_event(
        suggestion_id, SuggestionAct.DISMISSED, g.user.username, reason=reason
    )
    if request.headers.get("HX-Request") == "true":
        return render_template("desk/_dismissed.html", reason=DISMISSAL_REASONS[reason])
    return redirect(url_for("desk.contact", contact_id=contact_id))


@blueprint.post("/contacts/<id:contact_id>/offers/<id:offer_id>/text")
def offer_text(contact_id: str, offer_id: str) -> Response:
    """Return the composer's text with the offer's paragraph in it."""
    _own_offer(contact_id, offer_id)
    return Response(
        wellput().assisting.with_offer(written_text(request.form), offer_id), mimetype="text/plain"
    )


@blueprint.post("/contacts/<id:contact_id>/offers/<id:offer_id>/decline")
def decline(contact_id: str, offer_id: str) -> ResponseReturnValue:
    """Record that an offer is not to be made, with the reason."""
    reason = request.form.get("reason", "")
    if reason not in DECLINE_REASONS:
        abort(400)
    _own_offer(contact_id, offer_id)
    wellput().outcomes.offer_event(offer_id, OfferAct.DECLINE, g.user.username, reason=reason)
    if request.headers.get("HX-Request") == "true":
        return render_template("desk/_declined.html", reason=DECLINE_REASONS[reason])
    return redirect(url_for("desk.contact", contact_id=contact_id))


@blueprint.post("/contacts/<id:contact_id>/close")
def close(contact_id: str) -> ResponseReturnValue:
    """Close the contact with its wrap-up code."""
    code = request.form.get("wrap_up_code", "")
    if code not in WRAP_UP_CODES:
        abort(400)
    wellput().contacts.close(contact_id, code, g.user.username)
    missing = [state.kind for state in wellput().facts.states(contact_id) if state.missing]
    if missing:
        flash(f"Closed. Never given: {', '.join(FACT_NAMES[kind] for kind in missing).lower()}.")
    return redirect(url_for("desk.queue"))


@blueprint.post("/contacts/<id:contact_id>/messages")
def add_message(contact_id: str) -> ResponseReturnValue:
    """Add what the customer said, or what the agent looked up."""
    form = NoteForm.read(request.form)
    if form.problem is not None:
        abort(400)
    wellput().contacts.add_message(contact_id, form.message(wellput().clock.now()), g.user.username)
    return redirect(url_for("desk.contact", contact_id=contact_id))


@blueprint.route("/new", methods=["GET", "POST"])
def new_contact() -> ResponseReturnValue:
    """Take in a contact that an agent types: a call, a letter, a fax."""
    form = IntakeForm.read(request.form)
    if request.method != "POST" or form.problem is not None:
        shown = None if request.method != "POST" else form.problem
        page = render_template("desk/new_contact.html", form=form, problem=shown, channels=CHANNEL_NAMES)
        return page, 200 if shown is None else 422
    service = wellput()
    contact_in = form.contact(service.new_id("contact"), service.clock.now())
    try:
        received = service.contacts.receive(contact_in, g.user.username)
    except CardNumberRefused:
        return _card_refused(form)
    return redirect(url_for("desk.contact", contact_id=received.id))


def _card_refused(form: IntakeForm) -> ResponseReturnValue:
    problem = "A customer or order number reads as a payment card number, which is never stored."
    page = render_template(
        "desk/new_contact.html", form=form.without_ids, problem=problem, channels=CHANNEL_NAMES
    )
    return page, 422


@blueprint.post("/messages/<id:message_id>/settle")
def settle(message_id: str) -> ResponseReturnValue:
    """Record a person's word on a message in doubt: it was sent, or it was not and goes again."""
    verdict = request.form.get("verdict", "")
    if verdict not in ("sent", "not_sent"):
        abort(400)
    try:
        wellput().outgoing.settle(message_id, was_sent=verdict == "sent", actor=g.user.username)
    except NotInState:
        flash("A colleague has settled that reply already.")
    return redirect(url_for("desk.queue"))


@blueprint.post("/messages/<id:message_id>/retry")
def retry(message_id: str) -> ResponseReturnValue:
    """Try again a message that the carrier surely did not take."""
    try:
        message = wellput().outgoing.send_again(message_id, actor=g.user.username)
    except NotInState:
        flash("That reply has gone out already or is on its way.")
        return redirect(url_for("desk.queue"))
    return redirect(url_for("desk.contact", contact_id=message.contact_id, _anchor="outcome"))


def _own_suggestion(contact_id: str, suggestion_id: str) -> None:
    with wellput().storage.reading() as unit:
        assist, _ = unit.assists.suggestion(suggestion_id)
    if assist.contact_id != contact_id:
        abort(404)


def _own_offer(contact_id: str, offer_id: str) -> None:
    with wellput().storage.reading() as unit:
        assist = unit.assists.assist_of_offer(offer_id)
    if assist.contact_id != contact_id:
        abort(404)
