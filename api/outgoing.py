"""The outbox in people's hands: what waits is delivered, what is in doubt is settled by a person."""

from __future__ import annotations

from collections.abc import Sequence

from api.storage import SqlStorage
from replies.outbox import DoubtOutcome, deliver, deliver_queued, park_lost, resolve_doubt, retry_refused
from replies.ports import Carrier, Clock
from replies.records import OutboxMessage, OutboxState


class Outgoing:
    """The messages that passed the gate; see `replies.outbox` for the states they go through."""

    def __init__(self, storage: SqlStorage, carrier: Carrier, clock: Clock) -> None:
        self._storage = storage
        self._carrier = carrier
        self._clock = clock

    def settle_all(self) -> None:
        """After a crash: deliver what was never tried, put in doubt what may have gone out."""
        park_lost(self._storage, self._clock)
        deliver_queued(self._storage, self._carrier, self._clock)

    def in_doubt(self) -> Sequence[OutboxMessage]:
        """Return the messages that a person must decide on, oldest first."""
        park_lost(self._storage, self._clock)
        with self._storage.reading() as unit:
            return unit.outbox.in_state(OutboxState.IN_DOUBT)

    def settle(self, message_id: str, *, was_sent: bool, actor: str) -> OutboxMessage:
        """A person decides on a message in doubt: it went out, or it did not and is sent again."""
        if was_sent:
            return resolve_doubt(message_id, DoubtOutcome.SENT, actor, self._storage, self._clock)
        resolve_doubt(message_id, DoubtOutcome.NOT_SENT, actor, self._storage, self._clock)
        return self.send_again(message_id, actor=actor)

    def send_again(self, message_id: str, *, actor: str) -> OutboxMessage:
        """Try a refused message again, at a person's word."""
        retry_refused(message_id, actor, self._storage, self._clock)
        return deliver(message_id, self._storage, self._carrier, self._clock)
