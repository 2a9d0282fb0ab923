"""What a contact wants: question, topic, facts, cues, and the situation an offer would meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brand_voice.finding import Span
from models.embedding import Encoder
from recommender.catalogue import Product
from recommender.offers import Situation
from replies.case import READ_CHARS, Case, meant_order
from replies.contacts import Contact
from replies.cues import hold_reason, packaged_cues
from replies.facts import find_facts
from replies.language import speaks
from replies.ports import Unit
from replies.proposals import Fact, FactKind, Understanding
from replies.shop import Shop
from replies.working_time import local_day

OTHER_LANGUAGE = "other language"
NOT_UNDERSTOOD = "what the customer needs is not understood yet"
_ENCODED_CHARS = 2_000  # more than the 256 tokens an encoder reads
_QUOTED = re.compile(r"^(?:>.*|On .{5,120} wrote:|-{2,} ?Original Message ?-{2,}.*)$", re.MULTILINE)
_SKU = re.compile(r"\b[A-Za-z]{2,6}-[A-Za-z0-9]{3,16}\b")
_MAX_MENTIONS, _MAX_CODES = 5, 8


@dataclass(frozen=True, slots=True)
class Question:
    """The customer's last turn: its text (READ_CHARS at most) and its (d,) unit vector."""

    text: str
    vector: NDArray[np.float32]
    in_our_language: bool

    @property
    def is_empty(self) -> bool:
        """Whether the customer has not said anything since our last reply."""
        return not self.text.strip()


class Topics(Protocol):
    """A calibrated classifier of topics (models.classifier.Classifier is one)."""

    @property
    def labels(self) -> Sequence[str]: ...
    @property
    def threshold(self) -> float: ...
    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]: ...


class Mention(Protocol):
    """A product that a text names."""

    @property
    def sku(self) -> str: ...


class FindMentions(Protocol):
    """Finds the products a text surely names, best first."""

    def __call__(self, text: str, vector: NDArray[np.float32], /) -> Iterable[Mention]: ...


def read_question(contact: Contact, encoder: Encoder, shop: Shop) -> Question:
    """Return the last turn with its vector: the one encoder pass of an assist. Quoted mail is not encoded."""
    text = contact.question[:READ_CHARS]
    fresh = _QUOTED.sub("", text).strip() or text
    vector = encoder.encode([fresh[:_ENCODED_CHARS]])[0]
    return Question(text, vector, speaks(fresh, shop.languages))


