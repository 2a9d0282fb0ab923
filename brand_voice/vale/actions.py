"""What an alert proposes to do about itself: Vale's actions, as the wordings they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from brand_voice.vale.regexps import Regexp, regexp

_SPACES = re.compile(r"\s+")
_GROUP = re.compile(r"\$(?:\{(\w+)\}|(\d+)|\$)")


@dataclass(frozen=True, slots=True)
class Action:
    """The action of a rule as it is written: a name and its parameters."""

    name: str = ""
    params: tuple[str, ...] = ()


class BadAction(ValueError):
    """An action that cannot be carried out; the message says why."""


Edit = Callable[[str], str]


def edit_of(action: Action) -> Edit | None:
    """Return what the action makes of a found text; None where it makes nothing of it by itself.

    Raises BadAction or BrokenPattern for one that cannot work.
    """
    match action.name:
        case "remove":
            return lambda _found: ""
        case "convert":
            return _simple if action.params[:1] == ("simple",) else None
        case "edit":
            return _edit(action.params)
        case "" | "replace" | "suggest":
            return None
        case _:
            raise BadAction(f"{action.name!r} is no action; it is replace, remove, edit, convert or suggest")


def _edit(params: tuple[str, ...]) -> Edit | None:  # noqa: PLR0911, PLR0912 - a case an operation
    if not params:
        raise BadAction("edit needs parameters, such as [trim, ' ']")
    kind, told = params[0], params[1:]
    needed = {"regex": 2, "split": 2, "remove": 1, "trim": 1, "trim_left": 1, "trim_right": 1, "truncate": 1}
    if kind in needed and len(told) != needed[kind]:
        raise BadAction(f"{kind} needs {needed[kind]} parameters, not {len(told)}")
    match kind:
        case "regex":
            pattern = regexp(told[0])
            return lambda found: _replaced(pattern, found, told[1]).strip()
        case "remove":
            return lambda found: found.replace(told[0], "").strip() if told[0] else found
        case "trim":
            return lambda found: found.strip(told[0]).strip()
        case "trim_left":
            return lambda found: found.lstrip(told[0]).strip()
        case "trim_right":
            return lambda found: found.rstrip(told[0]).strip()
        case "truncate":
            return lambda found: (found.split(told[0])[0] if told[0] else found).strip()
        case "split":
            return _split(told[0], told[1])
        case "squeeze":
            return lambda found: _SPACES.sub(" ", found)
        case "upper" | "uppercase":
            return str.upper
        case "lower" | "lowercase":
            return str.lower
        case "capitalize":
            return capitalised
        case _:
            return None


def _split(separator: str, index: str) -> Edit:
    if not index.lstrip("-").isdigit() or not separator:
        raise BadAction(f"split needs a separator and a number, not {separator!r} and {index!r}")

    def part(found: str) -> str:
        parts = found.split(separator)
        return parts[int(index)].strip() if 0 <= int(index) < len(parts) else found

    return part


def _replaced(pattern: Regexp, text: str, replacement: str) -> str:
    pieces: list[str] = []
    place = 0
    for found in pattern.found(text):
        pieces.append(text[place : found.start])
        groups = [(found.start, found.end), *found.groups]
        pieces.append(expanded(replacement, [text[start:end] if start >= 0 else "" for start, end in groups]))
        place = found.end
    return "".join([*pieces, text[place:]])


def expanded(template: str, groups: list[str]) -> str:
    """Return the template with $1, ${1} filled in from the groups ($0 is all of it) and $$ as a dollar."""

    def fill(found: re.Match[str]) -> str:
        number = found.group(1) or found.group(2)
        if number is None:
            return "$"
        return groups[int(number)] if number.isdigit() and int(number) < len(groups) else ""

    return _GROUP.sub(fill, template)


def _simple(found: str) -> str:
    """Return words written as one, in small letters."""
    return re.sub(r"\W+", "", found).lower()


def capitalised(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
