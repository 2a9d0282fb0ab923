"""Who is signed in: what the session cookie holds, and when it no longer counts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, session

from api.web.service import wellput

LONGEST_S = 12 * 3600
"""A session ends after this many seconds however busy it was: a working day."""

PASSIVE_ENDPOINTS = frozenset({"desk.news"})
"""Pages that ask by themselves; asking them is no sign that somebody is there."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request."""

    username: str
    display_name: str
    role: str


def begin(username: str, epoch: int) -> None:
    """Start a fresh session: nothing of the one before it stays, the CSRF token neither."""
    session.clear()
    now_s = int(wellput().clock.now().timestamp())
    session.update(username=username, epoch=epoch, began_s=now_s, seen_s=now_s)


def end() -> None:
    """Forget the session."""
    session.clear()
    g.pop("user", None)


def current_user() -> SignedIn | None:
    """Return who is signed in, asked anew of the accounts, so that a disabled user is out at once.

    None also when the session has idled too long, is older than a day's work, or was begun before
    the password was changed or the user signed out.
    """
    username = session.get("username")
    if not isinstance(username, str):
        return None
    service = wellput()
    now_s = int(service.clock.now().timestamp())
    idle_s = service.settings.session_idle_minutes * 60
    user = service.accounts.user(username)
    if (
        user is None
        or user.disabled
        or user.session_epoch != session.get("epoch")
        or now_s - session.get("seen_s", 0) > idle_s
        or now_s - session.get("began_s", 0) > LONGEST_S
    ):
        end()
        return None
    if request.endpoint not in PASSIVE_ENDPOINTS:
        session["seen_s"] = now_s
    return SignedIn(user.username, user.display_name, user.role)
