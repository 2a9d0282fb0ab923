"""Macros over REST: listed, tried in a contact, saved. Approving is for a person: a token is nobody."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from api.documents import CheckDocument, Document
from api.macros import MacroDesk, MacroExample, MacroRefused, MacroVersion
from api.rest.caller import actor, service
from api.rest.problems import ProblemError, problem
from api.rest.v1.contacts import unknown_contact
from api.rest.v1.requests import Identifier, Note, Request
from replies.articles import CannedReply
from replies.contacts import Channel
from replies.ports import UnknownContact

Words = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"\S")]
Short = Annotated[str, Field(max_length=200)]
MacroId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}$")]


class ExampleDocument(Request):
    """One proof of a macro: values by placeholder, and words that the reply must hold."""

    name: Short = "example"
    values: dict[Short, Note] = Field(default_factory=dict[str, str], max_length=30)
    channel: Channel = Channel.EMAIL
    topic: Short | None = None
    must_say: Annotated[tuple[Note, ...], Field(max_length=20)] = ()

    def example(self) -> MacroExample:
        """Return the example that this document states."""
        values = tuple(self.values.items())
        return MacroExample(self.name, values, self.channel.value, self.topic, tuple(self.must_say))


class NewMacro(Request):
    """A canned reply or macro as it shall stand."""

    id: MacroId
    text: Words
    title: Short = ""
    topics: Annotated[tuple[Short, ...], Field(max_length=50)] = ()
    channels: Annotated[tuple[Channel, ...], Field(max_length=5)] = ()
    actions: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    review_by: date | None = None
    examples: Annotated[tuple[ExampleDocument, ...], Field(max_length=20)] = ()

    def reply(self) -> CannedReply:
        """Return the canned reply, approved by nobody yet."""
        return CannedReply(
            id=self.id,
            text=self.text.strip(),
            title=self.title,
            topics=tuple(self.topics),
            channels=tuple(channel.value for channel in self.channels),
            actions=tuple(self.actions),
            review_by=self.review_by,
        )


class NewPreview(Request):
    contact_id: Identifier


class MacroDocument(Document):
    """A canned reply or macro as it stands."""

    id: str
    title: str
    text: str
    topics: list[str]
    channels: list[str]
    actions: list[str]
    approved_by: str
    review_by: date | None
    in_force: bool = Field(description="approved, in date, resting on no changed article")

    @classmethod
    def of(cls, reply: CannedReply) -> MacroDocument:
        """Return the document of a canned reply."""
        return cls(
            id=reply.id,
            title=reply.title,
            text=reply.text,
            topics=list(reply.topics),
            channels=list(reply.channels),
            actions=list(reply.actions),
            approved_by=reply.approved_by,
            review_by=reply.review_by,
            in_force=reply.in_force(service().clock.now().date()),
        )


class MacroPage(Document):
    items: list[MacroDocument]


class MacroVersionDocument(Document):
    """A macro as it was saved; the last of a list is as it stands."""

    number: int
    actor: str
    at: datetime
    act: str
    macro: MacroDocument

    @classmethod
    def of(cls, version: MacroVersion) -> MacroVersionDocument:
        """Return the document of a version."""
        return cls(
            number=version.number,
            actor=version.actor,
            at=version.at,
            act=version.act,
            macro=MacroDocument.of(version.reply),
        )


class MacroVersionsDocument(Document):
    items: list[MacroVersionDocument]


class PreviewDocument(Document):
    """What a macro becomes in a contact; nothing is recorded."""

    text: str
    gaps: list[str] = Field(description="placeholders left open, which block sending")
    problem: str = Field(description="why the template is refused; empty when it is not")
    check: CheckDocument | None


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/macros")
    @blueprint.output(MacroPage)
    def list_macros() -> MacroPage:
        """Return every canned reply and macro, in order of id."""
        return MacroPage(items=[MacroDocument.of(reply) for reply in service().macros.all()])

    @blueprint.post("/macros")
    @blueprint.input(NewMacro, location="json")
    @blueprint.output(MacroDocument, status_code=201)
    @blueprint.doc(responses={409: "It is approved: a person changes it in the editor"})
    def save_macro(json_data: NewMacro) -> MacroDocument:
        """Save a macro that proves itself; it is in no draft until a person approves it in the editor."""
        macros, reply = service().macros, json_data.reply()
        known = macros.one(reply.id)
        if known is not None and known[0].approved_by:
            told = f"{reply.id} is approved and in use; a supervisor changes it in the editor."
            raise problem(HTTPStatus.CONFLICT, "approved-macro", told)
        try:
            macros.save(reply, [one.example() for one in json_data.examples], actor())
        except MacroRefused as refused:
            raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "macro-refused", str(refused)) from refused
        return MacroDocument.of(reply)

    @blueprint.get("/macros/<id:macro_id>")
    @blueprint.output(MacroDocument)
    def read_macro(macro_id: str) -> MacroDocument:
        """Return one canned reply or macro."""
        return MacroDocument.of(_known(service().macros, macro_id))

    @blueprint.get("/macros/<id:macro_id>/versions")
    @blueprint.output(MacroVersionsDocument)
    def macro_versions(macro_id: str) -> MacroVersionsDocument:
        """Return the versions of a macro, oldest first: who saved which words when."""
        _known(service().macros, macro_id)
        versions = service().macros.versions(macro_id)
        return MacroVersionsDocument(items=[MacroVersionDocument.of(version) for version in versions])

    @blueprint.post("/macros/<id:macro_id>/preview")
    @blueprint.input(NewPreview, location="json")
    @blueprint.output(PreviewDocument)
    def preview_macro(macro_id: str, json_data: NewPreview) -> PreviewDocument:
        """Return what a macro becomes in a contact now; nothing is recorded."""
        reply = _known(service().macros, macro_id)
        try:
            shown = service().macros.preview(reply, json_data.contact_id)
        except UnknownContact as error:
            raise unknown_contact(json_data.contact_id) from error
        check = None if shown.check is None else CheckDocument.of(shown.check)
        return PreviewDocument(text=shown.text, gaps=list(shown.gaps), problem=shown.problem, check=check)


def _known(macros: MacroDesk, macro_id: str) -> CannedReply:
    found = macros.one(macro_id)
    if found is None:
        raise _unknown(macro_id)
    return found[0]


def _unknown(macro_id: str) -> ProblemError:
    return problem(HTTPStatus.NOT_FOUND, "unknown-macro", f"No canned reply has the id {macro_id!r}.")
