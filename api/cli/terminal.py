"""Text of strangers on a terminal: nothing in it steers the screen or turns what is read around."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

_CONTROL = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_REST = [0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_VISIBLE = {**_CONTROL, **dict.fromkeys(_REST, "\N{REPLACEMENT CHARACTER}")}
"""Control characters, and those that change the direction of reading, as signs one can see."""


def visible(text: str) -> str:
    """Return `text` with control characters shown as signs; line breaks and tabs stay."""
    return text.translate(_VISIBLE)


def plain(text: str) -> str:
    """Return `text` for rich: no markup, no control characters."""
    return escape(visible(text))


class Screen(Console):
    """A console that passes on that its reader has gone, as other writing does."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError; rich would end the command with exit code 1."""
        raise BrokenPipeError
