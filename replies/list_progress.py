"""How far we are in a list that a look-up gave, such as directions told one step after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

_MAX_CHARS, _MAX_REPLIES = 8_000, 12  # of a look-up and of replies after it, read
_LEAST_ITEMS, _LEAST_WORDS = 2, 3  # of a list, and of an item: less is values, not something told in order
_TOLD = 0.8  # of an item's words in a reply: it was told
_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ListProgress:
    """Of the list told last: how many of its items were `left` after the latest told one, how many replies
    `ago` that was (0 the latest), and the `name` it has in the look-up ("" for none)."""

    left: int
    ago: int
    name: str


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    items: Sequence[frozenset[str]]


def list_progress(look_up: str, replies: Sequence[str]) -> ListProgress | None:
    """Return how far a list in `look_up` is told in `replies` (oldest first); None where none is begun."""
    lists = list(_lists(look_up[:_MAX_CHARS]))
    if not lists:
        return None
    for ago, reply in enumerate(reversed(replies[-_MAX_REPLIES:])):
        words = set(_WORD.findall(reply.lower()))
        told = [
            (len(item & words) / len(item), len(item), place, found)
            for found in lists
            for place, item in enumerate(found.items)
        ]
        share, _, place, found = max(told, key=lambda one: one[:2])
        if share >= _TOLD:
            return ListProgress(len(found.items) - 1 - place, ago, found.name)
    return None


def _lists(text: str) -> Iterator[_List]:
    """Yield each list in a look-up: in JSON, or lines that begin with a bullet or a number."""
    yield from _list_of("", _BULLET.findall(text))
    for line in text.splitlines():
        if line.lstrip().startswith(("{", "[")):
            try:
                yield from _lists_in("", json.loads(line))
            except (ValueError, RecursionError):
                continue


def _lists_in(name: str, value: Any) -> Iterator[_List]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _lists_in(key, inner)
    elif isinstance(value, list):
        inside = cast("list[Any]", value)
        yield from _list_of(name, [one for one in inside if isinstance(one, str)])
        for inner in inside:
            yield from _lists_in(name, inner)


def _list_of(name: str, texts: Sequence[str]) -> Iterator[_List]:
    items = [frozenset(_WORD.findall(text.lower())) for text in texts]
    if len(items) >= _LEAST_ITEMS and all(len(item) >= _LEAST_WORDS for item in items):
        yield _List(name, items)
