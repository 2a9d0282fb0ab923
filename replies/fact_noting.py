"""Writing down the fact record of a contact, as assists, replies, agents and closing add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replies.contacts import Contact
from replies.fact_reading import asked_lines
from replies.fact_record import FactState, fact_states, joined, masked, read_value, state_of
from replies.ports import Unit
from replies.proposals import Assist, FactAct, FactKind, FactLine
from replies.shop import Shop


class FactRefused(ValueError):
    """A fact cannot be confirmed or put right; the message says why."""


@dataclass(frozen=True, slots=True)
class FactWord:
    """What an agent says of one fact of a contact: `value` puts it right, None confirms what stands."""

    kind: FactKind
    actor: str
    value: str | None = None


def note_understood(made: Assist, unit: Unit) -> None:
    """Write down what an assist understood of the facts."""
    _add(made.contact_id, made.understanding.record, unit)


def note_asked(contact: Contact, unit: Unit, shop: Shop) -> None:
    """Write down which facts the replies of ours in `contact` ask for."""
    _add(contact.id, tuple(asked_lines(contact, shop)), unit)


def note_word(contact: Contact, word: FactWord, unit: Unit, now: datetime) -> FactState:
    """Write down what an agent confirms or puts right, and return how the fact stands then.

    Raises FactRefused for a confirmation of nothing, ValueError for a value that cannot be read.
    """
    lines = unit.facts.of_contact(contact.id)
    if word.value is None:
        value = state_of(word.kind, lines).value
        if not value:
            raise FactRefused(f"nobody has given the {word.kind.value.replace('_', ' ')} yet")
        line = FactLine(word.kind, FactAct.CONFIRMED, now, word.actor, value=value)
    else:
        value = masked(word.kind, read_value(word.kind, word.value))
        line = FactLine(word.kind, FactAct.CORRECTED, now, word.actor, contact.version, value)
    unit.facts.add(contact.id, (line,))
    return state_of(word.kind, (*lines, line))


def note_closed(contact: Contact, unit: Unit, shop: Shop, actor: str, now: datetime) -> tuple[FactKind, ...]:
    """Write down which facts were needed and never given, and return them."""
    note_asked(contact, unit, shop)
    lines = unit.facts.of_contact(contact.id)
    topic = next((line.topic for line in reversed(lines) if line.act is FactAct.NEEDED), None)
    missing = tuple(state.kind for state in fact_states(lines) if state.needed and not state.is_known)
    unit.facts.add(contact.id, [FactLine(kind, FactAct.MISSING, now, actor, topic=topic) for kind in missing])
    return missing


def _add(contact_id: str, fresh: tuple[FactLine, ...], unit: Unit) -> None:
    stored = unit.facts.of_contact(contact_id)
    unit.facts.add(contact_id, joined(stored, fresh)[len(stored) :])
