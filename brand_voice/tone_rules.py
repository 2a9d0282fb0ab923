"""The kind that asks a learned sense of the brand's tone; without one it stays silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from brand_voice.finding import CheckContext, Span
from brand_voice.reading import Reading
from brand_voice.rules import Hit


@dataclass(frozen=True, slots=True)
class OffBrand:
    """A place that pulls a text off-brand; `chance` is the calibrated probability, 0 to 1, that it is so."""

    span: Span
    chance: float


class ToneReader(Protocol):
    """A learned sense of tone: whole texts and their sentences. The same text is always read the same."""

    def read(self, reading: Reading, channel: str, /) -> tuple[float, tuple[OffBrand, ...]]:
        """Return the chance that the text is off-brand, and its sentences that pull it there, worst first."""
        ...


@dataclass(frozen=True, slots=True)
class Tone:
    """A text is off-brand with a chance of `least` or more; the sentences that pull it there are shown."""

    least: float
    reader: ToneReader | None = None

    def hits(self, reading: Reading, context: CheckContext, /) -> Iterable[Hit]:
        if self.reader is None or not reading.raw.strip():
            return
        reader = self.reader
        chance, sentences = reading.once(
            ("tone", context.channel), lambda: reader.read(reading, context.channel)
        )
        if chance < self.least:
            return
        shown = [one for one in sentences if one.chance >= self.least] or list(sentences[:1])
        for one in sorted(shown, key=lambda off: off.span.start):
            yield Hit(one.span, found=f"{one.chance:.0%}")
