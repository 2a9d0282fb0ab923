"""The knowledge search: articles by passage, past queries by turn, canned replies by text.

Every search takes the question's vector, so that one encoder pass serves them all. A passage is embedded
under its article's title, and the title counts as a passage of its own. An article scores by the better of
its title and its best text, a part of the other, less a part of its nearness to all other articles; BM25
is added with a small weight on its own scale, never by ranks (decisions 0050, 0151).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brand_voice.article_facts import articles_say
from brand_voice.articles_say import ArticlesSay
from models.embedding import Encoder
from models.hubness import hubness
from models.keyword_index import KeywordIndex, words
from models.vector_index import VectorIndex
from replies.articles import Article, Audience, CannedReply
from replies.contacts import Contact
from replies.knowledge_file import (
    ArticleCard,
    Cards,
    ReplyCard,
    passage_starts,
    read_cards,
    write_cards,
)
from replies.knowledge_rows import article_card, passage_rows, past_turns, reply_card
from replies.passages import plain_text
from replies.proposals import Passage, Source, SourceKind

KEYWORD_WEIGHT = 0.08  # of the share that a text has of what the words of the question can weigh
OTHER_WEIGHT = 0.4  # of the lesser of title and text
HUB_WEIGHT = 0.6
CODE_WEIGHT = 0.3  # for a code of the question ("E-204"): no vector knows it, and it names one thing
NAME_WEIGHT = 0.1  # for a word that stands in one article of all, and in its title: "Vimeo" beside "YouTube"
_OTHER_USUALLY = 0.7  # the lesser cosine is usually this share of the greater
_STEEPNESS, _MIDDLE = 9.0, 0.45  # cosine of MiniLM to a score: .45 is where half the hits answer
_PER_ARTICLE = 6  # passages looked at per wanted article
_RARE = 12  # articles that may hold a code and it still tells them
_NAME_LETTERS = 4
_NAMES_AMONG = 50  # articles: among fewer a word stands alone by chance
_HUBS = "hubs.npy"
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may answer: in force `today` and, where given, of this audience, channel and topic."""

    today: date
    audience: Audience | None = None
    channel: str | None = None
    topic: str | None = None

    def allow_article(self, article: ArticleCard | Article) -> bool:
        """Whether an article may answer, as it was learned or as it stands on record."""
        is_heard = self.audience is None or article.audience is self.audience
        return is_heard and self._allow(article)

    def allow_reply(self, reply: ReplyCard) -> bool:
        """Whether a canned reply may answer."""
        return self._allow(reply)

    def _allow(self, kept: ArticleCard | Article | ReplyCard) -> bool:
        return (
            kept.in_force(self.today)
            and (self.channel is None or not kept.channels or self.channel in kept.channels)
            and (self.topic is None or self.topic in kept.topics)
        )


