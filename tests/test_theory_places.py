"""Theory of points that help each other, and of the way to them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.theory import erlang, hypercube, pair, travel
from sim.theory.chains import birth_death, stationary
from sim.theory.travel import District, Metric

Floats = NDArray[np.float64]


# -- units that help each other --------------------------------------------------------------------


def city(seed: int, units: int, load: float) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Arrivals of areas, distances [area, unit] and lists of units, the nearest first."""
    rng = np.random.default_rng(seed)
    places, homes = rng.random((units, 2)), rng.random((4 * units, 2))
    away = np.abs(places[None] - homes[:, None]).sum(axis=2)
    rates = rng.random(4 * units)
    return rates * load * units / rates.sum(), away, away.argsort(axis=1)


def brute(
    rates: Floats, lists: NDArray[np.int64], mu: Floats, queue: int
) -> tuple[list[float], float, float]:
    """Workloads, chance to find nobody free, mean wait: the whole chain with so many places to
    wait, straight from its description."""
    units = len(mu)
    full = 2**units - 1
    moves = []
    for state in range(2**units):
        for rate, order in zip(rates, lists, strict=True):
            free = [u for u in order if not state >> u & 1]
            if free:
                moves.append((state, state | 1 << free[0], rate))
        moves += [(state, state ^ 1 << u, mu[u]) for u in range(units) if state >> u & 1]
    for k in range(queue):
        last = full + k
        moves += [(last, full + k + 1, rates.sum()), (full + k + 1, last, mu.sum())]
    p = stationary(2**units + queue, moves)
    waiting = p[2**units :]
    work = [
        sum(p[s] for s in range(2**units) if s >> u & 1) + waiting.sum() for u in range(units)]
    return work, p[full] + waiting.sum(), waiting @ np.arange(1, queue + 1) / rates.sum()


@pytest.mark.parametrize("queue", [0, 250])
@pytest.mark.parametrize("units", [2, 3, 4])
def test_the_hypercube_is_its_chain(units: int, queue: int) -> None:
    rates, away, lists = city(units, units, 0.6)
    mu = np.linspace(0.8, 1.3, units)
    work, saturated, wait = brute(rates, lists, mu, queue)
    found = hypercube.exact(rates, lists.tolist(), mu, queue > 0)
    assert found.workload == pytest.approx(work)
    assert found.saturated == pytest.approx(saturated)
    assert found.wait == pytest.approx(wait, rel=1e-6)
    assert found.share.sum(axis=1) == pytest.approx(1)
    served = rates * (1 if queue else 1 - found.saturated)
    assert served @ found.share / mu == pytest.approx(found.workload)
    assert away.min(axis=1).mean() < found.travel(away, rates) < away.max(axis=1).mean()


def test_two_sectors_that_help_each_other() -> None:
    """Larson and Odoni's exercise: two servers, a call a service time in all, lost if both are
    busy. P(0) = 0.4, P(both) = 0.2: each is busy 0.4 of the time, and an eighth of the dispatches
    takes the first server to the second sector."""
    found = hypercube.exact([0.5, 0.5], [[0, 1], [1, 0]], 1.0, queue=False)
    assert found.workload == pytest.approx([0.4, 0.4])
    assert found.saturated == pytest.approx(0.2)
    assert found.share[1, 0] / 2 == pytest.approx(0.125)


@pytest.mark.parametrize("queue", [True, False])
def test_together_the_units_are_erlangs(queue: bool) -> None:
    rates, _, lists = city(1, 11, 0.7)
    found = hypercube.exact(rates, lists.tolist(), 1.0, queue)
    formula = erlang.erlang_c if queue else erlang.erlang_b
    assert found.saturated == pytest.approx(formula(11, 7.7))
    if queue:
        assert found.wait == pytest.approx(erlang.erlang_c_wait(11, 7.7, 1))


def test_factors_of_servers_in_random_order() -> None:
    """If every order of preference is as likely as every other, the approximation is exact."""
    for queue in (True, False):
        factors, rho, saturated = hypercube.together(5, 3.0, queue)
        direct = [factors[k] * rho**k * (1 - rho) for k in range(5)]
        assert sum(direct) == pytest.approx(1 - saturated)
        formula = erlang.erlang_c if queue else erlang.erlang_b
        assert saturated == pytest.approx(formula(5, 3))


