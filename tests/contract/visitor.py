"""A person at a browser, as far as the server can tell: cookies, forms with their token, sign-in."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_RUNS = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
_FOREIGN = frozenset({"img", "iframe", "object", "embed", "base", "style", "marquee", "video", "audio"})
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "xlink:href", "data"})


class Visitor:
    """One browser with its cookies."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.client: FlaskClient = app.test_client()
        self._from = {"REMOTE_ADDR": address}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, environ_base=self._from, **options)

    def post(self, path: str, *, token: str | None = None, **fields: Any) -> TestResponse:
        """Send a form with this session's own token, or with `token`."""
        own = token if token is not None else self.token()
        return self.client.post(path, data={**fields, "csrf_token": own}, environ_base=self._from)

    def token(self) -> str:
        """The token that forms of this session carry."""
        page = self.get("/signin", follow_redirects=True)
        found = _TOKEN.search(page.text)
        assert found is not None, page.text[:500]
        return found.group(1)

    def sign_in(self, username: str, password: str, **fields: Any) -> TestResponse:
        return self.post("/signin", username=username, password=password, **fields)


class _Harm(HTMLParser):
    """Collects what a browser would act on: foreign tags, handlers, inline scripts, script addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inline = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag in _FOREIGN or (tag == "script" and not (at.get("nonce") and at.get("src"))):
            self.found.append(tag)
        for name, value in attrs:
            scripted = name in _ADDRESSES and _RUNS.match(value or "")
            if name.startswith("on") or name in ("style", "srcdoc", "hx-on") or scripted:
                self.found.append(f"{tag} {name}={value}")


def harm_in(page: str) -> list[str]:
    """Return what of a page would run, or change how it looks, that no page of ours holds."""
    reader = _Harm()
    reader.feed(page)
    return reader.found
