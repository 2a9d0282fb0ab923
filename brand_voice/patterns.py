"""Compiled patterns that cannot hang: every search ends after a stated time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

import re2
import regex

from brand_voice.glances import Glances, re2_options
from brand_voice.literals import required_literals
from brand_voice.loosening import loosened

TIMEOUT_S = 0.5
"""Processor time of its own that one search may take; then `TimeoutError` (a check that cannot finish fails
closed)."""

_WORTH_A_GLANCE = 40
"""A text of fewer code points is searched at once."""
_engine = cast(Any, regex)
_RE2_OPTIONS = re2_options()
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
    written: str  # as the engine reads it
    literals: tuple[str, ...] = ()
    spaces: bool = True
    _made: list[Any] = field(default_factory=list[Any], compare=False, repr=False)
    _glances: list[Callable[[str], bool]] = field(
        default_factory=list[Callable[[str], bool]], compare=False, repr=False
    )

    @property
    def compiled(self) -> Any:
        """The engine's pattern, made when it is first asked for."""
        if not self._made:
            self._made.append(_compiled(self.written))
        return self._made[0]

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
        if self.literals:
            return any(text.find(literal, start, end) >= 0 for literal in self.literals)
        return end - start < _WORTH_A_GLANCE or self._glance(text if end == len(text) else text[:end])

    def _glance(self, text: str) -> bool:
        """Say whether the text may hold a match, in a small part of the time that the engine takes."""
        if not self._glances:
            self._glances.append(_glancing(self.source, spaces=self.spaces))
        return self._glances[0](text)


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
    flexible = _SPACE.sub(lambda found: found.group(1) or r"[ \n]+", source) if spaces else source
    try:
        made = [] if _surely_valid(flexible) else [_compiled(flexible)]
        return Pattern(source, flexible, required_literals(source), spaces, made)
    except _engine.error as fault:
        raise PatternError(f"{fault} in the pattern {source!r}") from fault
    except (RecursionError, OverflowError) as fault:
        raise PatternError(f"the pattern is too deep or too large: {source[:60]!r}") from fault


def ready_pattern(source: str, written: str, compiled: Any) -> Pattern:
    """Return a pattern that was compiled elsewhere, and is searched for without a glance before."""
    return Pattern(source, written, (), spaces=False, _made=[compiled], _glances=[lambda _text: True])


def _compiled(written: str) -> Any:
    return _engine.compile(written, _engine.VERSION1 | _engine.MULTILINE)


def _glancing(source: str, *, spaces: bool) -> Callable[[str], bool]:
    """Return what says whether a text may hold a match; a set of code points is looked for as it is."""
    if _ONE_SET.fullmatch(source) is not None:
        search = re.compile(source).search
        return lambda text: search(text) is not None
    loose = loosened(source, spaces=spaces)
    if loose is None:
        return lambda _text: True
    glances = Glances([loose])
    return lambda text: bool(glances.possible(text))


_ONE_SET = re.compile(r"\[(?:\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2})|-(?!-))+\]\+?")
_OWN_TO_RE2 = re.compile(r"\\[zCQEpP]|\[\[")


def _surely_valid(written: str) -> bool:
    """Say whether the engine will take a pattern, as RE2, which reads it much faster and knows less, does.

    So a thousand rules are read at once, and a pattern is made ready when a text first calls for it.
    """
    if "(?=" in written or "(?!" in written or "(?<" in written or _OWN_TO_RE2.search(written) is not None:
        return False
    try:
        re2.compile(written, _RE2_OPTIONS)
    except re2.error:
        return False
    return True


def phrase_source(phrase: str) -> str:
    """Return the pattern of a phrase as people write it: whole words, any white space between them."""
    words = [cast(str, _engine.escape(word)) for word in phrase.split()]
    body = r"\s+".join(words)
    before = r"\b" if phrase[:1].isalnum() else ""
    after = r"\b" if phrase[-1:].isalnum() else ""
    return f"{before}{body}{after}"
