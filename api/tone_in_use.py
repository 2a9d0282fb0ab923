"""The tone that is learned and in use at the moment of a check."""

from __future__ import annotations

from collections.abc import Callable

from api.learned import Learned
from brand_voice.reading import Reading
from brand_voice.tone_rules import OffBrand


class ToneInUse:
    """Fulfils `brand_voice.tone_rules.ToneReader`; finds nothing while no tone is learned."""

    def __init__(self, learned: Callable[[], Learned]) -> None:
        self._learned = learned

    def read(self, reading: Reading, channel: str, /) -> tuple[float, tuple[OffBrand, ...]]:
        """Return the chance that the text is off-brand, and its sentences, worst first."""
        tone = self._learned().tone
        return (0.0, ()) if tone is None else tone.read(reading, channel)
