"""Distances on the county's plane against the sphere, and trips by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.geography import Place, Trips, cells, centre, project
from sim.words.kinds import HOUR, MINUTE

EARTH_KM = 6371.0088


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The haversine formula; latitude and longitude in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = (map(math.radians, place) for place in (a, b))
    half = (math.sin((lat_b - lat_a) / 2) ** 2
            + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2)
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


@pytest.mark.parametrize(("lat", "error"), [(18.3, 0.005), (37.5, 0.005), (53.0, 0.01)])
def test_the_plane_of_a_county_is_nearly_the_sphere(lat: float, error: float) -> None:
    """Places over 100 km of Hainan, Dezhou and the far north."""
    rng = np.random.default_rng(1)
    wide = 50 / EARTH_KM * 180 / math.pi
    places = [
        (lat + north, 116.3 + east / math.cos(math.radians(lat)))
        for north, east in rng.uniform(-wide, wide, (40, 2)).tolist()
    ]
    origin = centre([a for a, _ in places], [b for _, b in places])
    plane = [project(*place, *origin) for place in places]
    for n, one in enumerate(places):
        for m, other in enumerate(places[:n]):
            straight = math.dist(plane[n], plane[m])
            assert straight == pytest.approx(great_circle_km(one, other), rel=error)


def test_a_trip_by_hand() -> None:
    """10 km east and 0 north, detour 1.2, road factor 1.5, 20 km/h, twice as slow from 01:00."""
    trips = Trips(
        detour=1.2, road_factor=(1.0, 1.5), min_per_km=(60 / 20,), access=2 * MINUTE,
        slow=(1.0, 2.0),
    )
    point, home = Place(0.0, 0.0, 2), Place(10.0, 0.0, 1)
    assert trips.way(point, home, 1, 0, 0) == pytest.approx((18, 54 * MINUTE + 2 * MINUTE))
    assert trips.way(point, home, 0, 0, HOUR - 1) == pytest.approx((12, 36 * MINUTE + 2 * MINUTE))
    assert trips.way(point, home, 0, 0, HOUR) == pytest.approx((12, 72 * MINUTE + 2 * MINUTE))
    assert trips.moving(home, point, 0, 0, 9 * HOUR) == pytest.approx(72 * MINUTE)
    assert trips.km(home, point, 1) == pytest.approx(18)
    far = trips.minutes_from(
        [point], np.array([0]), np.array([10.0]), np.array([0.0]), np.array([1]))
    assert far == pytest.approx(np.array([[54.0]]))


def test_a_matrix_says_how_long_it_takes_but_not_how_far() -> None:
    trips = Trips(
        detour=1.0, road_factor=(1.0,), min_per_km=(3.0,), access=0, slow=(1.0,),
        matrix=((4.0, 5.0), (6.0, 7.0)),
    )
    point, home = Place(0.0, 0.0, 1), Place(3.0, 4.0, 0)
    assert trips.way(point, home, 0, 0, 0) == (5.0, 6 * MINUTE)
    assert trips.moving(home, point, 0, 0, 0) == 5 * MINUTE
    far = trips.minutes_from([point], np.array([0]), np.zeros(1), np.zeros(1), np.zeros(1, int))
    assert far.tolist() == [[6.0]]


def test_cells_of_a_square() -> None:
    """Four square kilometres around (10, 20), cut in two by two."""
    x, y = cells(10.0, 20.0, 4.0, 2)
    assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [
        (9.5, 19.5), (9.5, 20.5), (10.5, 19.5), (10.5, 20.5)]
