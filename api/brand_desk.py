"""What the brand owner works with: the rulebook, its versions, drafts of rules, rehearsals, figures."""

from __future__ import annotations

from collections.abc import Callable

from api.brand_book import BrandBook
from api.mended_findings import MendedFindings
from api.rehearsing import Rehearsing
from api.rule_drafts import RuleDrafts
from api.rule_figures import RuleFigures
from api.rulebook_store import InForce
from api.rulebook_versions import RulebookVersions
from api.storage import SqlStorage
from brand_voice.tone_rules import ToneReader
from replies.gate import Gate
from replies.ports import Clock
from replies.shop import Shop
from replies.working_time import local_day


class BrandDesk:
    """The brand owner's `book`, `versions`, `drafts`, `rehearsing`, `figures` and `mended`."""

    def __init__(
        self,
        storage: SqlStorage,
        shop: Shop,
        clock: Clock,
        gate: Callable[[], Gate],
        tone: ToneReader,
        in_force: Callable[[], InForce],
        versions: RulebookVersions,
    ) -> None:
        """`gate` is where replies are checked when they are sent; `in_force` gives its rulebook."""
        self._in_force = in_force
        self._today = lambda: local_day(clock.now(), shop)
        self._book: BrandBook | None = None
        self.versions = versions
        self.drafts = RuleDrafts(storage, versions, lambda: self.book, clock, shop.name)
        self.rehearsing = Rehearsing(storage, gate, tone)
        self.figures = RuleFigures(storage, clock, lambda at: local_day(at, shop))
        self.mended = MendedFindings(storage, self._today)

    @property
    def book(self) -> BrandBook:
        """The rulebook in force now."""
        now = self._in_force()
        held = self._book
        if held is None or held.rulebook is not now.rulebook:
            held = self._book = BrandBook(now.rulebook, now.state.folder, self._today)
        return held
