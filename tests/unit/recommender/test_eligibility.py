from datetime import date

import pytest

from recommender.catalogue import Product, ProductKind
from recommender.eligibility import Ruling, Surroundings, judge
from recommender.money import Money
from recommender.offers import Situation
from recommender.relations import ServiceFit, in_category, is_replenishable, services_among

TODAY = date(2026, 11, 22)
TEAPOT = Product("POT", "Teapot", category="Kitchen > Tea > Teapots")
BLUE = Product("POT-B", "Blue Teapot", variant_of="POT")
RUGGED = Product("RUG", "Rug", category="Home > Rugs", attributes={"assembly_required": True})


def ruling(product: Product | None, *known: Product, today: date = TODAY, **situation: object) -> Ruling:
    given = Situation(**{"skus": ("POT",), **situation})
    catalogue = {one.sku: one for one in (TEAPOT, BLUE, RUGGED, *known)}
    return judge(
        "X" if product is None else product.sku, product, Surroundings.of(given, catalogue, today)
    ).ruling


CUP = Product("CUP", "Cup", price=Money(500, "GBP"), stock=3)


def test_what_nothing_speaks_against_is_eligible() -> None:
    assert ruling(CUP) is Ruling.ELIGIBLE
    assert ruling(Product("ART", "Print")) is Ruling.ELIGIBLE


def test_what_the_catalogue_does_not_know_is_not() -> None:
    assert ruling(None) is Ruling.UNKNOWN


def test_the_basket_and_its_variants_are_not_offered() -> None:
    assert ruling(TEAPOT) is Ruling.IN_BASKET
    assert ruling(BLUE) is Ruling.VARIANT
    assert ruling(TEAPOT, skus=("POT-B",)) is Ruling.VARIANT
    assert ruling(Product("POT-R", "Red Teapot", variant_of="POT"), skus=("POT-B",)) is Ruling.VARIANT


def test_a_variant_is_known_even_when_its_parent_left_the_catalogue() -> None:
    orphan = Product("OLD-B", "Blue", variant_of="OLD")
    assert ruling(orphan, skus=("OLD",)) is Ruling.VARIANT


def test_declined_and_owned_products_and_their_variants_are_not_offered() -> None:
    assert ruling(CUP, declined=frozenset({"CUP"})) is Ruling.DECLINED
    assert ruling(BLUE, skus=("RUG",), declined=frozenset({"POT"})) is Ruling.DECLINED
    assert ruling(CUP, owned=frozenset({"CUP"})) is Ruling.OWNED
    assert ruling(BLUE, skus=("RUG",), owned=frozenset({"POT"})) is Ruling.OWNED


@pytest.mark.parametrize("value", [True, "true", "Yes", 1, "1"])
def test_what_is_used_up_may_be_offered_again(value: str | bool | int) -> None:
    tea = Product("TEA", "Tea", attributes={"replenishable": value})
    assert is_replenishable(tea)
    assert ruling(tea, owned=frozenset({"TEA"})) is Ruling.ELIGIBLE
    assert ruling(tea, owned=frozenset({"TEA"}), declined=frozenset({"TEA"})) is Ruling.DECLINED


@pytest.mark.parametrize("value", [False, "false", "no", 0, ""])
def test_what_is_stated_not_to_be_used_up_is_not(value: str | bool | int) -> None:
    assert not is_replenishable(Product("TEA", "Tea", attributes={"replenishable": value}))


def test_days_of_sale_count_both_ends() -> None:
    seasonal = Product("X", "Xmas", available_from=date(2026, 11, 22), available_to=date(2026, 12, 24))
    assert ruling(seasonal, today=date(2026, 11, 21)) is Ruling.NOT_YET
    assert ruling(seasonal, today=date(2026, 11, 22)) is Ruling.ELIGIBLE
    assert ruling(seasonal, today=date(2026, 12, 24)) is Ruling.ELIGIBLE
    assert ruling(seasonal, today=date(2026, 12, 25)) is Ruling.WITHDRAWN


@pytest.mark.parametrize("stock", [0, -2])
def test_an_empty_shelf_is_not_offered(stock: int) -> None:
    assert ruling(Product("X", "X", stock=stock)) is Ruling.OUT_OF_STOCK


def test_age_must_have_been_checked() -> None:
    gin = Product("GIN", "Gin", min_age=18)
    assert ruling(gin) is Ruling.AGE
    assert ruling(gin, age_checked=True) is Ruling.ELIGIBLE


def test_what_costs_nothing_is_no_offer() -> None:
    assert ruling(Product("X", "Sample", price=Money(0, "GBP"))) is Ruling.NO_PRICE


def service(**attributes: str | bool) -> Product:
    return Product("SVC", "Service", kind=ProductKind.SERVICE, attributes=attributes)


def test_a_service_is_offered_for_what_it_fits() -> None:
    assert ruling(service(fits_category="Kitchen")) is Ruling.ELIGIBLE
    assert ruling(service(fits_category="Garden; kitchen >  tea")) is Ruling.ELIGIBLE
    assert ruling(service(fits_skus="CUP;POT")) is Ruling.ELIGIBLE
    assert ruling(service(fits_category="Kitch")) is Ruling.NO_FIT
    assert ruling(service(fits_category="Kitchen > Tea > Teapots > Large")) is Ruling.NO_FIT
    assert ruling(service(fits_category="*", excludes_category="Kitchen > Tea")) is Ruling.NO_FIT
    assert ruling(service(fits_category="*", requires_attribute="assembly_required")) is Ruling.NO_FIT
    assert ruling(service(fits_category="*", requires_attribute="assembly_required"), skus=("RUG",)) is (
        Ruling.ELIGIBLE
    )


def test_a_service_comes_too_late_for_what_is_bought_unless_it_serves_afterwards() -> None:
    owned = frozenset({"POT"})
    assert ruling(service(fits_category="*"), owned=owned) is Ruling.NO_FIT
    assert ruling(service(), owned=owned) is Ruling.NO_FIT
    assert ruling(service(fits_category="Kitchen", after_purchase=True), owned=owned) is Ruling.ELIGIBLE


def test_services_fit_no_services() -> None:
    wrap = service(fits_category="*")
    assert not ServiceFit.of(wrap).fits(Product("OTHER", "Plan", kind=ProductKind.SERVICE))
    assert not ServiceFit.of(wrap).is_specific
    assert [fit.sku for fit in services_among([TEAPOT, wrap])] == ["SVC"]


def test_a_product_without_category_lies_in_none() -> None:
    assert not in_category(Product("X", "X"), "Kitchen")
    assert not in_category(TEAPOT, "")
