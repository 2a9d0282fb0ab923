"""The learned parts on their own: one search, one topic, one basket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.learned import Learned
from api.storage import SqlStorage
from api.suggesting import suggest_turns
from models.classifier import Decision
from models.embedding import Encoder
from recommender.cross_sell import CrossSell, RuledOut, ScoredProduct
from recommender.offers import Recommendation, Situation
from recommender.product_search import ProductSearch
from replies.articles import Audience
from replies.knowledge import Filters, ReplyHit
from replies.knowledge_rows import reply_card
from replies.passages import says
from replies.ports import Clock
from replies.proposals import Passage
from replies.shop import Shop
from replies.withdrawn import withdrawn_in
from replies.working_time import local_day

_SPARE = 20  # hits looked at beyond those wanted: some may be withdrawn since learning


class NotLearned(Exception):
    """What was asked for has not been learned in this home yet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A search hit; a higher score fits better. `text` is the passage of an article, the words of a canned
    reply or the reply that a past query got; "" for products."""

    id: str
    score: float
    title: str
    text: str = ""


_PLACES = {
    "articles": "Articles",
    "replies": "Canned replies",
    "past": "Past queries",
    "products": "Products",
}
_NARROWED_BY = {
    "articles": ("audience", "channel", "topic"),
    "replies": ("channel", "topic"),
    "past": ("topic",),
    "products": (),
}


class CannotNarrow(ValueError):
    """What is searched is not kept by what the search is to be narrowed by."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which articles, canned replies and past queries may be found; None leaves a side open."""

    audience: Audience | None = None
    channel: str | None = None
    topic: str | None = None

    def hold_for(self, where: str) -> None:
        """Raise CannotNarrow where one of the sides says nothing of what is searched."""
        stated = [name for name in ("audience", "channel", "topic") if getattr(self, name) is not None]
        wrong = [name for name in stated if name not in _NARROWED_BY[where]]
        if wrong:
            raise CannotNarrow(
                f"{_PLACES[where]} are not kept by {' or '.join(wrong)}; leave that out, or search articles."
            )


EVERYTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class TriedBasket:
    """What a basket would be offered, and what was ruled out and why."""

    recommendation: Recommendation
    ruled_out: tuple[RuledOut, ...]


