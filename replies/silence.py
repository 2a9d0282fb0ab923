"""When to keep silent: what a wrong suggestion costs against none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SilenceCosts:
    """What the shop says a suggestion costs that is wrong (`wrong`: reading and rejecting it), and what it
    costs to suggest nothing (`none`: writing alone); only their ratio counts."""

    wrong: float = 5.0
    none: float = 3.0

    def __post_init__(self) -> None:
        if not (0 < self.wrong <= 1e6 and 0 <= self.none <= 1e6):
            raise ValueError(
                "a wrong suggestion costs more than 0 and none at least 0; both at most 1,000,000"
            )

    @property
    def threshold(self) -> float:
        """The chance of being right below which silence costs less: (1 - p) wrong > none."""
        return max(0.0, 1.0 - self.none / self.wrong)

    def speaks(self, chances: Sequence[float]) -> bool:
        """Whether to show replies with these chances of being the one: one of them is likely enough."""
        return bool(chances) and sum(chances) >= self.threshold
