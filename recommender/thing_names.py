"""Learn from the titles of a catalogue what its things are called, and so which products are the same
thing in another design: "lunch bag" of "Lunch Bag Red Spots" and "Lunch Bag Skulls".

A phrase names a thing when several products carry it at nearly the same price: things have a price,
designs ("red spots") go over things of all prices.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean, median

from models.keyword_index import words
from recommender.catalogue import Product, ProductKind
from recommender.titles import COLOURS, GENERIC, PLAIN, SIZES

_LEAST_PRODUCTS = {1: 5, 2: 3, 3: 3}
_LEAST_STEADINESS = {1: 0.6, 2: 0.5, 3: 0.5}
_MANY, _ON_MANY, _BY_DESIGN = {1: 20, 2: 8, 3: 8}, 0.45, 0.5
_DOUBT = 1.0
_FEWEST = 3
_ALONE = 0.8
_DESIGN_PRODUCTS, _DESIGN_STEADINESS = 8, 0.25
_NO_EDGE = PLAIN | COLOURS | GENERIC
_SAME_BUT = PLAIN | COLOURS | SIZES | GENERIC
_WORDS_READ = 24
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingName:
    """A phrase that names a thing: how it is written, on how many products, at which middle price."""

    words: str
    products: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class ThingNames:
    """`of_product` holds, for each product in its order, the places in `names` of its things; `bare` the
    group of products whose titles differ in nothing but colours, sizes, numbers and designs (-1: alone)."""

    names: tuple[ThingName, ...]
    of_product: tuple[tuple[int, ...], ...]
    bare: tuple[int, ...]


def learn_thing_names(products: Sequence[Product]) -> ThingNames:
    """Read the names of things out of the titles of `products`; services have none."""
    titles = [
        words(product.title)[:_WORDS_READ] if product.kind is ProductKind.PRODUCT else []
        for product in products
    ]
    prices = [_log_price(product) for product in products]
    spread = _variance([price for price in prices if price is not None])
    designs = _design_words(titles, prices, spread)
    steady = {
        phrase: places
        for phrase, places in _places_of_phrases(titles).items()
        if len(places) >= _LEAST_PRODUCTS[len(phrase)]
        and _steadiness([prices[at] for at in places], spread)
        >= _wanted_steadiness(phrase, len(places), designs)
    }
    steady |= _without_other_things(titles, steady.keys())
    of_product: list[list[int]] = [[] for _ in products]
    names: list[ThingName] = []
    for phrase, places in sorted(steady.items()):
        for at in places:
            of_product[at].append(len(names))
        known = [price for at in places if (price := prices[at]) is not None]
        names.append(
            ThingName(_as_written(phrase, products[places[0]]), len(places), round(exp(median(known))))
        )
    return ThingNames(
        tuple(names), tuple(map(tuple, of_product)), tuple(_bare_groups(titles, products, designs))
    )


def _without_other_things(
    titles: Sequence[Sequence[str]], names: Collection[Phrase]
) -> dict[Phrase, list[int]]:
    """Return further pairs of words on three products or more that name no other thing beside: "wall art" of
    whatever motif and price, but not "home sweet home" of a holder and of a doormat."""
    things = {name[-1] for name in names}
    found: dict[Phrase, list[int]] = {}
    for phrase, places in _places_of_phrases(titles).items():
        if len(phrase) == 2 and len(places) >= _LEAST_PRODUCTS[2] and phrase not in names:
            alone = [at for at in places if not things & (set(titles[at]) - set(phrase))]
            if len(alone) >= max(_LEAST_PRODUCTS[2], _ALONE * len(places)):
                found[phrase] = alone
    return found


def _wanted_steadiness(phrase: Phrase, products: int, designs: frozenset[str]) -> float:
    """Return how steady its prices must be: less so on many products; where it begins or ends in a word that
    goes over things of all prices ("cake" of "cake cases") it must be on many."""
    if len(phrase) > 1 and designs & {phrase[0], phrase[-1]}:
        return _BY_DESIGN if products >= _MANY[2] else 1.0
    return _ON_MANY if products >= _MANY[len(phrase)] else _LEAST_STEADINESS[len(phrase)]


def _places_of_phrases(titles: Sequence[Sequence[str]]) -> Mapping[Phrase, list[int]]:
    found: dict[Phrase, list[int]] = defaultdict(list)
    for at, title in enumerate(titles):
        for phrase in {
            tuple(title[start : start + length])
            for length in _LEAST_PRODUCTS
            for start in range(len(title) - length + 1)
        }:
            edges = (phrase[0], phrase[-1])
            if not any(word in _NO_EDGE for word in edges) and not any(word[0].isdigit() for word in phrase):
                found[phrase].append(at)
    return found


def _design_words(
    titles: Sequence[Sequence[str]], prices: Sequence[float | None], spread: float
) -> frozenset[str]:
    """Return the words that go over things of all prices: they name designs, makers, occasions."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, title in enumerate(titles):
        for word in set(title):
            found[word].append(at)
    return frozenset(
        word
        for word, places in found.items()
        if len(places) >= _DESIGN_PRODUCTS
        and _steadiness([prices[at] for at in places], spread) < _DESIGN_STEADINESS
    )


def _steadiness(prices: Sequence[float | None], spread: float) -> float:
    """Return how much less the prices differ than those of the whole catalogue, 1 where not at all."""
    known = [price for price in prices if price is not None]
    if len(known) < _FEWEST or spread <= 0:
        return 0.0
    own = _variance(known) * (len(known) - 1)
    return 1.0 - (own + spread * _DOUBT) / (len(known) - 1 + _DOUBT) / spread


def _variance(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    middle = fmean(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)


def _log_price(product: Product) -> float | None:
    return log(product.price.minor) if product.price is not None and product.price.minor > 0 else None


def _as_written(phrase: Phrase, product: Product) -> str:
    """Return the phrase as the product's title writes it, in lower case."""
    written = [run.strip(",.;:()").casefold() for run in product.title.split()]
    stems = [tuple(words(run)[-1:]) for run in written]  # the last stem of a joined word is the whole
    for start in range(len(written)):
        for stop in range(start + 1, len(written) + 1):
            if sum(stems[start:stop], ()) == phrase:
                return " ".join(written[start:stop])
    return " ".join(phrase)


def _bare_groups(
    titles: Sequence[Sequence[str]], products: Sequence[Product], designs: frozenset[str]
) -> list[int]:
    """Group titles that are alike but for colours, sizes, numbers, designs; two words or more are left."""
    bare = [
        tuple(
            sorted(
                word
                for word in title
                if word not in _SAME_BUT and word not in designs and not word[0].isdigit()
            )
        )
        for title in titles
    ]
    keys = [
        (left, product.brand.casefold(), product.category.casefold()) if len(left) >= 2 else None
        for left, product in zip(bare, products, strict=True)
    ]
    sizes = Counter(key for key in keys if key is not None)
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault(key, len(numbers)) if key is not None and sizes[key] > 1 else -1 for key in keys
    ]
