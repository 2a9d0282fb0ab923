"""The fact records of contacts: read, confirmed and put right by agents, counted by topic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.storage import SqlStorage
from replies.fact_noting import FactRefused, FactWord, note_word
from replies.fact_record import FactState, fact_states
from replies.ports import Clock
from replies.proposals import FactAct, FactKind, FactLine
from replies.records import AuditEntry

__all__ = ["FactDesk", "FactRefused", "TopicFacts"]


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """How the facts a topic needs were come by, counted in facts (one kind in one contact is one).

    `unasked` were given before anybody asked, `asked_twice` asked for in two replies of ours or more,
    `missing` still open when their contact was closed.
    """

    topic: str
    contacts: int
    needed: int
    on_record: int
    unasked: int
    asked: int
    asked_twice: int
    confirmed: int
    missing: int


class FactDesk:
    """Works on the fact records of a home."""

    def __init__(self, storage: SqlStorage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def states(self, contact_id: str) -> tuple[FactState, ...]:
        """Return how each fact stands. Raises UnknownContact."""
        with self._storage.reading() as unit:
            unit.contacts.get(contact_id)
            return fact_states(unit.facts.of_contact(contact_id))

    def states_of(self, contact_ids: Collection[str]) -> Mapping[str, tuple[FactState, ...]]:
        """Return how the facts stand in each of these contacts that has some."""
        with self._storage.reading() as unit:
            found = unit.facts.of_contacts(contact_ids)
        return {contact_id: fact_states(lines) for contact_id, lines in found.items()}

    def confirm(self, contact_id: str, kind: FactKind, actor: str) -> FactState:
        """Record that an agent confirmed a fact with the customer. Raises UnknownContact, FactRefused."""
        return self._note(contact_id, FactWord(kind, actor), "fact confirmed")

    def correct(self, contact_id: str, kind: FactKind, value: str, actor: str) -> FactState:
        """Record what an agent put right. Raises UnknownContact; ValueError, in words, for no such value."""
        return self._note(contact_id, FactWord(kind, actor, value), "fact put right")

    def _note(self, contact_id: str, word: FactWord, act: str) -> FactState:
        now = self._clock.now()
        with self._storage.writing() as unit:
            contact = unit.contacts.get(contact_id)
            state = note_word(contact, word, unit, now)
            unit.audit.add(AuditEntry(now, word.actor, act, contact_id, word.kind.value))
        return state

    def report(self, since: datetime | None = None) -> tuple[TopicFacts, ...]:
        """Return, by topic, how facts were come by in contacts received since then; most contacts first."""
        with self._storage.reading() as unit:
            records = unit.facts.since(since)
        by_topic: dict[str, list[tuple[FactState, ...]]] = {}
        for lines in records.values():
            topic = _topic_of(lines)
            if topic is not None:
                by_topic.setdefault(topic, []).append(fact_states(lines))
        counted = [_counted(topic, states) for topic, states in by_topic.items()]
        return tuple(sorted(counted, key=lambda one: (-one.contacts, one.topic)))


def _topic_of(lines: Collection[FactLine]) -> str | None:
    return next((line.topic for line in reversed([*lines]) if line.act is FactAct.NEEDED), None)


def _counted(topic: str, contacts: Collection[tuple[FactState, ...]]) -> TopicFacts:
    needed = [state for states in contacts for state in states if state.needed]

    def unasked(state: FactState) -> bool:
        return state.given is not None and all(place > state.given for place in state.asked)

    return TopicFacts(
        topic=topic,
        contacts=len(contacts),
        needed=len(needed),
        on_record=sum(state.on_record for state in needed),
        unasked=sum(unasked(state) for state in needed),
        asked=sum(bool(state.asked) for state in needed),
        asked_twice=sum(len(state.asked) > 1 for state in needed),
        confirmed=sum(bool(state.confirmed) for state in needed),
        missing=sum(state.missing for state in needed),
    )
