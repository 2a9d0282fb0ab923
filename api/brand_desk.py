"""What the brand owner works with: the rulebook in force, rehearsals of rules, figures of their findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from api.brand_book import BrandBook
from api.rehearsing import Rehearsing
from api.rule_figures import RuleFigures
from api.storage import SqlStorage
from brand_voice.tone_rules import ToneReader
from replies.ports import Clock
from replies.sending import Gate
from replies.shop import Shop
from replies.working_time import local_day


class BrandDesk:
    """The brand owner's three: `book`, `rehearsing`, `figures`."""

    def __init__(
        self,
        storage: SqlStorage,
        shop: Shop,
        clock: Clock,
        gate: Callable[[], Gate],
        tone: ToneReader,
        folder: Callable[[], Path | None],
    ) -> None:
        """`gate` is where replies are checked when they are sent; `folder` says where its rulebook was read
        from (None: the packaged house rulebook)."""
        self.book = BrandBook(gate().checker.rulebook, folder, lambda: local_day(clock.now(), shop))
        self.rehearsing = Rehearsing(storage, gate, tone)
        self.figures = RuleFigures(storage, clock, lambda at: local_day(at, shop))
