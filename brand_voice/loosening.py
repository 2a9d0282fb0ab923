"""Patterns made so loose that RE2 can read them: they match wherever the pattern does, and perhaps more."""

from __future__ import annotations

import re
import unicodedata

_WIDE_CLASSES = (
    "Extended_Pictographic",
    "Emoji_Modifier",
    "Emoji_Presentation",
    "Emoji",
    "Regional_Indicator",
)
_ANY = r"(?s:.)"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_UNSAFE_IN_SET = re.compile(r"\\[WDSpP]|--|&&|\|\||~~|\[:|[^\x00-\x7f]")
_SPACE_RUN = r"[ \n]{1,3}"
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<low>\d*)(?:,(?P<high>\d*))?\})(?P<mode>[?+])?")
_FLAGS = re.compile(r"\(\?[ims]+(?:-[ims]+)?[:)]")
_LONG = 12


def stand_in(char: str) -> str:
    """Return what a character outside ASCII is sifted as: a letter, a digit, a space or a symbol."""
    kind = unicodedata.category(char)
    if kind == "Nd":
        return "0"
    if kind[0] in "LM" or kind in {"Nl", "Pc"}:
        return "x"
    return " " if char.isspace() else "\x01"


class _Unreadable(Exception):
    """The pattern holds what cannot be loosened; it then always counts as a possible match."""


def loosened(source: str, *, spaces: bool) -> str | None:
    """Return `source` for RE2; None when that cannot be. `spaces`: a space stands for any white space."""
    try:
        body, end = _Loosening(source, spaces).branches(0)
    except (_Unreadable, IndexError, ValueError):
        return None
    return None if end < len(source) else f"(?m){body}"


class _Loosening:
    def __init__(self, source: str, spaces: bool) -> None:
        self.source = source
        self.spaces = spaces

    def branches(self, place: int) -> tuple[str, int]:
        """Loosen up to the end or to the closing bracket; return it and the place behind."""
        out: list[str] = []
        while place < len(self.source) and self.source[place] != ")":
            if self.source[place] == "|":
                out.append("|")
                place += 1
                continue
            atom, place = self._atom(place)
            quantifier = _QUANTIFIER.match(self.source, place)
            if quantifier is not None:
                place = quantifier.end()
                atom = f"(?:{atom}){_loose_count(quantifier)}" if atom else ""
            out.append(atom)
        return "".join(out), place

    def _atom(self, place: int) -> tuple[str, int]:
        char = self.source[place]
        if char == "(":
            return self._group(place)
        if char == "[":
            return self._set(place)
        if char == "\\":
            return self._escaped(place)
        if char == " " and self.spaces:
            following = self.source[place + 1 : place + 2]
            return (" " if following in {"?", "*", "+", "{"} and following else _SPACE_RUN), place + 1
        if not char.isascii():
            return re.escape(stand_in(char)), place + 1
        return char, place + 1

    def _group(self, place: int) -> tuple[str, int]:
        if self.source.startswith(("(?=", "(?!", "(?<=", "(?<!"), place):
            start = place + (4 if self.source[place + 2] == "<" else 3)
            _, end = self.branches(start)
            return "", end + 1
        if self.source.startswith("(?P<", place):
            start = self.source.index(">", place) + 1
        elif self.source.startswith(("(?:", "(?>"), place):
            start = place + 3
        elif (flags := _FLAGS.match(self.source, place)) is not None:
            if flags.group().endswith(")"):
                return flags.group(), flags.end()
            inner, end = self.branches(flags.end())
            return f"{flags.group()}{inner})", end + 1
        elif self.source.startswith("(?", place):
            raise _Unreadable
        else:
            start = place + 1
        inner, end = self.branches(start)
        if end >= len(self.source):
            raise _Unreadable
        return f"(?:{inner})", end + 1

    def _set(self, place: int) -> tuple[str, int]:
        end = place + 1
        end += self.source[end] == "^"
        end += self.source[end] == "]"
        depth = 1
        while depth:
            char = self.source[end]
            depth += (char == "[") - (char == "]")
            end += 2 if char == "\\" else 1
        written = _ESCAPE.sub(_unescaped, self.source[place:end])
        if any(f"\\p{{{name}}}" in written for name in _WIDE_CLASSES) and _only_symbols(written):
            return r"\x01", end
        if _UNSAFE_IN_SET.search(written) is not None or "[" in written[1:]:
            return _ANY, end
        if written.startswith("[^") and re.search(r"[A-Za-z0-9]|\\[wd]", re.sub(r"\\[^wd]", "", written)):
            return _ANY, end  # outside ASCII a letter counts as x here, which the set may leave out
        return written, end

    def _escaped(self, place: int) -> tuple[str, int]:
        code = _ESCAPE.match(self.source, place)
        if code is not None:
            char = _unescaped(code)
            return re.escape(char if char.isascii() else stand_in(char)), code.end()
        following = self.source[place + 1]
        if following in "pP":
            return _ANY, self.source.index("}", place) + 1
        if following in "bBwdstnrfv" or not following.isalnum():
            return (r"\b" if following == "b" else "" if following == "B" else rf"\{following}"), place + 2
        if following == "A":
            return r"\A", place + 2
        if following == "Z":
            return r"\z", place + 2
        if following in "WDS":
            return _ANY, place + 2
        raise _Unreadable


def _only_symbols(written: str) -> bool:
    """Say whether a set of pictographs has no letters or digits of its own to add."""
    without = re.sub(r"\\p\{\w+\}|--\[[^\]]*\]", "", written)
    return re.search(r"[A-Za-z0-9]", without) is None


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found.group(1) or found.group(2) or found.group(3), 16))


def _loose_count(found: re.Match[str]) -> str:
    written = found.group()
    if not written.startswith("{"):
        return written[0]
    low = int(found.group("low") or 0)
    high = found.group("high")
    if high is None and "," not in written:
        return f"{{{low}}}" if low <= _LONG else "+"
    if high and int(high) <= 3:
        return f"{{{low},{high}}}"
    return "*" if low == 0 else "+"
