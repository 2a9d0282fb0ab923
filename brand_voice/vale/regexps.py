"""Patterns as Vale's engine reads them, searched by RE2 where it can, else by `regex` with a time limit.

Vale compiles the patterns of its rules with a .NET dialect in multi-line mode, where word characters and
white space are those of Unicode. RE2 knows them for ASCII only, so it searches texts whose other characters
are neither (quotes, dashes, signs); a text with other letters or spaces goes to `regex`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import re2
import regex

from brand_voice.glances import re2_options
from brand_voice.literals import required_literals
from brand_voice.loosening import loosened, sifted_bytes
from brand_voice.patterns import Pattern, ready_pattern

_full = cast(Any, regex)
_UNICODE_MATTERS = re.compile(r"[^\x00-\x7f](?<=[\w\s\u0300-\u036f\u200c\u200d])|[\x0b\x1c-\x1f]")
_EDGES = re.compile(r"\\[AzZG]")
MEMORY = 32 << 20
"""Bytes that one automaton of RE2 may take."""


class BrokenPattern(ValueError):
    """A pattern that no engine can read; the message quotes it."""


def unicode_matters(text: str) -> bool:
    """Say whether the text has letters, marks or spaces outside ASCII."""
    return (not text.isascii() and _UNICODE_MATTERS.search(text) is not None) or "\x0b" in text


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its place, and those of its groups ((-1, -1) for a group that took no part)."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]


_OPTIONS = re2_options(MEMORY)


@lru_cache(maxsize=8)
def _encoded(text: str) -> tuple[bytes, tuple[int, ...] | None]:
    """Return a text as RE2 reads it and, where a byte is not a code point, the code point of each byte."""
    encoded = text.encode("utf-8", errors="surrogatepass")
    if len(encoded) == len(text):
        return encoded, None
    places: list[int] = []
    for place, char in enumerate(text):
        places.extend([place] * len(char.encode("utf-8", errors="surrogatepass")))
    return encoded, (*places, len(text))


@dataclass(slots=True)
class Regexp:
    """A compiled pattern. Build it with `regexp`; searching raises TimeoutError.

    `fast` is RE2's reading of it, `loose` matches wherever it does and perhaps elsewhere; where RE2 can read
    neither they are None.
    """

    source: str
    fast: Any
    loose: str | None
    literals: tuple[str, ...]
    _slow: Pattern | None = field(default=None)
    _sieve: Any = field(default=None)

    def found(self, text: str) -> list[Found]:
        """Return the matches that are not empty, from left to right."""
        if not self._possible(text):
            return []
        if self.fast is not None and not unicode_matters(text):
            return _found_fast(self.fast, text)
        slow = self._slow or self.compile_fully()
        count = slow.compiled.groups + 1
        matches = cast("list[Any]", list(slow.matches(text)))
        return [_found([match.span(one) for one in range(count)]) for match in matches if match.group()]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return the places of the matches that are not empty, for a pattern with very many."""
        if not self._possible(text):
            return []
        slow = self._slow or self.compile_fully()
        spans = [cast(Any, match).span() for match in slow.matches(text)]
        return [span for span in spans if span[0] < span[1]]

    def matches(self, text: str) -> bool:
        """Say whether the pattern matches anywhere, be it the empty text."""
        if self.fast is not None and not unicode_matters(text):
            return self.fast.search(_encoded(text)[0]) is not None
        if not self._possible(text):
            return False
        slow = self._slow or self.compile_fully()
        return slow.search(text) is not None

    def _possible(self, text: str) -> bool:
        if self.literals:
            low = text.lower()
            if not any(literal in low for literal in self.literals):
                return False
        if self.fast is not None or self.loose is None:
            return True
        if self._sieve is None:
            try:
                self._sieve = re2.compile(self.loose, _OPTIONS)
            except re2.error:
                self.loose = None
                return True
        return self._sieve.search(sifted_bytes(text)) is not None

    def compile_fully(self) -> Pattern:
        """Compile for `regex`, which is slow and so waits until it is needed. Raises BrokenPattern."""
        try:
            written = translated(self.source)
            compiled = _full.compile(written, _full.VERSION1 | _full.MULTILINE)
        except (_full.error, RecursionError, OverflowError, ValueError) as fault:
            raise BrokenPattern(
                f"{' '.join(str(fault).split())} in the pattern {_cut(self.source)!r}"
            ) from None
        self._slow = ready_pattern(self.source, written, compiled)
        return self._slow


