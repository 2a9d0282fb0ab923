"""Rules that know the better wording: substitution."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from brand_voice.vale.actions import capitalised, expanded
from brand_voice.vale.blocks import Block
from brand_voice.vale.definition import SubstitutionEntry
from brand_voice.vale.messages import listed, unquoted_first
from brand_voice.vale.regexps import BrokenPattern, Regexp, regexp
from brand_voice.vale.strikes import (
    WORD_TEMPLATE,
    About,
    Exceptions,
    Memory,
    Strike,
    exceptions,
    group_that_took_part,
    without_groups,
    wrapped,
)

_NAMES_A_GROUP = re.compile(r"\$(?:\d|\{\d)")
_OPTION = re.compile(r"(?<!\\)\|")
_LOOKS_LIKE_A_PATTERN = re.compile(r"[\[\]\\^$*+?{}]")


@lru_cache(maxsize=1000)
def _whole(expected: str) -> Regexp | None:
    """Return the pattern of what a rule accepts, where its better wording is a pattern."""
    try:
        return regexp(rf"\A(?:{expected})\z")
    except BrokenPattern:
        return None


@dataclass(frozen=True, slots=True)
class Swap:
    """A better wording; `observed` is the pattern whose groups it names, where it names any."""

    expected: str
    observed: Regexp | None

    def wording(self, found: str) -> str:
        """Return the better wording for a found text, its groups filled in."""
        if self.observed is None:
            return self.expected
        pieces: list[str] = []
        place = 0
        for one in self.observed.found(found):
            groups = [(one.start, one.end), *one.groups]
            pieces.append(found[place : one.start])
            pieces.append(expanded(self.expected, [found[a:b] if a >= 0 else "" for a, b in groups]))
            place = one.end
        return "".join([*pieces, found[place:]])


@dataclass(frozen=True, slots=True)
class Substitution:
    """Strikes where a wording of its list stands that is not the better one already."""

    pattern: Regexp
    swaps: tuple[Swap, ...]  # by the groups of the pattern
    capitals: bool
    excused: Exceptions

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        return (self.pattern,)

    def strikes(self, about: About, block: Block, _memory: Memory, /) -> Iterable[Strike]:
        for found in self.pattern.found(block.text):
            number = group_that_took_part(found)
            start, end = found.groups[number] if number >= 0 else (found.start, found.end)
            observed = block.text[start:end]
            expected = self.swaps[number].wording(observed)
            options = tuple(one.replace(r"\|", "|") for one in _OPTION.split(expected) if one)
            replaces = about.action.name == "replace"
            if self._stands(observed, expected, options, replaces=replaces):
                continue
            if not self.excused.excuse(block.text, start, end):
                yield self._strike(about, block, (start, end), expected, options)

    def _stands(self, observed: str, expected: str, options: tuple[str, ...], *, replaces: bool) -> bool:
        if observed == expected or (replaces and observed in options):
            return True
        if replaces or all(char.isalnum() or char in " -" for char in expected):
            return False
        acceptable = _whole(expected)
        return acceptable is not None and acceptable.matches(observed)

    def _strike(
        self, about: About, block: Block, place: tuple[int, int], expected: str, options: tuple[str, ...]
    ) -> Strike:
        observed = block.text[place[0] : place[1]]
        if self.capitals and observed[:1].isupper():
            expected, options = capitalised(expected), tuple(map(capitalised, options))
        if about.action.name != "replace" or about.action.params:
            strike = about.strike(block, *place, (expected, observed))
            plain = tuple(one for one in options if _LOOKS_LIKE_A_PATTERN.search(one) is None)
            return strike if strike.wordings else replace(strike, wordings=plain)
        told = replace(about, message=unquoted_first(about.message)) if options else about
        named = listed(options) if options else expected
        strike = told.strike(block, *place, (named, observed))
        return replace(strike, action=replace(about.action, params=options), wordings=options)


def substitution(
    entry: SubstitutionEntry, accepted: tuple[str, ...], template: str = WORD_TEMPLATE
) -> Substitution:
    """Compile a substitution rule. Raises BrokenPattern."""
    swaps: list[Swap] = []
    bodies: list[str] = []
    for source, expected in sorted(entry.swap.items(), key=lambda pair: -len(pair[0])):
        bodies.append(f"({without_groups(source)})")
        named = f"(?i){source}" if entry.ignorecase else source
        swaps.append(Swap(expected, regexp(named) if _NAMES_A_GROUP.search(expected) else None))
    body = "|".join(bodies)
    terms = (*entry.exceptions, *(accepted if entry.vocab else ()))
    capitals = entry.capitalize or entry.matchcase or (entry.ignorecase and entry.action.name == "replace")
    return Substitution(
        regexp(wrapped(body, nonword=entry.nonword, ignorecase=entry.ignorecase, template=template)),
        tuple(swaps),
        capitals,
        exceptions(terms),
    )
