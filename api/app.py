"""Builds the web application around a wired Wellput."""

from __future__ import annotations

import secrets
import time
import traceback
from pathlib import Path

import structlog
from apiflask import APIFlask
from flask import Response, g, got_request_exception, request

from api.path_ids import take_any_id
from api.rest import health
from api.rest.description import describe
from api.rest.plain_json import PlainJson
from api.rest.problems import problem_of, problem_response, register_problems
from api.rest.v1 import blueprint as rest_v1
from api.version import VERSION
from api.web.site import register_web
from api.wiring import Wellput

_MAX_BODY = 2 * 1024 * 1024
_log = structlog.get_logger("wellput")


def create_app(wellput: Wellput) -> APIFlask:
    """Return the WSGI application that serves the desk, the REST service and the health pages."""
    app = APIFlask(
        __name__,
        title="Wellput",
        version=VERSION,
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        static_folder=None,  # pyright: ignore[reportArgumentType]  Flask allows None, the stub forgot
    )
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        INFO={"description": "Checked replies with sources and fitting offers."},
        SERVERS=[{"url": "/"}],
        MAX_CONTENT_LENGTH=_MAX_BODY,
        MAX_FORM_MEMORY_SIZE=_MAX_BODY,
    )
    app.json = PlainJson(app)
    app.secret_key = wellput.secret_key
    app.extensions["wellput"] = wellput
    app.extensions["wellput_meters"] = health.Meters()
    app.spec_processor(describe)
    _measure(app)
    _log_faults(app)
    register_problems(app)
    take_any_id(app)
    app.register_blueprint(rest_v1)
    app.register_blueprint(health.blueprint)
    csrf = register_web(
        app,
        own_doors=frozenset({"rest_v1", "health", "openapi"}),
        own_errors=lambda error: problem_response(problem_of(error)),
    )
    csrf.exempt(rest_v1)
    return app


def _measure(app: APIFlask) -> None:
    """Give each request an id, time it, count it, and log its route (never its path or body)."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        took_s = time.perf_counter() - g.get("began", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "none"
        app.extensions["wellput_meters"].note(route, response.status_code, took_s)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if route not in ("/healthz", "/readyz", "/metrics"):
            _log.info(
                "request",
                request_id=g.get("request_id"),
                method=request.method,
                route=route,
                status=response.status_code,
                took_ms=round(took_s * 1000, 1),
            )
        return response


def _log_faults(app: APIFlask) -> None:
    """Log an unforeseen error by its type and place only: its message may hold personal data."""
    app.logger.disabled = True

    def note(_sender: object, exception: BaseException, **_extra: object) -> None:
        last = traceback.extract_tb(exception.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        _log.error(
            "request failed", request_id=g.get("request_id"), error_type=type(exception).__name__, place=place
        )

    got_request_exception.connect(note, app, weak=False)
