"""The pages put together: blueprints, the door before them, headers, errors, templates' words."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Blueprint, Flask, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy

from api.path_ids import take_any_id
from api.web import (
    access,
    account,
    admin,
    desk,
    errors,
    home,
    insight,
    macros,
    merchandising,
    security,
    signin,
    voice,
    wording,
)
from api.web.service import wellput

site = Blueprint(
    "site", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
)


def register_web(
    app: Flask,
    *,
    own_doors: Collection[str] = frozenset(),
    own_errors: Callable[[HTTPException], ResponseReturnValue] | None = None,
) -> CSRFProtect:
    """Put all pages on `app` and return its CSRF protection, for exempting what carries tokens.

    `own_doors` names blueprints or endpoints that let people in by themselves (REST, health);
    `own_errors` answers errors under /api/. Everything else is shut unless `access.SCREENS` opens it.
    """
    app.config.setdefault("MAX_FORM_MEMORY_SIZE", 2_000_000)
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # the token lives as long as its session
    take_any_id(app)
    security.secure(app)
    csrf = CSRFProtect()
    access.guard(app, own_doors)
    csrf.init_app(app)
    errors.register(app, own_errors)
    for blueprint in (
        site,
        home.blueprint,
        signin.blueprint,
        account.blueprint,
        desk.blueprint,
        merchandising.blueprint,
        insight.blueprint,
        macros.blueprint,
        voice.blueprint,
        admin.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(asset=asset, nonce=security.nonce)
    app.jinja_env.filters.update(wording.FILTERS)
    app.context_processor(_page_words)
    return csrf


def asset(name: str) -> str:
    """Return the address of a static file; browsers ask for it anew and are told when it is unchanged."""
    return url_for("site.static", filename=name)


def _page_words() -> dict[str, object]:
    user = g.get("user")
    return {
        "user": user,
        "shop": wellput().shop,
        "rulebook_state": LocalProxy(lambda: wellput().rulebook_state),  # not read by pages that tell a fault
        "screens": access.screens_for(user.role) if user is not None else (),
        "screen": request.blueprint,
    }
