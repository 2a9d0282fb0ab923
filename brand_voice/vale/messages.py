"""Messages of rules: `%s` stands for what was found, written as Vale's own language writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPACES = re.compile(r"\s{2,}|\n")
_VERB = re.compile(r"%(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?([a-zA-Z%])")


def formatted(message: str, values: Sequence[str | int]) -> str:
    """Return the message with its verbs filled in, in order or by number (`%[2]s`); too many values are left
    out, and where one value too few is given the last is empty."""
    given: list[str | int] = [*values, ""]
    place = 0

    def fill(found: re.Match[str]) -> str:
        nonlocal place
        number, verb = found.groups()
        if verb == "%":
            return "%"
        if verb not in "sdvq":
            return found.group()
        if number is not None:
            place = int(number) - 1
        if not 0 <= place < len(given):
            return f"%!{verb}(MISSING)"
        value = given[place]
        place += 1
        return f'"{value}"' if verb == "q" else str(value)

    return _VERB.sub(fill, message)


def one_line(message: str) -> str:
    """Return a message with every run of white space in it as one space."""
    return _SPACES.sub(" ", message)


def listed(options: Sequence[str]) -> str:
    """Return wordings as a choice: 'a', 'b', or 'c'."""
    quoted = [f"'{one}'" for one in options]
    if len(quoted) < 3:
        return " or ".join(quoted)
    return f"{', '.join(quoted[:-1])}, or {quoted[-1]}"


def unquoted_first(message: str) -> str:
    """Return the message without the quotes around its first `%s`, for a value that brings its own."""
    for verb in ("'%s'", '"%s"'):
        if message.count(verb) == 2:
            return message.replace(verb, "%s", 1)
    return message
