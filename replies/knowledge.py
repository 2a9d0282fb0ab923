"""The knowledge search: articles by passage, past queries by turn, canned replies by text.

Every search takes the question's vector, so that one encoder pass serves them all. An article scores as
its best passage; each paragraph is embedded under its article's title, and the title counts as a passage of
its own. BM25 is added with a small weight on its own scale, never by ranks (docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brand_voice.personal_data import redact
from brand_voice.promises import promise_keys
from models.embedding import Encoder
from models.keyword_index import KeywordIndex
from models.vector_index import VectorIndex
from replies.articles import Article, Audience, CannedReply
from replies.contacts import Contact
from replies.knowledge_file import ArticleCard, PassageRow, PastTurn, read_cards, write_cards
from replies.passages import chunks, plain_text
from replies.proposals import Passage, Source, SourceKind
from replies.turns import is_settled, turns

KEYWORD_WEIGHT = 0.05
_STEEPNESS, _MIDDLE = 9.0, 0.45  # cosine of MiniLM to a score: .45 is where half the hits answer
_PER_ARTICLE = 12  # passages looked at per wanted article
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may answer: in force `today` and, where given, of this audience, channel and topic."""

    today: date
    audience: Audience | None = None
    channel: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class PastHit:
    """A past query like this one: its source (id is the contact's), score 0 to 1, and the reply given."""

    source: Source
    score: float
    reply: str
    reply_id: str | None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeSearch:
    """Searches what was fitted: vectors and keywords, with the cards that say what each row is."""

    cards: tuple[ArticleCard, ...]
    rows: tuple[PassageRow, ...]
    past: tuple[PastTurn, ...]
    reply_ids: tuple[str, ...]
    passages: VectorIndex
    questions: VectorIndex
    replies: VectorIndex
    keywords: KeywordIndex
    _row_article: NDArray[np.int64] = field(repr=False)

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
        replies = tuple(canned)
        cards = tuple(_card(article) for article in given)
        rows = tuple(row for place, article in enumerate(given) for row in _rows(place, article))
        past = tuple(_past_turns(contacts))
        reply_texts = [f"{reply.title}. {plain_text(reply.text)}" for reply in replies]
        return cls(
            cards,
            rows,
            past,
            tuple(reply.id for reply in replies),
            _index([row.text for row in rows], encoder),
            _index([turn.question for turn in past], encoder),
            _index(reply_texts, encoder),
            KeywordIndex.build(
                [article.id for article in given],
                [f"{article.title}\n{plain_text(article.body)}" for article in given],
            ),
            np.asarray([row.article for row in rows], dtype=np.int64),
        )

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, which is made where missing."""
        for name, index in self._indices().items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            index.save(folder / name)
        write_cards(folder, self.cards, self.rows, self.past, self.reply_ids)

    @classmethod
    def load(cls, folder: Path) -> KnowledgeSearch:
        """Read what `save` wrote. Raises OSError or ValueError when it is not whole."""
        cards, rows, past, reply_ids = read_cards(folder)
        return cls(
            cards,
            rows,
            past,
            reply_ids,
            VectorIndex.load(folder / "passages"),
            VectorIndex.load(folder / "questions"),
            VectorIndex.load(folder / "replies"),
            KeywordIndex.load(folder / "keywords"),
            np.asarray([row.article for row in rows], dtype=np.int64),
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
        if n < 1 or not self.rows:
            return ()
        best = self._best_passages(vector, n)
        fitting = [place for place in best if _fits(self.cards[place], filters)]
        keyword = self._keyword_scores(text)
        scored = sorted(
            ((best[place][0] + KEYWORD_WEIGHT * float(keyword[place]), place) for place in fitting),
            key=lambda pair: (-pair[0], pair[1]),
        )
        return tuple(self._passage(place, score, best[place][1]) for score, place in scored[:n])

    def search_past(self, vector: Vector, n: int, topic: str | None = None) -> tuple[PastHit, ...]:
        """Return the n most similar past queries, one per contact. `vector` is (d,), of the question."""
        if n < 1 or not self.past:
            return ()
        hits: dict[str, PastHit] = {}
        for score, place in _nearest(self.questions, vector, 4 * n + 20):
            turn = self.past[place]
            if turn.contact_id not in hits and (topic is None or topic in turn.topics):
                source = Source(SourceKind.PAST_QUERY, turn.contact_id, "Past query", turn.question)
                hits[turn.contact_id] = PastHit(source, score, turn.reply, turn.reply_id, turn.topics)
            if len(hits) == n:
                break
        return tuple(hits.values())

    def similar_replies(self, vector: Vector) -> Mapping[str, float]:
        """Return the cosine of the question to every canned reply, by reply id."""
        if not self.reply_ids:
            return {}
        return {
            self.reply_ids[place]: score
            for score, place in _nearest(self.replies, vector, len(self.reply_ids))
        }

    def promises(self, today: date) -> frozenset[str]:
        """Return the promise keys that public articles in force make."""
        public = (card for card in self.cards if card.audience is Audience.PUBLIC and card.in_force(today))
        return frozenset[str]().union(*(card.promises for card in public))

    def _best_passages(self, vector: Vector, n: int) -> dict[int, tuple[float, int]]:
        """Return, by article, (best cosine over its passages, row of its best text passage)."""
        best: dict[int, tuple[float, int]] = {}
        texts: dict[int, int] = {}
        for score, row in _nearest(self.passages, vector, _PER_ARTICLE * n + 100):
            place = self.rows[row].article
            if place not in best:
                best[place] = (score, row)
            if not self.rows[row].is_title:
                texts.setdefault(place, row)
        return {place: (score, texts.get(place, row)) for place, (score, row) in best.items()}

    def _keyword_scores(self, text: str) -> Vector:
        scores = self.keywords.scores(text)
        peak = float(scores.max(initial=0.0))
        return scores / peak if peak > 0 else scores

    def _passage(self, place: int, score: float, row: int) -> Passage:
        card = self.cards[place]
        if self.rows[row].is_title:
            row = int(np.searchsorted(self._row_article, place)) + 1
            if row >= len(self.rows) or self.rows[row].article != place:
                row -= 1  # an article without a body answers with its title
        source = Source(SourceKind.ARTICLE, card.id, card.title, self.rows[row].quote, card.source_url)
        return Passage(source, calibrated(score), card.topics)


def calibrated(cosine: float) -> float:
    """Return how well a hit fits, 0 to 1, from its cosine; keeps the order."""
    return float(1.0 / (1.0 + np.exp(-_STEEPNESS * (cosine - _MIDDLE))))


def _fits(card: ArticleCard, filters: Filters) -> bool:
    return (
        card.in_force(filters.today)
        and (filters.audience is None or card.audience is filters.audience)
        and (filters.channel is None or not card.channels or filters.channel in card.channels)
        and (filters.topic is None or filters.topic in card.topics)
    )


def _nearest(index: VectorIndex, vector: Vector, n: int) -> Iterable[tuple[float, int]]:
    scores, positions = index.search(vector.reshape(1, -1), n)
    found = zip(scores[0].tolist(), positions[0].tolist(), strict=True)
    return ((score, place) for score, place in found if place >= 0)


def _index(texts: Sequence[str], encoder: Encoder) -> VectorIndex:
    return VectorIndex.build([str(place) for place in range(len(texts))], encoder.encode(texts))


def _card(article: Article) -> ArticleCard:
    return ArticleCard(
        id=article.id,
        title=article.title,
        audience=article.audience,
        topics=article.topics,
        channels=article.channels,
        valid_from=article.valid_from,
        review_by=article.review_by,
        source_url=article.source_url,
        promises=tuple(sorted(promise_keys(f"{article.title}\n\n{plain_text(article.body)}"))),
    )


def _rows(place: int, article: Article) -> Iterable[PassageRow]:
    yield PassageRow(place, True, article.title, article.title)
    for chunk in chunks(article.body):
        named = [part for part in (article.title, chunk.heading) if part]
        yield PassageRow(place, False, ". ".join((*named, chunk.text)), chunk.text)


def _past_turns(contacts: Iterable[Contact]) -> Iterable[PastTurn]:
    seen: set[tuple[str, str]] = set()
    for contact in contacts:
        if not is_settled(contact):
            continue
        topics = (contact.topic,) if contact.topic else ()
        for turn in turns(contact):
            key = (" ".join(turn.said.lower().split()), turn.reply_id or turn.reply)
            if turn.said.strip() and turn.reply.strip() and key not in seen:
                seen.add(key)
                ids = frozenset(contact.order_ids)
                question, _ = redact(turn.said, known_ids=ids)
                reply, _ = redact(turn.reply, known_ids=ids)
                yield PastTurn(contact.id, question, reply, turn.reply_id, topics)
