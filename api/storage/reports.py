"""What became of suggestions, read for reports."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from api.storage.desk_tables import suggestion_events
from replies.records import SuggestionAct


@dataclass(frozen=True, slots=True)
class SuggestionOutcomes:
    """What became of suggestions, each counted once an act.

    `median_edit_distance` is that of the sent ones in characters, None when there are none.
    """

    shown: int
    inserted: int
    sent: int
    sent_unchanged: int
    dismissed: int
    dismissal_reasons: tuple[tuple[str, int], ...]
    median_edit_distance: float | None


class Reports:
    """Reads for reports, bound to one consistent read."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def suggestion_outcomes(self, since: datetime | None = None) -> SuggestionOutcomes:
        """Return what became of suggestions since then (ever for None)."""
        events = suggestion_events.c
        wanted = sa.select(events.suggestion_id, events.act, events.reason, events.edit_distance)
        if since is not None:
            wanted = wanted.where(events.at >= since)
        rows = self._connection.execute(wanted).all()
        distances = [
            row.edit_distance
            for row in rows
            if row.act == SuggestionAct.SENT.value and row.edit_distance is not None
        ]
        reasons: dict[str, int] = {}
        for row in rows:
            if row.act == SuggestionAct.DISMISSED.value:
                reasons[row.reason] = reasons.get(row.reason, 0) + 1

        def count(act: SuggestionAct) -> int:
            return len({row.suggestion_id for row in rows if row.act == act.value})

        return SuggestionOutcomes(
            shown=count(SuggestionAct.SHOWN),
            inserted=count(SuggestionAct.INSERTED),
            sent=count(SuggestionAct.SENT),
            sent_unchanged=sum(distance == 0 for distance in distances),
            dismissed=count(SuggestionAct.DISMISSED),
            dismissal_reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
            median_edit_distance=statistics.median(distances) if distances else None,
        )
