"""Who calls the REST service: a client with a token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g, request

from api.rest.problems import problem
from api.wiring import Wellput

P = ParamSpec("P")
R = TypeVar("R")


def service() -> Wellput:
    """Return the product behind this app."""
    return cast(Wellput, current_app.extensions["wellput"])


def actor() -> str:
    """Return the calling client's name as it stands in the audit."""
    return f"client:{g.client_name}"


def needs_token(view: Callable[P, R]) -> Callable[P, R]:
    """Let only callers with a valid bearer token through; the answer to all others is 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        client = service().accounts.client_of(token.strip()) if scheme.lower() == "bearer" else None
        if client is None:
            raise problem(
                HTTPStatus.UNAUTHORIZED,
                "no-token",
                "Send a token: 'Authorization: Bearer …'. 'wellput token add CLIENT' makes one.",
            )
        g.client_name = client
        return view(*args, **kwargs)

    return guarded
