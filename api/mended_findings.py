"""Findings mended while a reply was written, counted when it leaves; no word of any text is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from api.storage import SqlStorage
from api.storage.mended_book import Mended
from api.storage.voice_reports import HELD_BACK
from brand_voice.finding import CheckResult

_LINES_BACK = 50


class MendedFindings:
    """Counts by day, rule and version."""

    def __init__(self, storage: SqlStorage, today: Callable[[], date]) -> None:
        self._storage = storage
        self._today = today

    def note(self, left: CheckResult, contact_id: str, spoken: Mapping[str, str]) -> None:
        """Count the rules (id to version) that spoke while a reply was written and found nothing when it
        `left`."""
        still = {finding.rule for finding in (*left.findings, *left.suppressed)}
        mended = {rule: version for rule, version in spoken.items() if rule not in still}
        if not mended:
            return
        day = self._today()
        with self._storage.writing() as unit:
            lines = unit.audit.recent(subject=contact_id, limit=_LINES_BACK)
            held = {
                rule for line in lines if line.act == HELD_BACK for rule in line.detail.split(", ") if rule
            }
            unit.mended.add(
                Mended(day, rule, version, rule in held) for rule, version in sorted(mended.items())
            )
