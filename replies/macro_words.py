"""Dates, amounts and lists in the words of the shop's locale, as macros print them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency

from recommender.money import Money

DEFAULT_LOCALE = "en_GB"
_PATTERNS = {"en_GB": "EEEE d MMMM y", "en_IE": "EEEE d MMMM y"}  # no comma, as letters in Britain write it


@lru_cache(maxsize=64)
def locale_of(language: str, country: str) -> str:
    """Return the locale of a language in a country ("en_GB"), or of the language alone where the two do not
    go together; the default where neither is known."""
    for name in (f"{language}_{country}", language):
        try:
            return str(Locale.parse(name))
        except (UnknownLocaleError, ValueError):
            continue
    return DEFAULT_LOCALE


def day_in_words(day: date, locale: str = DEFAULT_LOCALE) -> str:
    """Return a day with its weekday: "Tuesday 24 November 2026"."""
    only_day = day.date() if isinstance(day, datetime) else day
    return format_date(only_day, format=_PATTERNS.get(locale, "full"), locale=locale)


def money_in_words(money: Money, locale: str = DEFAULT_LOCALE) -> str:
    """Return an amount with its currency's sign: "£1,250.00"."""
    return format_currency(Decimal(money.decimal_text), money.currency, locale=locale)


def list_in_words(words: Sequence[str], locale: str = DEFAULT_LOCALE) -> str:
    """Return words joined as a sentence joins them: "a pan, a brush and a lid"."""
    return format_list(list(words), style="standard", locale=locale) if words else ""
