"""The search page of the desk: an agent looks up articles, past queries, canned replies and products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from api.lookups import Hit, Narrowing, NotLearned
from api.web.desk.views import blueprint
from api.web.service import wellput
from api.web.wording import CHANNEL_NAMES
from replies.articles import Audience

PLACES = {
    "articles": "Articles",
    "replies": "Canned replies",
    "past": "Past queries",
    "products": "Products",
}
AUDIENCES = {Audience.PUBLIC.value: "Customers", Audience.AGENT.value: "Agents"}
_LONGEST = 2_000
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked for, as the form shows it again; a filter that does not exist is none."""

    words: str
    where: str
    audience: str
    channel: str
    topic: str
    contact_id: str

    @property
    def narrowing(self) -> Narrowing:
        """The filters, of those that the place searched has."""
        if self.where == "products":
            return Narrowing()
        topic = self.topic or None
        if self.where == "past":
            return Narrowing(topic=topic)
        audience = Audience(self.audience) if self.audience and self.where == "articles" else None
        return Narrowing(audience, self.channel or None, topic)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit and what else is known of it: whom an article is for, what a product costs."""

    hit: Hit
    known: tuple[str, ...] = ()


@blueprint.get("/search")
def search() -> str:
    """Show the search, and what it found when something is looked for."""
    looked = _looked()
    hits: Sequence[Shown] = ()
    problem = ""
    if looked.words:
        try:
            found = wellput().lookups.search(looked.where, looked.words, _SHOWN, looked.narrowing)
            hits = _shown(looked.where, found)
        except NotLearned as error:
            problem = str(error)
    return render_template(
        "desk/search.html",
        looked=looked,
        hits=hits,
        problem=problem,
        places=PLACES,
        audiences=AUDIENCES,
        channels=CHANNEL_NAMES,
        topics=wellput().shop.topics,
    )


def _looked() -> Looked:
    stated = {name: value.replace("\x00", "").strip() for name, value in request.args.items()}
    one_of = {"audience": AUDIENCES, "channel": CHANNEL_NAMES, "topic": wellput().shop.topics}
    kept = {name: stated.get(name, "") if stated.get(name) in known else "" for name, known in one_of.items()}
    where = stated.get("in", "")
    return Looked(
        stated.get("q", "")[:_LONGEST],
        where if where in PLACES else "articles",
        contact_id=stated.get("contact", "")[:200],
        **kept,
    )


def _shown(where: str, found: Sequence[Hit]) -> list[Shown]:
    ids = {hit.id for hit in found}
    known: dict[str, tuple[str, ...]] = {}
    with wellput().storage.reading() as unit:
        if where == "articles":
            for article in unit.knowledge.articles(ids).values():
                if article.audience is Audience.AGENT:
                    known[article.id] = ("for agents alone",)
        elif where == "products":
            for sku, product in unit.catalogue.products(ids).items():
                price = "price not stated" if product.price is None else str(product.price)
                stock = () if product.stock is None else (f"{product.stock} in stock",)
                known[sku] = (price, *stock)
    return [Shown(hit, known.get(hit.id, ())) for hit in found]
