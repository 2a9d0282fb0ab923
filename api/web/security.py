"""What every answer carries: the content policy with its nonce and the other security headers."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface

from api.web.service import wellput


class SessionCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, marked Secure when the page came over https or the settings say so."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  Flask's signature
        return request.is_secure or wellput().settings.secure_cookies


def nonce() -> str:
    """Return this request's nonce, by which a page may run its own scripts and no others."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return g.nonce


def content_policy(script_nonce: str) -> str:
    """Return the Content-Security-Policy of a page: nothing from elsewhere, nothing inline."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{script_nonce}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def set_headers(response: Response) -> Response:
    """Put the security headers on `response`; pages of signed-in people are never stored."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_policy(nonce()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "site.static":
        headers["Cache-Control"] = "no-store"
    return response


def secure(app: Flask) -> None:
    """Set cookies and headers of `app` in this one place."""
    app.session_interface = SessionCookie()
    app.config.update(
        SESSION_COOKIE_NAME="wellput_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.after_request(set_headers)
