"""Where the counts of the last fit wait for the next one: sealed like an artefact, but never served.

They are as large as all pairs and can be counted again, so neither backups nor the service know of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.learned import CROSS_SELL
from api.learning.bench import Bench
from recommender.kept_counts import CountsUseless, KeptCounts
from recommender.saved_arrays import DamagedModelError


@dataclass(frozen=True, slots=True)
class CountsShelf:
    """Keeps the counts of one fit, the latest."""

    bench: Bench

    def found(self) -> KeptCounts:
        """Return the counts kept. Raises CountsUseless when there are none that can be read."""
        kept = self.bench.counts.current(CROSS_SELL)
        if kept is None:
            raise CountsUseless("no counts were kept of the fit before")
        try:
            return KeptCounts.load(kept.folder)
        except (DamagedModelError, FileNotFoundError) as error:
            raise CountsUseless(str(error)) from error

    def put(self, counts: KeptCounts | None, fingerprint: str) -> None:
        """Keep these in place of those before; None leaves these, which say themselves whether they serve."""
        if counts is None:
            return
        store, now = self.bench.counts, self.bench.clock.now()
        with store.write(
            CROSS_SELL,
            data_fingerprint=fingerprint,
            encoder="none",
            dimension=0,
            metrics={"orders": float(counts.items.baskets), "pairs": float(len(counts.pairs.columns))},
            settings={},
            clock_now=now,
        ) as draft:
            counts.save(draft)
        store.promote(CROSS_SELL, draft.version, at=now)
        store.prune(CROSS_SELL, keep=1)
