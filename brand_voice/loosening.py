"""Patterns made so loose that RE2 can read them: they match wherever the pattern does, and perhaps more."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import regex

_WIDE_CLASSES = (
    "Extended_Pictographic",
    "Emoji_Modifier",
    "Emoji_Presentation",
    "Emoji",
    "Regional_Indicator",
)
_KINDS = tuple(
    (stands_for, cast(Any, regex).compile(kind))
    for stands_for, kind in (
        ("\x01", r"[\p{Extended_Pictographic}\p{Emoji}\p{Emoji_Modifier}\p{Regional_Indicator}]"),
        ("0", r"\d"),
        ("x", r"\w"),
        (" ", r"\s"),
        ("\x03", r"[\p{P}\p{Sc}]"),
    )
)
_WIDEST = 0x400
_ANY = r"(?s:.)"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_UNSAFE_IN_SET = re.compile(r"\\[WDSpP]|--|&&|\|\||~~|\[:|[^\x00-\x7f]")
_SPACE_RUN = r"[ \n]+"
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<low>\d*)(?:,(?P<high>\d*))?\})(?P<mode>[?+])?")
_FLAGS = re.compile(r"\(\?[ims]+(?:-[ims]+)?[:)]")
_LONG = 12
_AFTER_ESCAPE = re.compile(r"\\(?:[uUx][0-9a-fA-F]{1,8}|.)\Z")
_NO_WORD = re.compile(r"\(\?(<)?!(?:\\w|\[(?!\^)[^\[\]]*\\w[^\[\]]*\])\)")


def stand_in(char: str) -> str:
    """Return what a character outside ASCII is sifted as: a picture, a digit, a letter, a space, a mark or
    else a symbol, as the engine of the patterns has it."""
    for stands_for, kind in _KINDS:
        if kind.match(char) is not None:
            return stands_for
    return "\x02"


class _Plain(dict[int, str]):
    """What a code point outside ASCII is sifted as, so that RE2's ASCII classes tell the truth."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = stands_for = char if char.isascii() else stand_in(char)
        return stands_for


_PLAIN = _Plain({0x0B: " ", 0x1C: " ", 0x1D: " ", 0x1E: " ", 0x1F: " "})
_ODD = re.compile(r"[^\x00-\x0a\x0c-\x1b\x20-\x7f]")


def sifted(text: str) -> str:
    """Return a text as a loosened pattern reads it."""
    return _ODD.sub(lambda found: _PLAIN[ord(found.group())], text)


@lru_cache(maxsize=16)
def sifted_bytes(text: str) -> bytes:
    """Return a text as a loosened pattern reads it, encoded; kept while it is the text being checked."""
    return sifted(text).encode()


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
        self.depth = 0

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
            inner, end = self.branches(start)
            last = self.depth == 0 and self.source[end + 1 : end + 2] in {"", "|"}
            if last and self.source.startswith("(?=", place):
                return f"(?:{inner})", end + 1
            return self._edge(place, end + 1), end + 1
        if self.source.startswith("(?P<", place):
            start = self.source.index(">", place) + 1
        elif self.source.startswith(("(?:", "(?>"), place):
            start = place + 3
        elif (flags := _FLAGS.match(self.source, place)) is not None:
            if flags.group().endswith(")"):
                return flags.group(), flags.end()
            self.depth += 1
            inner, end = self.branches(flags.end())
            self.depth -= 1
            return f"{flags.group()}{inner})", end + 1
        elif self.source.startswith("(?", place):
            raise _Unreadable
        else:
            start = place + 1
        self.depth += 1
        inner, end = self.branches(start)
        self.depth -= 1
        if end >= len(self.source):
            raise _Unreadable
        return f"(?:{inner})", end + 1

    def _edge(self, place: int, end: int) -> str:
        r"""Return \b for what forbids a word to go on beside a letter of ASCII: `(?<!\w)a`, `a(?![\w-])`."""
        looks = _NO_WORD.fullmatch(self.source, place, end)
        if looks is None or "--" in looks.group() or "&&" in looks.group():
            return ""
        if looks.group(1):
            beside, after = self.source[end : end + 1], self.source[end + 1 : end + 2]
        elif _AFTER_ESCAPE.search(self.source, max(0, place - 10), place) is not None:
            return ""
        else:
            beside, after = self.source[place - 1 : place], ""
        sure = beside.isascii() and beside.isalnum() and after not in {"?", "*", "{"}
        return r"\b" if sure else ""

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
            return (r"[\x01#*0-9]" if r"\p{Emoji}" in written else r"\x01"), end
        if (members := _OUTSIDE_ASCII.fullmatch(written)) is not None:
            return _stand_ins(members.group(1)), end
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


_OUTSIDE_ASCII = re.compile(r"\[((?:[^\x00-\x7f](?:-[^\x00-\x7f])?)+)\]")


def _stand_ins(members: str) -> str:
    """Return the set of what the members of a set outside ASCII are sifted as."""
    stand_for: set[str] = set()
    for one in re.finditer(r"(.)(?:-(.))?", members, re.DOTALL):
        first, last = ord(one.group(1)), ord(one.group(2) or one.group(1))
        if last - first > _WIDEST:
            return _ANY
        stand_for.update(stand_in(chr(code)) for code in range(first, last + 1))
    return f"[{''.join(map(re.escape, sorted(stand_for)))}]"


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
