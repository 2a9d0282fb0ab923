"""Asking the gate to let a text through. Deciding is for a signed-in person: a token is nobody."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from api.rest.caller import actor, service
from api.rest.problems import problem
from brand_voice.finding import Span
from replies.departures import GateAct, GateRecord, NotAllowed
from replies.ports import UnknownContact, UnknownOffer


class NewQuestion(BaseModel):
    """The text that is held back, and why it should go out all the same."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=100_000)
    reason: str = Field(min_length=1, max_length=2_000)
    offer_ids: list[str] = Field(default_factory=list[str], max_length=20)


class NewSetAside(BaseModel):
    """One finding of a text, and why it may stand."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=100_000)
    rule: str = Field(min_length=1, max_length=200)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    reason: str = Field(min_length=1, max_length=2_000)


class GateRecordDocument(BaseModel):
    """A line of what was asked of the gate, decided, or set aside."""

    id: str
    act: GateAct
    contact_id: str
    text_sha256: str
    at: datetime
    actor: str
    role: str
    reason: str
    rules: list[str]
    asked_id: str | None
    expires_at: datetime | None

    @classmethod
    def of(cls, record: GateRecord) -> GateRecordDocument:
        """Return the document of a record."""
        return cls(
            id=record.id,
            act=record.act,
            contact_id=record.contact_id,
            text_sha256=record.text_sha256,
            at=record.at,
            actor=record.actor,
            role=record.role,
            reason=record.reason,
            rules=list(record.rules),
            asked_id=record.asked_id,
            expires_at=record.expires_at,
        )


class GateRecordsDocument(BaseModel):
    """The lines about a contact, oldest first."""

    items: list[GateRecordDocument]


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/contacts/<id:contact_id>/departures")
    @blueprint.output(GateRecordsDocument)
    def list_departures(contact_id: str) -> GateRecordsDocument:
        """Return what was asked of the gate and decided in a contact; nobody changes these lines."""
        found = service().departures.of_contact(contact_id)
        return GateRecordsDocument(items=[GateRecordDocument.of(record) for record in found])

    @blueprint.post("/contacts/<id:contact_id>/departures")
    @blueprint.input(NewQuestion, location="json")
    @blueprint.output(GateRecordDocument, status_code=201)
    @blueprint.doc(responses={409: "Nothing holds the text back, or nobody may depart from this rule"})
    def ask_for_departure(contact_id: str, json_data: NewQuestion) -> GateRecordDocument:
        """Ask a supervisor to let this very text go out; the answer is given at the desk."""
        try:
            asked = service().departures.ask(
                contact_id,
                json_data.text,
                json_data.reason,
                actor=actor(),
                role="client",
                offers=json_data.offer_ids,
            )
        except UnknownContact as error:
            raise _unknown(contact_id) from error
        except UnknownOffer as error:
            raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-proposal", str(error.args[0])) from error
        except NotAllowed as error:
            raise problem(HTTPStatus.CONFLICT, "not-allowed", str(error)) from error
        return GateRecordDocument.of(asked)

    @blueprint.post("/contacts/<id:contact_id>/set-aside")
    @blueprint.input(NewSetAside, location="json")
    @blueprint.output(GateRecordDocument, status_code=201)
    @blueprint.doc(
        responses={409: "There is no such finding, or the rule does not let a client set it aside"}
    )
    def set_finding_aside(contact_id: str, json_data: NewSetAside) -> GateRecordDocument:
        """Let one finding of this very text stand, with a reason that is kept."""
        try:
            line = service().departures.set_aside(
                contact_id,
                json_data.text,
                json_data.rule,
                Span(json_data.start, json_data.end),
                json_data.reason,
                actor=actor(),
                role="client",
            )
        except UnknownContact as error:
            raise _unknown(contact_id) from error
        except NotAllowed as error:
            raise problem(HTTPStatus.CONFLICT, "not-allowed", str(error)) from error
        return GateRecordDocument.of(line)


def _unknown(contact_id: str) -> Exception:
    return problem(HTTPStatus.NOT_FOUND, "unknown-contact", f"No contact has the id {contact_id!r}.")
