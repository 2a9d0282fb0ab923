"""Cells of a file as values: each function reads one kind of cell or says in words what is wrong.

A cell is text (CSV, TSV) or what JSON and Parquet know: numbers, booleans, lists, mappings, times.
None and blank text mean: nothing given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from api.importing.money_signs import SIGNS
from brand_voice.personal_data import mask_card_numbers
from recommender.catalogue import BuyingRoute
from replies.macros import UnsafeMacro, require_safe

LONGEST_TEXT = 1_000_000
LONGEST_ID = 200
_YEARS = range(1900, 2200)  # due times and windows are computed around a time
_LARGEST = 2**53  # whole numbers up to here survive every tool a shop uses
_YES = frozenset({"true", "yes", "y", "1", "t"})
_NO = frozenset({"false", "no", "n", "0", "f"})
_SHOWN = 60

Cell = Any
Read = Callable[[Cell], Any]


class BadCell(ValueError):
    """What is wrong with a cell, in words."""


def shown(cell: Cell) -> str:
    """Return the cell as it may stand in a message: quoted, and short."""
    text = cell if isinstance(cell, str) else repr(cell)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def text(cell: Cell) -> str | None:
    """Return text without blanks around it, None when there is none."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() and abs(cell) < _LARGEST else cell
    if isinstance(cell, (list, dict)):
        raise BadCell("is a list or an object where text is wanted")
    stripped = str(cell).strip()
    if len(stripped) > LONGEST_TEXT:
        raise BadCell(f"holds {len(stripped):,} characters; {LONGEST_TEXT:,} at most")
    if "\x00" in stripped:
        raise BadCell("holds a NUL character")
    if not stripped.isascii() and any("\ud800" <= sign <= "\udfff" for sign in stripped):
        raise BadCell("holds half a character (a lone surrogate)")
    return stripped or None


def identifier(cell: Cell) -> str | None:
    """Return an id: one line of at most 200 characters."""
    found = text(cell)
    if found is not None and len(found) > LONGEST_ID:
        raise BadCell(f"is an id of {len(found):,} characters; {LONGEST_ID} at most")
    if found is not None and not found.isprintable():
        raise BadCell(f"is an id with control characters: {shown(found)}")
    return found


def words_in_full(cell: Cell) -> str:
    """Return text, "" when there is none."""
    return text(cell) or ""


def persons_name(cell: Cell) -> str:
    """Return a name; a card number that was keyed into the wrong field is masked."""
    return mask_card_numbers(words_in_full(cell))


def reply_template(cell: Cell) -> str | None:
    """Return the text of a canned reply, of which it is sure that it can be rendered."""
    found = text(cell)
    if found is not None:
        try:
            require_safe(found)
        except UnsafeMacro as error:
            raise BadCell(f"cannot be rendered: {error}") from None
    return found


def whole_number(cell: Cell) -> int | None:
    """Return a whole number; "6.0" is one."""
    found = text(cell)
    if found is None:
        return None
    if isinstance(cell, bool):
        raise BadCell("is true or false where a whole number is wanted")
    try:
        number = Decimal(found)
    except InvalidOperation:
        raise BadCell(f"{shown(found)} is not a whole number") from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise BadCell(f"{shown(found)} is out of range; whole numbers go up to {_LARGEST:,}")
    if number != int(number):
        raise BadCell(f"{shown(found)} is not a whole number")
    return int(number)


def count(cell: Cell) -> int | None:
    """Return a whole number that is not negative."""
    number = whole_number(cell)
    if number is not None and number < 0:
        raise BadCell(f"{number} is negative; a count is 0 or more")
    return number


def age(cell: Cell) -> int | None:
    """Return an age in years."""
    number = whole_number(cell)
    if number is not None and not 0 <= number <= 150:
        raise BadCell(f"{number} is not an age")
    return number


def amount(cell: Cell) -> str | None:
    """Return decimal text of money, yet without its currency."""
    if isinstance(cell, float):
        return repr(cell)
    return text(cell)


def currency(cell: Cell) -> str | None:
    """Return an ISO 4217 code; a sign that means one currency alone is its code."""
    found = text(cell)
    if found is None:
        return None
    code = SIGNS.get(found, found.upper())
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise BadCell(f"{shown(found)} is not a currency code such as GBP")
    return code


def flag(cell: Cell) -> bool | None:
    """Return true or false."""
    if isinstance(cell, bool):
        return cell
    found = text(cell)
    if found is None:
        return None
    low = found.casefold()
    if low in _YES:
        return True
    if low in _NO:
        return False
    raise BadCell(f"{shown(found)} is neither true nor false")


def reason_code(cell: Cell) -> str | None:
    """Return a code of one word: never free text about a person."""
    found = text(cell)
    if found is not None and (
        len(found) > 40 or not found.isascii() or not found.replace("_", "").replace("-", "").isalnum()
    ):
        raise BadCell("is not a reason code (one word of letters, digits, - and _); free text is not kept")
    return found


def one_of(words: Sequence[str], default: str | None = None) -> Read:
    """Return what reads one of `words`, in any case; `default` when nothing is given."""

    def read(cell: Cell) -> str | None:
        found = text(cell)
        if found is None:
            return default
        if found.casefold() not in words:
            raise BadCell(f"{shown(found)} is none of {', '.join(words)}")
        return found.casefold()

    return read


