"""What `learn` decides on before it fits: how pairs are scored and how many are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from recommender.ease import EaseSettings
from recommender.neighbour_scores import CoPurchaseSettings


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The settings of co-purchase and of EASE; `ease_neighbours` a product are kept beside those of
    co-purchase, and the latest `remembered_baskets` for the votes of baskets alike.
    """

    co_purchase: CoPurchaseSettings = field(default_factory=CoPurchaseSettings)
    ease: EaseSettings = field(default_factory=EaseSettings)
    ease_neighbours: int = 300
    remembered_baskets: int = 100_000

    def as_document(self) -> dict[str, Any]:
        """Return the settings for JSON."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> EngineSettings:
        """Read what `as_document` gave. Raises KeyError, TypeError."""
        return cls(
            CoPurchaseSettings(**document["co_purchase"]),
            EaseSettings(**document["ease"]),
            int(document["ease_neighbours"]),
            int(document["remembered_baskets"]),
        )
