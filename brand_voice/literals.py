"""Words without which a pattern cannot match, read off the pattern itself.

A text that holds none of them need not be searched, which spares a check most of its work.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_SHORTEST = 3
_MOST = 200
_CODE_POINTS = {"x": 2, "u": 4, "U": 8}
_LETTER_ESCAPES = frozenset("bBsSwWdDAZzRXGKmM0123456789")


class _Unreadable(Exception):
    """The pattern uses what this reader does not know; then nothing is required."""


def required_literals(source: str) -> tuple[str, ...]:
    """Return literals of which every match of `source` holds at least one; none when that cannot be told."""
    try:
        found = _Reader(source).alternatives()
    except (_Unreadable, IndexError, ValueError):
        return ()
    if found is None or len(found) > _MOST or any(len(one) < _SHORTEST and one.isascii() for one in found):
        return ()
    return tuple(sorted(found))


@dataclass(slots=True)
class _Sequence:
    """One branch as it is read: the literal being spelt, and the sets of literals seen so far."""

    run: str = ""
    seen: list[frozenset[str]] = field(default_factory=list[frozenset[str]])

    def end_run(self) -> None:
        if self.run:
            self.seen.append(frozenset({self.run}))
        self.run = ""

    def best(self) -> frozenset[str] | None:
        self.end_run()
        return max(self.seen, key=_tells, default=None)


def _tells(literals: frozenset[str]) -> tuple[int, int]:
    """Say how much a set of literals tells: by its shortest, what is no ASCII counting as three letters."""
    return min(len(one) + 2 * (not one.isascii()) for one in literals), -len(literals)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0

    def alternatives(self) -> frozenset[str] | None:
        """Read up to the end or the closing bracket; every branch must require something."""
        branches = [self._branch()]
        while self._peek() == "|":
            self.place += 1
            branches.append(self._branch())
        known = [branch for branch in branches if branch is not None]
        if len(known) < len(branches):
            return None
        return frozenset(literal for branch in known for literal in branch)

    def _peek(self) -> str:
        return self.source[self.place : self.place + 1]

    def _branch(self) -> frozenset[str] | None:
        sequence = _Sequence()
        while self._peek() not in {"", "|", ")"}:
            self._atom(sequence)
        return sequence.best()

    def _atom(self, sequence: _Sequence) -> None:
        char = self._peek()
        if char == "(":
            sequence.end_run()
            inner = self._group()
            if not self._optional() and inner is not None:
                sequence.seen.append(inner)
            return
        literal = self._character()
        following = self._peek()
        if literal is None or following in {"?", "*", "{"}:
            sequence.end_run()
            self._optional()
            return
        sequence.run += literal
        if following == "+":
            sequence.end_run()
            self._optional()

    def _character(self) -> str | None:
        """Read one character; None when it stands for several or for a place."""
        char = self.source[self.place]
        self.place += 1
        if char == "[":
            self._skip_set()
            return None
        if char == "\\":
            return self._escaped()
        return None if char in ".^$ " else char

    def _escaped(self) -> str | None:
        char = self.source[self.place]
        self.place += 1
        if char in "pP":
            self.place = self.source.index("}", self.place) + 1
            return None
        if char in _LETTER_ESCAPES:
            return None
        if char in _CODE_POINTS:
            digits = self.source[self.place : self.place + _CODE_POINTS[char]]
            self.place += len(digits)
            return chr(int(digits, 16))
        if char.isalnum():
            raise _Unreadable
        return char

    def _skip_set(self) -> None:
        depth = 1
        self.place += self._peek() == "^"
        self.place += self._peek() == "]"
        while depth:
            char = self.source[self.place]
            self.place += 2 if char == "\\" else 1
            depth += (char == "[") - (char == "]")

    def _group(self) -> frozenset[str] | None:
        self.place += 1
        counts = True
        if self._peek() == "?":
            rest = self.source[self.place : self.place + 3]
            if rest.startswith("?:"):
                self.place += 2
            elif rest == "?P<":
                self.place = self.source.index(">", self.place) + 1
            elif rest[:2] in {"?=", "?!"}:
                self.place, counts = self.place + 2, False
            elif rest in {"?<=", "?<!"}:
                self.place, counts = self.place + 3, False
            else:
                raise _Unreadable
        inner = self.alternatives()
        if self._peek() != ")":
            raise _Unreadable
        self.place += 1
        return inner if counts else None

    def _optional(self) -> bool:
        """Read a quantifier, if one stands here; say whether it allows for nothing at all."""
        char = self._peek()
        if char not in {"?", "*", "+", "{"}:
            return False
        none_allowed = char in {"?", "*"}
        if char == "{":
            end = self.source.index("}", self.place)
            none_allowed = self.source[self.place + 1 : end].partition(",")[0] in {"", "0"}
            self.place = end
        self.place += 1
        if self._peek() in {"?", "+"}:
            self.place += 1
        return none_allowed
