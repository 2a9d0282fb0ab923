"""What one run of learning may take, as the settings say, and how it is wished to be made."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from api.settings import Settings
from recommender.ranker_fitting import no_step


@dataclass(frozen=True, slots=True)
class LearningMeans:
    """The encoder's source, threads of a pass, seconds and threads to teach one in, and MB for EASE and for
    the counts kept."""

    encoder_source: str | None = None
    threads: int = 1
    tuning_s: float = 0.0
    tuning_threads: int = 1
    ease_mb: int = 2_000
    counts_mb: int = 1_000

    @classmethod
    def of(cls, settings: Settings) -> LearningMeans:
        """Read them from the settings of a home."""
        return cls(
            settings.encoder,
            settings.threads,
            60 * settings.tuning_minutes,
            max(settings.threads, _cores()),
            settings.ease_memory_mb,
            settings.counts_mb,
        )


@dataclass(frozen=True, slots=True)
class LearningWishes:
    """`evaluation` measures on held-out rows and compares before promoting; `from_scratch` goes on from
    nothing that was learned before; `on_step` gets what is being done, how many are done, and of how many;
    `on_promoted` the name of each part as it is put in use.

    Both switches are read by the cross-sell, the one part whose evaluation takes minutes.
    """

    evaluation: bool = True
    from_scratch: bool = False
    on_step: Callable[[str, int, int], None] = no_step
    on_promoted: Callable[[str], None] = lambda _part: None


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
