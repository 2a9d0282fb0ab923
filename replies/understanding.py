"""What a contact wants: question, topic, facts, cues, and the situation an offer would meet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.embedding import Encoder
from recommender.customers import Order
from recommender.offers import Situation
from replies.case import READ_CHARS, Case, meant_order
from replies.contacts import Contact, Role
from replies.cues import hold_reason, packaged_cues
from replies.fact_reading import Telling, fact_lines, needed_kinds
from replies.fact_record import fact_states, joined
from replies.facts import find_facts
from replies.language import speaks
from replies.meant import meant_numbers, meant_skus
from replies.offer_situation import NO_CONSENT, VULNERABLE, offers_left, owned_of, recent_purchases
from replies.ports import Unit
from replies.products_named import ProductsNamed, coded
from replies.proposals import Fact, FactKind, FactLine, Understanding
from replies.shop import Shop
from replies.withdrawn import ReadsTopics, Withdrawn, withdrawn_in
from replies.working_time import local_day

_LOOKED_UP = frozenset({FactKind.ORDER_NUMBER, FactKind.PRODUCT})
OTHER_LANGUAGE = "other language"
NOT_UNDERSTOOD = "what the customer needs is not understood yet"
_ENCODED_CHARS = 2_000  # more than the 256 tokens an encoder reads
_QUOTED = re.compile(r"^(?:>.*|On .{5,120} wrote:|-{2,} ?Original Message ?-{2,}.*)$", re.MULTILINE)
_BY_CODE_ALONE = ProductsNamed()
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEW_WORDS, _LEAST_WORDS = 6, 3  # in a turn that leans on the one before, and in one that can be leant on


@dataclass(frozen=True, slots=True)
class Question:
    """The customer's last turn: its text (READ_CHARS at most) and its (d,) unit vector.

    `sought` is what topics and searches are asked with, and its vector: the turn, after what was asked
    before where it is a few words, and without what it takes back (`withdrawn`), "" where nothing is left.
    """

    text: str
    vector: NDArray[np.float32]
    in_our_language: bool
    sought: str
    sought_vector: NDArray[np.float32]
    withdrawn: Withdrawn | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the customer has not said anything since our last reply."""
        return not self.text.strip()

    @property
    def asks_nothing(self) -> bool:
        """Whether all that was asked is taken back."""
        return self.withdrawn is not None and not self.sought


class LikelyCues(Protocol):
    """Says why offers are likely out of place beside a message (replies.learned_cues.LearnedCues does)."""

    def likely(self, vector: NDArray[np.float32], /) -> str | None: ...


def read_question(contact: Contact, encoder: Encoder, shop: Shop) -> Question:
    """Return the last turn with its vector: the one encoder pass of an assist. Quoted mail is not encoded."""
    text = contact.question[:READ_CHARS]
    fresh = _fresh(text)
    sought = _sought(contact, fresh)
    texts = [one[:_ENCODED_CHARS] for one in dict.fromkeys((fresh, sought))]
    vectors = encoder.encode(texts)
    return Question(text, vectors[0], speaks(fresh, shop.languages), sought, vectors[-1])


def _sought(contact: Contact, fresh: str) -> str:
    """Return what to search with: a turn of a few words in a running conversation ("It is LR-104233.", "And
    is there a charge?") says what it means only after what the customer asked before."""
    if not contact.answered or not fresh.strip() or len(_WORD.findall(fresh)) > _FEW_WORDS:
        return fresh
    said = [message.text for message in contact.messages if message.role is Role.CUSTOMER]
    earlier = said[: len(said) - len(contact.last_turn)]
    before = next((one for one in reversed(earlier) if len(_WORD.findall(one)) >= _LEAST_WORDS), "")
    return f"{_fresh(before[:READ_CHARS])}\n{fresh}" if before else fresh


def _fresh(text: str) -> str:
    return _QUOTED.sub("", text).strip() or text


