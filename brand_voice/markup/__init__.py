"""Markdown and HTML, read so that every word keeps its place in the source."""

from __future__ import annotations

from brand_voice.finding import Span
from brand_voice.markup.events import Closes, Event, Opens, Text
from brand_voice.markup.html_events import html_events
from brand_voice.markup.markdown_events import markdown_events
from brand_voice.markup.places import whole

_NOT_OURS = frozenset(
    {"code", "pre", "kbd", "samp", "tt", "script", "style", "blockquote", "q", "iframe", "template"}
)

__all__ = ["passed_over"]


def passed_over(text: str, form: str) -> tuple[Span, ...]:
    """Return what of a text is not our wording, in order: markup, comments, addresses of links, code, quotes.

    `form` is text, markdown or html; a plain text has none of these.
    """
    if form == "text":
        return ()
    plain = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    events = markdown_events(plain) if form == "markdown" else html_events(whole(plain))
    read: list[tuple[int, int]] = []
    closed_over: list[str] = []
    for event in events:
        _follow(event, closed_over)
        if isinstance(event, Text) and not closed_over:
            read += [(run.source, run.source + run.width) for run in event.content.runs]
    return tuple(_gaps(plain, sorted(read)))


def _follow(event: Event, closed_over: list[str]) -> None:
    match event:
        case Opens() if event.bare_link or event.tag in _NOT_OURS:
            closed_over.append(event.tag)
        case Closes() if closed_over and event.tag in closed_over:
            while closed_over and closed_over.pop() != event.tag:
                pass
        case _:
            pass


def _gaps(text: str, read: list[tuple[int, int]]) -> list[Span]:
    """Return what lies between the places that were read; white space alone is no gap."""
    gaps: list[Span] = []
    place = 0
    for start, end in [*read, (len(text), len(text))]:
        if start > place and text[place:start].strip():
            gaps.append(Span(place, start))
        place = max(place, end)
    return gaps
