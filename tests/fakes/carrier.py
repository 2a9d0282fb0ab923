"""An honest carrier in memory: the same laws (tests/laws) hold for it as for the folder."""

from __future__ import annotations

from replies.ports import NotDelivered
from replies.records import OutboxMessage


class FakeCarrier:
    """Keeps what it took by id; refuses while `closed`, and loses its answer while `silent`."""

    def __init__(self) -> None:
        self.taken: dict[str, OutboxMessage] = {}
        self.closed = False
        self.silent = False

    def deliver(self, message: OutboxMessage) -> str:
        if self.closed:
            raise NotDelivered("the carrier is closed")
        self.taken.setdefault(message.id, message)
        if self.silent:
            raise ConnectionError("the answer was lost")
        return f"{message.id}.json"
