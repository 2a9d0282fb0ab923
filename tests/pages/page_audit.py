"""Looks over a page as a careful colleague would; says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

_FIELDS = {"input", "select", "textarea"}


@dataclass
class _Form:
    action: str | None
    method: str
    names: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.headings = 0
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.forms: list[_Form] = []
        self.scripts: list[dict[str, str | None]] = []
        self.buttons: list[list[str]] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.asked: list[str] = []
        self._open: list[str] = []
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        self._open.append(tag)
        self.inline += [f"<{tag} {name}>" for name in at if name.startswith("on") or name == "style"]
        self.inline += ["<style>"] if tag == "style" else []
        self.asked += [
            value for name, value in at.items() if name in ("hx-post", "hx-get", "data-url") and value
        ]
        if at.get("id"):
            self.ids.append(at["id"] or "")
        if tag == "h1":
            self.headings += 1
        elif tag == "label":
            self.labelled.add(at.get("for") or "around")
        elif tag == "form":
            self.forms.append(_Form(at.get("action"), (at.get("method") or "get").lower()))
            self._in_form = True
        elif tag == "script":
            self.scripts.append(at)
        elif tag == "button":
            self.buttons.append([])
        if tag in _FIELDS:
            if at.get("type") != "hidden":
                self.fields.append(
                    {**at, "tag": tag, "inside_label": "yes" if "label" in self._open else None}
                )
            if self._in_form and at.get("name"):
                self.forms[-1].names.append(at["name"] or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "form":
            self._in_form = False

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data
        if "button" in self._open:
            self.buttons[-1].append(data)


def faults_of(app: Flask, answer: TestResponse, nonce_header: str) -> list[str]:
    """Return everything that is wrong with a page, in words."""
    page = _Page()
    page.feed(answer.text)
    faults = [] if page.title.strip().endswith("Wellput") and len(page.title) > 12 else ["no title"]
    faults += [] if page.headings == 1 else [f"{page.headings} h1"]
    faults += [f"inline: {found}" for found in page.inline]
    faults += [f"id twice: {one}" for one in set(page.ids) if page.ids.count(one) > 1]
    faults += ["a button without words" for words in page.buttons if not "".join(words).strip()]
    for one in page.fields:
        if one.get("id") not in page.labelled and not one["inside_label"]:
            faults.append(f"no label: {one['tag']} {one.get('name')}")
    for script in page.scripts:
        if not script.get("src") or f"'nonce-{script.get('nonce')}'" not in nonce_header:
            faults.append(f"script without source or nonce: {script}")
    for form in page.forms:
        if form.action is None or not _answers(app, form.action, form.method):
            faults.append(f"form leads nowhere: {form}")
        if form.method == "post" and "csrf_token" not in form.names:
            faults.append(f"form without token: {form.action}")
    faults += [f"leads nowhere: {url}" for url in page.asked if not _answers(app, url, None)]
    return faults


def _answers(app: Flask, url: str, method: str | None) -> bool:
    adapter = app.url_map.bind("localhost")
    for tried in [method.upper()] if method else ["GET", "POST"]:
        try:
            adapter.match(urlsplit(url).path, method=tried)
        except HTTPException:
            continue
        return True
    return False
