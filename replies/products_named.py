"""The products a customer's message names: by code, by title, and, where it asks about one, loosely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from brand_voice.finding import Span
from recommender.catalogue import Product
from replies.ports import Unit
from replies.product_wants import Wants, packaged_asking, read_wants
from replies.proposals import Fact, FactKind

_READ = 2_000
_SKU = re.compile(r"\b[A-Za-z]{2,6}-[A-Za-z0-9]{3,16}\b")
_MAX_MENTIONS, _MAX_CODES = 5, 8
_LINKS = frozenset(("and", "with", "for", "the", "of", "in", "a", "an", "my", "your", "size"))
"""Words that may stand within the name of a product as a customer says it."""
_LIKE_A_CODE = re.compile(
    r"(?<![\w£$€.,+#-])(?:[a-z]{1,6}-?\d{3,14}[a-z]?|\d{5,14}[a-z]{0,2})(?![\w%£$€-]|[.,]\d)"
)
_ORDER_BEFORE = re.compile(r"\b(?:orders?|invoice|ref|reference)(?:\s*(?:number|no\.?|is|#|:))*\s*\Z")


class Mention(Protocol):
    """A product that a text names, at code points `start` to `end`."""

    @property
    def sku(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class FindMentions(Protocol):
    """Finds the products a text surely names, best first."""

    def __call__(self, text: str, vector: NDArray[np.float32], /) -> Iterable[Mention]: ...


class FindLoosely(Protocol):
    """Finds what a question about products may name: each as one product or as those that fit alike. The
    words of the third argument ask and name nothing."""

    def __call__(
        self, text: str, vector: NDArray[np.float32], asking: frozenset[str], /
    ) -> Iterable[Sequence[Mention]]: ...


@dataclass(frozen=True, slots=True)
class ProductsNamed:
    """Finds products in messages by the search that the shop has learned, or by their codes without one."""

    mentions: FindMentions | None = None
    loosely: FindLoosely | None = None

    def facts(self, text: str, vector: NDArray[np.float32], unit: Unit) -> tuple[Fact, ...]:
        """Return the products that `text` names; where it asks about a product and surely names none, the one
        that it names loosely, or what looks like a code that no product has (`known` is False)."""
        skus = codes_in(text)
        said_at: dict[str, Span] = {}
        if self.mentions is not None:
            named = self.mentions(text[:_READ], vector)
            said_at = {one.sku: Span(one.start, one.end) for one in list(named)[:_MAX_MENTIONS]}
            skus += said_at
        products = unit.catalogue.products(skus)
        facts: list[Fact] = []
        for sku in dict.fromkeys(skus):
            product = products.get(sku)
            span = None if product is None else said_at.get(sku) or place_of(product, text)
            if span is not None and not any(_overlap(span, fact.span) for fact in facts):
                facts.append(Fact(FactKind.PRODUCT, sku, span, known=True))
        return tuple(facts) or tuple(self._asked_about(text, vector, unit))

    def _asked_about(self, text: str, vector: NDArray[np.float32], unit: Unit) -> Iterator[Fact]:
        wants = read_wants(text)
        if not wants.has_named:
            return
        groups = self._groups(text, vector, unit)
        alone = {group[0].sku: Span(group[0].start, group[0].end) for group in groups if len(group) == 1}
        known = unit.catalogue.products(alone)
        for sku, span in alone.items():
            if sku in known:
                yield Fact(FactKind.PRODUCT, sku, span, known=True)
        if not groups:
            yield from _unknown_code(text, wants, unit)

    def alike(self, text: str, vector: NDArray[np.float32], unit: Unit) -> Mapping[str, tuple[Product, Span]]:
        """Return by SKU the products that a question fits alike, with their place; none unless it means one
        of them and nothing else."""
        if not read_wants(text).has_named:
            return {}
        groups = self._groups(text, vector, unit)
        if len(groups) != 1 or len(groups[0]) < 2:
            return {}
        products = unit.catalogue.products([mention.sku for mention in groups[0]])
        found = {
            one.sku: (products[one.sku], Span(one.start, one.end)) for one in groups[0] if one.sku in products
        }
        return found if len(found) > 1 else {}

    def _groups(self, text: str, vector: NDArray[np.float32], unit: Unit) -> Sequence[Sequence[Mention]]:
        if self.loosely is None:
            return ()
        groups = self.loosely(text[:_READ], vector, packaged_asking().words)
        return tuple(_in_full(group, text, unit) for group in groups)


def _in_full(group: Sequence[Mention], text: str, unit: Unit) -> Sequence[Mention]:
    """Return of products that a text fits alike the one whose whole title it says ("… 250 g"), else all."""
    if len(group) < 2:
        return group
    said = f" {_plain(text)} "
    products = unit.catalogue.products([one.sku for one in group])
    titles = {one.sku: _plain(products[one.sku].title) for one in group if one.sku in products}
    full = [one for one in group if titles.get(one.sku) and f" {titles[one.sku]} " in said]
    longest = max((len(titles[one.sku]) for one in full), default=0)
    best = [one for one in full if len(titles[one.sku]) == longest]
    return best if len(best) == 1 else group


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+|\d+", text.casefold()))


def _unknown_code(text: str, wants: Wants, unit: Unit) -> Iterator[Fact]:
    """Yield what a question about price, stock or where to buy names by a code that no product has."""
    if not (wants.price or wants.stock or wants.where or wants.kind):
        return
    low = text.lower()
    for match in _LIKE_A_CODE.finditer(low if len(low) == len(text) else text):
        code = text[match.start() : match.end()]
        is_order = (
            _ORDER_BEFORE.search(low[: match.start()][-40:]) is not None
            or unit.customers.order(code.upper()) is not None
        )
        if match.group() in wants.said and not is_order and not unit.catalogue.products([code, code.upper()]):
            yield Fact(FactKind.PRODUCT, code.upper(), Span(match.start(), match.end()), known=False)
            return


def codes_in(text: str) -> list[str]:
    """Return what may be codes of products in `text`, as written in capitals."""
    return list(dict.fromkeys(match.group().upper() for match in _SKU.finditer(text)))[:_MAX_CODES]


def coded(text: str, unit: Unit) -> tuple[Fact, ...]:
    """Return the products that a text names by their codes."""
    skus = codes_in(text)
    products = unit.catalogue.products(skus)
    places = ((sku, place_of(products[sku], text)) for sku in skus if sku in products)
    return tuple(Fact(FactKind.PRODUCT, sku, span, known=True) for sku, span in places if span is not None)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def place_of(product: Product, text: str) -> Span | None:
    """Return where `text` names the product: its SKU, else the stretch that holds most title words."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters change length in lower case; then places would be off
        lowered = text
    start = lowered.find(product.sku.lower())
    if start >= 0:
        return Span(start, start + len(product.sku))
    words = set(re.findall(r"[^\W\d_]{3,}", product.title.lower())) - {
        "and",
        "with",
        "for",
        "the",
    }
    stems = {word.rstrip("s") for word in words}
    found = [match for match in re.finditer(r"[^\W\d_]{3,}", lowered) if match.group().rstrip("s") in stems]
    if not found:
        return None
    stretches = [[found[0]]]
    for match in found[1:]:
        between = re.findall(r"\w+", lowered[stretches[-1][-1].end() : match.start()])
        if all(word in _LINKS or not word.isalpha() for word in between):
            stretches[-1].append(match)
        else:
            stretches.append([match])
    best = max(stretches, key=lambda one: len({match.group().rstrip("s") for match in one}))
    return Span(best[0].start(), best[-1].end())
