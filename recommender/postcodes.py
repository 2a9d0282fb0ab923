"""How far apart two postcodes are, as far as that can be said without a map or a network.

British postcodes: the middle of each postcode area (its post town, to about 5 km), so distances are of
areas, and within one area the district decides. Postcodes of other countries are compared by how many
leading signs they share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import asin, cos, radians, sin, sqrt

_BRITISH = re.compile(r"^(?P<area>[A-Z]{1,2})(?P<district>\d[A-Z\d]?)(?P<inward>\d[A-Z]{2})?$")
_EARTH_KM = 6371.0
_KM_A_MILE = 1.609344


@dataclass(frozen=True, slots=True, order=True)
class Nearness:
    """Sorts by `rank` (0 same district, 1 same area, 2 another), then by `km`; `words` say it."""

    rank: int
    km: float
    words: str = ""


UNKNOWN = Nearness(3, 0.0)


@lru_cache(maxsize=1)
def _areas() -> dict[str, tuple[float, float]]:
    text = resources.files("recommender").joinpath("postcode_areas.csv").read_text("utf-8")
    rows = (line.split(",") for line in text.splitlines()[1:] if line)
    return {area: (float(latitude), float(longitude)) for area, _town, latitude, longitude in rows}


def nearness(one: str, other: str) -> Nearness:
    """Return how near two postcodes are; UNKNOWN where that cannot be said."""
    here, there = _plain(one), _plain(other)
    if not here or not there:
        return UNKNOWN
    mine, its = _BRITISH.match(here), _BRITISH.match(there)
    if mine is not None and its is not None and {mine["area"], its["area"]} <= _areas().keys():
        return _british(mine["area"], mine["district"], its["area"], its["district"])
    shared = next((at for at, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(here), len(there)) if shared is None else shared
    if shared < 2:
        return UNKNOWN
    return Nearness(1, float(10 - min(shared, 10)), f"in the same postcode area, {there[:shared]}")


def _british(area: str, district: str, other_area: str, other_district: str) -> Nearness:
    if area == other_area:
        if district == other_district:
            return Nearness(0, 0.0, f"in the same postcode district, {area}{district}")
        return Nearness(1, 0.0, f"in the same postcode area, {area}")
    km = _great_circle_km(_areas()[area], _areas()[other_area])
    return Nearness(
        2, km, f"about {_rounded(km / _KM_A_MILE)} miles between {area} and {other_area} postcodes"
    )


def _great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Haversine distance of two (latitude, longitude) in degrees."""
    north, north_2 = radians(one[0]), radians(other[0])
    east = radians(other[1] - one[1])
    half = sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


def _rounded(miles: float) -> int:
    return max(5, 5 * round(miles / 5))


def _plain(postcode: str) -> str:
    return "".join(postcode.upper().split()).replace("-", "")
