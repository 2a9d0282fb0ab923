"""Versions of a canned reply or macro: who saved which words when, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from difflib import SequenceMatcher
from typing import cast

from replies.articles import CannedReply
from replies.macro_editing import MacroExample

_WORDS = {
    "text": "words",
    "title": "title",
    "topics": "topics",
    "channels": "channels",
    "actions": "do first",
    "approved_by": "approved by",
    "review_by": "review by",
    "articles": "articles",
}


@dataclass(frozen=True, slots=True)
class MacroVersion:
    """A canned reply as it was saved; `number` counts from 1, `act` says how it came to be."""

    number: int
    reply: CannedReply
    examples: tuple[MacroExample, ...]
    actor: str
    at: datetime
    act: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that stayed, was taken out or was put in."""

    text: str
    change: str  # "", "out" or "in"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one part of a macro, word by word."""

    part: str
    pieces: tuple[Piece, ...]


def changes(before: MacroVersion | None, after: MacroVersion) -> tuple[Change, ...]:
    """Return what `after` changed against `before`; of a first version everything it says."""
    found: list[Change] = []
    for field in fields(CannedReply):
        if field.name in _WORDS:
            old = "" if before is None else _plain(getattr(before.reply, field.name))
            new = _plain(getattr(after.reply, field.name))
            if old != new:
                found.append(Change(_WORDS[field.name], tuple(_pieces(old, new))))
    old_examples = () if before is None else before.examples
    if old_examples != after.examples:
        told = f"{len(old_examples)} before, {len(after.examples)} now"
        found.append(Change("examples", (Piece(told, ""),)))
    return tuple(found)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(cast("tuple[str, ...]", value))
    return str(value)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _split(old), _split(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("".join(before[i:j]), "")
            continue
        if i < j:
            yield Piece("".join(before[i:j]), "out")
        if k < m:
            yield Piece("".join(after[k:m]), "in")


def _split(text: str) -> Sequence[str]:
    """Cut a text into words, each with the space behind it."""
    words = [f"{part} " for part in text.split(" ")]
    return [*words[:-1], words[-1][:-1]]
