import pytest

from recommender.postcodes import UNKNOWN, nearness


def test_the_same_district_is_nearer_than_the_same_area_than_another() -> None:
    near = [nearness("YO1 8AS", other) for other in ("YO1 7AA", "YO31 1AA", "HG1 1QY", "SW1A 1AA")]
    assert near == sorted(near)
    assert [one.rank for one in near] == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [
        ("LS1 4AP", "YO1 8AS", 20),
        ("M1 1AA", "L1 1AA", 30),
        ("EH1 1AA", "G1 1AA", 40),
        ("SW1A 1AA", "EH1 1AA", 330),
    ],
)
def test_distances_are_those_of_the_towns(one: str, other: str, miles: int) -> None:
    said = nearness(one, other).words
    assert said == nearness(other, one).words.replace(
        " and ".join(reversed(said.split("between ")[1].split(" postcodes")[0].split(" and "))),
        said.split("between ")[1].split(" postcodes")[0],
    )
    assert abs(int(said.split()[1]) - miles) <= 10


def test_writing_does_not_matter() -> None:
    assert nearness("yo18as", "YO1 8AS").rank == 0


def test_other_countries_compare_by_their_leading_signs() -> None:
    assert nearness("10115", "10119") < nearness("10115", "10999")
    assert nearness("10115", "80331") == UNKNOWN


@pytest.mark.parametrize("nothing", ["", "  "])
def test_nothing_is_known_without_a_postcode(nothing: str) -> None:
    assert nearness(nothing, "YO1 8AS") == nearness("YO1 8AS", nothing) == UNKNOWN
