"""Markdown and HTML, read so that every word keeps its place in the source."""

from __future__ import annotations

from collections.abc import Iterable

from brand_voice.finding import Span
from brand_voice.markup.events import Closes, Event, Opens, Text
from brand_voice.markup.html_events import html_events
from brand_voice.markup.markdown_events import markdown_events
from brand_voice.markup.places import Placed, whole

_NOT_OURS = frozenset(
    {"code", "pre", "kbd", "samp", "tt", "script", "style", "blockquote", "q", "iframe", "template"}
)

_BREAKING = frozenset(
    {"p", "div", "br", "hr", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "td", "th"}
) | {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "title",
        "form",
        "option",
    ),
}
__all__ = ["displayed", "passed_over"]


def displayed(text: str, form: str) -> tuple[str, tuple[int, ...]]:
    """Return what a reader sees of a text in markdown or html, but for what is not our wording, and where in
    the text each code point of it stands."""
    letters: list[str] = []
    places: list[int] = []
    closed_over: list[str] = []
    for event in _events(text, form):
        _follow(event, closed_over)
        if isinstance(event, Text) and not closed_over:
            letters.append(event.content.text)
            places += _places(event.content, places[-1] if places else 0)
        elif isinstance(event, Opens | Closes) and event.tag in _BREAKING:
            letters.append("\n")
            places.append(places[-1] if places else 0)
    return "".join(letters), tuple(places)


def _places(content: Placed, before: int) -> list[int]:
    """Return the place in the source of each code point; one that was put in stands where the last did."""
    places: list[int] = []
    for run in content.runs:
        last = places[-1] if places else before
        places += [last] * (run.at - len(places))
        even = run.length == run.width
        places += range(run.source, run.source + run.length) if even else [run.source] * run.length
    return places + [places[-1] if places else before] * (len(content.text) - len(places))


def _events(text: str, form: str) -> Iterable[Event]:
    plain = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    return markdown_events(plain) if form == "markdown" else html_events(whole(plain))


def passed_over(text: str, form: str) -> tuple[Span, ...]:
    """Return what of a text is not our wording, in order: markup, comments, addresses of links, code, quotes.

    `form` is text, markdown or html; a plain text has none of these.
    """
    if form == "text":
        return ()
    plain = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
    read: list[tuple[int, int]] = []
    closed_over: list[str] = []
    for event in _events(plain, form):
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
