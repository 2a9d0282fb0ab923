"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Fulfils `replies.ports.Clock`."""

    def now(self) -> datetime:
        """Return the present moment, UTC."""
        return datetime.now(UTC)
