"""What each row of the knowledge search is, and how that is kept on disk.

Articles are one JSON document; passages and past queries are rows that stay on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from models.row_file import RowFile, write_rows
from replies.articles import Audience

_FILE, _PASSAGES, _PAST, _ARTICLE_OF = "knowledge.json", "passages", "past", "article_of.npy"


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article without its body; `promises` are the promise keys its text makes, `facts` what it states
    (see `brand_voice.article_facts`)."""

    id: str
    title: str
    audience: Audience
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    valid_from: date | None
    review_by: date | None
    source_url: str
    promises: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()

    def in_force(self, today: date) -> bool:
        """Whether the article may answer today."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.review_by is None or today <= self.review_by
        )


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One vector of an article (by its place among the cards): the text embedded, and the words to quote."""

    article: int
    is_title: bool
    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One past query with the reply it got; personal data taken out of both."""

    contact_id: str
    question: str
    reply: str
    reply_id: str | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """A canned reply as the search knows it; `text` is without marks, its placeholders left in."""

    id: str
    title: str
    text: str
    channels: tuple[str, ...]
    topics: tuple[str, ...]
    is_approved: bool
    review_by: date | None

    def in_force(self, today: date) -> bool:
        """Whether the reply may be used today."""
        return self.is_approved and (self.review_by is None or today <= self.review_by)


@dataclass(frozen=True, slots=True)
class Cards:
    """The meaning of every row.

    `article_of` (number of passages,) is the place of a passage's article, rising; the passages of article
    i are those from `starts[i]` to `starts[i + 1]`.
    """

    articles: tuple[ArticleCard, ...]
    passages: Sequence[PassageRow]
    past: Sequence[PastTurn]
    replies: tuple[ReplyCard, ...]
    article_of: NDArray[np.int64]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _File:
    articles: tuple[ArticleCard, ...]
    replies: tuple[ReplyCard, ...]


_ADAPTER = TypeAdapter(_File)
_PASSAGE_ADAPTER = TypeAdapter(PassageRow)
_PAST_ADAPTER = TypeAdapter(PastTurn)


def write_cards(folder: Path, cards: Cards) -> None:
    """Write the rows' meaning beside their vectors."""
    (folder / _FILE).write_bytes(_ADAPTER.dump_json(_File(cards.articles, cards.replies)))
    write_rows(folder, _PASSAGES, map(_PASSAGE_ADAPTER.dump_json, cards.passages))
    write_rows(folder, _PAST, map(_PAST_ADAPTER.dump_json, cards.past))
    np.save(folder / _ARTICLE_OF, cards.article_of, allow_pickle=False)


def read_cards(folder: Path) -> Cards:
    """Return what was written. Raises OSError, RowFileError, or ValueError in words."""
    held = _ADAPTER.validate_json((folder / _FILE).read_bytes())
    passages = RowFile(folder, _PASSAGES, _PASSAGE_ADAPTER.validate_json)
    article_of: NDArray[np.int64] = np.load(folder / _ARTICLE_OF, allow_pickle=False)
    if len(article_of) != len(passages) or int(article_of.max(initial=-1)) >= len(held.articles):
        raise ValueError(
            f"{folder / _ARTICLE_OF}: a passage names an article that is not there; run 'wellput learn'"
        )
    past = RowFile(folder, _PAST, _PAST_ADAPTER.validate_json)
    starts = passage_starts(article_of, len(held.articles))
    return Cards(held.articles, passages, past, held.replies, article_of, starts)


def passage_starts(article_of: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return (count + 1,) where the passages of each of `count` articles begin, and where the last end."""
    return np.searchsorted(article_of, np.arange(count + 1))
