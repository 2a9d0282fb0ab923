"""What a product's record says to what was asked of it, in sentences; nothing that it does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from models.keyword_index import words
from recommender.catalogue import BuyingRoute, Product, ProductKind, Store, StoreStock
from recommender.relations import is_set
from replies.buying_ways import way_in_words, ways_to_buy
from replies.contacts import Channel
from replies.macro_words import DEFAULT_LOCALE
from replies.macros import MacroValue
from replies.product_attributes import attribute_sentence, tell_features
from replies.product_wants import Wants
from replies.product_wording import sentence

_MOST_WAYS = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What the record says to what was asked: `share` of it that was told (0 to 1), `unsaid` what it does not
    state, by name."""

    product: Product
    sentences: tuple[str, ...]
    share: float
    unsaid: tuple[str, ...] = ()


def is_listed(product: Product) -> bool:
    """Whether customers may hear of the product at all."""
    return not is_set(product, "hidden")


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what records say, on the day `today`, for one channel. `shop_routes` are ways to buy that hold for
    every product without its own; `stores` are all there are, counted or not; `zone` is where the shop's days
    begin and end."""

    today: date
    channel: Channel
    locale: str = DEFAULT_LOCALE
    shop_routes: tuple[BuyingRoute, ...] = ()
    store_stock: Mapping[str, tuple[StoreStock, ...]] = field(
        default_factory=dict[str, tuple[StoreStock, ...]]
    )
    zone: tzinfo = UTC
    stores: tuple[Store, ...] = ()

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
        features = tell_features(product, wants, self.locale)
        said += features.sentences
        unsaid += features.unsaid
        asked = len(said) + len(unsaid) + features.lacking + wants.others
        asked += max(0, wants.unheard - features.own_names)
        if not said or not asked:
            return Told(product, (), 0.0)
        share = len(said) / asked
        return Told(product, tuple(dict.fromkeys(said)), share, tuple(dict.fromkeys(unsaid)))

    def _tell_stock(self, product: Product, wants: Wants, said: list[str], unsaid: list[str]) -> None:
        """Add what is known of the stock: that of the stores asked about, else the shop's own."""
        stores = self._stores(product, wants)
        uncounted = self._uncounted(product, wants)
        stock = self._stock(product, wants.quantity)
        unsaid += [f"the stock in {name}" for name in uncounted]
        if stores or uncounted:
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
        every = self.stores or tuple(one.store for one in counted)
        named = [one for one in counted if said & _place_words(one.store, every)]
        if not named and self._uncounted(product, wants):
            return []
        return [self._store(one) for one in (named or (counted if wants.shop else ()))]

    def _uncounted(self, product: Product, wants: Wants) -> list[str]:
        """Return the names of the stores that the question names and that have no count of the product."""
        counted = {one.store.store_id for one in self.store_stock.get(product.sku, ())}
        said = frozenset(words(wants.said))
        return [
            store.name
            for store in self.stores
            if store.store_id not in counted and said & _place_words(store, self.stores)
        ]

    def _store(self, one: StoreStock) -> str:
        day = None if one.checked_at is None else one.checked_at.astimezone(self.zone).date()
        return self._say(
            "store_has" if one.quantity > 0 else "store_has_none",
            None,
            {"store.name": one.store.name, "store.counted": day},
        )

    def everything(self, product: Product) -> str:
        """Return all that may be told of the product today: what backs a reply that tells of it."""
        state = self._sale_state(product)
        lines = [product.title, product.sku, product.brand, state]
        lines += [attribute_sentence(name, value, self.locale) for name, value in product.attributes.items()]
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

    def _say(self, key: str, product: Product | None, values: Mapping[str, MacroValue] | None = None) -> str:
        return sentence(key, self.locale, product, values)

    def unsaid(self, names: Sequence[str]) -> str:
        """Return, in words, that the catalogue does not state these."""
        return self._say("unsaid", None, {"unsaid.names": list(names)})

    def lead(self, key: str, product: Product | None = None) -> str:
        """Return one of the wordings that begin or end an answer."""
        return self._say(key, product)


def _place_words(one: Store, every: Sequence[Store]) -> frozenset[str]:
    """Return the words that tell a store from the others: of its name and place."""
    own = frozenset(words(f"{one.name} {one.address}"))
    others = (frozenset(words(f"{other.name} {other.address}")) for other in every if other != one)
    return frozenset(word for word in own.difference(*others) if len(word) > 3 and word.isalpha())
