"""Which blocks a rule looks at: selectors such as `heading.h1`, `~blockquote`, `list & ~table`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_FRAGMENTS = ("sentence", "paragraph")
_SIZED = frozenset({"raw", "summary"})


@dataclass(frozen=True, slots=True)
class _Part:
    sections: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Selector:
    """The scopes of a rule: any one of `choices`, each of which is all of its parts."""

    choices: tuple[tuple[_Part, ...], ...]

    def matches(self, scope: frozenset[str]) -> bool:
        """Say whether a block of that scope is looked at. A sentence or paragraph must be asked for by name:
        the block it is part of is looked at anyway."""
        return any(_chosen(parts, scope) for parts in self.choices)

    def asks_for(self, section: str) -> bool:
        """Say whether some choice names the section."""
        return any(section in part.sections and not part.negated for parts in self.choices for part in parts)


def _chosen(parts: tuple[_Part, ...], scope: frozenset[str]) -> bool:
    for fragment in _FRAGMENTS:
        if fragment in scope and not any(fragment in one.sections and not one.negated for one in parts):
            return False
    for part in parts:
        held = part.sections <= scope
        if part.negated and not held and not _SIZED.isdisjoint(scope):
            return False
        if held == part.negated:
            return False
    return True


def selector(scopes: Iterable[str]) -> Selector:
    """Read the scopes of a rule."""
    return Selector(tuple(tuple(_part(part) for part in scope.split("&")) for scope in scopes))


def _part(source: str) -> _Part:
    named = source.strip()
    negated = named.startswith("~")
    return _Part(frozenset(one.strip() for one in named.lstrip("~ ").split(".")), negated)


def sentences_of(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes of a rule that looks at sentences, narrowed to the sentences in them."""
    if not scopes:
        return ("sentence",)
    narrowed: list[str] = []
    for scope in scopes:
        first = scope.split(".")[0].strip()
        if first == "sentence":
            narrowed.append(scope)
        elif scope.startswith("~"):
            narrowed.append(f"sentence&{scope}")
        elif first in {"paragraph", "text"}:
            narrowed.append(".".join(["sentence", *scope.split(".")[1:]]))
        else:
            narrowed.append(f"sentence.{scope}")
    return tuple(narrowed)
