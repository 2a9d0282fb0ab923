"""Compiled patterns that cannot hang: every search ends after a stated time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

import regex

from brand_voice.literals import required_literals

TIMEOUT_S = 0.5
"""Processor time one search may take; then `TimeoutError` (a check that cannot finish fails closed)."""

_engine = cast(Any, regex)


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
        return cast("Iterator[Match]", self.compiled.finditer(text, timeout=TIMEOUT_S))

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match | None:
        """Return the first match that begins in `text[start:end]`. Raises TimeoutError."""
        stop = len(text) if end is None else end
        if not self._possible(text, start, stop):
            return None
        return cast("Match | None", self.compiled.search(text, start, stop, timeout=TIMEOUT_S))

    def _possible(self, text: str, start: int, end: int) -> bool:
        return not self.literals or any(text.find(literal, start, end) >= 0 for literal in self.literals)


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
