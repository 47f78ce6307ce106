"""Who asks and where they live, against the gamma law and plain geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats
from small_county import county, raw, request, zone

from sim.scenario.schema import Scenario
from sim.scenario.sections.requests import Stream
from sim.workload import clients
from sim.workload.clients import client_offsets, draw_zones, homes
from sim.workload.draw import draw
from sim.workload.sampling import Dice

ALPHA = 1e-4


def draw_clients(scenario: Scenario, stream: Stream, dice: Dice) -> tuple[np.ndarray, np.ndarray]:
    """Zone and client number of each request."""
    zone = draw_zones(scenario, stream, dice)
    return zone, clients.draw_clients(scenario, stream, dice, zone)


def drawn(cv: float, n: int, people: int = 100_000) -> np.ndarray:
    """Client numbers of ``n`` requests in a county of one zone and one group."""
    groups = {"elders": {"name_zh": "老人", "name_en": "Elders", "call_rate_cv": cv}}
    zones = [zone("a", 37.4, 116.3, 9.0, elders=people)]
    scenario = county(groups=groups, zones=zones, requests=[request("only")])
    return draw_clients(scenario, scenario.requests[0], Dice(1, 0, "only", n))[1]


@pytest.mark.parametrize("cv", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("top", [0.01, 0.1, 0.5])
def test_share_of_calls_of_the_busiest(cv: float, top: float) -> None:
    """n = 50,000 calls: the share of the top 1, 10 and 50 % is the gamma's Lorenz curve, by
    integrating its quantile function."""
    n = 50_000
    quantile = stats.gamma(1 / cv**2, scale=cv**2).ppf
    share = integrate.quad(quantile, 1 - top, 1, limit=200)[0]
    calls = drawn(cv, n)
    busiest = int((calls >= 100_000 * (1 - top)).sum())
    assert stats.binomtest(busiest, n, share).pvalue > ALPHA / 12


def test_numbers_of_calls_per_client() -> None:
    """200 clients, n = 20,000 calls, cv 1: each client's rate is the integral of the quantile
    function over its own slice, -log(1 - u) in closed form for the exponential."""
    people, n = 200, 20_000
    counts = np.bincount(drawn(1.0, n, people), minlength=people)
    u = np.arange(people + 1) / people
    left = np.where(u < 1, (1 - u) * np.log(np.where(u < 1, 1 - u, 1)), 0)
    rates = np.diff(left + u) * people  # the integral of -log(1 - u) is (1 - u) log(1 - u) + u
    assert rates.sum() == pytest.approx(people)
    expected = n * rates / people
    coarse = np.add.reduceat(expected, np.arange(0, people, 10))
    seen = np.add.reduceat(counts, np.arange(0, people, 10))
    assert stats.chisquare(seen, coarse).pvalue > ALPHA
    assert (
        stats.chisquare(
            counts[100:], expected[100:] / expected[100:].sum() * counts[100:].sum()
        ).pvalue
        > ALPHA
    )


def test_everybody_alike_where_there_is_no_spread() -> None:
    """n = 20,000 calls of 100 people."""
    counts = np.bincount(drawn(0.0, 20_000, 100), minlength=100)
    assert stats.chisquare(counts).pvalue > ALPHA


@pytest.mark.parametrize("cv", [1e-3, 30.0, 1000.0])
def test_extreme_spreads_stay_within_the_zone(cv: float) -> None:
    calls = drawn(cv, 2000, 1000)
    assert calls.min() >= 0
    assert calls.max() <= 999
    if cv == 1000:  # one person in a million of 1,000 makes all the calls
        assert (calls == 999).mean() > 0.99


def test_one_person() -> None:
    assert set(drawn(2.0, 100, 1).tolist()) == {0}


def test_client_numbers_are_dense() -> None:
    scenario = county()
    assert client_offsets(scenario).tolist() == [[0, 3000, 3500], [3500, 4500, 5200]]


def test_zones_by_population_and_restricted() -> None:
    """n = 20,000: 3,000 and 1,000 elders; client numbers within their zone and group."""
    scenario = county(requests=[request("all"), request("some", zones="b", group="infants")])
    both, some = scenario.requests
    where, client = draw_clients(scenario, both, Dice(1, 0, "all", 20_000))
    assert stats.binomtest(int((where == 0).sum()), 20_000, 0.75).pvalue > ALPHA
    assert client[where == 0].max() < 3000
    assert client[where == 1].min() >= 3500
    assert client[where == 1].max() < 4500
    where, client = draw_clients(scenario, some, Dice(1, 0, "some", 2000))
    assert set(where.tolist()) == {1}
    assert client.min() >= 4500
    assert client.max() < 5200


def test_rank_does_not_depend_on_the_zone() -> None:
    """n = 20,000: the zone is drawn apart from the rank within it."""
    scenario = county()
    where, client = draw_clients(scenario, scenario.requests[0], Dice(1, 0, "x", 20_000))
    rank = np.where(where == 0, client / 3000, (client - 3500) / 1000)
    assert stats.ks_2samp(rank[where == 0], rank[where == 1]).pvalue > ALPHA


def test_homes_fill_the_square() -> None:
    """n = 40,000 people: chi-square on 8 x 8 cells of the square, none outside it."""
    zones = [zone("a", 37.4, 116.3, 9.0, elders=40_000), zone("b", 37.5, 116.5, 1.0, elders=10)]
    scenario = county(zones=zones)
    x, y = homes(scenario, np.arange(40_000))
    # The county's centre is the mean of the two; 6371.0088 km is the Earth's mean radius.
    degree = math.pi / 180 * 6371.0088
    x0, y0 = -0.1 * degree * math.cos(math.radians(37.45)), -0.05 * degree
    assert abs(x - x0).max() < 1.5
    assert abs(y - y0).max() < 1.5
    cells, _, _ = np.histogram2d(x - x0, y - y0, bins=8, range=[[-1.5, 1.5]] * 2)
    assert stats.chisquare(cells.ravel()).pvalue > ALPHA
    far = homes(scenario, np.arange(40_000, 40_010))
    assert abs(far[0] + x0).max() < 0.5
    assert abs(far[1] + y0).max() < 0.5


def test_a_client_keeps_the_home() -> None:
    """Within a run, between replications and seeds, and whatever else is in the scenario."""
    few = raw()["requests"]
    first = draw(county(requests=[{**row, "per_day": 500} for row in few]), 1, 0)
    known = dict(zip(first.client.tolist(), zip(first.x_km, first.y_km, strict=True), strict=True))
    assert len(known) < len(first) / 2
    for again in (first, draw(county(requests=few[:1]), 9, 4)):
        met = 0
        for client, x, y in zip(again.client.tolist(), again.x_km, again.y_km, strict=True):
            if client in known:
                met += 1
                assert known[client] == (x, y)
        assert met > 50
