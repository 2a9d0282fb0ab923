"""What each row of the knowledge search is, and how that is kept on disk (JSON, checked on reading)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from replies.articles import Audience

_FILE = "knowledge.json"


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article without its body; `promises` are the promise keys its text makes."""

    id: str
    title: str
    audience: Audience
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    valid_from: date | None
    review_by: date | None
    source_url: str
    promises: tuple[str, ...]

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
class _File:
    articles: tuple[ArticleCard, ...]
    passages: tuple[PassageRow, ...]
    past: tuple[PastTurn, ...]
    reply_ids: tuple[str, ...]


_ADAPTER = TypeAdapter(_File)


def write_cards(
    folder: Path,
    articles: tuple[ArticleCard, ...],
    passages: tuple[PassageRow, ...],
    past: tuple[PastTurn, ...],
    reply_ids: tuple[str, ...],
) -> None:
    """Write the rows' meaning beside their vectors."""
    (folder / _FILE).write_bytes(_ADAPTER.dump_json(_File(articles, passages, past, reply_ids)))


def read_cards(
    folder: Path,
) -> tuple[tuple[ArticleCard, ...], tuple[PassageRow, ...], tuple[PastTurn, ...], tuple[str, ...]]:
    """Return (articles, passages, past, reply ids) as written. Raises OSError, or ValueError in words."""
    held = _ADAPTER.validate_json((folder / _FILE).read_bytes())
    if any(row.article >= len(held.articles) for row in held.passages):
        raise ValueError(
            f"{folder / _FILE}: a passage names an article that is not there; run 'wellput learn'"
        )
    return held.articles, held.passages, held.past, held.reply_ids
