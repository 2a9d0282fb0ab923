"""What a policy lets the customer choose between: what is open to them today, neutrally, side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recommender.customers import Order
from replies.articles import Article, Audience
from replies.proposals import Source, SourceKind
from replies.shop import PolicyOption, TopicPolicy

_LEAST = 2  # one option is no choice
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_REFUSES = re.compile(
    r"\b(?:cannot|can ?not|can['’]t|can no longer|may not|are (?:not able|unable) to|is not possible"
    r"|(?:do|does) not accept|(?:can|may) only be\b.{0,60}\b(?:if|when|where|unless))\b",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"\b(?:(?:you|it|they|we) (?:can|may|will|are welcome)|(?:we|i)(?:['’]ll)? (?:refund|replace|collect|take"
    r"|send|e-?mail|repair|exchange))\b|\bplease\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The options to put before the customer (none, or two and more), what they rest on, and what the agent
    must know of those left out.

    `withheld` are the titles of options that no draft may name: what they rest on is out of date.
    """

    options: tuple[PolicyOption, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


NO_CHOICE = Choice()


def open_choice(
    policy: TopicPolicy | None, order: Order | None, articles: Mapping[str, Article], today: date
) -> Choice:
    """Return the options of `policy` that are open today.

    An option whose article is not in force is withheld. When a statutory one is withheld, all are: a choice
    without what the law gives would mislead. One whose time has run out for `order` is left out.
    """
    if policy is None or not policy.options:
        return NO_CHOICE
    stale = [option for option in policy.options if not _rests(option, articles, today)]
    notes = [
        f"“{option.title}” is not offered: the article {option.article!r} it rests on is not in force"
        for option in stale
    ]
    withheld = tuple(option.title for option in stale)
    if any(option.statutory for option in stale):
        notes.append("no option is offered, as a statutory one is among those; ask the owner of the article")
        return Choice(notes=tuple(notes), withheld=withheld)
    held = [option for option in policy.options if option not in stale]
    over = [option for option in held if _is_over(option, order, today)]
    notes += [
        f"“{option.title}” is left out: it is open for {option.within_days} days after the order"
        for option in over
    ]
    left = tuple(option for option in held if option not in over)
    if len(left) < _LEAST:
        return Choice(notes=tuple(notes), withheld=withheld)
    sources = tuple(_source(option, articles[option.article]) for option in left if option.article)
    return Choice(left, sources, tuple(notes), withheld)


def rules_out(answer: str, choice: Choice) -> bool:
    """Whether `answer` only says that what the options are for cannot be done: a choice beside it would say
    the opposite. What the law gives is put before the customer all the same."""
    if not choice.options or any(option.statutory for option in choice.options):
        return False
    said = [sentence for sentence in _SENTENCE_END.split(answer) if sentence.strip()]
    return any(_REFUSES.search(one) for one in said) and not any(
        _ALLOWS.search(one) and not _REFUSES.search(one) for one in said
    )


def names_option(text: str, title: str) -> bool:
    """Whether `text` names the option: all the telling words of its title occur in it."""
    words = [word for word in title.lower().split() if len(word) > 2]
    low = text.lower()
    return bool(words) and all(word in low for word in words)


def _rests(option: PolicyOption, articles: Mapping[str, Article], today: date) -> bool:
    if not option.article:
        return True
    article = articles.get(option.article)
    return article is not None and article.audience is Audience.PUBLIC and article.in_force(today)


def _is_over(option: PolicyOption, order: Order | None, today: date) -> bool:
    if option.within_days is None or order is None:
        return False
    return (today - order.ordered_at.date()).days > option.within_days


def _source(option: PolicyOption, article: Article) -> Source:
    return Source(
        SourceKind.ARTICLE, article.id, article.title, f"{option.title}: {option.terms}", article.source_url
    )
