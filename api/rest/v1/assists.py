"""Assists: all that Wellput proposes for one contact."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIBlueprint

from api.card_numbers import CardNumberRefused
from api.documents import AssistDocument
from api.rest.caller import actor, service
from api.rest.problems import problem
from api.rest.v1.contacts import as_contact, card_number, unknown_contact
from api.rest.v1.requests import NewAssist, NewContact, NewMessage
from replies.ports import UnknownContact


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/assists")
    @blueprint.input(NewAssist, location="json")
    @blueprint.output(AssistDocument, status_code=201)
    @blueprint.doc(responses={503: "Nothing has been learned in this home yet"})
    def create_assist(json_data: NewAssist) -> AssistDocument:
        """Propose replies and offers for a contact, or for a channel and a message."""
        if json_data.contact_id is not None:
            try:
                return AssistDocument.of(service().assisting.assist(json_data.contact_id, actor()))
            except UnknownContact as error:
                raise unknown_contact(json_data.contact_id) from error
        try:
            return AssistDocument.of(
                service().assisting.receive_and_assist(as_contact(_contact_in(json_data)), actor())
            )
        except CardNumberRefused as error:
            raise card_number(error) from error

    @blueprint.get("/assists/<id:assist_id>")
    @blueprint.output(AssistDocument)
    def read_assist(assist_id: str) -> AssistDocument:
        """Return an assist as it was made."""
        with service().storage.reading() as unit:
            assist = unit.assists.get(assist_id)
        if assist is None:
            raise problem(HTTPStatus.NOT_FOUND, "unknown-assist", f"No assist has the id {assist_id!r}.")
        return AssistDocument.of(assist)


def _contact_in(stated: NewAssist) -> NewContact:
    if stated.channel is None or stated.message is None:
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "no-message", "State channel and message.")
    return NewContact(
        channel=stated.channel,
        messages=[NewMessage(text=stated.message)],
        customer_id=stated.customer_id,
        order_ids=stated.order_ids,
    )
