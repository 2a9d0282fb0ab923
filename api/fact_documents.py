"""The fact record of a contact, and the report on it, as documents."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from api.fact_keeping import TopicFacts
from api.offer_documents import Document
from replies.fact_record import FactState
from replies.proposals import FactKind


class FactStateDocument(Document):
    """How one kind of fact stands in a contact."""

    kind: FactKind
    needed: bool = Field(description="the topic needs it")
    value: str = Field(description="what counts now, masked where personal; empty where nobody gave it")
    asked: list[int] = Field(description="indexes of the messages of ours that asked for it")
    given: int | None = Field(description="index of the customer's message that gave it last")
    on_record: bool = Field(description="the shop's records hold it and nobody said it")
    corrected: bool = Field(description="an agent put it right")
    confirmed: str = Field(description="by whom, or 'look-up'; empty where nobody did")
    missing: bool = Field(description="the contact was closed without it")

    @classmethod
    def of(cls, state: FactState) -> FactStateDocument:
        """Return the document of a state."""
        return cls(
            kind=state.kind,
            needed=state.needed,
            value=state.value,
            asked=list(state.asked),
            given=state.given,
            on_record=state.on_record,
            corrected=state.corrected,
            confirmed=state.confirmed,
            missing=state.missing,
        )


class TopicFactsDocument(Document):
    """How the facts that a topic needs were come by; one kind in one contact counts once."""

    topic: str
    contacts: int
    needed: int
    on_record: int = Field(description="held by the shop's records, said by nobody")
    unasked: int = Field(description="given before anybody asked")
    asked: int
    asked_twice: int
    confirmed: int
    missing: int = Field(description="still open when the contact was closed")


class FactsReportDocument(Document):
    """The report on facts, the topics with most contacts first."""

    topics: list[TopicFactsDocument]

    @classmethod
    def of(cls, counted: Iterable[TopicFacts]) -> FactsReportDocument:
        """Return the document of a report."""
        return cls(
            topics=[
                TopicFactsDocument(
                    topic=one.topic,
                    contacts=one.contacts,
                    needed=one.needed,
                    on_record=one.on_record,
                    unasked=one.unasked,
                    asked=one.asked,
                    asked_twice=one.asked_twice,
                    confirmed=one.confirmed,
                    missing=one.missing,
                )
                for one in counted
            ]
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the printed table."""
        return tuple(name.replace("_", " ") for name in TopicFactsDocument.model_fields)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of the printed table."""
        return [tuple(str(value) for value in one.model_dump().values()) for one in self.topics]