@dataclass(frozen=True, slots=True)
class Understander:
    """Reads a question against the shop's topics and records. Without `topics` every topic is open."""

    shop: Shop
    topics: ReadsTopics | None = None
    cues: LikelyCues | None = None
    products: ProductsNamed = _BY_CODE_ALONE

    def heeding(self, question: Question, encoder: Encoder) -> Question:
        """Return the question without what it takes back; `encoder` reads again only where words say so."""
        if self.topics is None or question.is_empty or not question.in_our_language:
            return question
        found = withdrawn_in(question.sought, question.sought_vector, self.topics, encoder.encode)
        if found is None:
            return question
        return replace(question, sought=found.rest, sought_vector=found.vector, withdrawn=found)

    def understand(self, case: Case, question: Question, unit: Unit) -> Understanding:
        """Return what the contact wants; spans are code points of `question.text`."""
        topic, confidence = self._topic(case, question)
        facts = self._facts(case, question, unit)
        record = self._record(case, topic, facts, unit)
        cues = case.cues if question.in_our_language else case.cues | {OTHER_LANGUAGE}
        return Understanding(
            question=question.text,
            topic=topic,
            topic_confidence=confidence,
            facts=facts,
            missing=self._missing(case, topic, facts, record),
            cues=cues,
            situation=self._situation(case, topic, facts, record, question, unit),
            record=record,
        )

    def on_topic(self, case: Case, question: Question) -> Mapping[str, float]:
        """Return the probability of each topic; none where nothing can be said."""
        gone = () if question.withdrawn is None else question.withdrawn.topics
        if case.contact.topic is not None and case.contact.topic not in gone:
            return {case.contact.topic: 1.0}
        if self.topics is None or question.is_empty or not question.in_our_language or question.asks_nothing:
            return {}
        chances: list[float] = self.topics.chances(question.sought, question.sought_vector).tolist()
        named = zip(self.topics.labels, chances, strict=True)
        return {topic: 0.0 if topic in gone else chance for topic, chance in named}

    def _topic(self, case: Case, question: Question) -> tuple[str | None, float]:
        chances = self.on_topic(case, question)
        if not chances:
            return None, 0.0
        best = max(chances, key=lambda topic: chances[topic])
        is_sure = self.topics is None or best == case.contact.topic or chances[best] >= self.topics.threshold
        return (best if is_sure else None), chances[best]

    def _facts(self, case: Case, question: Question, unit: Unit) -> tuple[Fact, ...]:
        turn = case.contact.last_turn
        written_on = local_day(turn[-1].at, self.shop) if turn else case.today
        return find_facts(
            question.text,
            written_on=written_on,
            order_known=lambda number: (
                case.own_order(number) is not None or unit.customers.order(number) is not None
            ),
            products=() if question.is_empty else self.products.facts(question.text, question.vector, unit),
            own_orders=[order.order_id for order in case.orders],
        )

    def _record(
        self, case: Case, topic: str | None, facts: tuple[Fact, ...], unit: Unit
    ) -> tuple[FactLine, ...]:
        """Return the contact's fact record with what this reading of the conversation adds to it."""
        stored = unit.facts.of_contact(case.contact.id)
        policy = self.shop.topics.get(topic) if topic is not None else None

        def find(text: str, at: datetime) -> tuple[Fact, ...]:
            return find_facts(
                text,
                written_on=local_day(at, self.shop),
                order_known=lambda number: case.own_order(number) is not None,
                products=coded(text, unit),
                own_orders=[order.order_id for order in case.orders],
            )

        order = meant_order(case, meant_numbers(facts, stored))
        telling = Telling(policy, facts, find, _on_record(case, order))
        return joined(stored, fact_lines(case, telling, self.shop))

    def _missing(
        self, case: Case, topic: str | None, facts: tuple[Fact, ...], record: Sequence[FactLine]
    ) -> tuple[FactKind, ...]:
        """Return the kinds needed that nobody gave; an order number that no record of theirs knows is one."""
        policy = self.shop.topics.get(topic) if topic is not None else None
        order = meant_order(case, meant_numbers(facts, record))
        held = _on_record(case, order)
        known = {
            state.kind
            for state in fact_states(record)
            if state.is_known and (not state.on_record or held.get(state.kind))
        }
        known -= {FactKind.ORDER_NUMBER} if order is None else set[FactKind]()
        known |= {fact.kind for fact in facts if fact.kind not in _LOOKED_UP or fact.known}
        return tuple(kind for kind in needed_kinds(policy) if kind not in known)

    def _situation(
        self,
        case: Case,
        topic: str | None,
        facts: tuple[Fact, ...],
        record: Sequence[FactLine],
        question: Question,
        unit: Unit,
    ) -> Situation:
        order = meant_order(case, meant_numbers(facts, record))
        named = meant_skus(facts, record)
        lines = [line.sku for line in order.lines] if order is not None else []
        return Situation(
            skus=tuple(dict.fromkeys((*named, *lines))),
            owned=owned_of(case.orders),
            declined=case.declined,
            hold_reason=self._hold_reason(case, topic, question, bool(named))
            if question.in_our_language
            else "message in another language",
            channel=case.contact.channel.value,
            recent=recent_purchases(case.orders, case.now),
            postcode=case.customer.postcode if case.customer is not None else "",
            most=offers_left(self.shop.offers.per_contact, unit.assists.offer_events(case.contact.id)),
        )

    def _hold_reason(
        self, case: Case, topic: str | None, question: Question, names_product: bool
    ) -> str | None:
        stated = self._stated_hold(case, topic)
        if stated is not None:
            return stated
        likely = self.cues.likely(question.vector) if self.cues and not question.is_empty else None
        if likely is not None:
            return likely
        if case.customer is not None and case.customer.marketing_consent is False:
            return NO_CONSENT
        if self.topics is not None and topic is None and not names_product:
            return NOT_UNDERSTOOD
        return None

    def _stated_hold(self, case: Case, topic: str | None) -> str | None:
        """Return what the record, a rule on the customer's words or the shop's policy on the topic holds."""
        if case.customer is not None and case.customer.vulnerable:
            return VULNERABLE
        by_cue = hold_reason(case.cues, packaged_cues())
        policy = self.shop.topics.get(topic) if topic is not None else None
        return by_cue or (None if policy is None else policy.hold_reason)


def _on_record(case: Case, order: Order | None) -> dict[FactKind, str]:
    """Return what the records hold without anybody saying it, by kind; "" where they hold nothing."""
    customer = case.customer
    skus = {line.sku for line in order.lines} if order is not None else set[str]()
    return {
        FactKind.ORDER_NUMBER: order.order_id if order is not None else "",
        FactKind.PRODUCT: next(iter(skus)) if len(skus) == 1 else "",
        FactKind.EMAIL: customer.email if customer is not None else "",
        FactKind.PHONE: customer.phone if customer is not None else "",
    }
