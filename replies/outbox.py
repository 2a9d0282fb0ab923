"""The outbox: each message handed to the carrier once, and a lost answer left to a person.

    queued --attempt begins--> sending --receipt--> sent
                                  |---not delivered--> refused --a person--> queued
                                  |---no answer-----> in doubt --a person--> sent or refused

Every arrow is a committed compare-and-set, so two workers never both hold a message. What was queued has
never been tried and is safe to try; what was sending when a process died may have gone out, so it is
never tried again by itself.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from brand_voice.finding import text_sha256
from replies.ports import Carrier, Clock, NotDelivered, Storage
from replies.records import AuditEntry, OutboxMessage, OutboxState

LOST_AFTER = timedelta(seconds=60)
SYSTEM = "outbox"


class UnknownMessage(LookupError):
    """No message in the outbox has this id."""


class NotInState(Exception):
    """The message has moved on; what was asked no longer applies to it."""


class DoubtOutcome(StrEnum):
    """What a person found out of a message in doubt."""

    SENT = "sent"
    NOT_SENT = "not_sent"


def deliver(message_id: str, storage: Storage, carrier: Carrier, clock: Clock) -> OutboxMessage:
    """Try to deliver one queued message and return it as it then stands.

    A message that is not queued (any more) is returned as it is. One whose text is not the checked text is
    refused without an attempt. Raises UnknownMessage.
    """
    message = _read(message_id, storage)
    if message.state is not OutboxState.QUEUED:
        return message
    if text_sha256(message.text) != message.check.text_sha256:
        _move(
            message,
            OutboxState.QUEUED,
            OutboxState.REFUSED,
            "the text is not the text that was checked",
            storage,
            clock,
        )
        return _read(message_id, storage)
    if _move(message, OutboxState.QUEUED, OutboxState.SENDING, "", storage, clock):
        state, note = _attempt(message, carrier)
        _move(message, OutboxState.SENDING, state, note, storage, clock)
    return _read(message_id, storage)


def deliver_queued(storage: Storage, carrier: Carrier, clock: Clock) -> tuple[OutboxMessage, ...]:
    """Deliver everything that waits, oldest first: after a crash between queueing and delivering."""
    with storage.reading() as unit:
        waiting = [message.id for message in unit.outbox.in_state(OutboxState.QUEUED)]
    return tuple(deliver(message_id, storage, carrier, clock) for message_id in waiting)


def park_lost(storage: Storage, clock: Clock) -> tuple[OutboxMessage, ...]:
    """Put in doubt what has been sending for over LOST_AFTER: its process died, or its answer was lost."""
    with storage.reading() as unit:
        lost = list(unit.outbox.in_state(OutboxState.SENDING, before=clock.now() - LOST_AFTER))
    note = "no answer came back; find out whether it went, then settle it"
    return tuple(
        _read(message.id, storage)
        for message in lost
        if _move(message, OutboxState.SENDING, OutboxState.IN_DOUBT, note, storage, clock)
    )


def resolve_doubt(
    message_id: str, outcome: DoubtOutcome, actor: str, storage: Storage, clock: Clock
) -> OutboxMessage:
    """Settle a message in doubt by what a person found out; never sends anything.

    Raises UnknownMessage; NotInState when it is not in doubt.
    """
    state = OutboxState.SENT if outcome is DoubtOutcome.SENT else OutboxState.REFUSED
    return _by_person(message_id, OutboxState.IN_DOUBT, state, actor, storage, clock)


def retry_refused(message_id: str, actor: str, storage: Storage, clock: Clock) -> OutboxMessage:
    """Put a refused message back in the queue, at a person's word. `deliver` takes it from there.

    Raises UnknownMessage; NotInState when it is not refused.
    """
    return _by_person(message_id, OutboxState.REFUSED, OutboxState.QUEUED, actor, storage, clock)


def _attempt(message: OutboxMessage, carrier: Carrier) -> tuple[OutboxState, str]:
    try:
        return OutboxState.SENT, carrier.deliver(message)
    except NotDelivered as error:
        return OutboxState.REFUSED, str(error)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the message may be out: a person must look
        return OutboxState.IN_DOUBT, f"{type(error).__name__} while handing it over"


def _by_person(
    message_id: str, came_from: OutboxState, to: OutboxState, actor: str, storage: Storage, clock: Clock
) -> OutboxMessage:
    message = _read(message_id, storage)
    if not _move(message, came_from, to, f"by {actor}", storage, clock, actor=actor):
        now = _read(message_id, storage)
        raise NotInState(f"message {message_id} is {now.state.value}, not {came_from.value}; read it again")
    return _read(message_id, storage)


def _move(
    message: OutboxMessage,
    came_from: OutboxState,
    to: OutboxState,
    note: str,
    storage: Storage,
    clock: Clock,
    *,
    actor: str = SYSTEM,
) -> bool:
    now = clock.now()
    with storage.writing() as unit:
        moved = unit.outbox.move(message.id, came_from, to, now, note)
        if moved and to is not OutboxState.SENDING:
            unit.audit.add(AuditEntry(now, actor, f"message {to.value}", message.contact_id, message.id))
    return moved


def _read(message_id: str, storage: Storage) -> OutboxMessage:
    with storage.reading() as unit:
        message = unit.outbox.get(message_id)
    if message is None:
        raise UnknownMessage(f"no message {message_id!r} in the outbox; list them with the contact")
    return message
