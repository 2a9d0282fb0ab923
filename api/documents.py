"""The JSON documents that leave Wellput, the same over REST and from the command with --json."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from brand_voice.finding import CheckResult, Finding, Verdict
from recommender.catalogue import BuyingRoute, StoreStock
from recommender.money import Money
from recommender.offers import Offer
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.proposals import Assist, Band, Fact, FactKind, Source, SourceKind, Suggestion, SuggestionKind
from replies.records import OfferEvent, OutboxMessage, OutboxState, SuggestionEvent


class Document(BaseModel):
    """A document that leaves; its fields are the contract."""

    model_config = ConfigDict(frozen=True)


class SpanDocument(Document):
    start: int
    end: int


class FixDocument(SpanDocument):
    replacement: str


class FindingDocument(Document):
    rule: str
    severity: Literal["block", "warn", "advise"]
    span: SpanDocument
    message: str
    why: str
    fixes: list[FixDocument]

    @classmethod
    def of(cls, finding: Finding) -> FindingDocument:
        return cls(
            rule=finding.rule,
            severity=finding.severity.value,
            span=SpanDocument(start=finding.span.start, end=finding.span.end),
            message=finding.message,
            why=finding.why,
            fixes=[
                FixDocument(start=fix.span.start, end=fix.span.end, replacement=fix.replacement)
                for fix in finding.fixes
            ],
        )


class CheckDocument(Document):
    verdict: Verdict
    findings: list[FindingDocument]
    rulebook_version: str
    text_sha256: str

    @classmethod
    def of(cls, result: CheckResult) -> CheckDocument:
        return cls(
            verdict=result.verdict,
            findings=[FindingDocument.of(finding) for finding in result.findings],
            rulebook_version=result.rulebook_version,
            text_sha256=result.text_sha256,
        )


class MoneyDocument(Document):
    amount: str = Field(description="decimal text", examples=["12.50"])
    currency: str = Field(description="ISO 4217", examples=["GBP"])

    @classmethod
    def of(cls, money: Money | None) -> MoneyDocument | None:
        return None if money is None else cls(amount=money.decimal_text, currency=money.currency)


class SourceDocument(Document):
    kind: SourceKind
    id: str
    title: str
    quote: str
    url: str

    @classmethod
    def of(cls, source: Source) -> SourceDocument:
        return cls(kind=source.kind, id=source.id, title=source.title, quote=source.quote, url=source.url)


class SuggestionDocument(Document):
    id: str
    rank: int
    kind: SuggestionKind
    reply_id: str | None
    text: str
    confidence: float
    band: Band
    sources: list[SourceDocument]
    reasons: list[str]
    check: CheckDocument

    @classmethod
    def of(cls, suggestion: Suggestion) -> SuggestionDocument:
        return cls(
            id=suggestion.id,
            rank=suggestion.rank,
            kind=suggestion.kind,
            reply_id=suggestion.reply_id,
            text=suggestion.text,
            confidence=round(suggestion.confidence, 4),
            band=suggestion.band,
            sources=[SourceDocument.of(source) for source in suggestion.sources],
            reasons=list(suggestion.reasons),
            check=CheckDocument.of(suggestion.check),
        )


class BuyingRouteDocument(Document):
    channel: str
    place: str
    note: str
    checked_at: datetime | None

    @classmethod
    def of(cls, route: BuyingRoute) -> BuyingRouteDocument:
        return cls(channel=route.channel, place=route.place, note=route.note, checked_at=route.checked_at)


class StoreStockDocument(Document):
    store_id: str
    name: str
    address: str
    quantity: int
    checked_at: datetime | None

    @classmethod
    def of(cls, stock: StoreStock) -> StoreStockDocument:
        return cls(
            store_id=stock.store.store_id,
            name=stock.store.name,
            address=stock.store.address,
            quantity=stock.quantity,
            checked_at=stock.checked_at,
        )


class OfferDocument(Document):
    id: str
    sku: str
    title: str
    score: float
    reasons: list[str]
    price: MoneyDocument | None
    stock: int | None
    buy_at: list[BuyingRouteDocument]
    store_stock: list[StoreStockDocument]
    model_version: str

    @classmethod
    def of(cls, offer: Offer) -> OfferDocument:
        return cls(
            id=offer.id,
            sku=offer.sku,
            title=offer.title,
            score=round(offer.score, 6),
            reasons=[reason.text for reason in offer.reasons],
            price=MoneyDocument.of(offer.price),
            stock=offer.stock,
            buy_at=[BuyingRouteDocument.of(route) for route in offer.buy_at],
            store_stock=[StoreStockDocument.of(stock) for stock in offer.store_stock],
            model_version=offer.model_version,
        )


class FactDocument(Document):
    kind: FactKind
    value: str
    span: SpanDocument
    known: bool

    @classmethod
    def of(cls, fact: Fact) -> FactDocument:
        return cls(
            kind=fact.kind,
            value=fact.value,
            span=SpanDocument(start=fact.span.start, end=fact.span.end),
            known=fact.known,
        )


class TopicDocument(Document):
    id: str | None = Field(description="null where the classifier abstains")
    confidence: float
    abstained: bool


class AssistDocument(Document):
    id: str
    contact_id: str
    contact_version: int = Field(description="how many messages had been read")
    made_at: datetime
    topic: TopicDocument
    facts: list[FactDocument]
    missing_facts: list[FactKind]
    cues: list[str]
    suggestions: list[SuggestionDocument]
    question: str | None = Field(description="the clarifying question to ask when nothing is suggested")
    offers: list[OfferDocument]
    no_offer_reason: str | None
    versions: dict[str, str]

    @classmethod
    def of(cls, assist: Assist) -> AssistDocument:
        seen = assist.understanding
        return cls(
            id=assist.id,
            contact_id=assist.contact_id,
            contact_version=assist.contact_version,
            made_at=assist.made_at,
            topic=TopicDocument(
                id=seen.topic, confidence=round(seen.topic_confidence, 4), abstained=seen.topic is None
            ),
            facts=[FactDocument.of(fact) for fact in seen.facts],
            missing_facts=list(seen.missing),
            cues=sorted(seen.cues),
            suggestions=[SuggestionDocument.of(suggestion) for suggestion in assist.suggestions],
            question=assist.question,
            offers=[OfferDocument.of(offer) for offer in assist.offers],
            no_offer_reason=assist.no_offer_reason,
            versions=dict(assist.versions),
        )


class MessageDocument(Document):
    role: Role
    text: str
    at: datetime
    reply_id: str | None

    @classmethod
    def of(cls, message: Message) -> MessageDocument:
        return cls(role=message.role, text=message.text, at=message.at, reply_id=message.reply_id)


class ContactDocument(Document):
    id: str
    channel: Channel
    status: ContactStatus
    customer_id: str | None
    order_ids: list[str]
    topic: str | None
    wrap_up_code: str | None
    received_at: datetime
    due_at: datetime | None
    first_reply_at: datetime | None
    version: int = Field(description="how many messages there are; send it back as `seen_version`")
    messages: list[MessageDocument]

    @classmethod
    def of(cls, contact: Contact) -> ContactDocument:
        return cls(
            id=contact.id,
            channel=contact.channel,
            status=contact.status,
            customer_id=contact.customer_id,
            order_ids=list(contact.order_ids),
            topic=contact.topic,
            wrap_up_code=contact.wrap_up_code,
            received_at=contact.received_at,
            due_at=contact.due_at,
            first_reply_at=contact.first_reply_at,
            version=contact.version,
            messages=[MessageDocument.of(message) for message in contact.messages],
        )


class SentDocument(Document):
    message_id: str
    contact_id: str
    state: OutboxState = Field(description="in_doubt: nobody knows whether it went out; a person decides")
    note: str
    text_sha256: str
    check: CheckDocument

    @classmethod
    def of(cls, message: OutboxMessage) -> SentDocument:
        return cls(
            message_id=message.id,
            contact_id=message.contact_id,
            state=message.state,
            note=message.note,
            text_sha256=message.check.text_sha256,
            check=CheckDocument.of(message.check),
        )


class SuggestionEventDocument(Document):
    suggestion_id: str
    event: str
    at: datetime
    reason: str
    edit_distance: int | None = Field(description="computed by the service from the final text")

    @classmethod
    def of(cls, event: SuggestionEvent) -> SuggestionEventDocument:
        return cls(
            suggestion_id=event.suggestion_id,
            event=event.act.value,
            at=event.at,
            reason=event.reason,
            edit_distance=event.edit_distance,
        )


class OfferEventDocument(Document):
    offer_id: str
    event: str
    at: datetime
    reason: str

    @classmethod
    def of(cls, event: OfferEvent) -> OfferEventDocument:
        return cls(offer_id=event.offer_id, event=event.act.value, at=event.at, reason=event.reason)