@pytest.mark.parametrize("seed", range(16))
def test_the_approximation_is_as_near_as_it_says(seed: int) -> None:
    units, load, queue = 2 + seed % 11, 0.1 + 0.05 * seed, bool(seed % 2)
    rates, away, lists = city(seed, units, load)
    truth = hypercube.exact(rates, lists.tolist(), 1.0, queue)
    found = hypercube.approximate(rates, lists.tolist(), 1.0, queue)
    assert found.workload == pytest.approx(truth.workload, abs=0.03)
    assert found.share == pytest.approx(truth.share, abs=0.06)
    assert found.travel(away, rates) == pytest.approx(truth.travel(away, rates), rel=0.04)
    assert found.saturated == pytest.approx(truth.saturated)
    assert found.wait == pytest.approx(truth.wait)


def test_the_approximation_takes_hundreds() -> None:
    rates, _, lists = city(3, 150, 0.5)
    found = hypercube.approximate(rates, lists.tolist(), 1.0)
    assert found.workload.mean() == pytest.approx(0.5)
    assert found.share.sum(axis=1) == pytest.approx(1)


def test_hypercubes_that_cannot_be_solved_are_refused() -> None:
    with pytest.raises(ValueError, match="every unit once"):
        hypercube.exact([1.0], [[0, 0]], 1.0)
    with pytest.raises(ValueError, match="for ever"):
        hypercube.exact([2.0], [[0, 1]], 1.0)
    with pytest.raises(ValueError, match="for ever"):
        hypercube.approximate([2.0], [[0, 1]], 1.0)
    with pytest.raises(ValueError, match="at most"):
        hypercube.exact([1.0], [list(range(40))], 1.0)


def test_two_points_at_their_limits() -> None:
    """Nobody near the second point and nothing refused: the first alone, with help in need."""
    plain = pair.two_points((1.3, 1e-9), (2, 1), 1.0, 1.0)
    helped = erlang.mmck(3, 3, 1.3, 1.0)
    assert plain.utilisation @ [2, 1] == pytest.approx(1.3)
    assert plain.waits[0] < helped.blocked * 2
    refused = pair.two_points((0.8, 1e-9), (2, 1), 1.0, 1e-9)
    assert refused.away[0] == pytest.approx(1)
    assert refused.wait[0] == pytest.approx(erlang.erlang_c_wait(1, 0.8, 1), rel=1e-4)


# -- travel ----------------------------------------------------------------------------------------


def scattered(district: District, n: int, rng: np.random.Generator) -> Floats:
    """Homes in a district of area 1 around 0."""
    if district == District.SQUARE:
        return rng.random((n, 2)) - 0.5
    radius, angle = np.sqrt(rng.random(n) / math.pi), 2 * math.pi * rng.random(n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("district", list(District))
def test_mean_distances_are_those_of_scattered_homes(district: District, metric: Metric) -> None:
    rng = np.random.default_rng(8)
    one, other = (scattered(district, 300_000, rng) for _ in range(2))

    def mean(way: Floats) -> float:
        each = np.abs(way).sum(axis=1) if metric == Metric.RIGHT_ANGLE else np.hypot(*way.T)
        return float(each.mean())

    assert travel.from_centre(4, district, metric) == pytest.approx(2 * mean(one), rel=3e-3)
    assert travel.between(4, district, metric) == pytest.approx(2 * mean(one - other), rel=3e-3)


@pytest.mark.parametrize("metric", list(Metric))
def test_the_square_root_law_holds_but_for_the_edges(metric: Metric) -> None:
    """M/M/5/5 units at random places of a square of 9, each call to the nearest free one."""
    rng = np.random.default_rng(4)
    p = birth_death([2.0] * 5, [1.0, 2, 3, 4, 5])
    law = travel.square_root_law(9, p[::-1], metric)
    homes = rng.random((4000, 2)) * 3
    mean = 0.0
    for free in range(1, 6):
        units = rng.random((4000, free, 2)) * 3
        way = np.abs(units - homes[:, None])
        each = way.sum(axis=2) if metric == Metric.RIGHT_ANGLE else np.hypot(*way.T).T
        mean += p[5 - free] * each.min(axis=1).mean() / (1 - p[5])
    assert law < mean < 1.14 * law
    with pytest.raises(ValueError, match="free"):
        travel.square_root_law(9, [1.0], metric)
    assert travel.square_root_law(4, [0, 0, 0, 0, 1], metric, 0.4) == pytest.approx(0.4)
