"""Facts that an article states, in the form in which a draft's claims are held against them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from brand_voice.articles_say import ArticlesSay
from brand_voice.promises import promise_keys
from brand_voice.reading import read
from brand_voice.stated_dates import fixed_dates, longest
from brand_voice.stated_values import Value, ValueKind
from brand_voice.text_values import values_of

_LASTING = frozenset(ValueKind) - {ValueKind.DATE, ValueKind.STRETCH, ValueKind.CODE, ValueKind.COUNT}
_NO_DAY = date(2000, 1, 1)  # what hangs on the day of reading is left out
_MOST_TITLES = 3


def stated_facts(text: str) -> tuple[tuple[str, str], ...]:
    """Return kind and key of the facts that a text states whatever the day: amounts, shares, periods, times
    of day, links, measures, product facts, and dates as "2026-12-03" or, told without year, "--12-03"."""
    reading = read(text)
    found = {(ValueKind.DATE.value, day) for day in fixed_dates(reading.low)}
    for _, value in values_of(reading, _NO_DAY, bare=True):
        if value.kind in _LASTING:
            found.add((value.kind.value, value.key))
            if value.kind is ValueKind.PERIOD:
                found.add((value.kind.value, longest(value.key)))
    return tuple(sorted(found))


def articles_say(
    articles: Iterable[tuple[str, Iterable[tuple[str, str]], Iterable[str]]],
) -> ArticlesSay:
    """Return what articles say, each given as title, stated facts and promise keys."""
    promises: set[str] = set()
    titles: dict[tuple[str, str], tuple[str, ...]] = {}
    for title, facts, promised in articles:
        promises.update(promised)
        for fact in facts:
            known = titles.get(fact, ())
            if len(known) < _MOST_TITLES and title not in known:
                titles[fact] = (*known, title)
    return ArticlesSay(frozenset(promises), titles)


def texts_say(texts: Iterable[tuple[str, str]]) -> ArticlesSay:
    """Return what articles say, each given as title and text."""
    return articles_say((title, stated_facts(text), promise_keys(text)) for title, text in texts)


def titles_stating(value: Value, said: ArticlesSay) -> tuple[str, ...]:
    """Return the titles of the articles that state a value."""
    kind = value.kind.value
    titles = said.titles.get((kind, value.key), ())
    if value.kind is ValueKind.DATE:
        titles += said.titles.get((kind, f"-{value.key[4:]}"), ())
    return tuple(dict.fromkeys(titles))
