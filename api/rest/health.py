"""Is the service up, is it ready, and what has it done: for supervisors and Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

blueprint = Blueprint("health", __name__)

_BUCKETS_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Meters:
    """Counts and times of requests by route; no personal data, one set per worker process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "wellput_requests", "Requests by route and status", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "wellput_request_seconds",
            "Time taken by route",
            ["route"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )

    def note(self, route: str, status: int, took_s: float) -> None:
        """Count one answered request."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(took_s)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="up")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and the learned artefacts are loaded; 503 with what is missing otherwise.

    Names the rulebook in force and, where the home's own was refused, what is wrong with it.
    """
    wellput = current_app.extensions["wellput"]
    state = wellput.rulebook_state
    rulebook = {"in_force": state.version, "refused": bool(state.refused), "reasons": list(state.reasons)}
    missing = wellput.not_ready()
    if missing:
        return jsonify(status="not ready", missing=missing, rulebook=rulebook), 503
    return jsonify(status="ready", rulebook=rulebook), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics of this worker."""
    meters: Meters = current_app.extensions["wellput_meters"]
    return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)
