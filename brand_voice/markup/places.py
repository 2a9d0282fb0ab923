"""Text that knows, code point by code point, where in the source it was read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from brand_voice.finding import Span


@dataclass(frozen=True, slots=True)
class Run:
    """`length` code points from `at` of a text on were read from `width` code points from `source` on.

    Where both are equal they stand for each other one by one, else only as a whole (an entity, an escape).
    """

    at: int
    length: int
    source: int
    width: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A text and its runs, in order; what lies in no run was put in by the reader (a space, a line break)."""

    text: str
    runs: tuple[Run, ...]

    def cut(self, start: int, end: int) -> Placed:
        """Return the part from `start` to `end`."""
        kept: list[Run] = []
        first = max(bisect_right(self.runs, start, key=_at) - 1, 0)
        for run in self.runs[first:]:
            if run.at >= end:
                break
            low, high = max(run.at, start), min(run.at + run.length, end)
            if low < high:
                even = run.length == run.width
                source = run.source + (low - run.at if even else 0)
                kept.append(Run(low - start, high - low, source, high - low if even else run.width))
        return Placed(self.text[start:end], tuple(kept))

    def stripped(self) -> Placed:
        """Return the text without the white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        end = len(self.text.rstrip())
        return self.cut(start, max(start, end))

    def span(self, start: int, end: int) -> Span:
        """Return the place in the source of `text[start:end]`; an empty one where nothing was read."""
        place = max(bisect_right(self.runs, start, key=_at) - 1, 0)
        first = last = -1
        before = 0
        for run in self.runs[place:]:
            if run.at >= end:
                break
            low, high = max(run.at, start), min(run.at + run.length, end)
            if low >= high:
                before = run.source + run.width
                continue
            even = run.length == run.width
            if first < 0:
                first = run.source + (low - run.at if even else 0)
            last = run.source + (high - run.at if even else run.width)
        return Span(first, last) if first >= 0 else Span(before, before)

    def starred(self) -> Placed:
        """Return the text with a star for all but line breaks, as code shows in prose."""
        return Placed("".join("\n" if char == "\n" else "*" for char in self.text), self.runs)


def _at(run: Run) -> int:
    return run.at


def whole(text: str, source: int = 0) -> Placed:
    """Return a text read as it stands from `source` on."""
    return Placed(text, (Run(0, len(text), source, len(text)),) if text else ())


def inserted(text: str) -> Placed:
    """Return a text that stands nowhere in the source."""
    return Placed(text, ())


def joined(parts: Iterable[Placed]) -> Placed:
    """Return the parts one after the other."""
    texts: list[str] = []
    runs: list[Run] = []
    at = 0
    for part in parts:
        texts.append(part.text)
        runs.extend(Run(run.at + at, run.length, run.source, run.width) for run in part.runs)
        at += len(part.text)
    return Placed("".join(texts), tuple(runs))
