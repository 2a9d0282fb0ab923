"""The gate's verdict on a text, without sending it."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIBlueprint

from api.documents import CheckDocument
from api.rest.caller import service
from api.rest.problems import problem
from api.rest.v1.contacts import unknown_contact
from api.rest.v1.requests import NewCheck
from replies.ports import UnknownContact, UnknownOffer


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/checks")
    @blueprint.input(NewCheck, location="json")
    @blueprint.output(CheckDocument)
    def check_text(json_data: NewCheck) -> CheckDocument:
        """Check a text against the rulebook, in the case of a contact when one is named."""
        try:
            result = service().gatekeeper.check(
                json_data.text,
                channel=json_data.channel.value,
                contact_id=json_data.contact_id,
                offers=json_data.offer_ids,
            )
        except UnknownContact as error:
            raise unknown_contact(json_data.contact_id or "") from error
        except UnknownOffer as error:
            raise problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "unknown-offer",
                "One of offer_ids is no offer of this contact.",
            ) from error
        return CheckDocument.of(result)
