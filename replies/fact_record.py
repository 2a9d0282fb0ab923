"""The fact record of a contact: what was needed, asked, given and confirmed, told from its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from recommender.money import Money
from replies.proposals import FactAct, FactKind, FactLine

LOOK_UP = "look-up"
_SHAPES = {
    FactKind.ORDER_NUMBER: re.compile(r"[A-Z0-9][A-Z0-9-]{2,29}"),
    FactKind.PRODUCT: re.compile(r"\S(?:.{0,98}\S)?"),
    FactKind.EMAIL: re.compile(r"[^\s@]{1,64}@[^\s@]{1,250}\.[^\s@]{2,24}"),
    FactKind.PHONE: re.compile(r"\+?\d{7,15}"),
    FactKind.POSTCODE: re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z0-9][A-Z0-9 -]{2,9}"),
}


@dataclass(frozen=True, slots=True)
class FactState:
    """How one kind of fact stands in a contact.

    `asked` and `given` are indexes of messages. `value` is what counts now: the last given, or what an agent
    put right, or what the records hold. `confirmed` says by whom or what ("look-up"), "" where nobody did;
    it ends when another value is given. `missing` says that the contact was closed without it.
    """

    kind: FactKind
    needed: bool = False
    asked: tuple[int, ...] = ()
    given: int | None = None
    value: str = ""
    on_record: bool = False
    confirmed: str = ""
    corrected_at: int | None = None
    missing: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anybody gave it or a record holds it."""
        return bool(self.value)

    @property
    def corrected(self) -> bool:
        """Whether what counts now is what an agent put right."""
        return self.corrected_at is not None


def fact_states(lines: Iterable[FactLine]) -> tuple[FactState, ...]:
    """Return how each kind of fact stands after `lines`, in the order of `FactKind`.

    Needed is what the latest topic needs. Of several values in one message the first counts.
    """
    told = tuple(lines)
    topic = next((line.topic for line in reversed(told) if line.act is FactAct.NEEDED), None)
    states: dict[FactKind, FactState] = {}
    for line in told:
        before = states.get(line.kind, FactState(line.kind))
        if line.act is FactAct.NEEDED:
            states[line.kind] = replace(before, needed=line.topic == topic)
        else:
            states[line.kind] = _after(before, line)
    return tuple(states[kind] for kind in FactKind if kind in states)


def _after(state: FactState, line: FactLine) -> FactState:
    """Return the state after one line that is not about need."""
    if line.act is FactAct.GIVEN:
        return _given(state, line)
    if line.act is FactAct.CORRECTED:
        return _corrected(state, line)
    changed = state
    if line.act is FactAct.ASKED and line.message is not None and line.message not in state.asked:
        changed = replace(state, asked=(*state.asked, line.message))
    elif line.act is FactAct.ON_RECORD and not state.is_known:
        changed = replace(state, value=line.value, on_record=True)
    elif line.act is FactAct.CONFIRMED and line.value == state.value:
        changed = replace(state, confirmed=line.how or line.actor)
    elif line.act is FactAct.MISSING:
        changed = replace(state, missing=True)
    return changed


def _corrected(state: FactState, line: FactLine) -> FactState:
    return replace(
        state,
        value=line.value,
        corrected_at=line.message or 0,
        on_record=False,
        confirmed=line.actor,
        missing=False,
    )


def _given(state: FactState, line: FactLine) -> FactState:
    if line.message is None or line.message == state.given:
        return state
    if state.corrected_at is not None and line.message < state.corrected_at:
        return replace(state, given=line.message)
    confirmed = state.confirmed if line.value == state.value else ""
    return replace(
        state,
        given=line.message,
        value=line.value,
        on_record=False,
        confirmed=confirmed,
        corrected_at=None,
        missing=False,
    )


def state_of(kind: FactKind, lines: Sequence[FactLine]) -> FactState:
    """Return how `kind` stands; untouched where no line speaks of it."""
    return next((one for one in fact_states(lines) if one.kind is kind), FactState(kind))


def joined(stored: Sequence[FactLine], fresh: Iterable[FactLine]) -> tuple[FactLine, ...]:
    """Return the stored lines and those of `fresh` that say something new, in order.

    What a topic needs is said again when another topic came between.
    """
    lines, said = list(stored), {_key(line) for line in stored}
    topic = next((line.topic for line in reversed(lines) if line.act is FactAct.NEEDED), None)
    for line in fresh:
        is_new = line.topic != topic if line.act is FactAct.NEEDED else _key(line) not in said
        if is_new:
            lines.append(line)
            said.add(_key(line))
    return tuple(lines)


def _key(line: FactLine) -> tuple[object, ...]:
    return (line.kind, line.act, line.message, line.value, line.how, line.topic)


def masked(kind: FactKind, value: str) -> str:
    """Return a value as the record keeps it: of an address or a number to be reached by, enough to know it
    again and no more."""
    if kind is FactKind.EMAIL:
        name, _, domain = value.partition("@")
        return f"{name[:1]}…@{domain}"
    if kind is FactKind.PHONE:
        return f"…{value[-3:]}"
    if kind is FactKind.POSTCODE:
        return f"{value.split(' ', maxsplit=1)[0]} …"
    return value


def read_value(kind: FactKind, text: str) -> str:
    """Return what an agent typed as the value of a fact. Raises ValueError, in words."""
    plain = " ".join(text.split())
    if kind is FactKind.DATE:
        return _day(plain)
    if kind is FactKind.AMOUNT:
        return _amount(plain)
    if kind in (FactKind.ORDER_NUMBER, FactKind.POSTCODE):
        plain = plain.upper()
    if kind is FactKind.PHONE:
        plain = re.sub(r"\(0\)|[ ()-]", "", plain)
    if _SHAPES[kind].fullmatch(plain) is None or not plain.isprintable():
        raise ValueError(f"{text.strip()[:60]!r} cannot be read as {_NAMES[kind]}")
    return plain


_NAMES = {
    FactKind.ORDER_NUMBER: "an order number such as LR-104233",
    FactKind.PRODUCT: "a product code",
    FactKind.EMAIL: "an e-mail address",
    FactKind.PHONE: "a phone number",
    FactKind.POSTCODE: "a postcode",
}


def _day(plain: str) -> str:
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError as error:
        raise ValueError(f"{plain[:60]!r} is no date such as 2026-11-24") from error


def _amount(plain: str) -> str:
    amount, _, currency = plain.lstrip("£").partition(" ")
    try:
        money = Money.parse(amount.replace(",", ""), currency or "GBP")
    except ValueError as error:
        raise ValueError(f"{plain[:60]!r} is no amount such as 12.50 GBP") from error
    return f"{money.decimal_text} {money.currency}"
