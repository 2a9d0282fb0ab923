"""A text cut into pieces, those in a finding marked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from brand_voice.finding import Finding


def marked(text: str, findings: Iterable[Finding]) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of `text` in order, each with whether it lies in a finding."""
    edges = {0, len(text)}
    spans = [(one.span.start, one.span.end) for one in findings if one.span.start < one.span.end]
    edges.update(edge for span in spans for edge in span if edge <= len(text))
    places = sorted(edges)
    return tuple(
        (text[start:end], any(low <= start and end <= high for low, high in spans))
        for start, end in pairwise(places)
    )


def excerpt(
    text: str, findings: Iterable[Finding], around: int = 90
) -> tuple[tuple[tuple[str, bool], ...], bool, bool]:
    """Return the pieces about the first finding, and whether text was left out before and after it."""
    given = list(findings)
    first = min((one.span for one in given), key=lambda span: (span.start, span.end))
    start = max(0, first.start - around)
    end = min(len(text), max(first.end, first.start + 1) + around, first.start + 8 * around)
    kept: list[tuple[str, bool]] = []
    at = 0
    for piece, within in marked(text, given):
        low, high = max(at, start), min(at + len(piece), end)
        if low < high:
            kept.append((text[low:high], within))
        at += len(piece)
    return tuple(kept), start > 0, end < len(text)
