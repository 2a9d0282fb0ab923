"""What a rule finds in a block, and what every kind of rule knows of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from brand_voice.vale.actions import Action, Edit
from brand_voice.vale.blocks import Block, Document
from brand_voice.vale.definition import Level
from brand_voice.vale.messages import formatted, listed, one_line
from brand_voice.vale.regexps import Found, Regexp, regexp
from brand_voice.vale.scopes import Selector

NOWHERE = (0, 0)
"""The place of what a rule says of a block as a whole."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A place in a block where a rule struck, and what it says there."""

    start: int
    end: int
    match: str
    message: str
    description: str
    action: Action
    wordings: tuple[str, ...] = ()  # each would satisfy the rule in the place of the match


@dataclass(frozen=True, slots=True)
class About:
    """A rule apart from its kind."""

    check: str
    level: Level
    message: str
    description: str
    link: str
    limit: int
    scope: Selector
    action: Action
    edit: Edit | None

    def strike(self, block: Block, start: int, end: int, values: Sequence[str | int] | None = None) -> Strike:
        """Return the strike at a place of a block; the message names what stands there, or `values`."""
        match = block.text[start:end]
        wordings: tuple[str, ...] = ()
        if self.edit is not None:
            wordings = (self.edit(match),)
        elif self.action.name == "replace":
            wordings = self.action.params
        if values is None:
            named = wordings[0] if len(wordings) == 1 else listed(wordings) if wordings else match
            values = (match, named) if self.action.name else (match,)
        return Strike(
            start,
            end,
            match,
            one_line(formatted(self.message, values)),
            one_line(formatted(self.description, values)),
            self.action,
            wordings,
        )


@dataclass(slots=True)
class Memory:
    """What a rule remembers from block to block of one document."""

    document: Document
    seen: set[str] = field(default_factory=set[str])


class ValeKind(Protocol):
    """One kind of rule. Raises TimeoutError where a pattern takes too long."""

    @property
    def patterns(self) -> tuple[Regexp, ...]:
        """Return patterns of which one must match for a strike; none where that cannot be told."""
        ...

    def strikes(self, about: About, block: Block, memory: Memory, /) -> Iterable[Strike]: ...


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Wordings a rule lets stand: where the match holds one, or lies within one of several words."""

    words: Regexp | None
    phrases: Regexp | None

    def excuse(self, text: str, start: int, end: int) -> bool:
        """Say whether the match at this place is let stand."""
        if self.words is not None and self.words.matches(text[start:end].strip()):
            return True
        if self.phrases is None:
            return False
        return any(one.start <= start and end <= one.end for one in self.phrases.found(text))


def exceptions(terms: Iterable[str]) -> Exceptions:
    """Compile the exceptions of a rule. Raises BrokenPattern."""
    told = sorted({term for term in terms if term.strip()}, key=lambda term: (-len(term), term))
    if not told:
        return Exceptions(None, None)
    phrases = [term for term in told if " " in term or "\t" in term or r"\s" in term]
    return Exceptions(
        regexp(rf"\b(?:{'|'.join(cased(term) for term in told)})\b"),
        regexp(rf"(?i)\b(?:{'|'.join(phrases)})\b") if phrases else None,
    )


def cased(term: str) -> str:
    """Return a term as a pattern that minds capitals unless it says otherwise."""
    return f"(?:{term})" if term.startswith("(?i)") else f"(?-i:{term})"


WORD_TEMPLATE = r"\b(?:%s)\b"


def wrapped(body: str, *, nonword: bool, ignorecase: bool, template: str = WORD_TEMPLATE) -> str:
    """Return a pattern for whole words, or for any text when it is `nonword`."""
    whole = f"(?:{body})" if nonword else template.replace("%s", body, 1)
    return f"(?i){whole}" if ignorecase else whole


def without_groups(source: str) -> str:
    """Return a pattern whose groups capture nothing."""
    pieces: list[str] = []
    place = 0
    in_set = False
    while place < len(source):
        char = source[place]
        if char == "\\":
            pieces.append(source[place : place + 2])
            place += 2
            continue
        if in_set:
            in_set = char != "]" or source[place - 1 : place] == "["
        elif char == "[":
            in_set = True
        elif char == "(" and not source.startswith("(?", place):
            char = "(?:"
        elif char == "(" and (source.startswith("(?P<", place) or _is_named(source, place)):
            place = source.index(">", place)
            char = "(?:"
        pieces.append(char)
        place += 1
    return "".join(pieces)


def _is_named(source: str, place: int) -> bool:
    return source.startswith("(?<", place) and source[place + 3 : place + 4] not in {"=", "!", ""}


def group_that_took_part(found: Found) -> int:
    """Return the number, from zero, of the first group of a match that took part; -1 where none did."""
    for number, (start, _end) in enumerate(found.groups):
        if start >= 0:
            return number
    return -1
