import pytest

from recommender.catalogue import AttributeValue, Product
from recommender.compatibility import (
    Fit,
    Interface,
    interfaces_among,
    judge_fit,
    parts_among,
    parts_for,
    same_interfaces,
)


def product(sku: str, title: str, **attributes: AttributeValue) -> Product:
    return Product(sku, title, attributes=attributes)


LAMP = product("lamp", "Stoneware Table Lamp", bulb_cap="E27", colour="Chalk")
DESK = product("desk", "Brass Desk Lamp", bulb_cap="E14")
BULB = product("bulb", "LED Bulb E27", bulb_cap="E27")
SMALL = product("small", "LED Bulb E14", bulb_cap="e14")
TABLE = product("table", "Oak Side Table", colour="Oak")
SHELF = (LAMP, DESK, BULB, SMALL, TABLE)
CAP = Interface("bulb_cap", "bulb")


def fit(offered: Product, *asked: Product) -> Fit:
    return judge_fit(offered, asked, interfaces_among(SHELF)).fit


def test_an_interface_joins_a_thing_and_what_it_goes_into() -> None:
    assert interfaces_among(SHELF) == (CAP,)
    assert interfaces_among((LAMP, DESK, TABLE)) == ()  # nothing there is a bulb
    assert interfaces_among((product("bag", "Tote Bag", bag_size="L"), TABLE)) == ()  # nothing takes a bag


def test_a_bulb_goes_with_a_lamp_of_its_cap_and_with_nothing_else() -> None:
    assert fit(BULB, LAMP) is Fit.FITS
    assert fit(SMALL, DESK) is Fit.FITS
    assert fit(BULB, DESK) is Fit.OTHER
    assert fit(BULB, TABLE) is Fit.OTHER
    assert fit(BULB, TABLE, LAMP) is Fit.FITS


def test_a_lamp_goes_with_anything_but_a_bulb_of_another_cap() -> None:
    assert fit(LAMP, TABLE) is Fit.SILENT
    assert fit(LAMP, BULB) is Fit.FITS
    assert fit(LAMP, SMALL) is Fit.OTHER


@pytest.mark.parametrize("stated", ["X200", "x-200; X300", "X300, X200", "Stovetop Moka Pot"])
def test_what_states_its_models_fits_those_alone(stated: str) -> None:
    filters = product("filter", "Paper Filters", fits=stated)
    machine = product("m", "Stovetop Moka Pot", model="X-200")
    other = product("n", "Kettle", model="X-2000")
    assert judge_fit(filters, (machine,), ()).fit is Fit.FITS
    assert judge_fit(filters, (other,), ()).fit is Fit.OTHER
    assert judge_fit(filters, (), ()).fit is Fit.OTHER


def test_a_part_of_a_code_is_not_the_code() -> None:
    filters = product("filter", "Paper Filters", compatible_with="X2")
    assert judge_fit(filters, (product("m", "Machine X200", model="X200"),), ()).fit is Fit.OTHER


def test_what_says_nothing_fits_as_far_as_anyone_knows() -> None:
    assert fit(TABLE, LAMP) is Fit.SILENT


def test_parts_are_found_for_what_they_go_into() -> None:
    filters = product("filter", "Paper Filters", fits_models="X200, X300")
    machine = product("m", "Moka Pot", model="X-300")
    parts = parts_among((*SHELF, filters), (CAP,))
    assert parts_for((LAMP, TABLE), (CAP,), parts) == {"bulb": "lamp"}
    assert parts_for((machine,), (CAP,), parts) == {"filter": "m"}
    assert parts_for((TABLE, BULB), (CAP,), parts) == {}


def test_stand_ins_plug_in_alike_and_serve_a_model_in_common() -> None:
    assert same_interfaces(LAMP, TABLE, (CAP,))
    assert not same_interfaces(BULB, SMALL, (CAP,))
    one, two = product("a", "Filter", fits="X1; X2"), product("b", "Filter", fits="X2")
    three = product("c", "Filter", fits="X3")
    assert same_interfaces(one, two, ())
    assert not same_interfaces(two, three, ())
