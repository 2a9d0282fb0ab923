"""Letters and faxes over REST: taken apart for another printer, or as a PDF."""

from __future__ import annotations

import base64
from http import HTTPStatus

from apiflask import APIBlueprint
from pydantic import Field

from api.documents import Document
from api.letters import LettersUnavailable, NoLetter, pdf_of
from api.rest.caller import service
from api.rest.problems import problem
from api.rest.v1.contacts import unknown_contact
from api.rest.v1.requests import FilledText, Request
from replies.letters import Letter
from replies.ports import UnknownContact


class NewLetter(Request):
    text: FilledText
    pdf: bool = Field(default=False, strict=True, description="whether to print it as well")


class LetterQuery(Request):
    pdf: bool = Field(default=False, description="whether to print it as well")


class LetterDocument(Document):
    """What stands on the paper."""

    is_fax: bool
    is_draft: bool = Field(description="it has not passed the gate, and the page says so")
    head: list[list[str]] = Field(description="blocks of lines above the greeting: date, recipient")
    reference: str
    paragraphs: list[str]
    enclosed: str
    pdf: str | None = Field(description="the page as a PDF in base64, where it was asked for")

    @classmethod
    def of(cls, letter: Letter, pdf: bytes | None) -> LetterDocument:
        """Return the document of a letter."""
        return cls(
            is_fax=letter.is_fax,
            is_draft=letter.is_draft,
            head=[list(block) for block in letter.head],
            reference=letter.reference,
            paragraphs=list(letter.paragraphs),
            enclosed=letter.enclosed,
            pdf=None if pdf is None else base64.b64encode(pdf).decode("ascii"),
        )


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/contacts/<id:contact_id>/letter")
    @blueprint.input(NewLetter, location="json")
    @blueprint.output(LetterDocument)
    @blueprint.doc(responses={503: "A PDF was asked for, and nothing is installed that makes one"})
    def draft_letter(contact_id: str, json_data: NewLetter) -> LetterDocument:
        """Return a text of a contact as it would stand on paper, marked as a draft."""
        try:
            letter = service().letters.draft_parts(contact_id, json_data.text)
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error
        return _printed(letter, pdf=json_data.pdf)

    @blueprint.get("/messages/<id:message_id>/letter")
    @blueprint.input(LetterQuery, location="query")
    @blueprint.output(LetterDocument)
    @blueprint.doc(responses={503: "A PDF was asked for, and nothing is installed that makes one"})
    def sent_letter(message_id: str, query_data: LetterQuery) -> LetterDocument:
        """Return a reply that passed the gate as it goes into the envelope."""
        try:
            letter = service().letters.sent_parts(message_id)
        except NoLetter as error:
            raise problem(HTTPStatus.NOT_FOUND, "unknown-message", f"{error}.") from error
        return _printed(letter, pdf=query_data.pdf)


def _printed(letter: Letter, *, pdf: bool) -> LetterDocument:
    try:
        return LetterDocument.of(letter, pdf_of(letter) if pdf else None)
    except LettersUnavailable as error:
        raise problem(HTTPStatus.SERVICE_UNAVAILABLE, "no-printer", str(error)) from error
