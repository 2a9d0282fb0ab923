"""Error pages in people's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from replies.checkout import UnknownWalk
from replies.outbox import UnknownMessage
from replies.ports import UnknownContact, UnknownOffer, UnknownSuggestion


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: `title`, what happened, and the way out."""

    title: str
    text: str


_WORDS: Mapping[int, Words] = {
    400: Words(
        "That request could not be read",
        "Something in the form was missing or not as expected. Go back, reload the page and try again.",
    ),
    403: Words(
        "This page is not open to your role",
        "Your sign-in is fine, but your role does not include this page. "
        "Ask an administrator if you need it.",
    ),
    404: Words(
        "There is no such page",
        "The address may be mistyped, or the thing it named is gone. Nothing of yours was lost.",
    ),
    405: Words(
        "That cannot be done here",
        "The page was asked in a way it does not answer. Go back and use its buttons.",
    ),
    413: Words(
        "That was too long",
        "The text sent was longer than a message may be. Shorten it and send it again.",
    ),
    429: Words("Too many tries", "Wait a few minutes before you try again."),
    500: Words(
        "Something went wrong on our side",
        "The fault has been written to the log. What was saved before it is safe. Try again; "
        "if it happens twice, tell your administrator.",
    ),
}
_FORM_OUT_OF_DATE = Words(
    "This form has gone out of date",
    "Your sign-in changed or ended since the page was opened. "
    "Go back, reload the page and send the form again.",
)


def error_page(code: int) -> ResponseReturnValue:
    """Return the page for `code` (500's words for a code without its own)."""
    words = _WORDS.get(code, _WORDS[500] if code >= 500 else _WORDS[400])
    return _page(words, code)


def _page(words: Words, code: int) -> ResponseReturnValue:
    """Render without asking the database for anything: it may be the fault."""
    return render_template(
        "error.html", words=words, code=code, user=g.get("user"), rulebook_state=None
    ), code


def register(app: Flask, own_errors: Callable[[HTTPException], ResponseReturnValue] | None) -> None:
    """Answer errors of `app` with pages; those under /api/ are handed to `own_errors`."""

    def answer(error: HTTPException) -> ResponseReturnValue:
        if request.path.startswith("/api/"):
            return error if own_errors is None else own_errors(error)
        return error_page(error.code or 500)

    def csrf(error: CSRFError) -> ResponseReturnValue:
        if request.path.startswith("/api/"):
            return error if own_errors is None else own_errors(error)
        return _page(_FORM_OUT_OF_DATE, 400)

    def missing(_error: Exception) -> ResponseReturnValue:
        return answer(NotFound())

    for code in _WORDS:
        app.register_error_handler(code, answer)
    app.register_error_handler(CSRFError, csrf)
    for unknown in (UnknownContact, UnknownWalk, UnknownOffer, UnknownSuggestion, UnknownMessage):
        app.register_error_handler(unknown, missing)
