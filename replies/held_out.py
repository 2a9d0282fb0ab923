"""How the ranking did on turns it had not learned from, kept beside it for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.classifier import expected_calibration_error
from replies.reply_figures import (
    Doubles,
    Ranking,
    ReliabilityBin,
    RiskPoint,
    judged,
    reliability,
    risk_curve,
)
from replies.silence import SilenceCosts
from replies.turns import Turn

HELD_OUT_FILE = "held_out.npz"


@dataclass(frozen=True, slots=True)
class Effect:
    """What silence below a threshold does: share of turns answered, and of those the share with no right
    reply among the three."""

    turns: int
    answered: float
    wrong: float


@dataclass(frozen=True, slots=True)
class HeldOut:
    """By held-out turn: (n,) confidence in the first reply, whether it was right, the chance that one of the
    three is, whether one was."""

    sureness: Doubles
    first: NDArray[np.bool_]
    chance: Doubles
    among: NDArray[np.bool_]

    @classmethod
    def of(cls, asked: Sequence[Turn], rankings: Sequence[Ranking]) -> HeldOut:
        """Return how the rankings did on the turns asked."""
        said = judged(asked, rankings)
        chance = np.asarray([sum(sure for _, sure in found) for found in rankings], dtype=np.float64)
        return cls(said.sureness, said.first, chance, said.among)

    @property
    def top_1(self) -> float:
        """Share of turns whose first reply was right; 0 without turns."""
        return float(self.first.mean()) if len(self.first) else 0.0

    @property
    def top_3(self) -> float:
        """Share of turns with the right reply among three; 0 without turns."""
        return float(self.among.mean()) if len(self.among) else 0.0

    @property
    def calibration_error(self) -> float:
        """Expected calibration error of the first reply, 15 equal bins."""
        return expected_calibration_error(self.sureness, self.first)

    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """Return confidence against share right, by bin."""
        return reliability(self.sureness, self.first)

    def curve(self) -> tuple[RiskPoint, ...]:
        """Return coverage against risk of the first reply."""
        return risk_curve(self.sureness, self.first)

    def effect(self, costs: SilenceCosts) -> Effect:
        """Return what the costs would have done on these turns."""
        shown = self.chance >= costs.threshold
        wrong = float((~self.among[shown]).mean()) if shown.any() else 0.0
        return Effect(len(shown), float(shown.mean()) if len(shown) else 0.0, wrong)

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder`."""
        np.savez_compressed(
            folder / HELD_OUT_FILE,
            allow_pickle=False,
            sureness=self.sureness,
            first=self.first,
            chance=self.chance,
            among=self.among,
        )

    @classmethod
    def load(cls, folder: Path) -> HeldOut | None:
        """Read what `save` wrote, None where nothing was. Raises KeyError or ValueError when not whole."""
        if not (folder / HELD_OUT_FILE).is_file():
            return None
        with np.load(folder / HELD_OUT_FILE, allow_pickle=False) as held:
            return cls(held["sureness"], held["first"], held["chance"], held["among"])
