from recommender.catalogue import Product, ProductKind
from recommender.money import Money
from recommender.thing_names import learn_thing_names


def shelf(*titles_and_pence: tuple[str, int]) -> list[Product]:
    return [
        Product(f"p{n}", title, price=Money(pence, "GBP"))
        for n, (title, pence) in enumerate(titles_and_pence)
    ]


OTHERS = tuple((f"Thing{n} of its own", 100 * 2**n) for n in range(8))
LUNCH_BAGS = tuple((f"Lunch Bag {design}", 165) for design in ("Spaceboy", "Skulls", "Dolly Girl", "Apples"))


def names_of(products: list[Product], at: int) -> set[str]:
    learnt = learn_thing_names(products)
    return {learnt.names[name].words for name in learnt.of_product[at]}


def test_a_phrase_at_one_price_names_a_thing() -> None:
    assert names_of(shelf(*LUNCH_BAGS, *OTHERS), 0) == {"lunch bag"}


def test_a_design_over_all_prices_names_nothing() -> None:
    spotted = tuple(
        (f"Red Spotty {thing}", 100 * 4**n) for n, thing in enumerate(("Cup", "Tray", "Tent", "Bed"))
    )
    assert names_of(shelf(*spotted, *OTHERS), 0) == set()


def test_two_products_are_too_few_to_name_a_thing() -> None:
    assert names_of(shelf(*LUNCH_BAGS[:2], *OTHERS), 0) == set()


def test_one_word_names_a_thing_from_five_products_on() -> None:
    mats = tuple((f"Doormat {design}", 795) for design in ("Hearts", "Union", "Leaf", "Keep", "Cats"))
    assert names_of(shelf(*mats, *OTHERS), 0) == {"doormat"}
    assert names_of(shelf(*mats[:4], *OTHERS), 0) == set()


def test_titles_alike_but_for_colour_size_and_number_are_one_group() -> None:
    products = shelf(
        ("Stoneware Teapot, Blue", 3000),
        ("Stoneware Teapot, Large, Red", 3500),
        ("6 Stoneware Teapots", 9000),
        ("Stoneware Teacup", 900),
    )
    bare = learn_thing_names(products).bare
    assert bare[0] == bare[1] == bare[2] >= 0
    assert bare[3] == -1


def test_a_single_word_in_two_colours_is_no_group() -> None:
    assert set(learn_thing_names(shelf(("Red Bag", 100), ("Blue Bag", 100))).bare) == {-1}


def test_other_brands_and_categories_are_other_things() -> None:
    red = Product("a", "Red Wool Throw", brand="Aldwark", category="Home > Throws")
    blue = Product("b", "Blue Wool Throw", brand="Fossgate", category="Home > Throws")
    assert set(learn_thing_names([red, blue]).bare) == {-1}


def test_services_have_no_names() -> None:
    wraps = [Product(f"s{n}", f"Gift Wrap {n}", kind=ProductKind.SERVICE) for n in range(5)]
    learnt = learn_thing_names(wraps)
    assert (learnt.names, set(learnt.bare)) == ((), {-1})


def test_an_empty_catalogue_has_no_names() -> None:
    assert learn_thing_names([]).names == ()
