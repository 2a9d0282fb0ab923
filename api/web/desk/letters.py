"""Letters and faxes on paper: a draft marked as such, and what was sent."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from api.letters import LettersUnavailable, NoLetter
from api.web.desk.composing import written_text
from api.web.desk.views import blueprint
from api.web.service import wellput


@blueprint.post("/contacts/<id:contact_id>/letter")
def draft_letter(contact_id: str) -> ResponseReturnValue:
    """Show the composer's text as a PDF, marked as a draft; nothing is stored or sent."""
    try:
        return _pdf(wellput().letters.draft(contact_id, written_text(request.form)), contact_id)
    except (LettersUnavailable, NoLetter) as error:
        flash(f"No letter was printed: {error}")
        return redirect(url_for("desk.contact", contact_id=contact_id))


@blueprint.get("/messages/<id:message_id>/letter")
def sent_letter(message_id: str) -> ResponseReturnValue:
    """Show a reply that passed the gate as it goes into the envelope."""
    try:
        return _pdf(wellput().letters.sent(message_id), message_id)
    except NoLetter:
        abort(404)
    except LettersUnavailable as error:
        flash(f"No letter was printed: {error}")
        return redirect(url_for("desk.queue"))


def _pdf(content: bytes, name: str) -> Response:
    safe = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in name)[:80]
    headers = {"Content-Disposition": f'inline; filename="{safe}.pdf"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)