@dataclass(frozen=True, slots=True)
class PastHit:
    """A past query like this one: its source (id is the contact's), score 0 to 1, and the reply given."""

    source: Source
    score: float
    reply: str
    reply_id: str | None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyHit:
    """A canned reply that fits: its id, title and text with placeholders, and a score 0 to 1."""

    id: str
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class KnowledgeSearch:
    """Searches what was fitted: vectors and keywords, with the cards that say what each row is."""

    cards: Cards = field(repr=False)
    passages: VectorIndex
    questions: VectorIndex
    replies: VectorIndex
    keywords: KeywordIndex
    hubs: NDArray[np.float32] = field(repr=False)
    _said: dict[date, ArticlesSay] = field(default_factory=dict[date, ArticlesSay], compare=False, repr=False)

    @classmethod
    def fit(
        cls,
        articles: Iterable[Article],
        contacts: Iterable[Contact],
        encoder: Encoder,
        canned: Iterable[CannedReply] = (),
    ) -> KnowledgeSearch:
        """Embed everything; past queries are the answered turns of settled contacts, each once."""
        given = tuple(articles)
        rows = tuple(row for place, article in enumerate(given) for row in passage_rows(place, article))
        past = tuple(past_turns(contacts))
        replies = tuple(reply_card(reply) for reply in canned)
        titles = encoder.encode([article.title for article in given])
        article_of = np.array([row.article for row in rows], dtype=np.int64)
        return cls(
            Cards(
                tuple(article_card(article) for article in given),
                rows,
                past,
                replies,
                article_of,
                passage_starts(article_of, len(given)),
            ),
            _index([row.text for row in rows], encoder),
            _index([turn.question for turn in past], encoder),
            _index([f"{reply.title}. {reply.text}" for reply in replies], encoder),
            KeywordIndex.build([f"{article.title}\n{plain_text(article.body)}" for article in given]),
            hubness(titles),
        )

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, which is made where missing."""
        for name, index in self._indices().items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            index.save(folder / name)
        write_cards(folder, self.cards)
        np.save(folder / _HUBS, self.hubs, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> KnowledgeSearch:
        """Read what `save` wrote. Raises OSError or ValueError when it is not whole."""
        return cls(
            read_cards(folder),
            VectorIndex.load(folder / "passages"),
            VectorIndex.load(folder / "questions"),
            VectorIndex.load(folder / "replies"),
            KeywordIndex.load(folder / "keywords"),
            np.load(folder / _HUBS, allow_pickle=False),
        )

    def _indices(self) -> Mapping[str, VectorIndex | KeywordIndex]:
        return {
            "passages": self.passages,
            "questions": self.questions,
            "replies": self.replies,
            "keywords": self.keywords,
        }

    def search_articles(self, text: str, vector: Vector, n: int, filters: Filters) -> tuple[Passage, ...]:
        """Return the n best articles, each as its best text passage. `vector` is (d,), of `text`."""
        (found,) = self.search_articles_for(text, vector, [(n, filters)])
        return found

    def search_articles_for(
        self, text: str, vector: Vector, readers: Sequence[tuple[int, Filters]]
    ) -> tuple[tuple[Passage, ...], ...]:
        """Return for each of several readers what `search_articles` finds for one; they share a search."""
        most = max((n for n, _ in readers), default=0)
        if most < 1 or not len(self.cards.passages):
            return tuple(() for _ in readers)
        found: dict[int, tuple[Passage, ...]] = {}
        depth = _PER_ARTICLE * most + 60
        while len(found) < len(readers):
            places, scores, rows = self._best_passages(text, vector, depth, most)
            scores = scores + self._keyword_scores(text, places)
            falling: list[int] = np.lexsort((places, -scores)).tolist()
            for reader, (n, filters) in enumerate(readers):
                if reader in found:
                    continue
                fitting = (
                    at for at in falling if filters.allow_article(self.cards.articles[int(places[at])])
                )
                best = tuple(islice(fitting, max(n, 0)))
                if len(best) >= n or depth >= len(self.cards.passages):
                    told = ((int(places[at]), float(scores[at]), int(rows[at])) for at in best)
                    found[reader] = tuple(self._passage(*one) for one in told)
            depth *= 8  # what was filtered out stood in the way of what fits
        return tuple(found[reader] for reader in range(len(readers)))

    def search_past(self, vector: Vector, n: int, topic: str | None = None) -> tuple[PastHit, ...]:
        """Return the n most similar past queries, one per contact. `vector` is (d,), of the question."""
        if n < 1:
            return ()
        hits: dict[str, PastHit] = {}
        for score, place in _nearest(self.questions, vector, 4 * n + 20):
            turn = self.cards.past[place]
            if turn.contact_id not in hits and (topic is None or topic in turn.topics):
                source = Source(SourceKind.PAST_QUERY, turn.contact_id, "Past query", turn.question)
                hits[turn.contact_id] = PastHit(source, score, turn.reply, turn.reply_id, turn.topics)
            if len(hits) == n:
                break
        return tuple(hits.values())

    def search_replies(self, vector: Vector, n: int, filters: Filters) -> tuple[ReplyHit, ...]:
        """Return the n canned replies in force that fit best. `vector` is (d,), of the question."""
        found = (
            (score, self.cards.replies[place])
            for score, place in _nearest(self.replies, vector, len(self.replies))
        )
        fitting = (
            ReplyHit(reply.id, reply.title, reply.text, calibrated(score))
            for score, reply in found
            if filters.allow_reply(reply)
        )
        return tuple(islice(fitting, max(n, 0)))

    def similar_replies(self, vector: Vector) -> Mapping[str, float]:
        """Return the cosine of the question to every canned reply, by reply id."""
        return {
            self.cards.replies[place].id: score
            for score, place in _nearest(self.replies, vector, len(self.replies))
        }

    def says(self, today: date) -> ArticlesSay:
        """Return what the public articles in force say; worked out once a day."""
        known = self._said.get(today)
        if known is None:
            public = (
                (card.title, card.facts, card.promises)
                for card in self.cards.articles
                if card.audience is Audience.PUBLIC and card.in_force(today)
            )
            known = articles_say(public)
            self._said.clear()
            self._said[today] = known
        return known

    def _best_passages(
        self, text: str, vector: Vector, depth: int, n: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Return (m,) places of articles, rising, their scores by meaning, and rows of their best texts.

        The articles are those of the `depth` nearest passages and the 2 n that share most words.
        """
        near = self.passages.near(vector, depth)
        worded = [place for place, _ in self.keywords.search(text, 2 * n)]
        found = np.sort(np.concatenate((self.cards.article_of[near], np.array(worded, dtype=np.int64))))
        places = found[np.diff(found, prepend=-1) > 0]  # each once: `unique` takes twice the time
        starts = self.cards.starts[places]
        sizes = self.cards.starts[places + 1] - starts
        firsts = np.cumsum(sizes) - sizes
        rows = np.repeat(starts - firsts, sizes) + np.arange(int(sizes.sum()))
        cosines = self.passages.vectors(rows) @ vector
        # The first row of an article is its title; an article without a body answers with it.
        titles, alone = cosines[firsts], sizes == 1
        cosines[firsts[~alone]] = -np.inf
        texts = np.maximum.reduceat(cosines, firsts) if len(firsts) else titles
        best = np.flatnonzero(cosines == np.repeat(texts, sizes))
        best = best[np.searchsorted(best, firsts)]
        scores = np.where(alone, titles, _joined(titles, texts)) - HUB_WEIGHT * self.hubs[places]
        return places, scores.astype(np.float32), rows[best]

    def _keyword_scores(self, text: str, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what words and codes add to the cosines of the articles at `places`, rising."""
        added = np.zeros(len(places), dtype=np.float32)
        greatest = self.keywords.greatest(text)
        if greatest:
            added += KEYWORD_WEIGHT / greatest * self.keywords.scores_at(text, places)
        named: set[int] = set()
        for word in set(words(text)):
            if _is_code(word):
                if self.keywords.texts_with(word) <= max(_RARE, len(self.keywords) // 100):
                    added += CODE_WEIGHT * self.keywords.holds(word, places)
            elif len(word) >= _NAME_LETTERS and len(self.keywords) >= _NAMES_AMONG:
                only = self.keywords.only_text_with(word)
                if only is not None and word in words(self.cards.articles[only].title):
                    named.add(only)
        added[np.isin(places, list(named))] += NAME_WEIGHT
        return added

    def _passage(self, place: int, score: float, row: int) -> Passage:
        card = self.cards.articles[place]
        quote = self.cards.passages[row].quote
        source = Source(SourceKind.ARTICLE, card.id, card.title, quote, card.source_url)
        return Passage(source, calibrated(score), card.topics)


def _joined(titles: NDArray[np.float32], texts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (m,) one cosine for each article's title and its best text."""
    lesser = OTHER_WEIGHT * np.minimum(titles, texts)
    joined = (np.maximum(titles, texts) + lesser) / (1.0 + OTHER_WEIGHT * _OTHER_USUALLY)
    return joined.astype(np.float32)


def calibrated(cosine: float) -> float:
    """Return how well a hit fits, 0 to 1, from its cosine; keeps the order."""
    return float(1.0 / (1.0 + np.exp(-_STEEPNESS * (cosine - _MIDDLE))))


def _is_code(word: str) -> bool:
    return len(word) >= 4 and any(map(str.isdigit, word)) and any(map(str.isalpha, word))


def _nearest(index: VectorIndex, vector: Vector, n: int) -> Iterable[tuple[float, int]]:
    scores, positions = index.search(vector.reshape(1, -1), n)
    found = zip(scores[0].tolist(), positions[0].tolist(), strict=True)
    return ((score, place) for score, place in found if place >= 0)


def _index(texts: Sequence[str], encoder: Encoder) -> VectorIndex:
    return VectorIndex.build(None, encoder.encode(texts))
