"""Who may open what: one table, asked before every view."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from api.web.signin.session import current_user
from replies.departures import DECIDERS

SCREENS: Mapping[str, frozenset[str]] = {
    "desk": frozenset({"agent", "supervisor", "admin"}),
    "merchandising": frozenset({"merchandiser", "supervisor", "admin"}),
    "insight": frozenset({"merchandiser", "analyst", "supervisor", "admin"}),
    "macros": frozenset({"supervisor", "admin"}),
    "voice": frozenset({"supervisor", "admin"}),
    "admin": frozenset({"admin"}),
    "account": frozenset({"agent", "merchandiser", "analyst", "supervisor", "admin"}),
    "home": frozenset({"agent", "merchandiser", "analyst", "supervisor", "admin"}),
}
"""Roles per blueprint. A blueprint that is not here is shut to everyone."""

DEEDS: Mapping[str, frozenset[str]] = {
    "desk.departures": DECIDERS,
    "desk.decide_departure": DECIDERS,
    "voice.accept": frozenset({"admin"}),
    "voice.dismiss": frozenset({"admin"}),
    "voice.again": frozenset({"admin"}),
    "voice.put_in_force": frozenset({"admin"}),
    "voice.roll_back": frozenset({"admin"}),
}
"""Roles per page, where fewer may do a thing than may open its screen."""

OPEN_ENDPOINTS = frozenset({"signin.sign_in", "signin.sign_out", "site.static"})
"""Pages that need no sign-in."""

SCREEN_NAMES: Mapping[str, tuple[str, str]] = {
    "desk": ("Desk", "desk.queue"),
    "merchandising": ("Merchandising", "merchandising.overview"),
    "insight": ("Insight", "insight.overview"),
    "macros": ("Macros", "macros.overview"),
    "voice": ("Brand voice", "voice.overview"),
    "admin": ("Admin", "admin.users"),
}
"""What the navigation calls a screen, and the page it leads to; in the order shown."""


def screens_for(role: str) -> tuple[tuple[str, str, str], ...]:
    """Return (blueprint, name, endpoint) of each screen that `role` may open."""
    return tuple(
        (screen, name, endpoint)
        for screen, (name, endpoint) in SCREEN_NAMES.items()
        if role in SCREENS[screen]
    )


def may_open(role: str, blueprint: str | None) -> bool:
    """Whether `role` may open pages of `blueprint`."""
    return blueprint is not None and role in SCREENS.get(blueprint, frozenset())


def may_do(role: str, endpoint: str) -> bool:
    """Whether `role` may do what the page of that endpoint does."""
    return may_open(role, endpoint.partition(".")[0]) and role in DEEDS.get(endpoint, {role})


def guard(app: Flask, own_doors: Collection[str]) -> None:
    """Ask the table before every view of `app`, but leave `own_doors` (names of blueprints or
    endpoints that let people in by themselves) alone."""

    def check() -> BaseResponse | None:
        endpoint, blueprint = request.endpoint, request.blueprint
        if endpoint in OPEN_ENDPOINTS or endpoint in own_doors or blueprint in own_doors:
            return None
        if endpoint is None and request.path.startswith("/api/"):
            return None  # the REST service answers for its own unknown paths
        user = current_user()
        if user is None:
            return _to_sign_in()
        g.user = user
        if endpoint is None:
            return None  # no such page: routing says so after us
        if not may_open(user.role, blueprint) or not may_do(user.role, endpoint):
            abort(403)
        return None

    app.before_request(check)


def _to_sign_in() -> BaseResponse:
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": url_for("signin.sign_in")})
    return redirect(url_for("signin.sign_in", next=_wanted_page()))


def _wanted_page() -> str | None:
    """Return the address of the page that was asked for, written as we write it; None where none was."""
    if request.method != "GET" or request.endpoint is None:
        return None
    query = request.query_string.decode("latin-1")
    return url_for(request.endpoint, **(request.view_args or {})) + (f"?{query}" if query else "")
