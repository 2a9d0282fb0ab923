"""The fact record of a contact over REST: read, confirmed, put right; and the report on it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from api.documents import Document
from api.fact_documents import FactsReportDocument, FactStateDocument
from api.fact_keeping import FactRefused
from api.rest.caller import actor, service
from api.rest.problems import problem
from api.rest.v1.contacts import unknown_contact
from api.rest.v1.requests import Request, Text, UptakeQuery
from replies.ports import UnknownContact
from replies.proposals import FactKind


class FactRecordDocument(Document):
    """How every fact of a contact stands."""

    items: list[FactStateDocument]


class NewFactWord(Request):
    """What was confirmed with the customer, or put right."""

    kind: FactKind
    value: Annotated[Text, Field(min_length=1, max_length=300)] | None = Field(
        default=None, description="puts the fact right; left out, what stands is confirmed"
    )


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/contacts/<id:contact_id>/facts")
    @blueprint.output(FactRecordDocument)
    def read_facts(contact_id: str) -> FactRecordDocument:
        """Return which facts were needed, asked, given and confirmed in a contact."""
        try:
            states = service().facts.states(contact_id)
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error
        return FactRecordDocument(items=[FactStateDocument.of(state) for state in states])

    @blueprint.post("/contacts/<id:contact_id>/facts")
    @blueprint.input(NewFactWord, location="json")
    @blueprint.output(FactStateDocument, status_code=201)
    @blueprint.doc(responses={409: "Nobody has given the fact yet, so there is nothing to confirm"})
    def note_fact(contact_id: str, json_data: NewFactWord) -> FactStateDocument:
        """Confirm a fact with the customer, or put it right."""
        facts = service().facts
        try:
            if json_data.value is None:
                return FactStateDocument.of(facts.confirm(contact_id, json_data.kind, actor()))
            return FactStateDocument.of(facts.correct(contact_id, json_data.kind, json_data.value, actor()))
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error
        except FactRefused as error:
            raise problem(HTTPStatus.CONFLICT, "nothing-to-confirm", str(error)) from error
        except ValueError as error:
            raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-fact", str(error)) from error

    @blueprint.get("/reports/facts")
    @blueprint.input(UptakeQuery, location="query")
    @blueprint.output(FactsReportDocument)
    def facts_report(query_data: UptakeQuery) -> FactsReportDocument:
        """Return, by topic, how the facts it needs were come by, and how often they were asked for twice."""
        return FactsReportDocument.of(service().facts.report(query_data.since))
