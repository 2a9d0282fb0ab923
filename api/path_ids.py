"""Ids of any spelling in paths: "A/1" is reached as /contacts/A%2F1, and as /contacts/A/1 where no longer
path stands in the way.

WSGI hands a path over decoded, where the slash of an id can no longer be told from one that parts the path.
Servers also hand over the path as it came (RAW_URI, REQUEST_URI); from it the slashes of ids are marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from flask import Flask
from werkzeug.routing import BaseConverter

_MARK = "\x00"  # no id holds NUL, as no row can
_REPLACED = "\ufffd".encode().decode("latin-1")
_ORIGIN = re.compile(r"^[A-Za-z]+://[^/]*")
_ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class PathId(BaseConverter):
    """An id in a path, as `<id:name>`."""

    regex = r"[\s\S]+?"
    part_isolating = False

    def to_python(self, value: str) -> str:
        """Return the id that stands in the path."""
        return value.replace(_MARK, "/")

    def to_url(self, value: Any) -> str:
        """Return the id as it stands in an address."""
        return quote(str(value), safe="")


def take_any_id(app: Flask) -> None:
    """Let the routes of `app` name ids by `<id:name>`; to be called before they are registered."""
    if "id" in app.url_map.converters:
        return
    app.url_map.converters["id"] = PathId
    app.wsgi_app = _marking(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to wrap it


def _marking(inner: Wsgi) -> Wsgi:
    def marked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["PATH_INFO"] = environ.get("PATH_INFO", "").replace(_MARK, _REPLACED)
        asked = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
        path = _ORIGIN.sub("", asked.partition("?")[0])
        if _ENCODED_SLASH.search(path):
            as_marked = unquote_to_bytes(_ENCODED_SLASH.sub(_MARK, path.replace("%00", "%EF%BF%BD")))
            environ["PATH_INFO"] = as_marked.decode("latin-1").removeprefix(environ.get("SCRIPT_NAME", ""))
        return inner(environ, start_response)

    return marked
