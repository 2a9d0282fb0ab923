"""What a conversation says of its facts: which reply asked, which message gave, what a look-up confirms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from replies.case import READ_CHARS, Case
from replies.contacts import Contact, Role
from replies.fact_record import LOOK_UP, masked
from replies.proposals import Fact, FactAct, FactKind, FactLine
from replies.shop import Shop, TopicPolicy

OWN_WORDS = "own words"
_ALWAYS_KEPT = frozenset({FactKind.ORDER_NUMBER, FactKind.PRODUCT})
_MOST_EARLIER = 12  # of the customer's messages before this turn
_READ_OF_EACH = 4_000
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_REQUEST = re.compile(
    r"\?|\b(?:please|could you|can you|would you)\b.{0,60}"
    r"\b(?:tell|let|send|give|confirm|state|read|share)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\?|\b(?:tell|give|send) (?:us|me)\b|\blet (?:us|me) (?:have|know)\b|\b(?:please|can you|could you)\b"
    r"|\b(?:we|i)(?:['’]ll| will)? need\b|(?:\A|[,;:]\s*|\band )(?:quote|state|include|confirm)\b",
    re.IGNORECASE,
)
_ASKS: Mapping[FactKind, re.Pattern[str]] = {
    FactKind.ORDER_NUMBER: re.compile(
        r"\border (?:number|no\b|reference|id)|\bnumber of (?:the|your) order|\bwhich order\b", re.IGNORECASE
    ),
    FactKind.PRODUCT: re.compile(
        r"\b(?:which|what) (?:product|item|one|model)s?\b|\b(?:product|item) (?:name|code)"
        r"|\b(?:name|code) of the (?:product|item)|\bthe item you\b",
        re.IGNORECASE,
    ),
    FactKind.EMAIL: re.compile(r"\b(?:which|what|your|the) e-?mail address\b", re.IGNORECASE),
    FactKind.PHONE: re.compile(
        r"\b(?:phone|telephone|mobile) number\b"
        r"|\bnumber (?:can|may|shall|should) (?:we|i) (?:call|ring|reach)",
        re.IGNORECASE,
    ),
    FactKind.POSTCODE: re.compile(r"\bpost ?code\b", re.IGNORECASE),
    FactKind.DATE: re.compile(r"\b(?:what|which|the) (?:date|day)\b|\bwhen did you\b", re.IGNORECASE),
    FactKind.AMOUNT: re.compile(
        r"\bhow much (?:was|were|did)\b|\b(?:what|the|which) amount\b", re.IGNORECASE
    ),
}
_NUMBERS = (FactKind.ORDER_NUMBER, FactKind.EMAIL, FactKind.PHONE, FactKind.POSTCODE)

Find = Callable[[str, datetime], tuple[Fact, ...]]
"""Finds the facts of a text written at a moment."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a reading knows of a contact: the topic's policy, the facts of the open turn, how to find those
    of earlier messages, and the values that the records hold by kind (unmasked)."""

    policy: TopicPolicy | None
    facts: tuple[Fact, ...]
    find: Find
    records: Mapping[FactKind, str]


def needed_kinds(policy: TopicPolicy | None) -> tuple[FactKind, ...]:
    """Return the kinds of fact that an answer on the topic needs, in the policy's order."""
    if policy is None:
        return ()
    return tuple(FactKind(kind) for kind in policy.facts if kind in set(FactKind))


def fact_lines(case: Case, telling: Telling, shop: Shop) -> tuple[FactLine, ...]:
    """Return what the conversation says of its facts: what is needed, then by message what was asked and
    given, then what the records hold or confirm.

    Kept are the facts the topic needs, order numbers and products; nothing else that a customer mentions.
    """
    needed = needed_kinds(telling.policy)
    topic = telling.policy.id if telling.policy is not None else None
    kept = _ALWAYS_KEPT | set(needed)
    lines = [FactLine(kind, FactAct.NEEDED, case.now, topic=topic) for kind in needed]
    said = [*asked_lines(case.contact, shop), *_given(case.contact, telling, kept)]
    lines += sorted(said, key=lambda line: line.message or 0)
    held = telling.records
    lines += [
        FactLine(kind, FactAct.ON_RECORD, case.now, value=masked(kind, value), how=LOOK_UP)
        for kind, value in held.items()
        if kind in needed and value
    ]
    return (*lines, *_confirmed_before(case, said), *_confirmed(case, telling, kept))


def asked_lines(contact: Contact, shop: Shop) -> Iterator[FactLine]:
    """Yield which facts the replies of ours ask for."""
    for place, message in enumerate(contact.messages):
        if message.role is Role.AGENT:
            for kind, how in kinds_asked(message.text, shop.topics.values()).items():
                yield FactLine(kind, FactAct.ASKED, message.at, message=place, how=how)


