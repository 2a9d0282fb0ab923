"""The kind that asks Harper, an offline grammar checker, and takes only what the rule names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from brand_voice.finding import CheckContext, Fix, Span
from brand_voice.passages import own_words
from brand_voice.reading import Reading
from brand_voice.rules import Hit

_Worked = TypeVar("_Worked")


class Unreadable(ValueError):
    """Harper gave up on the text, by a fault of its own."""


_MOST_LINTERS = 4
_MOST_SORTS = 16
_PARAGRAPHS_KEPT = 4_000
_LONGEST = 20_000
"""Code points that are read at most; the time a lint takes grows with the text."""
_LONGEST_SENTENCE = 1_500
_NEVER = frozenset({"SpellCheck", "Spaces", "SentenceCapitalization", "LongSentences"})
"""What other kinds of rule look for."""
_WORD = re.compile(r"[a-z]{2}")
_WRAPPED = re.compile(r"\s*\n\s*")
_DIALECTS = {
    "en-gb": "BRITISH",
    "en-us": "AMERICAN",
    "en-au": "AUSTRALIAN",
    "en-ca": "CANADIAN",
    "en-in": "INDIAN",
}


@dataclass(frozen=True, slots=True)
class Lint:
    """What Harper says of one place: the name of its rule, the words about it, what to write instead."""

    name: str
    span: Span
    message: str
    replacements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a linter is made for: a dialect, and the lints it runs (none told: all).

    Harper runs all its 900 lints whichever are wanted afterwards; made for a dozen it is twenty times as
    quick, and what it keeps for the next text is smaller.
    """

    dialect: str
    lints: frozenset[str] = frozenset()


class _Linters:
    """Linters not in use. One serves one thread at a time; building the first takes a second."""

    def __init__(self) -> None:
        self._free: dict[Asked, SimpleQueue[Any]] = {}

    def lend(self, asked: Asked, work: Callable[[Any], _Worked]) -> _Worked:
        """Do some work with a linter that nobody else has meanwhile. Raises Unreadable."""
        if asked not in self._free and len(self._free) >= _MOST_SORTS:
            self._free.clear()  # what rulebooks of before asked for
        free = self._free.setdefault(asked, SimpleQueue())
        try:
            linter = free.get_nowait()
        except Empty:
            linter = _built(asked)
        try:
            worked = work(linter)
        except BaseException as fault:
            if type(fault).__name__ == "PanicException":  # no Exception: it would pass all guards
                raise Unreadable("Harper cannot read this text") from None
            raise
        if free.qsize() < _MOST_LINTERS:
            free.put(linter)
        return worked


def _built(asked: Asked) -> Any:
    import harper

    linter = harper.Linter(getattr(harper.Dialect, asked.dialect))
    config: dict[str, bool | None] = dict(linter.get_lint_config())
    if asked.lints:
        config = {name: name in asked.lints for name in config}
    linter.set_lint_config(config | dict.fromkeys(_NEVER, False))
    return linter


_LINTERS = _Linters()


def lints(text: str, asked: Asked) -> tuple[Lint, ...]:
    """Return what Harper says of a text, paragraph by paragraph, in order of place. Texts are read up to a
    length. Raises Unreadable."""
    found: list[Lint] = []
    start = 0
    for paragraph in _unwrapped(text[:_LONGEST]).split("\n\n"):
        said = _of_paragraph(paragraph, asked) if paragraph.strip() else ()
        found += (replace(one, span=Span(one.span.start + start, one.span.end + start)) for one in said)
        start += len(paragraph) + 2
    return tuple(found)


def _unwrapped(text: str) -> str:
    """Return the text, as long, with plain breaks of lines and paragraphs: Harper gives up on some words that
    are parted by a blank and a break of the line."""
    return _WRAPPED.sub(_break, text)


def _break(found: re.Match[str]) -> str:
    size = found.end() - found.start()
    if size == 1:
        return "\n"
    return " " * size if found.group().count("\n") == 1 else f"\n\n{' ' * (size - 2)}"


@lru_cache(maxsize=_PARAGRAPHS_KEPT)
def _of_paragraph(text: str, asked: Asked) -> tuple[Lint, ...]:
    """Return what Harper says of a paragraph. What it said of the last ones is kept: a draft is checked again
    when it is edited and at the gate, and most of its paragraphs are suggested to the next customer too."""
    told = _LINTERS.lend(
        asked,
        lambda linter: cast("dict[str, list[Any]]", linter.organized_lints(text, language="plaintext")),
    )
    found = [
        Lint(
            name,
            Span(one.span.start, one.span.end),
            one.message,
            tuple(_replaced(one, suggestion) for suggestion in one.suggestions[:3]),
        )
        for name, ones in told.items()
        for one in ones
    ]
    return tuple(sorted(found, key=lambda lint: (lint.span.start, lint.span.end, lint.name)))


def _replaced(lint: Any, suggestion: Any) -> str:
    kind = int(suggestion.kind)
    if kind == 1:
        return ""
    return f"{lint.problem_text}{suggestion.replacement_text}" if kind == 2 else suggestion.replacement_text


def known_lints() -> dict[str, str]:
    """Return the names of Harper's lints with what each looks for, for whoever writes a grammar rule."""
    return _LINTERS.lend(Asked("BRITISH"), lambda linter: dict(linter.get_lint_descriptions()))


@dataclass(frozen=True, slots=True)
class Grammar:
    """What Harper finds under the names in `lints` (none told: all its lints but those of `leave_out`).

    Words that are `names`, or that the case knows as names, are never wrong.
    """

    lints: frozenset[str]
    leave_out: frozenset[str]
    names: frozenset[str]

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        text = _readable(own_words(reading, context, reading.plain).replace("\x1a", "x"), reading)
        names = self.names | {part.lower() for name in context.greeting_names for part in name.split()}
        asked = Asked(_DIALECTS.get(context.language.lower(), "BRITISH"), self.lints)
        for lint in reading.once(("grammar", asked, text), lambda: lints(text, asked)):
            if lint.name in self.leave_out:
                continue
            told = text[lint.span.start : lint.span.end].lower().strip(".,'\"")
            if told in names or told.removesuffix("'s") in names or _known(told, context):
                continue
            fixes = tuple(Fix(lint.span, replacement) for replacement in lint.replacements)
            yield Hit(lint.span, fixes, message=f"{lint.message} ({lint.name})" if lint.message else "")


def _readable(text: str, reading: Reading) -> str:
    """Return the text with blanks for sentences that nobody wrote: without end, or without a word."""
    pieces: list[str] = []
    place = 0
    for sentence in reading.sentences:
        size = sentence.end - sentence.start
        if size > _LONGEST_SENTENCE or _WORD.search(text, sentence.start, sentence.end) is None:
            pieces += [text[place : sentence.start], " " * size]
            place = sentence.end
    return "".join((*pieces, text[place:]))


def _known(told: str, context: CheckContext) -> bool:
    return any(told in known.lower() for known in context.known_ids)
