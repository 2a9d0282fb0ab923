"""Helping to buy over REST: the steps for a product, and what came of a walk through them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from api.checkout import NotOnSale, WalkOutcome
from api.documents import Document
from api.rest.caller import actor, service
from api.rest.problems import ProblemError, problem
from api.rest.v1.contacts import unknown_contact
from api.rest.v1.requests import Identifier, Request
from replies.checkout import CheckoutGuide, CheckoutWalk, UnknownWalk
from replies.contacts import Channel
from replies.ports import UnknownContact


class GuideQuery(Request):
    channel: Channel = Channel.EMAIL


class StepDocument(Document):
    say: str
    prompt: str = Field(description="for the agent alone; empty for none")


class GuideDocument(Document):
    """A product's purchase step by step; no step asks for card data."""

    sku: str
    title: str
    steps: list[StepDocument]
    other_ways: list[str]
    text: str = Field(description="the steps as a paragraph of a reply on the channel")

    @classmethod
    def of(cls, guide: CheckoutGuide, channel: Channel) -> GuideDocument:
        """Return the document of a guide."""
        return cls(
            sku=guide.sku,
            title=guide.title,
            steps=[StepDocument(say=step.say, prompt=step.prompt) for step in guide.steps],
            other_ways=list(guide.other_ways),
            text=guide.text(channel),
        )


class NewWalk(Request):
    sku: Identifier


class WalkNote(Request):
    done: Annotated[tuple[Annotated[int, Field(strict=True, ge=0, le=99)], ...], Field(max_length=100)] = ()
    outcome: WalkOutcome | None = None


class WalkDocument(Document):
    """A customer walked through the checkout: places of the steps done (from 0), and how it ended."""

    id: str
    contact_id: str
    sku: str
    actor: str
    started_at: datetime
    done: list[int]
    outcome: WalkOutcome | None
    ended_at: datetime | None

    @classmethod
    def of(cls, walk: CheckoutWalk) -> WalkDocument:
        """Return the document of a walk."""
        return cls(
            id=walk.id,
            contact_id=walk.contact_id,
            sku=walk.sku,
            actor=walk.actor,
            started_at=walk.started_at,
            done=list(walk.done),
            outcome=walk.outcome,
            ended_at=walk.ended_at,
        )


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/checkout-guides/<id:sku>")
    @blueprint.input(GuideQuery, location="query")
    @blueprint.output(GuideDocument)
    def checkout_guide(sku: str, query_data: GuideQuery) -> GuideDocument:
        """Return the steps to buy a product on the website, and other ways to buy it."""
        try:
            guide = service().checkout.guide(sku, query_data.channel.value)
        except NotOnSale as error:
            raise _not_on_sale(error) from error
        return GuideDocument.of(guide, query_data.channel)

    @blueprint.post("/contacts/<id:contact_id>/checkout-walks")
    @blueprint.input(NewWalk, location="json")
    @blueprint.output(WalkDocument, status_code=201)
    def begin_walk(contact_id: str, json_data: NewWalk) -> WalkDocument:
        """Record that a customer is being helped to buy a product."""
        try:
            return WalkDocument.of(service().checkout.begin(contact_id, json_data.sku, actor()))
        except UnknownContact as error:
            raise unknown_contact(contact_id) from error
        except NotOnSale as error:
            raise _not_on_sale(error) from error

    @blueprint.post("/checkout-walks/<id:walk_id>")
    @blueprint.input(WalkNote, location="json")
    @blueprint.output(WalkDocument)
    def note_walk(walk_id: str, json_data: WalkNote) -> WalkDocument:
        """Record the steps done and, at the end, what came of it."""
        try:
            walk = service().checkout.note(
                walk_id, done=tuple(json_data.done), outcome=json_data.outcome, actor=actor()
            )
        except UnknownWalk as error:
            raise problem(HTTPStatus.NOT_FOUND, "unknown-walk", f"No walk has the id {walk_id!r}.") from error
        return WalkDocument.of(walk)


def _not_on_sale(error: NotOnSale) -> ProblemError:
    return problem(HTTPStatus.NOT_FOUND, "not-on-sale", f"There is no checkout guide: {error}.")
