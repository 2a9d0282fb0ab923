"""Offers for a basket, an order, a customer, a message or nothing; and the receipts of those made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field, model_validator

from api.offer_documents import ReceiptDocument, RecommendationDocument
from api.offering import UnknownCustomer, UnknownOrder, Wish
from api.rest.caller import service
from api.rest.problems import problem
from api.rest.v1.requests import Identifier, Request, Text
from replies.contacts import Channel
from replies.ports import UnknownOffer


class NewRecommendation(Request):
    """What offers are wanted for; with nothing stated, what most orders hold is offered."""

    skus: list[Identifier] = Field(default_factory=list[str], max_length=500)
    order_id: Identifier | None = None
    customer_id: Identifier | None = None
    text: Text = Field(default="", description="a customer's message: the products it names are asked about")
    channel: Channel = Field(default=Channel.EMAIL, description="for the ways to buy")
    postcode: Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9 \-]*$")] = Field(
        default="", description="for the nearest stores; the customer's when left out"
    )
    declined: list[Identifier] = Field(
        default_factory=list[str],
        max_length=500,
        description="SKUs that were refused in the conversation at hand",
    )
    age_checked: bool = Field(default=False, strict=True, description="the customer's age was checked")
    n: int = Field(default=3, strict=True, ge=1, le=100)
    receipts: bool = Field(default=False, strict=True, description="say of each offer why it stands there")

    @model_validator(mode="after")
    def _readable(self) -> NewRecommendation:
        if self.text and not self.text.strip():
            raise ValueError("text is blank; leave it out or state the customer's message")
        return self

    @property
    def wish(self) -> Wish:
        """What is wanted, as the service takes it."""
        return Wish(
            tuple(self.skus),
            self.order_id,
            self.customer_id,
            self.text,
            self.channel.value,
            self.postcode,
            frozenset(self.declined),
            self.age_checked,
        )


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.post("/recommendations")
    @blueprint.input(NewRecommendation, location="json")
    @blueprint.output(RecommendationDocument)
    @blueprint.doc(
        responses={404: "No such order or customer", 503: "Nothing has been learned in this home yet"}
    )
    def recommend(json_data: NewRecommendation) -> RecommendationDocument:
        """Offer for a situation that no contact holds; nothing is recorded, so its offers take no events."""
        try:
            made = service().offering.recommend(json_data.wish, json_data.n)
        except UnknownOrder as error:
            raise problem(HTTPStatus.NOT_FOUND, "unknown-order", f"{error.args[0]}.".capitalize()) from error
        except UnknownCustomer as error:
            raise problem(
                HTTPStatus.NOT_FOUND, "unknown-customer", f"{error.args[0]}.".capitalize()
            ) from error
        return RecommendationDocument.of(made, with_receipts=json_data.receipts)

    @blueprint.get("/offers/<id:offer_id>/receipt")
    @blueprint.output(ReceiptDocument)
    def read_receipt(offer_id: str) -> ReceiptDocument:
        """Return why an offer of an assist stood in its place, as it was stored when it was made."""
        try:
            offer, receipt = service().offering.receipt(offer_id)
        except UnknownOffer as error:
            raise problem(
                HTTPStatus.NOT_FOUND, "unknown-offer", f"No offer has the id {offer_id!r}."
            ) from error
        if receipt is None:
            raise problem(
                HTTPStatus.NOT_FOUND, "no-receipt", f"The offer {offer_id!r} was made without a receipt."
            )
        return ReceiptDocument.of(offer, receipt)
