"""Markdown (CommonMark with tables and strike-through) as events with places, read by markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

from markdown_it import MarkdownIt

from brand_voice.markup.events import Closes, Event, Opens, Text
from brand_voice.markup.html_events import html_events
from brand_voice.markup.places import Placed, Run, joined, whole

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?=\n|\Z)", re.DOTALL)
_BARE_ADDRESS = re.compile(
    r"(?<![\w/.])(?:https?|ftp)://[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]{1,63}(?::\d{1,5})?"
    r"(?:[/#?][^\s<]*)?",
)
_TASK = re.compile(r"\[[ xX]\]\s")
_CODE_BLOCKS = frozenset({"fence", "code_block"})


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.disable(["text_join", "fragments_join"])
    rules = cast(Any, parser.inline.ruler).__rules__
    for rule in rules:
        rule.fn = _placing(rule.fn)
    cast(Any, parser.inline.ruler).__cache__ = None
    return parser


def _placing(rule: Callable[[Any, bool], bool]) -> Callable[[Any, bool], bool]:
    """Make an inline rule note on its tokens where in the inline text they were read."""

    def placed(state: Any, silent: bool) -> bool:
        start, made = state.pos, len(state.tokens)
        done = rule(state, silent)
        if done and not silent:
            for token in state.tokens[made:]:
                if token.type != "text" or token.content == "":
                    token.meta.setdefault("place", (start, state.pos))
        return done

    return placed


def markdown_events(text: str) -> Iterator[Event]:
    """Yield the events of a Markdown text."""
    front = _FRONT_MATTER.match(text)
    if front is not None:
        text = re.sub(r"[^\n]", " ", front.group()) + text[front.end() :]
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    cells = _Cells()
    for token in _parser().parse(text):
        if token.type == "inline":
            first, last = token.map or (cells.line, cells.line + 1)
            content = _aligned(token.content, text, starts, first, last, cells.after(first))
            cells.reached(first, content)
            yield from _inline(token.children or [], content)
        elif token.type == "html_block":
            first, last = token.map or (0, 1)
            yield from html_events(_aligned(token.content, text, starts, first, last, 0))
        elif token.type in _CODE_BLOCKS:
            yield Opens("pre")
            yield Closes("pre")
        elif token.nesting == 1:
            if token.map:
                cells.line = token.map[0]
            if not token.hidden:
                yield Opens(token.tag)
        elif token.nesting == -1 and not token.hidden:
            yield Closes(token.tag)
        elif token.type == "hr":
            yield Opens("hr")


class _Cells:
    """Where the next cell of a table row is to be looked for: cells of a row share its line."""

    def __init__(self) -> None:
        self.line = -1
        self._row = -1
        self._reached = 0

    def after(self, line: int) -> int:
        return self._reached if line == self._row else 0

    def reached(self, line: int, content: Placed) -> None:
        self._row = line
        if content.runs:
            last = content.runs[-1]
            self._reached = last.source + last.width


def _aligned(content: str, text: str, starts: list[int], first: int, last: int, after: int) -> Placed:
    """Return the content of a block with its places: each of its lines stands in one line of the source."""
    parts: list[Placed] = []
    number = first
    lines = content.split("\n")
    for count, line in enumerate(lines):
        begin = max(starts[number], after) if number < len(starts) else len(text)
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        parts.append(_aligned_line(line, text, begin, end))
        number = min(number + 1, max(last, first + 1))
        if count < len(lines) - 1:
            parts.append(Placed("\n", (Run(0, 1, end - 1, 1),) if begin < end else ()))
    return joined(parts)


def _aligned_line(line: str, text: str, begin: int, end: int) -> Placed:
    if not line:
        return Placed("", ())
    found = text.find(line, begin, end)
    if found >= 0:
        return whole(line, found)
    runs: list[Run] = []  # escaped pipes, tabs: code point by code point
    place = begin
    for at, char in enumerate(line):
        found = text.find(char, place, end)
        if found >= 0:
            runs.append(Run(at, 1, found, 1))
            place = found + 1
    return Placed(line, tuple(runs))


def _inline(tokens: list[Any], content: Placed) -> Iterator[Event]:
    cursor = 0
    in_link = 0
    limits = _limits(tokens, len(content.text))
    for place, token in enumerate(tokens):
        if token.type == "text":
            if not token.content:
                continue
            start = content.text.find(token.content, cursor, limits[place])
            start = cursor if start < 0 else start
            cursor = start + len(token.content)
            if place == 0 and (task := _TASK.match(token.content)):
                yield Opens("input")
                start += task.end()
            yield from _words(content.cut(start, cursor), linked=in_link > 0)
            continue
        start, end = token.meta.get("place", (cursor, cursor))
        in_link += token.nesting if token.type.startswith("link_") else 0
        yield from _mark(token, content, start, end)
        cursor = max(cursor, end if token.type != "link_open" else start + 1)


def _limits(tokens: list[Any], end: int) -> list[int]:
    """Return for each token where the next one begins that knows its place."""
    limits = [end] * len(tokens)
    for place in range(len(tokens) - 1, 0, -1):
        token = tokens[place]
        known = "place" in token.meta and not token.type.endswith("_close")
        limits[place - 1] = token.meta["place"][0] if known else limits[place]
    return limits


def _mark(token: Any, content: Placed, start: int, end: int) -> Iterator[Event]:
    kind = token.type
    if kind == "text_special":
        span = content.span(start, end)
        meant = token.content
        yield Text(Placed(meant, (Run(0, len(meant), span.start, span.end - span.start),)))
    elif kind == "code_inline":
        inner = content.text.find(token.content, start, end)
        yield Opens("code")
        if inner >= 0:
            yield Text(content.cut(inner, inner + len(token.content)))
        else:
            span = content.span(start, end)
            yield Text(
                Placed(token.content, (Run(0, len(token.content), span.start, span.end - span.start),))
            )
        yield Closes("code")
    elif kind == "html_inline":
        yield from html_events(content.cut(start, end))
    elif kind == "image":
        alt = content.text.find(token.content, start, end)
        yield Opens("img", {"alt": content.cut(alt, alt + len(token.content))} if alt >= 0 else {})
    elif kind == "softbreak":
        yield Text(content.cut(start, end) if "\n" in content.text[start:end] else Placed("\n", ()))
    elif kind == "hardbreak":
        yield Opens("br")
    elif token.nesting == 1:
        yield Opens(token.tag, bare_link=token.info == "auto")
    elif token.nesting == -1:
        yield Closes(token.tag)


def _words(part: Placed, *, linked: bool) -> Iterator[Event]:
    """Yield a text with the addresses that stand bare in it as links."""
    if linked or "://" not in part.text:
        yield Text(part)
        return
    place = 0
    for found in _BARE_ADDRESS.finditer(part.text):
        end = found.start() + len(found.group().rstrip("?!.,:*_~'\""))
        end -= part.text[found.start() : end].endswith(")") and "(" not in found.group()
        yield Text(part.cut(place, found.start()))
        yield Opens("a", bare_link=True)
        yield Text(part.cut(found.start(), end))
        yield Closes("a")
        place = end
    yield Text(part.cut(place, len(part.text)))
