"""Structured logs: one JSON object a line on standard error, ids and times only, nothing personal."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

_FIELDS = frozenset(
    {"event", "level", "timestamp", "request_id", "method", "route", "status", "took_ms", "actor_role",
     "contact_id", "assist_id", "message_id", "artefact", "version", "state", "error_type",
     "place", "count", "kind"}
)  # fmt: skip


class StandardError:
    """Writes whole lines to standard error; what has been done for a caller never fails for want of a log."""

    def msg(self, line: str) -> None:
        """Write one line, or leave it when standard error is closed or full."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


def configure_logs() -> None:
    """Send all logs through structlog; fields that are not on the list are dropped, not printed."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_listed_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: StandardError(),
        cache_logger_on_first_use=True,
    )


def _only_listed_fields(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in _FIELDS}
