"""One pass over a text that tells which patterns of a whole rulebook may match it.

The patterns are loosened until RE2 takes them (what looks around is left out, short repetitions become long
ones), joined in one automaton per view and run at once: a few microseconds for a reply, whatever the number
of rules. A loosened pattern matches wherever the pattern does, and sometimes where it does not; so the sieve
only spares work. What RE2 cannot take always counts as a possible match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import re2  # pyright: ignore[reportMissingTypeStubs] - has none; used through _engine only

from brand_voice.loosening import loosened, stand_in
from brand_voice.patterns import Pattern
from brand_voice.reading import Reading
from brand_voice.rules import View

_engine = cast(Any, re2)
_MEMORY = 64 << 20


class _Plain(dict[int, str]):
    """What a code point outside ASCII counts as in the sieve, so that RE2's ASCII classes tell the truth."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = stands_for = char if char.isascii() else stand_in(char)
        return stands_for


_PLAIN = _Plain({0x0B: " ", 0x1C: " ", 0x1D: " ", 0x1E: " ", 0x1F: " "})
_ODD_SPACE = re.compile(r"[\x0b\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class _Mesh:
    """The joined patterns of one view; `rules[i]` are the rules that pattern i may wake."""

    automaton: Any
    rules: tuple[int, ...]
    always: frozenset[int]

    def woken(self, text: str) -> set[int] | None:
        """Return the rules that some pattern may wake; None when the automaton ran out of memory."""
        plain = text if text.isascii() and _ODD_SPACE.search(text) is None else text.translate(_PLAIN)
        matched = cast("list[int]", self.automaton.Match(plain))
        if not matched:  # the first pattern matches any text: nothing at all means that the search gave up
            return None
        woken = {self.rules[number] for number in matched}
        woken.discard(-1)
        return woken | self.always


class Sieve:
    """The patterns of many rules, each under its rule's number."""

    def __init__(self, triggers: Iterable[tuple[int, View, Iterable[Pattern]]]) -> None:
        """Join the patterns. `triggers` names rule number, view and patterns."""
        views: dict[View, list[tuple[int, Pattern]]] = {}
        self._numbers: set[int] = set()
        for number, view, patterns in triggers:
            self._numbers.add(number)
            views.setdefault(view, []).extend((number, one) for one in patterns)
        self._meshes = {view: _mesh(patterns, view) for view, patterns in views.items()}

    def woken(self, reading: Reading) -> set[int]:
        """Return the numbers of the rules that may have a hit in this text."""
        found: set[int] = set()
        for view, mesh in self._meshes.items():
            text = reading.low if view == "folded" else reading.plain if view == "cased" else reading.raw
            woken = mesh.woken(text)
            if woken is None:
                return set(self._numbers)
            found |= woken
        return found


def _mesh(patterns: list[tuple[int, Pattern]], view: View) -> _Mesh:
    options = _engine.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    automaton = _engine.Set.SearchSet(options)
    rules = [-1]
    always: set[int] = set()
    automaton.Add(r"\A")
    for number, one in patterns:
        loose = loosened(one.source, spaces=view != "raw")
        if loose is None:
            always.add(number)
            continue
        try:
            automaton.Add(loose)
        except _engine.error:
            always.add(number)
            continue
        rules.append(number)
    automaton.Compile()
    return _Mesh(automaton, tuple(rules), frozenset(always))
