"""The search on its own, and what it does not cover."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from api.lookups import CannotNarrow, Narrowing
from api.rest.caller import service
from api.rest.problems import problem
from replies.articles import Audience


class SearchQuery(BaseModel):
    """What to look for and where; articles and replies may be narrowed down."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    where: Literal["articles", "products", "past", "replies"] = Field(alias="in")
    query: str = Field(min_length=1, max_length=2_000, pattern=r"\S")
    limit: int = Field(default=10, ge=1, le=100)
    audience: Audience | None = None
    channel: str | None = Field(default=None, max_length=100)
    topic: str | None = Field(default=None, max_length=200)


class HitDocument(BaseModel):
    """A hit; scores compare within one search only."""

    id: str
    score: float
    title: str
    text: str = Field(
        description="the passage of an article, the words of a reply, the reply to a past query; else empty"
    )


class HitsDocument(BaseModel):
    """Hits, best first."""

    items: list[HitDocument]


class GapDocument(BaseModel):
    """Like questions that nothing covers."""

    name: str = Field(description="proposed: the words most telling of these questions")
    questions: int
    examples: list[str] = Field(description="personal data taken out")
    contact_ids: list[str]


class GapsDocument(BaseModel):
    """Knowledge gaps, the largest first."""

    items: list[GapDocument]


def add_to(blueprint: APIBlueprint) -> None:
    """Register the routes of this part."""

    @blueprint.get("/search")
    @blueprint.input(SearchQuery, location="query")
    @blueprint.output(HitsDocument)
    @blueprint.doc(responses={503: "Nothing has been learned in this home yet"})
    def search(query_data: SearchQuery) -> HitsDocument:
        """Search articles, products, past queries or canned replies."""
        narrowing = Narrowing(query_data.audience, query_data.channel, query_data.topic)
        try:
            hits = service().lookups.search(query_data.where, query_data.query, query_data.limit, narrowing)
        except CannotNarrow as error:
            raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "cannot-narrow", str(error)) from error
        return HitsDocument(
            items=[HitDocument(id=hit.id, score=hit.score, title=hit.title, text=hit.text) for hit in hits]
        )

    @blueprint.get("/knowledge-gaps")
    @blueprint.output(GapsDocument)
    @blueprint.doc(responses={503: "Nothing has been learned in this home yet"})
    def knowledge_gaps() -> GapsDocument:
        """Return what customers asked lately and nothing covers."""
        return GapsDocument(
            items=[
                GapDocument(
                    name=gap.name,
                    questions=gap.questions,
                    examples=list(gap.examples),
                    contact_ids=list(gap.contact_ids),
                )
                for gap in service().knowledge_gaps.find()
            ]
        )
