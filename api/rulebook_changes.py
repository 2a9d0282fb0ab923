"""What changed between two versions of a rulebook: which rules, and which lines of which files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from api.rulebook_files import Files
from brand_voice.rulebook import Rulebook
from brand_voice.rules import Rule

_AROUND = 3


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """The ids of rules that came, changed (in what they say, how grave they are or their texts) or went."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(sorted({*self.added, *self.changed, *self.removed}))


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a file: `sign` is "+", "-" or " ", or "@" for where a piece begins."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What changed in a file; no lines where it holds no text."""

    path: str
    lines: tuple[DiffLine, ...]


def rule_changes(before: Rulebook, after: Rulebook) -> RuleChanges:
    """Return which rules differ."""
    old = {rule.id: _said(rule) for rule in before.rules}
    new = {rule.id: _said(rule) for rule in after.rules}
    return RuleChanges(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(rule_id for rule_id in new.keys() & old.keys() if new[rule_id] != old[rule_id])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def file_changes(before: Files, after: Files) -> tuple[FileChange, ...]:
    """Return what differs, file by file, in order of path."""
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return tuple(FileChange(path, tuple(_lines(before.get(path), after.get(path)))) for path in paths)


def named(rules: Sequence[str], most: int = 8) -> str:
    """Return the ids of rules in one line, the first of many."""
    said = ", ".join(rules[:most])
    return f"{said} and {len(rules) - most} more" if len(rules) > most else said


def as_text(changes: tuple[FileChange, ...]) -> str:
    """Return the changes as a unified diff."""
    said: list[str] = []
    for change in changes:
        said += [f"--- {change.path}", f"+++ {change.path}"]
        said += [f"@@ {line.text} @@" if line.sign == "@" else line.sign + line.text for line in change.lines]
    return "\n".join(said)


def text_lines(before: str, after: str) -> tuple[DiffLine, ...]:
    """Return what differs between two texts, line by line, with a little around it."""
    return tuple(_lines(before.encode(), after.encode()))


def _said(rule: Rule) -> tuple[object, ...]:
    texts = (tuple(one.text for one in rule.fails), tuple(one.text for one in rule.passes))
    return (rule.version, rule.severity, tuple(sorted(rule.severities.items())), texts, rule.owner)


def _lines(before: bytes | None, after: bytes | None) -> Iterator[DiffLine]:
    try:
        old, new = ((one or b"").decode("utf-8").splitlines() for one in (before, after))
    except UnicodeDecodeError:
        return
    for line in islice(difflib.unified_diff(old, new, n=_AROUND, lineterm=""), 2, None):  # behind its head
        if line.startswith("@@"):
            yield DiffLine("@", line.strip("@ "))
        else:
            yield DiffLine(line[:1], line[1:])
