"""Serves the application with gunicorn; each worker wires its own Wellput after the fork."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

_THREADS_PER_WORKER = 8


class Server(BaseApplication):
    """gunicorn with its settings given in code; no configuration file, no access log with addresses."""

    def __init__(self, load: Callable[[], Any], options: dict[str, Any]) -> None:
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._load()


def serve(
    load: Callable[[], Any], *, host: str, port: int, workers: int, on_ready: Callable[[], None]
) -> None:
    """Serve until stopped. `load` makes the WSGI application, once in each worker.

    `on_ready` is called when the address is bound. Raises SystemExit when the address is taken.
    """
    bracketed = f"[{host}]" if ":" in host else host
    Server(
        load,
        {
            "bind": f"{bracketed}:{port}",
            "workers": workers,
            "threads": _THREADS_PER_WORKER,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": 10,
            "keepalive": 30,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "when_ready": lambda _arbiter: on_ready(),
            "proc_name": "wellput",
            "control_socket_disable": True,
        },
    ).run()
