"""Many patterns looked for in one pass of RE2: which of them may match a text, in microseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import re2

from brand_voice.loosening import loosened, sifted_bytes

_MEMORY = 8 << 20
_ALSO_MATCH = str.maketrans("ſıİ\u212a", "siik")  # what `re` takes for these letters where case is ignored


class Glances:
    """Loosened patterns (see `loosening`), joined; None and what RE2 cannot take may always match."""

    def __init__(self, loose: Iterable[str | None], *, memory: int = _MEMORY) -> None:
        """Join the patterns; `memory` bytes are used at most."""
        self._automaton = re2.Set.SearchSet(re2_options(memory))
        self._automaton.Add(r"\A")  # always matches: nothing at all means that the search gave up
        self._numbers = [-1]
        always: list[int] = []
        count = 0
        for count, one in enumerate(loose, 1):
            (self._numbers if self._added(one) else always).append(count - 1)
        self._always = frozenset(always)
        self._all = frozenset(range(count))
        self._automaton.Compile()

    def _added(self, loose: str | None) -> bool:
        if loose is None:
            return False
        try:
            self._automaton.Add(loose)
        except re2.error:
            return False
        return True

    def possible(self, text: str) -> frozenset[int]:
        """Return the numbers of the patterns, in their order, that may match the text."""
        matched = self._automaton.Match(sifted_bytes(text))
        if not matched:
            return self._all
        if len(matched) == 1:
            return self._always
        return self._always.union(self._numbers[place] for place in matched if place)


def re2_options(memory: int = _MEMORY) -> re2.Options:
    """Return options under which RE2 uses `memory` bytes at most and writes nothing of its own."""
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    return options


def glance(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return what says of a text, case aside, whether a pattern in small letters may match it."""
    glances = Glances([loosened(pattern.pattern, spaces=False)])
    return lambda text: bool(glances.possible(text.translate(_ALSO_MATCH).lower()))
