"""What the tests of the outer layer share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from api.storage import open_storage
from replies.shop import OpeningHours, Shop
from tests.fakes.bringing_in import BringingIn


@pytest.fixture
def bring_in(tmp_path: Path) -> Iterator[BringingIn]:
    """Imports into an empty database of a shop in London that answers e-mail within 8 working hours."""
    hours = {day: OpeningHours(time(8), time(18)) for day in range(5)}
    storage = open_storage(f"sqlite:///{tmp_path / 'wellput.db'}")
    yield BringingIn(storage, tmp_path, Shop(hours=hours, reply_within_h={"email": 8.0, "chat": 1.0}))
    storage.close()