@dataclass(frozen=True, slots=True)
class Understander:
    """Reads a question against the shop's topics and records. Without `topics` every topic is open."""

    shop: Shop
    topics: Topics | None = None
    mentions: FindMentions | None = None

    def understand(self, case: Case, question: Question, unit: Unit) -> Understanding:
        """Return what the contact wants; spans are code points of `question.text`."""
        topic, confidence = self._topic(case, question)
        facts = self._facts(case, question, unit)
        cues = case.cues if question.in_our_language else case.cues | {OTHER_LANGUAGE}
        return Understanding(
            question=question.text,
            topic=topic,
            topic_confidence=confidence,
            facts=facts,
            missing=self._missing(case, topic, facts),
            cues=cues,
            situation=self._situation(case, topic, facts, question.in_our_language),
        )

    def on_topic(self, case: Case, question: Question) -> Mapping[str, float]:
        """Return the probability of each topic; none where nothing can be said."""
        if case.contact.topic is not None:
            return {case.contact.topic: 1.0}
        if self.topics is None or question.is_empty or not question.in_our_language:
            return {}
        chances: list[float] = self.topics.predict_proba(question.vector.reshape(1, -1))[0].tolist()
        return dict(zip(self.topics.labels, chances, strict=True))

    def _topic(self, case: Case, question: Question) -> tuple[str | None, float]:
        chances = self.on_topic(case, question)
        if not chances:
            return None, 0.0
        best = max(chances, key=lambda topic: chances[topic])
        is_sure = (
            self.topics is None or case.contact.topic is not None or chances[best] >= self.topics.threshold
        )
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
            products=self._products(question, unit),
        )

    def _products(self, question: Question, unit: Unit) -> tuple[Fact, ...]:
        if question.is_empty:
            return ()
        skus = list(dict.fromkeys(match.group().upper() for match in _SKU.finditer(question.text)))[
            :_MAX_CODES
        ]
        if self.mentions is not None:
            named = self.mentions(question.text[:_ENCODED_CHARS], question.vector)
            skus += [mention.sku for mention in named][:_MAX_MENTIONS]
        products = unit.catalogue.products(skus)
        facts: list[Fact] = []
        for sku in dict.fromkeys(skus):
            product = products.get(sku)
            span = None if product is None else _place_of(product, question.text)
            if span is not None and not any(_overlap(span, fact.span) for fact in facts):
                facts.append(Fact(FactKind.PRODUCT, sku, span, known=True))
        return tuple(facts)

    def _missing(self, case: Case, topic: str | None, facts: tuple[Fact, ...]) -> tuple[FactKind, ...]:
        policy = self.shop.topics.get(topic) if topic is not None else None
        if policy is None:
            return ()
        given = {fact.kind for fact in facts if fact.kind is not FactKind.ORDER_NUMBER or fact.known}
        order = meant_order(case, order_numbers(facts))
        if order is not None:
            given |= {FactKind.ORDER_NUMBER}
            given |= {FactKind.PRODUCT} if len({line.sku for line in order.lines}) == 1 else set[FactKind]()
        if case.customer is not None:
            held = {FactKind.EMAIL: case.customer.email, FactKind.PHONE: case.customer.phone}
            given |= {kind for kind, value in held.items() if value}
        wanted = [FactKind(kind) for kind in policy.facts if kind in set(FactKind)]
        return tuple(kind for kind in wanted if kind not in given)

    def _situation(
        self, case: Case, topic: str | None, facts: tuple[Fact, ...], in_our_language: bool
    ) -> Situation:
        order = meant_order(case, order_numbers(facts))
        named = [fact.value for fact in facts if fact.kind is FactKind.PRODUCT]
        lines = [line.sku for line in order.lines] if order is not None else []
        return Situation(
            skus=tuple(dict.fromkeys((*named, *lines))),
            owned=frozenset(
                line.sku for own in case.orders for line in own.lines if line.returned_at is None
            ),
            declined=case.declined,
            hold_reason=self._hold_reason(case, topic, bool(named))
            if in_our_language
            else "message in another language",
            channel=case.contact.channel.value,
        )

    def _hold_reason(self, case: Case, topic: str | None, names_product: bool) -> str | None:
        customer = case.customer
        if customer is not None and customer.vulnerable:
            return "vulnerable customer"
        by_cue = hold_reason(case.cues, packaged_cues())
        if by_cue is not None:
            return by_cue
        policy = self.shop.topics.get(topic) if topic is not None else None
        if policy is not None and policy.hold_reason is not None:
            return policy.hold_reason
        if customer is not None and customer.marketing_consent is False:
            return "customer has not agreed to marketing"
        if self.topics is not None and topic is None and not names_product:
            return NOT_UNDERSTOOD
        return None


def order_numbers(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the order numbers among the facts, in order of place."""
    return tuple(fact.value for fact in facts if fact.kind is FactKind.ORDER_NUMBER)


def meant_product(understanding: Understanding, products: Mapping[str, Product]) -> Product | None:
    """Return the product a contact is about: the first named, else the only one of the order; or None."""
    named = [fact.value for fact in understanding.facts if fact.kind is FactKind.PRODUCT]
    skus = named[:1] or (understanding.situation.skus if len(understanding.situation.skus) == 1 else ())
    return next((products[sku] for sku in skus if sku in products), None)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _place_of(product: Product, text: str) -> Span | None:
    """Return where `text` names the product: its SKU, else the stretch that holds most title words."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters change length in lower case; then places would be off
        lowered = text
    start = lowered.find(product.sku.lower())
    if start >= 0:
        return Span(start, start + len(product.sku))
    words = set(re.findall(r"[^\W\d_]{3,}", product.title.lower())) - {
        "and",
        "with",
        "for",
        "the",
    }
    stems = {word.rstrip("s") for word in words}
    found = [match for match in re.finditer(r"[^\W\d_]{3,}", lowered) if match.group().rstrip("s") in stems]
    if not found:
        return None
    first = last = found[0]
    for match in found[1:]:
        if match.start() - last.end() > 12:
            break
        last = match
    return Span(first.start(), last.end())
