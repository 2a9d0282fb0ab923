"""How a fact stands, in words for the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.web.wording import FACT_NAMES, moment
from replies.contacts import Contact
from replies.fact_record import LOOK_UP, FactState


@dataclass(frozen=True, slots=True)
class SeenFact:
    """One fact as the desk shows it; `waits` says that somebody has to confirm it."""

    kind: str
    name: str
    value: str
    told: tuple[str, ...]
    waits: bool
    missing: bool


def seen_facts(states: Iterable[FactState], contact: Contact, zone: ZoneInfo) -> tuple[SeenFact, ...]:
    """Return the facts that the topic needs or that somebody gave or put right, those needed first."""
    ordered = sorted(states, key=lambda state: not state.needed)
    return tuple(
        SeenFact(
            kind=state.kind.value,
            name=FACT_NAMES[state.kind],
            value=state.value,
            told=tuple(_told(state, contact, zone)),
            waits=state.is_known and not state.confirmed and not state.on_record,
            missing=state.needed and not state.is_known,
        )
        for state in ordered
        if state.needed or state.is_known
    )


def _told(state: FactState, contact: Contact, zone: ZoneInfo) -> Iterator[str]:
    if state.needed:
        yield "needed for this topic"
    if state.asked:
        when = ", ".join(_when(place, contact, zone) for place in state.asked)
        yield f"asked {'twice or more' if len(state.asked) > 1 else 'once'}: {when}"
    if state.given is not None:
        yield f"given {_when(state.given, contact, zone)}"
    if state.on_record:
        yield "on record; nobody said it"
    if state.corrected:
        yield "put right by an agent"
    if state.confirmed:
        yield "confirmed by a look-up" if state.confirmed == LOOK_UP else f"confirmed by {state.confirmed}"
    elif state.is_known and not state.on_record:
        yield "not confirmed"
    if state.missing:
        yield "missing when the contact was closed"


def _when(place: int, contact: Contact, zone: ZoneInfo) -> str:
    return moment(contact.messages[place].at, zone) if place < len(contact.messages) else "earlier"
