"""The JSON documents that leave Wellput, the same over REST and from the command with --json."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from api.fact_documents import FactStateDocument
from api.learned import TOPICS
from api.offer_documents import Document, OfferDocument
from brand_voice.finding import CheckResult, Finding, Verdict
from replies.contacts import Channel, Contact, ContactStatus, Message, Role
from replies.fact_record import FactState, fact_states
from replies.proposals import Assist, Band, Fact, FactKind, Source, SourceKind, Suggestion, SuggestionKind
from replies.records import OfferEvent, OutboxMessage, OutboxState, SuggestionEvent


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
    id: str | None = Field(description="null where none fits surely, or no topics are learned")
    confidence: float
    abstained: bool = Field(description="there are topics, and none fits surely")


class AssistDocument(Document):
    id: str
    contact_id: str
    contact_version: int = Field(description="how many messages had been read")
    made_at: datetime
    topic: TopicDocument
    facts: list[FactDocument]
    missing_facts: list[FactKind]
    fact_record: list[FactStateDocument] = Field(description="asked, given and confirmed in the contact")
    cues: list[str]
    suggestions: list[SuggestionDocument]
    question: str | None = Field(description="the clarifying question to ask when nothing is suggested")
    offers: list[OfferDocument]
    no_offer_reason: str | None
    alternatives: list[OfferDocument] = Field(description="in place of products asked for")
    versions: dict[str, str]
    guidelines: list[SourceDocument] = Field(description="for the agent alone; never quoted to a customer")
    notes: list[str] = Field(description="what the agent must know of the drafts, in words")

    @classmethod
    def of(cls, assist: Assist) -> AssistDocument:
        seen = assist.understanding
        return cls(
            id=assist.id,
            contact_id=assist.contact_id,
            contact_version=assist.contact_version,
            made_at=assist.made_at,
            topic=TopicDocument(
                id=seen.topic,
                confidence=round(seen.topic_confidence, 4),
                abstained=seen.topic is None and TOPICS in dict(assist.versions),
            ),
            facts=[FactDocument.of(fact) for fact in seen.facts],
            missing_facts=list(seen.missing),
            fact_record=[FactStateDocument.of(state) for state in fact_states(seen.record)],
            cues=sorted(seen.cues),
            suggestions=[SuggestionDocument.of(suggestion) for suggestion in assist.suggestions],
            question=assist.question,
            offers=[OfferDocument.of(offer) for offer in assist.offers],
            no_offer_reason=assist.no_offer_reason,
            alternatives=[OfferDocument.of(offer) for offer in assist.alternatives],
            versions=dict(assist.versions),
            guidelines=[SourceDocument.of(source) for source in assist.guidelines],
            notes=list(assist.notes),
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
    facts: list[FactStateDocument] = Field(description="asked, given and confirmed so far")

    @classmethod
    def of(cls, contact: Contact, facts: Iterable[FactState] = ()) -> ContactDocument:
        """Return the document of a contact with its fact record."""
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
            facts=[FactStateDocument.of(state) for state in facts],
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
