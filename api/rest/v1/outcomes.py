"""What became of suggestions and offers."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIBlueprint

from api.documents import OfferEventDocument, SuggestionEventDocument
from api.rest.caller import actor, service
from api.rest.problems import problem
from api.rest.v1.requests import NewOfferEvent, NewSuggestionEvent
from replies.ports import UnknownOffer, UnknownSuggestion
from replies.records import SuggestionAct


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/suggestions/<id:suggestion_id>/events")
    @blueprint.input(NewSuggestionEvent, location="json")
    @blueprint.output(SuggestionEventDocument, status_code=201)
    def add_suggestion_event(suggestion_id: str, json_data: NewSuggestionEvent) -> SuggestionEventDocument:
        """Record what the agent did with a suggestion; the service computes the edit distance."""
        try:
            event = service().outcomes.suggestion_event(
                suggestion_id,
                SuggestionAct(json_data.event),
                actor(),
                reason=json_data.reason,
                final_text=json_data.final_text,
            )
        except UnknownSuggestion as error:
            raise problem(
                HTTPStatus.NOT_FOUND, "unknown-suggestion", f"No suggestion has the id {suggestion_id!r}."
            ) from error
        return SuggestionEventDocument.of(event)

    @blueprint.post("/offers/<id:offer_id>/events")
    @blueprint.input(NewOfferEvent, location="json")
    @blueprint.output(OfferEventDocument, status_code=201)
    def add_offer_event(offer_id: str, json_data: NewOfferEvent) -> OfferEventDocument:
        """Record what became of an offer."""
        try:
            event = service().outcomes.offer_event(
                offer_id, json_data.event, actor(), reason=json_data.reason
            )
        except UnknownOffer as error:
            raise problem(
                HTTPStatus.NOT_FOUND, "unknown-offer", f"No offer has the id {offer_id!r}."
            ) from error
        return OfferEventDocument.of(event)
