"""What may be sent to the REST service; anything else is refused with the field named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from api.card_numbers import holds_card, is_card
from replies.contacts import Channel, ContactStatus, Role
from replies.records import OfferAct

MAX_TEXT = 100_000
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold the NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("must be valid Unicode; it holds half a surrogate pair") from error
    return text


def _without_card(text: str) -> str:
    if holds_card(text):
        raise ValueError("must not hold a payment card number")
    return text


def _not_a_card(text: str) -> str:
    if is_card(text):
        raise ValueError("must not be a payment card number")
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


def _reachable(text: str) -> str:
    if {".", ".."} & set(text.split("/")):
        raise ValueError("must not have . or .. as a step between slashes; no address could hold it")
    return text


def _written_out(moment: object) -> object:
    """Refuse numbers, which would be read as seconds since 1970."""
    if not isinstance(moment, str) or not moment[4:].startswith("-"):
        raise ValueError("must be an RFC 3339 time with its zone, such as 2026-11-22T09:05:00Z")
    return moment


def _within_reach(moment: datetime) -> datetime:
    """Refuse times so far off that due times and windows around them could not be computed."""
    if not _EARLIEST < moment < _LATEST:
        raise ValueError("must lie between the years 1900 and 2200")
    return moment


_Storable = AfterValidator(_storable)
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_within_reach)]
Text = Annotated[str, Field(max_length=MAX_TEXT), _Storable]
FilledText = Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=r"\S"), _Storable]
Identifier = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^\S[^\x00-\x1f]*$"),
    _Storable,
    AfterValidator(_printable),
    AfterValidator(_reachable),
]
OwnId = Annotated[Identifier, AfterValidator(_not_a_card)]
Code = Annotated[Identifier, AfterValidator(_without_card)]
Note = Annotated[str, Field(max_length=500), _Storable]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewMessage(Request):
    role: Role = Role.CUSTOMER
    text: Text
    at: Moment | None = Field(default=None, description="RFC 3339 with zone; now when left out")
    reply_id: OwnId | None = None


class NewContact(Request):
    id: OwnId | None = Field(default=None, description="made by the service when left out")
    channel: Channel
    messages: Annotated[list[NewMessage], Field(max_length=500)] = []
    customer_id: Identifier | None = None
    order_ids: Annotated[list[Identifier], Field(max_length=50)] = []


class ContactQuery(Request):
    status: ContactStatus = ContactStatus.OPEN
    after: Identifier | None = Field(default=None, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class NewAssist(Request):
    """Either a contact's id, or a channel and a message, which make a new contact."""

    contact_id: Identifier | None = None
    channel: Channel | None = None
    message: Text | None = None
    customer_id: Identifier | None = None
    order_ids: Annotated[list[Identifier], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> NewAssist:
        by_message = self.channel is not None and self.message is not None
        if self.contact_id is None and not by_message:
            raise ValueError("state contact_id, or channel and message")
        if self.contact_id is not None and (self.channel, self.message, self.customer_id) != (
            None,
            None,
            None,
        ):
            raise ValueError("state either contact_id, or channel and message, not both")
        return self


class NewCheck(Request):
    channel: Channel
    text: Text
    contact_id: Identifier | None = Field(default=None, description="checks in the case of this contact")
    offer_ids: Annotated[list[Identifier], Field(max_length=10)] = []


class NewSend(Request):
    text: FilledText
    seen_version: int = Field(
        strict=True, ge=0, le=100_000, description="the contact's `version` the reply was written against"
    )
    key: Identifier | None = Field(
        default=None, description="the same key sends once; from contact, version and text when left out"
    )
    suggestion_id: Identifier | None = None
    offer_ids: Annotated[list[Identifier], Field(max_length=10)] = []


class NewSuggestionEvent(Request):
    event: Literal["shown", "inserted", "edited", "dismissed"] = Field(
        description="`sent` is recorded by sending"
    )
    reason: Note = ""
    final_text: Text | None = Field(default=None, description="for `edited`: the text as it stands")

    @model_validator(mode="after")
    def _complete(self) -> NewSuggestionEvent:
        if self.event == "edited" and self.final_text is None:
            raise ValueError("an edited suggestion needs final_text, so that the distance can be computed")
        if self.event == "dismissed" and not self.reason.strip():
            raise ValueError("a dismissed suggestion needs a reason")
        return self


class NewOfferEvent(Request):
    event: OfferAct
    reason: Note = ""


class Closing(Request):
    wrap_up_code: Code


class NewOrderLine(Request):
    order_id: Identifier
    sku: Identifier
    quantity: int = Field(strict=True, ge=1, le=1_000_000)
    ordered_at: Moment
    customer_id: Identifier | None = None
    unit_price: Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,4})?$")] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    channel: Code | None = None
    status: Code | None = None
    returned_at: Moment | None = None
    contact_id: Identifier | None = None


class NewOrderLines(Request):
    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=1000)]


class UptakeQuery(Request):
    since: Moment | None = None
