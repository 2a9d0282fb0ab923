"""The learned parts on their own: one search, one topic, one basket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.learned import Learned
from api.storage import SqlStorage
from api.suggesting import suggest_turns
from models.classifier import Decision
from recommender.cross_sell import CrossSell, RuledOut, ScoredProduct
from recommender.offers import Recommendation, Situation
from replies.articles import Audience
from replies.knowledge import Filters
from replies.ports import Clock
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

        Only articles and replies that are still there and in force today are found.
        """
        narrowing.hold_for(where)
        learned = self._learned()
        if learned.encoder is None or learned.knowledge is None:
            raise NotLearned("Nothing is searchable yet; import, then run 'wellput learn --only search'.")
        if where == "products":
            if learned.products is None:
                raise NotLearned(
                    "There are no products to search; import a catalogue, then run 'wellput learn'."
                )
            vector = learned.encoder.encode([learned.products.put_right(text)])[0]
            return [
                Hit(hit.sku, hit.score, hit.title) for hit in learned.products.search(text, vector, limit)
            ]
        vector = learned.encoder.encode([text])[0]
        if where == "past":
            past = learned.knowledge.search_past(vector, limit, narrowing.topic)
            return [Hit(hit.source.id, hit.score, hit.source.quote, hit.reply) for hit in past]
        today = local_day(self._clock.now(), self._shop)
        filters = Filters(today, narrowing.audience, narrowing.channel, narrowing.topic)
        deep = limit + _SPARE
        with self._storage.reading() as unit:
            if where == "replies":
                replies = learned.knowledge.search_replies(vector, deep, filters)
                kept = unit.knowledge.canned_replies({hit.id for hit in replies})
                hits = [Hit(hit.id, hit.score, hit.title or hit.text[:80], hit.text) for hit in replies]
                return [hit for hit in hits if hit.id in kept and kept[hit.id].in_force(today)][:limit]
            found = learned.knowledge.search_articles(text, vector, deep, filters)
            articles = unit.knowledge.articles({hit.source.id for hit in found})
            hits = [Hit(hit.source.id, hit.score, hit.source.title, hit.source.quote) for hit in found]
            return [hit for hit in hits if hit.id in articles and articles[hit.id].in_force(today)][:limit]

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
