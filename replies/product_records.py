"""What a product's record says to what was asked of it, in sentences; nothing that it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from models.keyword_index import words
from recommender.catalogue import BuyingRoute, Product, ProductKind, StoreStock
from recommender.relations import is_set
from recommender.titles import COLOURS, SIZES
from replies.buying_ways import way_in_words, ways_to_buy
from replies.contacts import Channel
from replies.instructions import without_instructions
from replies.macro_words import DEFAULT_LOCALE
from replies.macros import MacroValue, render, require_safe
from replies.product_wants import Wants, packaged_asking

MOST_ATTRIBUTES = 5
_MOST_WAYS = 2
_LONGEST_VALUE = 160
_MOST_QUOTED = 45  # words of a sentence of the description
_UNITS = {
    **{unit: unit for unit in ("mm", "cm", "m", "kg", "g", "ml", "l", "litre", "inch", "tog")},
    **{"w": "W", "v": "V", "mah": "mAh", "gb": "GB", "hz": "Hz", "h": "hours", "percent": "%"},
    **{unit: unit for unit in ("years", "months", "hours", "days", "pieces", "letters", "words")},
}
_INTERNAL = re.compile(
    r"(?:replenishable|after_purchase|hidden|no_offers|unit|requires_attribute|margin|supplier\w*"
    r"|cost\w*|(?:fits|excludes)_\w+)",
    re.IGNORECASE,
)
_SAYS_HOW = re.compile(r"(?:safe|free|proof|able|ible|resistant|vegetarian|vegan|organic)\Z")
_MEASURED = frozenset(
    ("height", "width", "depth", "length", "diameter", "weight", "capacity", "volume", "power", "diagonal")
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
_PLAIN_COLOURS = COLOURS - frozenset(
    ("colour", "color", "shade", "finish", "light", "dark", "natural", "clear", "assorted", "bright", "pale")
)
_TOLD_SIZES = SIZES & frozenset(
    ("small", "medium", "large", "mini", "xs", "xl", "xxl", "xxxl", "single", "double", "king", "queen")
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a record, and which wants it answers (0 for what is said besides)."""

    text: str
    answers: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What the record says to what was asked: `share` of it that was told (0 to 1), `unsaid` what it does not
    state, by name."""

    product: Product
    sentences: tuple[str, ...]
    share: float
    unsaid: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def packaged_wording() -> Mapping[str, str]:
    """Return the wording that ships. Raises UnsafeMacro or pydantic's ValidationError for a damaged file."""
    text = resources.files("replies").joinpath("phrasebook/products.yaml").read_text("utf-8")
    wording = TypeAdapter(dict[str, str]).validate_python(yaml.safe_load(text))
    for template in wording.values():
        require_safe(template)
    return wording