def _found_fast(fast: Any, text: str) -> list[Found]:
    encoded, places = _encoded(text)
    count = range(fast.groups + 1)
    all_spans = ([match.span(one) for one in count] for match in fast.finditer(encoded))
    found: list[Found] = []
    for spans in all_spans:
        if spans[0][0] == spans[0][1]:
            continue
        found.append(_found(spans if places is None else [_placed(span, places) for span in spans]))
    return found


def _placed(span: tuple[int, int], places: tuple[int, ...]) -> tuple[int, int]:
    return (places[span[0]], places[span[1]]) if span[0] >= 0 else span


def _found(spans: list[tuple[int, int]]) -> Found:
    return Found(spans[0][0], spans[0][1], tuple(spans[1:]))


def _cut(source: str) -> str:
    return source if len(source) <= 80 else f"{source[:77]}..."


def regexp(source: str) -> Regexp:
    """Compile a pattern of Vale's dialect. Raises BrokenPattern."""
    try:
        fast = re2.compile(f"(?m){source}".encode(), _OPTIONS)
    except (re2.error, UnicodeEncodeError):
        fast = None
    literals = tuple({literal.lower() for literal in required_literals(source)})
    if not all(map(str.isascii, literals)):  # outside ASCII one letter may have several small forms
        literals = ()
    made = Regexp(source, fast, _loose(source), literals)
    if fast is None:
        made.compile_fully()
    return made


def _loose(source: str) -> str | None:
    if _EDGES.search(source) is not None:  # the ends of a part are not the ends of the whole
        return None
    return loosened(source, spaces=False)


_CODE_POINT = re.compile(r"\\x\{(?P<what>0*(?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4})\}")
_REFERENCE = re.compile(r"\\k[<'{](?P<what>\w+)[>'}]")
_LAST_LINE_BREAK = r"(?=\n?\Z)"


def translated(source: str) -> str:
    """Return a pattern of Vale's dialect as `regex` writes it."""
    pieces: list[str] = ["(?-f)"]
    place = 0
    while place < len(source):
        char = source[place]
        if char == "\\":
            piece, place = _escape(source, place)
        elif char == "[":
            piece, place = _set_of(source, place)
        elif source.startswith("{,", place):
            piece, place = r"\{,", place + 2
        else:
            piece, place = char, place + 1
        pieces.append(piece)
    return "".join(pieces)


def _escape(source: str, place: int) -> tuple[str, int]:
    named = source[place + 1 : place + 2]
    if named == "z":
        return r"\Z", place + 2
    if named == "Z":
        return _LAST_LINE_BREAK, place + 2
    if named == "Q":
        end = source.find(r"\E", place)
        end = len(source) if end < 0 else end
        return cast(str, _full.escape(source[place + 2 : end])), end + 2
    braced = _CODE_POINT.match(source, place) or _REFERENCE.match(source, place)
    if braced is not None:
        code = braced["what"]
        return (f"(?P={code})" if named == "k" else re.escape(chr(int(code, 16)))), braced.end()
    if named in {"p", "P"} and source[place + 2 : place + 3] not in {"{", ""}:
        return f"\\{named}{{{source[place + 2]}}}", place + 3
    return source[place : place + 2], place + 2


def _set_of(source: str, place: int) -> tuple[str, int]:
    """Copy a set of characters, spelling out what `regex` would read as sets within sets."""
    pieces = ["["]
    place += 1
    if source.startswith("^", place):
        pieces.append("^")
        place += 1
    if source.startswith("]", place):
        pieces.append(r"\]")
        place += 1
    while place < len(source) and source[place] != "]":
        if source[place] == "\\":
            piece, place = _escape(source, place)
        elif source.startswith("[:", place) and ":]" in source[place:]:
            end = source.index(":]", place) + 2
            piece, place = source[place:end], end
        elif source[place] == "[" or source[place : place + 2] in {"--", "&&", "||", "~~"}:
            piece, place = f"\\{source[place]}", place + 1
        else:
            piece, place = source[place], place + 1
        pieces.append(piece)
    return "".join([*pieces, "]"]), place + 1