def word_list(cell: Cell) -> list[str]:
    """Return texts from a JSON list, or from text parted by ; or | or ,"""
    if isinstance(cell, (list, tuple)):
        return [found for one in cell if (found := text(one)) is not None]
    found = text(cell)
    if found is None:
        return []
    if found.startswith("["):
        return word_list(json_list(found))
    for mark in "|,":
        found = found.replace(mark, ";")
    return [part.strip() for part in found.split(";") if part.strip()]


def words_of(words: Sequence[str]) -> Read:
    """Return what reads a list of some of `words`."""

    def read(cell: Cell) -> list[str]:
        found = word_list(cell)
        for one in found:
            if one not in words:
                raise BadCell(f"{shown(one)} is none of {', '.join(words)}")
        return found

    return read


def attributes(cell: Cell) -> dict[str, Any]:
    """Return names with text, numbers or true/false from a JSON object."""
    if isinstance(cell, str):
        found = text(cell)
        cell = None if found is None else _json(found, dict)
    if cell is None:
        return {}
    if not isinstance(cell, dict):
        raise BadCell("is not an object of names and values")
    named: dict[str, Any] = {}
    for name, value in cell.items():
        key = text(name)
        if key is None or value is None:
            continue
        named[key] = _attribute(key, value)
    return named


def _attribute(name: str, value: Any) -> str | int | float | bool:
    if isinstance(value, (list, tuple)):
        return ", ".join(word_list(value))
    if isinstance(value, str):
        return words_in_full(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and not isfinite(value):
        raise BadCell(f"{shown(name)} is not a finite number")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise BadCell(f"{shown(name)} is out of range")
    if isinstance(value, (int, float)):
        return value
    raise BadCell(f"{shown(name)} is neither text nor number nor true or false")


def scalar(cell: Cell) -> str | int | float | bool | None:
    """Return a gathered attribute: a number or true/false where the text is exactly that."""
    found = cell if isinstance(cell, (bool, int, float)) else text(cell)
    if not isinstance(found, str):
        return found
    if found in {"true", "false"}:
        return found == "true"
    try:
        number = int(found) if found.lstrip("-").isdigit() else float(found)
    except ValueError:
        return found
    return number if str(number) == found and abs(number) < _LARGEST else found


def buying_routes(cell: Cell) -> tuple[BuyingRoute, ...]:
    """Return the ways to buy from a JSON list of {channel, url or place, note, checked_at}."""
    if isinstance(cell, str):
        found = text(cell)
        cell = None if found is None else json_list(found)
    if cell is None:
        return ()
    if not isinstance(cell, list) or not all(isinstance(one, dict) for one in cell):
        raise BadCell("is not a list of objects with channel, url or place, note")
    routes: list[BuyingRoute] = []
    for one in cell:
        channel, place = text(one.get("channel")), text(one.get("url")) or text(one.get("place"))
        if channel is None or place is None:
            raise BadCell("has a way to buy without a channel, or without a url or place")
        checked_at = _checked_at(one.get("checked_at"))
        routes.append(BuyingRoute(channel, place, words_in_full(one.get("note")), checked_at))
    return tuple(routes)


def _checked_at(cell: Cell) -> datetime | None:
    """Return when a way to buy was checked; a day alone, or a time without its zone, is read as UTC."""
    return moments(ZoneInfo("UTC"))(cell)


def moments(zone: ZoneInfo, formats: Sequence[str] = ()) -> Read:
    """Return what reads RFC 3339 times, or the given strptime formats; without zone they are in `zone`."""

    def read(cell: Cell) -> datetime | None:
        if isinstance(cell, date) and not isinstance(cell, datetime):
            cell = datetime.combine(cell, time())
        found = None if isinstance(cell, datetime) else text(cell)
        if found is None and not isinstance(cell, datetime):
            return None
        moment = cell if isinstance(cell, datetime) else _moment(found or "", formats)
        if moment.year not in _YEARS:
            raise BadCell(f"{shown(cell)} is out of range; times lie between 1900 and 2200")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)

    return read


def _moment(found: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(found, form)  # noqa: DTZ007  the caller adds the shop's zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(found)
    except ValueError:
        wanted = f" or {', '.join(formats)}" if formats else ""
        raise BadCell(f"{shown(found)} is not a time such as 2026-11-22T09:05:00Z{wanted}") from None


def days(formats: Sequence[str] = ()) -> Read:
    """Return what reads dates: 2026-11-22, or the given strptime formats."""

    def read(cell: Cell) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        found = text(cell)
        if found is None:
            return None
        for form in formats:
            try:
                return datetime.strptime(found, form).date()  # noqa: DTZ007  a date has no zone
            except ValueError:
                continue
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise BadCell(f"{shown(found)} is not a date such as 2026-11-22") from None

    return read


def json_list(cell: str) -> list[Any] | None:
    """Return the JSON list in a text, None when the text is blank."""
    found = text(cell)
    return None if found is None else _json(found, list)


def _json(found: str, kind: type[Any]) -> Any:
    try:
        value = json.loads(found)
    except (ValueError, RecursionError):
        raise BadCell(f"{shown(found)} is not JSON") from None
    if not isinstance(value, kind):
        raise BadCell(f"{shown(found)} is not a JSON {'list' if kind is list else 'object'}")
    return value