def kinds_asked(text: str, policies: Iterable[TopicPolicy]) -> Mapping[FactKind, str]:
    """Return the kinds of fact that `text` asks for, each with the topic whose approved question it is, or
    OWN_WORDS."""
    plain = " ".join(text[:READ_CHARS].split())
    asked: dict[FactKind, str] = {}
    for policy in policies:
        if policy.question and policy.question in plain:
            asked |= dict.fromkeys(needed_kinds(policy), f"approved question: {policy.id}")
        for kind, question in policy.questions.items():
            if question in plain and kind in set(FactKind):
                asked[FactKind(kind)] = f"approved question: {policy.id}"
    for sentence in _SENTENCE.findall(plain):
        if _REQUEST.search(sentence) is not None:
            for kind, pattern in _ASKS.items():
                if kind not in asked and pattern.search(sentence) is not None:
                    asked[kind] = OWN_WORDS
    return asked


def kinds_wanted(text: str) -> frozenset[FactKind]:
    """Return the kinds of number and address that an answer wants of the customer: asked for, or to be told
    or sent to us ("tell us the order number, and we send it again")."""
    if _WANTS.search(text) is None:
        return frozenset()
    wanting = [sentence for sentence in _SENTENCE.findall(text) if _WANTS.search(sentence) is not None]
    return frozenset(
        kind for kind in _NUMBERS if any(_ASKS[kind].search(sentence) is not None for sentence in wanting)
    )


def _given(contact: Contact, telling: Telling, kept: frozenset[FactKind]) -> Iterator[FactLine]:
    turn = _turn_places(contact)
    earlier = [
        place
        for place, message in enumerate(contact.messages)
        if message.role is Role.CUSTOMER and place not in turn
    ]
    for place in earlier[-_MOST_EARLIER:]:
        message = contact.messages[place]
        for fact in telling.find(message.text[:_READ_OF_EACH], message.at):
            if fact.kind in kept:
                yield _given_line(contact, place, fact)
    for fact in telling.facts:
        if fact.kind in kept and (fact.known or fact.kind is not FactKind.PRODUCT):
            yield _given_line(contact, _place_of(fact, contact, turn), fact)


def _given_line(contact: Contact, place: int, fact: Fact) -> FactLine:
    at = contact.messages[place].at
    return FactLine(fact.kind, FactAct.GIVEN, at, message=place, value=masked(fact.kind, fact.value))


def _turn_places(contact: Contact) -> tuple[int, ...]:
    """Return the indexes of the messages of the open turn (`Contact.last_turn`)."""
    places: list[int] = []
    for place in range(len(contact.messages) - 1, -1, -1):
        if contact.messages[place].role is Role.AGENT:
            break
        if contact.messages[place].role is Role.CUSTOMER:
            places.append(place)
    return tuple(reversed(places))


def _place_of(fact: Fact, contact: Contact, turn: Sequence[int]) -> int:
    """Return the index of the message that the place of `fact` in the question falls in."""
    end = 0
    for place in turn:
        end += len(contact.messages[place].text) + 1  # the line break between two messages
        if fact.span.start < end:
            return place
    return turn[-1] if turn else 0


def _confirmed_before(case: Case, said: Iterable[FactLine]) -> Iterator[FactLine]:
    """Yield the customer's own orders among the numbers given, whichever message gave them."""
    for line in said:
        is_number = line.kind is FactKind.ORDER_NUMBER and line.act is FactAct.GIVEN
        if is_number and case.own_order(line.value) is not None:
            yield FactLine(line.kind, FactAct.CONFIRMED, case.now, value=line.value, how=LOOK_UP)


def _confirmed(case: Case, telling: Telling, kept: frozenset[FactKind]) -> Iterator[FactLine]:
    """Yield what a look-up confirms of the facts given in the open turn."""
    ordered = {line.sku for order in case.orders for line in order.lines}
    customer = case.customer
    on_file = (
        {}
        if customer is None
        else {
            FactKind.EMAIL: customer.email.lower(),
            FactKind.PHONE: re.sub(r"\(0\)|[^\d+]", "", customer.phone),
            FactKind.POSTCODE: customer.postcode.upper(),
        }
    )
    for fact in telling.facts:
        if fact.kind is FactKind.ORDER_NUMBER:
            is_so = case.own_order(fact.value) is not None
        elif fact.kind is FactKind.PRODUCT:
            is_so = fact.value in ordered
        else:
            is_so = bool(on_file.get(fact.kind)) and on_file[fact.kind] == fact.value
        if is_so and fact.kind in kept:
            value = masked(fact.kind, fact.value)
            yield FactLine(fact.kind, FactAct.CONFIRMED, case.now, value=value, how=LOOK_UP)
