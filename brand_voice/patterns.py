"""Compiled patterns that cannot hang: every search ends after a stated time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

import regex

from brand_voice.literals import required_literals

TIMEOUT_S = 0.5
"""Processor time of its own that one search may take; then `TimeoutError` (a check that cannot finish fails
closed)."""

_engine = cast(Any, regex)
_Found = TypeVar("_Found")


class Match(Protocol):
    """The part of a match of the `regex` library that the checks use."""

    def start(self, group: int | str = 0) -> int: ...
    def end(self, group: int | str = 0) -> int: ...
    def group(self, group: int | str = 0) -> str | None: ...


class PatternError(ValueError):
    """A pattern that the engine cannot read."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of the `regex` library; every match holds one of `literals`. Build it with `pattern`."""

    source: str
    compiled: Any
    literals: tuple[str, ...] = ()

    def matches(self, text: str) -> Iterator[Match]:
        """Yield the matches from left to right. Raises TimeoutError."""
        if not self._possible(text, 0, len(text)):
            return iter(())
        return iter(_in_time(lambda allowed: list(self.compiled.finditer(text, timeout=allowed))))

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match | None:
        """Return the first match that begins in `text[start:end]`. Raises TimeoutError."""
        stop = len(text) if end is None else end
        if not self._possible(text, start, stop):
            return None
        return _in_time(lambda allowed: self.compiled.search(text, start, stop, timeout=allowed))

    def _possible(self, text: str, start: int, end: int) -> bool:
        return not self.literals or any(text.find(literal, start, end) >= 0 for literal in self.literals)


def _in_time(search: Callable[[float], _Found]) -> _Found:
    """Run `search` with an allowance. The engine's clock counts every thread of the process, ours counts
    this thread alone: a search that other threads ran out of time gets more."""
    began = time.thread_time()
    allowed = TIMEOUT_S
    while True:
        try:
            return search(allowed)
        except TimeoutError:
            if time.thread_time() - began >= 0.9 * TIMEOUT_S:
                raise
            allowed *= 2


_SPACE = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])| (?![?*+{])")


def pattern(source: str, *, spaces: bool = True) -> Pattern:
    """Compile `source`, `^` and `$` standing for the ends of lines. Raises PatternError.

    A single space in it stands for the white space between two words, a line break included, so that wrapped
    text hides nothing; with `spaces` false a space is a space.
    """
    flexible = _SPACE.sub(lambda found: found.group(1) or r"[ \n]{1,3}", source) if spaces else source
    try:
        compiled = _engine.compile(flexible, _engine.VERSION1 | _engine.MULTILINE)
        return Pattern(source, compiled, required_literals(source))
    except _engine.error as fault:
        raise PatternError(f"{fault} in the pattern {source!r}") from fault
    except (RecursionError, OverflowError) as fault:
        raise PatternError(f"the pattern is too deep or too large: {source[:60]!r}") from fault


def phrase_source(phrase: str) -> str:
    """Return the pattern of a phrase as people write it: whole words, any white space between them."""
    words = [cast(str, _engine.escape(word)) for word in phrase.split()]
    body = r"\s+".join(words)
    before = r"\b" if phrase[:1].isalnum() else ""
    after = r"\b" if phrase[-1:].isalnum() else ""
    return f"{before}{body}{after}"
