"""HTML as events with places: a tokenizer in one pass over the text, whatever is broken in it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, cast

import regex

from brand_voice.markup.events import Closes, Comment, Event, Opens, Text
from brand_voice.markup.places import Placed, Run, joined

_engine = cast(Any, regex)
_TAG = _engine.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:\-]*+)"
    r"(?P<rest>(?:[^<>\"']++|\"[^\"]{0,5000}+\"|'[^']{0,5000}+')*+)>"
)
_ATTRIBUTE = _engine.compile(
    r"(?P<name>[^\s=/\"'<>]++)\s*+(?:=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'=<>`]++)))?"
)
_REFERENCE = _engine.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_RAW_TEXT = frozenset({"script", "style", "textarea", "title"})


def html_events(source: Placed) -> Iterator[Event]:  # noqa: PLR0912 - what may begin with "<", one by one
    """Yield the events of an HTML text or fragment."""
    text = source.text
    place = since = 0
    no_comment_end = no_close = False
    unclosed: set[str] = set()
    while (found := text.find("<", place)) >= 0:
        event: Event | None = None
        end = found + 1
        if text.startswith("<!--", found) and not no_comment_end:
            close = text.find("-->", found + 4)
            no_comment_end = close < 0
            if close >= 0:
                event, end = Comment(text[found + 4 : close]), close + 3
        elif text.startswith(("<!", "<?"), found) and not no_close:
            close = text.find(">", found)
            no_close = close < 0
            if close >= 0:
                event, end = Comment(""), close + 1
        else:
            match = _TAG.match(text, found)
            if match is not None:
                event, end = _tag(source, match), match.end()
        if event is None:
            place = found + 1
            continue
        if since < found:
            yield Text(decoded(source.cut(since, found)))
        yield event
        since = place = end
        if isinstance(event, Opens) and event.tag in _RAW_TEXT - unclosed:
            close = _engine.compile(f"(?i)</{event.tag}").search(text, end)
            if close is None:
                unclosed.add(event.tag)
            else:
                place = close.start()
    if since < len(text):
        yield Text(decoded(source.cut(since, len(text))))


def _tag(source: Placed, match: Any) -> Event:
    name = match["name"].lower()
    if match["close"]:
        return Closes(name)
    attributes: dict[str, Placed] = {}
    offset = match.start("rest")
    for found in _ATTRIBUTE.finditer(match["rest"]):
        for kind in ("double", "single", "bare"):
            if found[kind] is not None:
                start, end = found.span(kind)
                value = decoded(source.cut(offset + start, offset + end))
                attributes.setdefault(found["name"].lower(), value)
    return Opens(name, attributes)


def decoded(source: Placed) -> Placed:
    """Return the text with its character references read, each standing for the whole of what was written."""
    if "&" not in source.text:
        return source
    parts: list[Placed] = []
    place = 0
    for match in _REFERENCE.finditer(source.text):
        meant = html.unescape(match.group())
        if meant == match.group():
            continue
        parts.append(source.cut(place, match.start()))
        span = source.span(match.start(), match.end())
        parts.append(Placed(meant, (Run(0, len(meant), span.start, span.end - span.start),)))
        place = match.end()
    return joined([*parts, source.cut(place, len(source.text))])
