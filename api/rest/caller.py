"""Who calls the REST service: a client with a token, speaking JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from flask import current_app, g, request

from api.rest.problems import problem
from api.wiring import Wellput


def service() -> Wellput:
    """Return the product behind this app."""
    return cast(Wellput, current_app.extensions["wellput"])


def actor() -> str:
    """Return the calling client's name as it stands in the audit."""
    return f"client:{g.client_name}"


def let_in() -> None:
    """Ask before every view: only callers with a valid bearer token come through, and only with JSON."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    client = service().accounts.client_of(token.strip()) if scheme.lower() == "bearer" else None
    if client is None:
        raise problem(
            HTTPStatus.UNAUTHORIZED,
            "no-token",
            "Send a token: 'Authorization: Bearer …'. 'wellput token add CLIENT' makes one.",
        )
    g.client_name = client
    if request.method == "POST":
        _require_json()


def _require_json() -> None:
    packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if packed or request.mimetype != "application/json":
        raise problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Send plain JSON with the header 'Content-Type: application/json'.",
        )
