"""Contacts in, messages in, replies out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from apiflask import APIBlueprint
from pydantic import Field

from api.card_numbers import CardNumberRefused
from api.documents import CheckDocument, ContactDocument, Document, FindingDocument, SentDocument
from api.rest.caller import actor, service
from api.rest.problems import ProblemError, problem
from api.rest.v1.requests import Closing, ContactQuery, NewContact, NewMessage, NewSend
from replies.contacts import Contact, Message
from replies.ports import StaleContact, UnknownContact, UnknownOffer, UnknownSuggestion
from replies.sending import Blocked, SendRequest


class ContactPage(Document):
    items: list[ContactDocument]
    next: str | None = Field(description="send it back as `after` for the next page; null on the last")


def unknown_contact(contact_id: str) -> ProblemError:
    return problem(HTTPStatus.NOT_FOUND, "unknown-contact", f"No contact has the id {contact_id!r}.")


def card_number(error: CardNumberRefused) -> ProblemError:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "card-number", str(error))


def _unknown_cursor(after: str) -> ProblemError:
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "unknown-cursor",
        f"after: there is no contact {after!r} to go on from; take `next` of the page before.",
    )


def _page_of(contacts: Sequence[Contact], *, more: bool) -> ContactPage:
    facts = service().facts.states_of([contact.id for contact in contacts])
    items = [ContactDocument.of(contact, facts.get(contact.id, ())) for contact in contacts]
    return ContactPage(items=items, next=contacts[-1].id if more else None)


def as_message(stated: NewMessage) -> Message:
    return Message(
        role=stated.role,
        text=stated.text,
        at=stated.at or service().clock.now(),
        reply_id=stated.reply_id,
    )


def as_contact(stated: NewContact) -> Contact:
    messages = tuple(as_message(message) for message in stated.messages)
    return Contact(
        id=stated.id or service().new_id("contact"),
        channel=stated.channel,
        received_at=messages[0].at if messages else service().clock.now(),
        messages=messages,
        customer_id=stated.customer_id,
        order_ids=tuple(stated.order_ids),
    )


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/contacts")
    @blueprint.input(NewContact, location="json")
    @blueprint.output(ContactDocument, status_code=201)
    @blueprint.doc(responses={409: "A contact with this id is there already"})
    def create_contact(json_data: NewContact) -> ContactDocument:
        """Take a contact in; card numbers in its messages are masked first."""
        try:
            return ContactDocument.of(service().contacts.receive(as_contact(json_data), actor()))
        except CardNumberRefused as error:
            raise card_number(error) from error
        except ValueError as error:
            raise problem(HTTPStatus.CONFLICT, "contact-exists", str(error)) from error

    @blueprint.get("/contacts")
    @blueprint.input(ContactQuery, location="query")
    @blueprint.output(ContactPage)
    def list_contacts(query_data: ContactQuery) -> ContactPage:
        """List contacts in one state, earliest due first."""
        with service().storage.reading() as unit:
            try:
                found = unit.contacts.queue(
                    [query_data.status], after=query_data.after, limit=query_data.limit + 1
                )
            except UnknownContact as error:
                raise _unknown_cursor(query_data.after or "") from error
        return _page_of(found[: query_data.limit], more=len(found) > query_data.limit)

    @blueprint.get("/contacts/<id:contact_id>")
    @blueprint.output(ContactDocument)
    def read_contact(contact_id: str) -> ContactDocument:
        """Return one contact with its messages."""
        with service().storage.reading() as unit:
            try:
                return ContactDocument.of(unit.contacts.get(contact_id), service().facts.states(contact_id))
            except UnknownContact as error:
                raise unknown_contact(contact_id) from error

    @blueprint.post("/contacts/<id:contact_id>/messages")
    @blueprint.input(NewMessage, location="json")
    @blueprint.output(ContactDocument, status_code=201)
    def add_message(contact_id: str, json_data: NewMessage) -> ContactDocument:
        """Add a message; a new one of the customer's makes drafts written before it stale."""
        try:
            longer = service().contacts.add_message(contact_id, as_message(json_data), actor())
            return ContactDocument.of(longer, service().facts.states(contact_id))
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error

    @blueprint.post("/contacts/<id:contact_id>/send")
    @blueprint.input(NewSend, location="json")
    @blueprint.output(SentDocument)
    @blueprint.doc(responses={409: "The gate blocked the text, or the contact has moved on"})
    def send_reply(contact_id: str, json_data: NewSend) -> SentDocument:
        """Check the final text and send it; 409 with the findings when the gate blocks."""
        request = SendRequest(
            contact_id=contact_id,
            text=json_data.text,
            actor=actor(),
            key=json_data.key or _key_of(contact_id, json_data),
            seen_version=json_data.seen_version,
            suggestion_id=json_data.suggestion_id,
            offer_ids=tuple(json_data.offer_ids),
        )
        try:
            outcome = service().gatekeeper.send(request)
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error
        except (UnknownSuggestion, UnknownOffer, ValueError) as error:
            raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-proposal", _words(error)) from error
        except StaleContact as error:
            raise problem(HTTPStatus.CONFLICT, "stale-contact", _words(error)) from error
        if isinstance(outcome, Blocked):
            raise _blocked(outcome)
        return SentDocument.of(outcome.message)

    @blueprint.post("/contacts/<id:contact_id>/close")
    @blueprint.input(Closing, location="json")
    @blueprint.output(ContactDocument)
    def close_contact(contact_id: str, json_data: Closing) -> ContactDocument:
        """Close the contact with its wrap-up code."""
        try:
            closed = service().contacts.close(contact_id, json_data.wrap_up_code, actor())
            return ContactDocument.of(closed, service().facts.states(contact_id))
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error


def _words(error: Exception) -> str:
    return str(error.args[0]) if error.args else str(error)


def _key_of(contact_id: str, stated: NewSend) -> str:
    return hashlib.sha256(f"{contact_id}\n{stated.seen_version}\n{stated.text}".encode()).hexdigest()


def _blocked(outcome: Blocked) -> ProblemError:
    findings: list[FindingDocument] = CheckDocument.of(outcome.result).findings
    blocking = [finding for finding in findings if finding.severity == "block"]
    what = "; ".join(finding.message for finding in blocking[:3])
    return problem(
        HTTPStatus.CONFLICT,
        "blocked-by-gate",
        f"Not sent. The gate blocks this text: {what}",
        findings=findings,
    )
