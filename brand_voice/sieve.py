"""One pass over a text that tells which patterns of a whole rulebook may match it.

The patterns are loosened until RE2 takes them (what looks around is left out, short repetitions become long
ones), joined in one automaton per view and run at once: a few microseconds for a reply, whatever the number
of rules. A loosened pattern matches wherever the pattern does, and sometimes where it does not; so the sieve
only spares work. What RE2 cannot take always counts as a possible match.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from brand_voice.glances import Glances
from brand_voice.loosening import loosened
from brand_voice.patterns import Pattern
from brand_voice.reading import Reading
from brand_voice.rules import View

_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class _Mesh:
    """The joined patterns of one view; `rules[i]` is the rule that pattern i may wake."""

    glances: Glances
    rules: tuple[int, ...]


class Sieve:
    """The patterns of many rules, each under its rule's number."""

    def __init__(self, triggers: Iterable[tuple[int, View, Iterable[Pattern]]]) -> None:
        """Join the patterns. `triggers` names rule number, view and patterns."""
        views: dict[View, list[tuple[int, Pattern]]] = {}
        for number, view, patterns in triggers:
            views.setdefault(view, []).extend((number, one) for one in patterns)
        self._meshes = {view: _mesh(patterns, view) for view, patterns in views.items()}

    def woken(self, reading: Reading) -> set[int]:
        """Return the numbers of the rules that may have a hit in this text."""
        found: set[int] = set()
        for view, mesh in self._meshes.items():
            text = reading.low if view == "folded" else reading.plain if view == "cased" else reading.raw
            found.update(mesh.rules[place] for place in mesh.glances.possible(text))
        return found


def _mesh(patterns: list[tuple[int, Pattern]], view: View) -> _Mesh:
    glances = _glances(tuple(one.source for _, one in patterns), view != "raw")
    return _Mesh(glances, tuple(number for number, _ in patterns))


@lru_cache(maxsize=6)
def _glances(sources: tuple[str, ...], spaces: bool) -> Glances:
    """Return the patterns joined; those of a rulebook with its tone and without are the same."""
    return Glances((loosened(one, spaces=spaces) for one in sources), memory=_MEMORY)