def is_listed(product: Product) -> bool:
    """Whether customers may hear of the product at all."""
    return not is_set(product, "hidden")


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what records say, on the day `today`, for one channel. `shop_routes` are ways to buy that hold for
    every product without its own."""

    today: date
    channel: Channel
    locale: str = DEFAULT_LOCALE
    shop_routes: tuple[BuyingRoute, ...] = ()
    store_stock: Mapping[str, tuple[StoreStock, ...]] = field(
        default_factory=dict[str, tuple[StoreStock, ...]]
    )

    def told(self, product: Product, wants: Wants) -> Told:
        """Return what the record says to `wants`; no sentence where it says nothing of it."""
        state = self._sale_state(product)
        if state:
            asked_sale = wants.price or wants.stock or wants.where
            return Told(product, (state,) if asked_sale else (), 1.0 if asked_sale else 0.0)
        said: list[str] = []
        unsaid: list[str] = []
        if wants.price:
            price = self._price(product)
            (said if price else unsaid).append(price or "the price")
        if wants.stock or wants.where:
            self._tell_stock(product, wants, said, unsaid)
        if wants.where and product.stock != 0:
            ways = self._ways(product)
            (said if ways else unsaid).append(ways or "where to buy it")
        features, own_names = self._features(product, wants, unsaid)
        said += features
        asked = len(said) + len(unsaid) + wants.others + max(0, wants.unheard - own_names)
        if not said or not asked:
            return Told(product, (), 0.0)
        share = len(said) / asked
        return Told(product, tuple(dict.fromkeys(said)), share, tuple(dict.fromkeys(filter(None, unsaid))))

    def _tell_stock(self, product: Product, wants: Wants, said: list[str], unsaid: list[str]) -> None:
        """Add what is known of the stock: that of the stores asked about, else the shop's own."""
        stores = self._stores(product, wants)
        stock = self._stock(product, wants.quantity)
        if stores:
            said += stores
        elif stock:
            said.append(stock)
        elif wants.stock and product.kind is ProductKind.PRODUCT:
            unsaid.append("the stock")
        if wants.back and product.stock is not None and product.stock <= 0:
            unsaid.append("when it will be back")

    def _stores(self, product: Product, wants: Wants) -> list[str]:
        """Return the counted stock of the stores that the question names, or of all where it names none."""
        counted = self.store_stock.get(product.sku, ())
        said = frozenset(words(wants.said))
        named = [one for one in counted if said & _place_words(one, counted)]
        return [self._store(one) for one in (named or (counted if wants.shop else ()))]

    def _store(self, one: StoreStock) -> str:
        day = None if one.checked_at is None else one.checked_at.date()
        return self._say(
            "store_has" if one.quantity > 0 else "store_has_none",
            None,
            {"store.name": one.store.name, "store.counted": day},
        )

    def everything(self, product: Product) -> str:
        """Return all that may be told of the product today: what backs a reply that tells of it."""
        state = self._sale_state(product)
        lines = [product.title, product.sku, product.brand, state]
        lines += [self._attribute(name, value) for name, value in product.attributes.items()]
        lines.append(product.description)
        if not state:
            lines += [self._price(product), self._stock(product, None), self._page(product)]
            lines += [f"{route.place}. {route.note}" for route in self._routes(product)]
            lines += [self._store(one) for one in self.store_stock.get(product.sku, ())]
        if product.min_age:
            lines.append(self._say("age", product))
        return "\n".join(line for line in lines if line)

    def on_sale(self, product: Product) -> bool:
        """Whether the product is sold today."""
        return not self._sale_state(product)

    def besides(self, product: Product, wants: Wants) -> tuple[str, ...]:
        """Return what a whole letter adds: the age it is sold to, and its page."""
        if self._sale_state(product):
            return ()
        age = self._say("age", product) if product.min_age and wants.stock and not wants.where else ""
        page = "" if wants.where or self.channel is Channel.PHONE else self._page(product)
        return tuple(line for line in (age, page) if line)

    def _sale_state(self, product: Product) -> str:
        """Return, in words, that the product is not on sale today; "" while it is."""
        if product.available_to is not None and product.available_to < self.today:
            return self._say("withdrawn", product)
        if product.available_from is not None and product.available_from > self.today:
            return self._say("not_yet", product)
        return ""

    def _price(self, product: Product) -> str:
        is_priced = product.price is not None and product.price.minor > 0
        return self._say("price", product) if is_priced else ""

    def _stock(self, product: Product, quantity: int | None) -> str:
        if product.stock is None:
            return ""
        if product.stock <= 0:
            return self._say("out_of_stock", product)
        if quantity is not None and quantity > product.stock:
            return self._say("fewer", product, {"wanted.quantity": quantity})
        return self._say("in_stock", product)

    def _routes(self, product: Product) -> Sequence[BuyingRoute]:
        own = (BuyingRoute("web", product.url),) if product.url else ()
        return product.buy_at or (*own, *self.shop_routes)

    def _ways(self, product: Product) -> str:
        ways = [one for one in ways_to_buy(self._routes(product), self.channel) if one.place]
        if self.channel is Channel.PHONE:  # nobody takes down an address of a page by ear
            ways = [one for one in ways if "://" not in one.place] or ways
        said = " or ".join(way_in_words(one) for one in ways[:_MOST_WAYS])
        age = f" {self._say('age', product)}" if product.min_age else ""
        return f"{self._say('ways', product, {'product.ways': said})}{age}" if said else ""

    def _page(self, product: Product) -> str:
        return self._say("page", product) if product.url else ""

    def _features(self, product: Product, wants: Wants, unsaid: list[str]) -> tuple[list[str], int]:
        """Return what the attributes say to what was asked, and how many were asked for by their own names;
        `unsaid` takes in what none of them says."""
        asking = packaged_asking()
        told: dict[str, str] = {}
        for feature in wants.features:
            held = _held(product, asking.features[feature].names)
            found = {name: self._attribute(name, product.attributes[name]) for name in held[:MOST_ATTRIBUTES]}
            if feature == "brand" and product.brand:
                found = {"brand": self._attribute("brand", product.brand)}
            if feature == "age" and product.min_age:
                found = {"min_age": self._say("age", product)}
            if not found:
                found = dict(_described(product, asking.features[feature].names))
            if any(name in product.attributes and _lacks_unit(product, name) for name in found):
                unsaid.append(f"the unit of its {feature}")
            if found:
                told |= found
            else:
                unsaid.append(f"the {feature}")
        said = frozenset(words(wants.said))
        called = [name for name in product.attributes if name not in told and _is_called(name, said)]
        told |= {name: self._attribute(name, product.attributes[name]) for name in called}
        if told or wants.stock or wants.where or wants.price:
            told |= self._other_kind(product, said, unsaid, told)
        return [one for one in told.values() if one][:MOST_ATTRIBUTES], len(called)

    def _other_kind(
        self, product: Product, said: frozenset[str], unsaid: list[str], told: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the product's own colour or size where another was asked for that its record lacks."""
        own = frozenset(words(" ".join((product.title, *(str(one) for one in product.attributes.values())))))
        found: dict[str, str] = {}
        for known, names in ((_PLAIN_COLOURS, ("colour", "color")), (_TOLD_SIZES, ("size",))):
            other = sorted((said & known) - own)
            if other:
                unsaid.append("")
                held = [name for name in _held(product, names) if name not in told]
                found |= {name: self._attribute(name, product.attributes[name]) for name in held[:1]}
                found[other[0]] = self._say("unlisted", product, {"wanted.kind": other[0]})
        return found

    def _attribute(self, name: str, value: str | int | float | bool) -> str:
        """Return an attribute as a sentence; "" for one that is the shop's own business."""
        if _INTERNAL.fullmatch(name) is not None:
            return ""
        said = name.replace("_", " ").replace("-", " ").strip()
        if isinstance(value, bool):
            if _SAYS_HOW.search(said.lower()) is not None:
                key, said = ("is_so" if value else "is_not_so"), said.lower()
            else:
                key, said = ("says_yes" if value else "says_no"), said[:1].upper() + said[1:]
            return self._say(key, None, {"attribute.name": said})
        *stem, last = said.split() or [""]
        spoken = value if isinstance(value, str) else _number(value)
        if not isinstance(value, str) and stem and last.lower() in _UNITS:
            spoken, said = f"{spoken} {_UNITS[last.lower()]}", " ".join(stem)
        spoken = without_instructions(" ".join(spoken.split())).rstrip(". ")
        if not spoken or not said or len(spoken) > _LONGEST_VALUE:
            return ""
        return self._say(
            "attribute", None, {"attribute.name": said[:1].upper() + said[1:], "attribute.value": spoken}
        )

    def _say(self, key: str, product: Product | None, more: Mapping[str, MacroValue] | None = None) -> str:
        values: dict[str, MacroValue] = dict(more or {})
        if product is not None:
            values |= {
                "product.title": product.title,
                "product.sku": product.sku,
                "product.price": product.price,
                "product.url": product.url,
                "product.available_from": product.available_from,
                "product.min_age": product.min_age,
            }
        return render(packaged_wording()[key], values, self.locale)

    def unsaid(self, names: Sequence[str]) -> str:
        """Return, in words, that the catalogue does not state these."""
        return self._say("unsaid", None, {"unsaid.names": list(names)})

    def lead(self, key: str, product: Product | None = None) -> str:
        """Return one of the wordings that begin or end an answer."""
        return self._say(key, product)


def no_such_product(code: str, locale: str) -> str:
    """Return, in words, that no product has the code, and what to send instead."""
    return render(packaged_wording()["no_such_product"], {"wanted.code": code}, locale)


def _place_words(one: StoreStock, every: Sequence[StoreStock]) -> frozenset[str]:
    """Return the words that tell a store from the others: of its name and place."""
    own = frozenset(words(f"{one.store.name} {one.store.address}"))
    others = (
        frozenset(words(f"{other.store.name} {other.store.address}")) for other in every if other is not one
    )
    return frozenset(word for word in own.difference(*others) if len(word) > 3 and word.isalpha())


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _held(product: Product, names: Iterable[str]) -> list[str]:
    """Return the attributes that `names` mean: those called so, else those whose names end so, else those
    that hold such a word ("weight", else "net_weight", else "weight_of_parcel")."""
    wanted = frozenset(names)
    parts = {
        name: [part for part in re.split(r"[\W_]+", name.lower()) if part and part not in _UNITS]
        for name in product.attributes
        if _INTERNAL.fullmatch(name) is None
    }
    exact = [name for name, own in parts.items() if len(own) == 1 and own[0] in wanted]
    ending = [name for name, own in parts.items() if own and own[-1] in wanted]
    return exact or ending or [name for name, own in parts.items() if wanted.intersection(own)]


def _lacks_unit(product: Product, attribute: str) -> bool:
    """Whether an attribute is a size or an amount that is stated as a bare number."""
    value = product.attributes[attribute]
    parts = re.split(r"[\W_]+", attribute.lower())
    is_number = not isinstance(value, (str, bool))
    return is_number and not _UNITS.keys() & frozenset(parts) and bool(_MEASURED.intersection(parts))


def _is_called(attribute: str, said: frozenset[str]) -> bool:
    """Whether a question says an attribute's own name, but for its unit."""
    if _INTERNAL.fullmatch(attribute) is not None:
        return False
    name = [word for word in words(attribute.replace("_", " ")) if word not in _UNITS]
    return bool(name) and all(word in said for word in name) and max(map(len, name)) > 3


def _described(product: Product, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the first sentence of the description that holds one of the words."""
    wanted = frozenset(names)
    for sentence in _SENTENCE.split(without_instructions(product.description)):
        said = words(sentence)
        if wanted & frozenset(said) and len(said) <= _MOST_QUOTED:
            yield "description", sentence.strip()
            return
