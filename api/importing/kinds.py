"""The kinds of files: which fields a row has, how each is read, and which columns they become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

from api.importing import cells
from api.importing.cells import BadCell, Read
from api.importing.money_signs import without_sign
from api.storage.documents import buying_routes
from recommender.catalogue import ProductKind
from recommender.money import Money
from replies.articles import Audience
from replies.contacts import Channel

Values = dict[str, Sequence[Any]]
CHANNELS = tuple(channel.value for channel in Channel)


@dataclass(slots=True)
class Context:
    """What a kind needs beyond its rows: the shop's currency, known keys, counts within the file.

    `all_fields` are the fields of every kind.
    """

    currency: str
    known: Callable[[str], frozenset[str]]
    all_fields: frozenset[str] = frozenset()
    occurrences: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    amounts: dict[tuple[str | None, str | None], Money | BadCell | None] = field(
        default_factory=dict[tuple[str | None, str | None], Money | BadCell | None]
    )
    row_number: int = 0


Problems = dict[int, tuple[str, str]]
Finish = Callable[[Values, Problems, Context], Values]
"""Turns read fields into columns of the table; adds to the problems, row by row."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how its cell is read, and the table's columns it decides (its own name when none)."""

    name: str
    read: Read
    required: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file whose rows go into one table.

    `settle` is the field of which, for a key given more than once, the most frequent value counts; None
    where keys are not of one column, or equal keys are nothing to settle.
    """

    name: str
    table: str
    fields: tuple[Field, ...]
    finish: Finish
    settle: str | None = None

    def settled(self, usual: Collection[str]) -> list[tuple[str, ...]]:
        """The columns of which the most frequent values count: of `settle` and of the fields `usual`."""
        wanted = {self.settle, *usual} if self.settle is not None else set[str]()
        return [one.columns or (one.name,) for one in self.fields if one.name in wanted]


def kinds(zone: ZoneInfo, formats: Callable[[str], Sequence[str]]) -> Mapping[str, Kind]:
    """Return the kinds by name; times without zone are in `zone`, `formats(field)` are tried first."""

    def moment(name: str, **more: Any) -> Field:
        return Field(name, cells.moments(zone, formats(name)), **more)

    def day(name: str) -> Field:
        return Field(name, cells.days(formats(name)))

    every = (
        _catalogue(day),
        _orders(moment),
        _customers(),
        _articles(day),
        _replies(day),
        _stores(),
        _stock(moment),
    )
    return {kind.name: kind for kind in every}


def _catalogue(day: Callable[[str], Field]) -> Kind:
    return Kind(
        "catalogue",
        "products",
        (
            Field("sku", cells.identifier, required=True),
            Field("title", cells.text, required=True),
            Field("description", cells.words_in_full),
            Field("category", cells.words_in_full),
            Field("brand", cells.words_in_full),
            Field("price", cells.amount, columns=("price_minor", "price_currency")),
            Field("currency", cells.currency, columns=()),
            Field("cost", cells.amount, columns=("cost_minor", "cost_currency")),
            Field("stock", cells.count),
            Field("url", cells.words_in_full),
            Field("image_url", cells.words_in_full),
            Field("variant_of", cells.identifier),
            Field("attributes", cells.attributes),
            Field("kind", cells.one_of([kind.value for kind in ProductKind], "product")),
            day("available_from"),
            day("available_to"),
            Field("buy_at", cells.buying_routes),
            Field("min_age", cells.age),
        ),
        _finish_catalogue,
        settle="title",
    )


def _orders(moment: Callable[..., Field]) -> Kind:
    return Kind(
        "orders",
        "order_lines",
        (
            Field("order_id", cells.identifier, required=True),
            Field("sku", cells.identifier, required=True),
            Field("quantity", cells.whole_number, required=True),
            moment("ordered_at", required=True),
            Field("customer_id", cells.identifier),
            Field("unit_price", cells.amount, columns=("unit_price_minor", "currency")),
            Field("currency", cells.currency, columns=()),
            Field("channel", cells.text),
            Field("status", cells.text),
            moment("returned_at"),
            Field("contact_id", cells.identifier),
        ),
        _finish_orders,
    )


def _customers() -> Kind:
    return Kind(
        "customers",
        "customers",
        (
            Field("customer_id", cells.identifier, required=True),
            Field("name", cells.persons_name),
            Field("email", cells.words_in_full),
            Field("phone", cells.words_in_full),
            Field("street", cells.persons_name),
            Field("town", cells.persons_name),
            Field("postcode", cells.words_in_full),
            Field("marketing_consent", cells.flag),
            Field("vulnerable", cells.reason_code),
        ),
        _as_they_are,
    )


def _articles(day: Callable[[str], Field]) -> Kind:
    return Kind(
        "articles",
        "articles",
        (
            Field("id", cells.identifier, required=True),
            Field("title", cells.text, required=True),
            Field("body", cells.text, required=True),
            Field("audience", cells.one_of([audience.value for audience in Audience], "public")),
            Field("topics", cells.word_list),
            Field("channels", cells.words_of(CHANNELS)),
            Field("owner", cells.words_in_full),
            day("valid_from"),
            day("review_by"),
            Field("source_url", cells.words_in_full),
        ),
        _as_they_are,
    )


def _replies(day: Callable[[str], Field]) -> Kind:
    return Kind(
        "replies",
        "canned_replies",
        (
            Field("id", cells.identifier, required=True),
            Field("text", cells.reply_template, required=True),
            Field("title", cells.words_in_full),
            Field("topics", cells.word_list),
            Field("channels", cells.words_of(CHANNELS)),
            Field("actions", cells.word_list),
            Field("approved_by", cells.words_in_full),
            day("review_by"),
            Field("articles", cells.word_list),
        ),
        _as_they_are,
    )


def _stores() -> Kind:
    named = ("postcode", "address", "phone", "opening_hours")
    return Kind(
        "stores",
        "stores",
        (
            Field("store_id", cells.identifier, required=True),
            Field("name", cells.text, required=True),
            *(Field(name, cells.words_in_full) for name in named),
        ),
        _as_they_are,
    )


def _stock(moment: Callable[..., Field]) -> Kind:
    return Kind(
        "store_stock",
        "store_stock",
        (
            Field("sku", cells.identifier, required=True),
            Field("store_id", cells.identifier, required=True),
            Field("quantity", cells.count, required=True),
            moment("checked_at"),
        ),
        _finish_stock,
    )


def _as_they_are(values: Values, problems: Problems, context: Context) -> Values:
    del problems, context
    return values


def _finish_catalogue(values: Values, problems: Problems, context: Context) -> Values:
    prices = _money("price", values["price"], values["currency"], problems, context)
    costs = _money("cost", values["cost"], values["currency"], problems, context)
    for index, (sku, parent) in enumerate(zip(values["sku"], values["variant_of"], strict=True)):
        if parent is not None and parent == sku:
            problems.setdefault(index, ("variant_of", "is the product itself"))
    return {
        **values,
        "price_minor": [price and price.minor for price in prices],
        "price_currency": [price and price.currency for price in prices],
        "cost_minor": [cost and cost.minor for cost in costs],
        "cost_currency": [cost and cost.currency for cost in costs],
        "buy_at": [buying_routes.dump(routes or ()) for routes in values["buy_at"]],
    }


def _finish_orders(values: Values, problems: Problems, context: Context) -> Values:
    prices = _money("unit_price", values["unit_price"], values["currency"], problems, context)
    seen = context.occurrences
    nth: list[int] = []
    for key in zip(values["order_id"], values["sku"], strict=True):
        times = seen.get(key, 0) + 1
        seen[key] = times
        nth.append(times)
    first = context.row_number
    context.row_number += len(nth)
    return {
        **values,
        "nth": nth,
        "position": range(first, first + len(nth)),
        "unit_price_minor": [price and price.minor for price in prices],
        "currency": [price and price.currency for price in prices],
        "status": [
            "returned" if status is None and quantity is not None and quantity < 0 else status
            for status, quantity in zip(values["status"], values["quantity"], strict=True)
        ],
    }


def _finish_stock(values: Values, problems: Problems, context: Context) -> Values:
    known = {"sku": context.known("products"), "store_id": context.known("stores")}
    missing = {
        "sku": "the catalogue; import the catalogue first",
        "store_id": "a known store; import stores first",
    }
    for column, keys in known.items():
        for index, value in enumerate(values[column]):
            if isinstance(value, str) and value not in keys:
                problems.setdefault(index, (column, f"{cells.shown(value)} is not in {missing[column]}"))
    return values


def _money(
    column: str, amounts: Sequence[Any], currencies: Sequence[Any], problems: Problems, context: Context
) -> list[Money | None]:
    """Return the amounts with their currency (the shop's where none is given)."""
    memo = context.amounts
    pairs = list(zip(amounts, currencies, strict=True))
    distinct = set(pairs)
    for pair in distinct.difference(memo):
        memo[pair] = None if pair[0] is None else _amount(pair[0], pair[1], context.currency)
    found = list(map(memo.__getitem__, pairs))
    if any(isinstance(memo[pair], BadCell) for pair in distinct):
        for index, money in enumerate(found):
            if isinstance(money, BadCell):
                problems.setdefault(index, (column, str(money)))
                found[index] = None
    return cast("list[Money | None]", found)


def _amount(text: str, stated: str | None, usual: str) -> Money | BadCell:
    try:
        digits, currency = without_sign(text, stated)
        return Money.parse(digits, currency or usual)
    except ValueError as error:
        return BadCell(
            str(error) if len(str(error)) < 200 else f"{cells.shown(text)} is not an amount of money"
        )
