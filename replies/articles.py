"""Knowledge articles and canned replies: the approved texts that answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    PUBLIC = "public"  # may be quoted to a customer
    AGENT = "agent"  # for agents' eyes only


@dataclass(frozen=True, slots=True)
class Article:
    """A knowledge article in Markdown."""

    id: str
    title: str
    body: str
    audience: Audience = Audience.PUBLIC
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    owner: str = ""
    valid_from: date | None = None
    review_by: date | None = None
    source_url: str = ""

    def in_force(self, today: date) -> bool:
        """Whether it may answer today: begun, and not past its review date."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.review_by is None or today <= self.review_by
        )


@dataclass(frozen=True, slots=True)
class CannedReply:
    """An approved text with placeholders `{{ … }}`; with `actions` it is a macro.

    `articles` names those it rests on; `stale` that one of them has changed since the reply was right for it.
    """

    id: str
    text: str
    title: str = ""
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    approved_by: str = ""
    review_by: date | None = None
    articles: tuple[str, ...] = ()
    stale: bool = False

    def in_force(self, today: date) -> bool:
        """Whether it may be used today: approved, not past its review date, its articles unchanged."""
        in_date = self.review_by is None or today <= self.review_by
        return bool(self.approved_by) and in_date and not self.stale
