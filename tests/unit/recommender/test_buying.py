from datetime import UTC, datetime

from recommender.buying import routes_for, stores_with_stock
from recommender.catalogue import BuyingRoute, Product, Store, StoreStock

COUNTED = datetime(2026, 11, 21, 8, tzinfo=UTC)
YORK = Store("york", "York", address="12 Stonegate", postcode="YO1 8AS")
LEEDS = Store("leeds", "Leeds")
PHONE = BuyingRoute("phone", "01632 960142")


def test_own_routes_are_kept_and_the_contacts_channel_comes_first() -> None:
    own = (BuyingRoute("web", "https://x.example"), BuyingRoute("market", "stall"), PHONE)
    product = Product("A", "A", url="https://other.example", buy_at=own)
    assert [route.channel for route in routes_for(product, (), "phone")] == ["phone", "web", "market"]
    assert [route.channel for route in routes_for(product, (), "email")] == ["web", "phone", "market"]
    assert [route.channel for route in routes_for(product, (), "pigeon")] == ["web", "phone", "market"]


def test_without_own_routes_they_come_from_the_address_the_shop_and_stores_with_stock() -> None:
    stock = stores_with_stock([StoreStock("A", YORK, 4, COUNTED), StoreStock("A", LEEDS, 0)])
    routes = routes_for(Product("A", "A", url="https://x.example/a"), stock, "chat", (PHONE,))
    assert routes == (
        BuyingRoute("web", "https://x.example/a"),
        BuyingRoute("store", "York, 12 Stonegate, YO1 8AS", "4 in stock", COUNTED),
        PHONE,
    )


def test_nothing_known_gives_no_route() -> None:
    assert routes_for(Product("A", "A"), (), "email") == ()


def test_the_fullest_stores_come_first_and_five_suffice() -> None:
    stores = [StoreStock("A", Store(f"s{n}", f"S{n}"), n) for n in range(8)]
    assert [one.quantity for one in stores_with_stock(stores)] == [7, 6, 5, 4, 3]
