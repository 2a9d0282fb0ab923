"""The uptake report as a document, a table and files."""

from __future__ import annotations

import csv
from pathlib import Path

from pydantic import Field

from api.offer_documents import Document, MoneyDocument
from recommender.money import Money
from recommender.uptake import Funnel, Stage


class StageDocument(Document):
    stage: str
    count: int
    of: int
    share: float | None
    low: float | None = Field(description="lower end of the 95 % Wilson interval")
    high: float | None = Field(description="upper end of the 95 % Wilson interval")

    @classmethod
    def of_stage(cls, stage: Stage) -> StageDocument:
        known = stage.share is not None
        return cls(
            stage=stage.name,
            count=stage.count,
            of=stage.of,
            share=stage.share,
            low=stage.interval.low if known else None,
            high=stage.interval.high if known else None,
        )


class UptakeDocument(Document):
    """The way of the offers; bought and kept are of those presented whose window to buy has closed."""

    eligible: int
    stages: list[StageDocument]
    declined: int
    open_windows: int = Field(description="presented, still time to buy: in neither bought nor its base")
    bought_in_open_windows: int
    kept_may_still_return: int
    window_days: int
    revenue_bought: list[MoneyDocument]
    revenue_kept: list[MoneyDocument] = Field(description="refunds netted")

    @classmethod
    def of(cls, funnel: Funnel) -> UptakeDocument:
        def money(amounts: tuple[Money, ...]) -> list[MoneyDocument]:
            return [MoneyDocument(amount=one.decimal_text, currency=one.currency) for one in amounts]

        return cls(
            eligible=funnel.eligible,
            stages=[StageDocument.of_stage(stage) for stage in funnel.stages],
            declined=funnel.declined,
            open_windows=funnel.open_windows,
            bought_in_open_windows=funnel.bought_in_open_windows,
            kept_may_still_return=funnel.kept_may_still_return,
            window_days=funnel.window_days,
            revenue_bought=money(funnel.revenue_bought),
            revenue_kept=money(funnel.revenue_kept),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the printed table."""
        return ("stage", "offers", "of", "share", "95 % interval")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of the printed table."""
        first = ("eligible", f"{self.eligible:,}", "", "", "")
        return [first, *(_row(stage) for stage in self.stages)]

    @property
    def notes(self) -> list[str]:
        """What must be known to read the table, a sentence each."""
        kept = ", ".join(f"{money.amount} {money.currency}" for money in self.revenue_kept) or "0"
        bought = ", ".join(f"{money.amount} {money.currency}" for money in self.revenue_bought) or "0"
        return [
            f"Bought and kept count offers presented more than {self.window_days} days ago; "
            f"{self.open_windows} later ones still have time ({self.bought_in_open_windows} bought already).",
            f"Revenue {bought}, after returns {kept}.",
            f"{self.kept_may_still_return} of the kept can still come back.",
            f"Declined: {self.declined}.",
        ]

    def write_to(self, folder: Path) -> None:
        """Write uptake.json and uptake.csv into `folder`, which is made where missing."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "uptake.json").write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        with (folder / "uptake.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(("stage", "count", "of", "share", "low", "high"))
            writer.writerow(("eligible", self.eligible, "", "", "", ""))
            for stage in self.stages:
                writer.writerow((stage.stage, stage.count, stage.of, stage.share, stage.low, stage.high))


def _row(stage: StageDocument) -> tuple[str, ...]:
    if stage.share is None or stage.low is None or stage.high is None:
        return stage.stage, f"{stage.count:,}", f"{stage.of:,}", "none yet", ""
    return (
        stage.stage,
        f"{stage.count:,}",
        f"{stage.of:,}",
        f"{stage.share:.1%}",
        f"{stage.low:.1%} to {stage.high:.1%}",
    )