class Lookups:
    """Answers from what is learned and in use now."""

    def __init__(self, learned: Callable[[], Learned], storage: SqlStorage, shop: Shop, clock: Clock) -> None:
        self._learned = learned
        self._storage = storage
        self._shop = shop
        self._clock = clock

    def search(self, where: str, text: str, limit: int, narrowing: Narrowing = EVERYTHING) -> list[Hit]:
        """Search "articles", "products", "past" queries or canned "replies". Raises NotLearned,
        CannotNarrow.

        Articles and replies are found as they stand on record, in force today; what they were when it was
        learned only puts them in order. A passage that its article no longer says is "".
        """
        narrowing.hold_for(where)
        learned = self._learned()
        if learned.encoder is None or learned.knowledge is None:
            raise NotLearned("Nothing is searchable yet; import, then run 'wellput learn --only search'.")
        if where == "products":
            return _products(learned.products, learned.encoder, text, limit)
        vector = learned.encoder.encode([text])[0]
        if where == "past":
            past = learned.knowledge.search_past(vector, limit, narrowing.topic)
            return [Hit(hit.source.id, hit.score, hit.source.quote, hit.reply) for hit in past]
        today = local_day(self._clock.now(), self._shop)
        filters = Filters(today, narrowing.audience, narrowing.channel, narrowing.topic)
        if where == "replies":
            replies = learned.knowledge.search_replies(vector, limit + _SPARE, filters)
            return self._replies(replies, filters)[:limit]
        found = learned.knowledge.search_articles(text, vector, limit + _SPARE, filters)
        return self._articles(found, filters)[:limit]

    def _replies(self, found: Sequence[ReplyHit], filters: Filters) -> list[Hit]:
        with self._storage.reading() as unit:
            kept = unit.knowledge.canned_replies({hit.id for hit in found})
        cards = ((hit.score, reply_card(kept[hit.id])) for hit in found if hit.id in kept)
        return [
            Hit(card.id, score, card.title or card.text[:80], card.text)
            for score, card in cards
            if filters.allow_reply(card)
        ]

    def _articles(self, found: Sequence[Passage], filters: Filters) -> list[Hit]:
        with self._storage.reading() as unit:
            kept = unit.knowledge.articles({passage.source.id for passage in found})
        return [
            Hit(source.id, passage.score, source.title, source.quote if says(article, source.quote) else "")
            for passage in found
            for source in (passage.source,)
            if (article := kept.get(source.id)) is not None and filters.allow_article(article)
        ]

    def suggest(self, contacts: Iterable[Mapping[str, Any]], limit: int) -> Iterator[dict[str, Any]]:
        """For each agent turn that carries a reply_id, yield what is suggested from what came before it."""
        learned = self._learned()
        if learned.encoder is None or learned.ranker is None:
            raise NotLearned(
                "There are no replies to suggest from; import contacts with reply_id and run 'wellput learn'."
            )
        yield from suggest_turns(contacts, limit, learned, self._storage, self._clock)

    def classify(self, text: str) -> Decision:
        """Return the likeliest topic of a text, its confidence, and whether that is too little to say it.

        Raises NotLearned.
        """
        learned = self._learned()
        if learned.encoder is None or learned.topics is None:
            raise NotLearned(
                "There are no topics to tell apart; import contacts with topics, then run 'wellput learn'."
            )
        vector = learned.encoder.encode([text])[0]
        decision = learned.topics.decide(text, vector)
        taken_back = withdrawn_in(text, vector, learned.topics, learned.encoder.encode)
        if taken_back is None:
            return decision
        best = int(taken_back.chances.argmax())
        chance = float(taken_back.chances[best])
        label = learned.topics.labels[best] if taken_back.rest else decision.label
        return Decision(label, chance, chance < learned.topics.threshold)

    def offer_for_basket(self, skus: Sequence[str], limit: int) -> Recommendation:
        """Return offers for a basket, under all rules. Raises NotLearned."""
        with self._storage.reading() as unit:
            today = local_day(self._clock.now(), self._shop)
            return self._cross_sell().recommend(
                Situation(skus=tuple(skus)), unit.catalogue, today=today, n=limit
            )

    def unknown_skus(self, skus: Sequence[str]) -> list[str]:
        """Return those that are not in the catalogue, in the order given."""
        with self._storage.reading() as unit:
            known = unit.catalogue.products(skus)
        return [sku for sku in skus if sku not in known]

    def rank_basket(self, skus: Sequence[str], limit: int) -> Sequence[ScoredProduct]:
        """Return the bare ranking for a basket, no rule applied. Raises NotLearned."""
        return self._cross_sell().scores(list(skus), limit)

    def try_basket(self, skus: Sequence[str], *, n: int = 3) -> TriedBasket:
        """Return what a basket would be offered and what was ruled out, for a merchandiser to see."""
        situation = Situation(skus=tuple(skus))
        today = local_day(self._clock.now(), self._shop)
        with self._storage.reading() as unit:
            made = self._cross_sell().recommend(situation, unit.catalogue, today=today, n=n)
            ruled_out = self._cross_sell().ruled_out(situation, unit.catalogue, today=today)
        return TriedBasket(made, tuple(ruled_out))

    def _cross_sell(self) -> CrossSell:
        cross_sell = self._learned().cross_sell
        if cross_sell is None:
            raise NotLearned("No offers can be made yet; import orders, then run 'wellput learn'.")
        return cross_sell


def _products(products: ProductSearch | None, encoder: Encoder, text: str, limit: int) -> list[Hit]:
    if products is None:
        raise NotLearned("There are no products to search; import a catalogue, then run 'wellput learn'.")
    vector = encoder.encode([products.put_right(text)])[0]
    return [Hit(hit.sku, hit.score, hit.title) for hit in products.search(text, vector, limit)]
