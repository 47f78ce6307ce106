"""Theory of hours that differ."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import simpson
from scipy.linalg import expm
from scipy.sparse import diags_array
from scipy.sparse.linalg import expm_multiply

from sim.theory import erlang, offered, patience
from sim.theory.transient import advance
from sim.theory.varying import relieved, staffed

RATES = [5.0, 60.0, 30.0, 90.0] * 6
STAFF = [1, 3, 2, 5] * 6


# -- hours that differ -----------------------------------------------------------------------------


def test_a_flat_day_is_erlang_a() -> None:
    day = staffed([60] * 24, [4] * 24, 15, 20, within=1 / 60)
    truth = patience.erlang_a(4, 60, 15, 20)
    assert day.waits == pytest.approx(truth.waits)
    assert day.queue == pytest.approx(60 * truth.wait)
    assert day.wait == pytest.approx(truth.wait)
    assert day.abandoned == pytest.approx(60 * truth.abandoned)
    assert day.answered == pytest.approx(60 * (1 - truth.abandoned))
    assert day.occupancy == pytest.approx(truth.occupancy)
    assert day.service_level == pytest.approx(truth.within(1 / 60))
    assert day.overtime == 0


def test_a_flat_day_with_few_lines_is_a_finite_queue() -> None:
    day = staffed([60] * 3, [4] * 3, 15, 0, places=7)
    truth = erlang.mmck(4, 7, 60, 15)
    assert day.blocked == pytest.approx(60 * truth.blocked)
    assert day.waits == pytest.approx(truth.waits)
    assert day.wait == pytest.approx(truth.wait)
    assert day.occupancy == pytest.approx(truth.occupancy)
    lost = staffed([60] * 3, [9] * 3, 15, 0, places=4)
    assert lost.blocked == pytest.approx(60 * erlang.erlang_b(4, 4))
    assert lost.waits == pytest.approx(0)
    assert lost.service_level == pytest.approx(1)


@pytest.mark.parametrize("leaving", [None, relieved(STAFF)])
def test_a_day_loses_nobody(leaving: list[int] | None) -> None:
    """Over a day that repeats itself, who came was answered or hung up, and all talk was done."""
    day = staffed(RATES, STAFF, 15, 20, leaving=leaving)
    assert day.answered.sum() + day.abandoned.sum() == pytest.approx(sum(RATES))
    assert day.busy.sum() * 15 == pytest.approx(day.answered.sum())
    assert day.late.sum() == pytest.approx(day.overtime)
    assert day.overtime > 0


def test_stretches_may_be_cut_anywhere() -> None:
    whole = staffed([20, 60], [2, 4], 15, 20, within=0.01)
    cut = staffed(
        [20, 20, 60, 60, 60], [2, 2, 4, 4, 4], 15, 20, lengths=[0.3, 0.7, 0.25, 0.5, 0.25],
        within=0.01,
    )
    for series in ("offered", "answered", "abandoned"):
        parts = getattr(cut, series)
        assert [parts[:2].sum(), parts[2:].sum()] == pytest.approx(getattr(whole, series))
    share = cut.service_level * cut.offered
    assert [share[:2].sum(), share[2:].sum()] == pytest.approx(whole.service_level * whole.offered)


def test_as_hasty_as_served_the_number_there_is_that_of_endless_servers() -> None:
    """Where patience and service have one rate, whoever is there leaves at that rate, waiting or
    not, whatever the staffing: those there are M_t/M/inf."""
    rate = 6.0
    middles = (np.arange(24 * 200) + 0.5) / 200
    there = offered.offered_load(RATES, offered.exponential(1 / rate), middles)
    for leaving in (None, relieved(STAFF)):
        day = staffed(RATES, STAFF, rate, rate, leaving=leaving)
        assert day.queue + day.busy == pytest.approx(there.reshape(24, 200).mean(axis=1), rel=1e-4)


def test_one_of_two_leaves() -> None:
    """Two operators, told apart: who is free is chosen by a coin; after an hour the first leaves,
    finishing the call in hand. Solved as a chain of who is busy and how many wait."""
    arrival, mu, theta, most = 3.0, 2.0, 1.5, 25
    states = [(a, b, 0) for a in (0, 1) for b in (0, 1)] + [(1, 1, q) for q in range(1, most)]
    place = {state: n for n, state in enumerate(states)}
    both = np.zeros((len(states), len(states)))
    for (a, b, q), n in place.items():
        if (a, b) == (1, 1):
            if q + 1 < most:
                both[n, place[1, 1, q + 1]] += arrival
            if q:
                both[n, place[1, 1, q - 1]] += 2 * mu + q * theta
                continue
        else:
            free = [unit for unit in (0, 1) if not (a, b)[unit]]
            for unit in free:
                both[n, place[a or unit == 0, b or unit == 1, 0]] += arrival / len(free)
        for unit in (0, 1):
            if (a, b)[unit]:
                both[n, place[a * (unit == 1), b * (unit == 0), 0]] += mu
    both -= np.diag(both.sum(axis=1))
    p = expm(both)[0]
    alone = np.zeros((most + 1, most + 1))
    for n in range(most):
        alone[n, n + 1] = arrival
        alone[n + 1, n] = mu + n * theta
    alone -= np.diag(alone.sum(axis=1))
    left = np.zeros(most + 1)
    for (_, b, q), n in place.items():
        left[b + q] += p[n]
    kept = sum(p[n] for (a, _, _), n in place.items() if a)
    full = np.block([[alone, np.eye(most + 1)], [np.zeros((most + 1, 2 * most + 2))]])
    during = left @ expm(full)[: most + 1, most + 1 :]
    found = staffed([arrival] * 2, [2, 1], mu, theta, leaving=[0, 1], repeats=False)
    assert found.kept == pytest.approx([0, kept])
    assert found.queue[1] == pytest.approx(during @ np.maximum(np.arange(most + 1) - 1, 0))
    assert found.late[1] == pytest.approx(kept * (1 - math.exp(-mu)) / mu)
    assert found.waits[1] == pytest.approx(1 - during[0])


def test_a_long_queue_of_the_patient_is_carried_over_the_day() -> None:
    """Nobody gives up: all of the night's callers are answered in the morning."""
    day = staffed([10.0] * 4, [0, 0, 6, 6], 5.0, 0)
    assert day.answered.sum() == pytest.approx(40)
    assert day.answered[:2] == pytest.approx([0, 0])
    assert day.queue[1] == pytest.approx(15, rel=0.05)
    assert day.occupancy[1] == pytest.approx(1)  # whoever has not yet finished


def test_days_that_cannot_be_solved_are_refused() -> None:
    with pytest.raises(ValueError, match="for ever"):
        staffed([10.0] * 2, [1, 1], 5.0, 0)
    with pytest.raises(ValueError, match="wait"):
        staffed([1000.0] * 20 + [0.0] * 20, [1] * 40, 501.0, 0, lengths=5.0)
    with pytest.raises(ValueError, match="leaving"):
        staffed([1.0] * 2, [1, 2], 5.0, 1, leaving=[0, 0])
    with pytest.raises(ValueError, match="one entry"):
        staffed([1.0] * 2, [1], 5.0, 1)
    with pytest.raises(ValueError, match="negative"):
        staffed([1.0, -1.0], [1, 1], 5.0, 1)


@pytest.mark.parametrize("states", [40, 400])
def test_a_while_later_is_an_exponential_of_the_rates(states: int) -> None:
    """Few states by doubling, many one by one: both as scipy has it."""
    n = np.arange(states)
    down = np.minimum(n, 5) * 2.0 + np.maximum(n - 5, 0) * 0.3
    up = np.where(n < states - 1, 14.0, 0.0)
    moves = diags_array([up[:-1], -up - down, down[1:]], offsets=[1, 0, -1]).tocsc()
    start = stats.poisson.pmf(n, states / 4)
    start /= start.sum()
    after, spent = advance(start, 14.0, 5, 2.0, 0.3, 1.5)
    assert after == pytest.approx(expm_multiply(moves.T * 1.5, start), abs=1e-12)
    times = np.linspace(0, 1.5, 301)
    between = expm_multiply(moves.T, start, 0, 1.5, 301)
    assert spent == pytest.approx(simpson(between, x=times, axis=0), abs=1e-6)
    assert spent.sum() == pytest.approx(1.5)


# -- endless servers -------------------------------------------------------------------------------


@pytest.mark.parametrize("law", [
    stats.expon(scale=0.4), stats.lognorm(0.9, scale=0.5), stats.gamma(3, scale=0.3),
    stats.uniform(0.7, 1e-9),
])
def test_the_offered_load_is_its_integral(law: stats.rv_continuous) -> None:
    rates = np.array([5.0, 10, 40, 20])
    step = 1e-4
    u = (np.arange(400_000) + 0.5) * step
    survives = law.sf(u)
    for time in (0.0, 1.3, 3.99):
        direct = rates[np.floor(time - u).astype(int) % 4] @ survives * step
        found = offered.offered_load(rates, offered.surviving(law.sf, 40), [time])
        assert found[0] == pytest.approx(direct, rel=2e-3)


def test_services_with_a_formula_agree_with_their_survival() -> None:
    x = np.array([0, 0.1, 0.5, 1, 3, 30.0])
    for spent, sf in (
        (offered.exponential(0.4), stats.expon(scale=0.4).sf),
        (offered.constant(0.75), lambda u: (u < 0.75).astype(float)),
        (offered.lognormal(0.6, 1.2), stats.lognorm(
            math.sqrt(math.log(2.44)), scale=0.6 / math.sqrt(2.44)).sf),
    ):
        assert spent(x) == pytest.approx(offered.surviving(sf, 60)(x), abs=2e-3)
    assert offered.lognormal(0.6, 1.2)(np.array([1e9]))[0] == pytest.approx(0.6)


def test_the_modified_offered_load_follows_the_delay() -> None:
    """Calls that last an hour: the worst comes after the peak, where the modified offered load is
    near to the exact day and the load of the hour is not."""
    rates = [10.0, 10, 10, 40, 40, 10, 10, 10]
    day = staffed(rates, [40] * 8, 1.0, 2.0)
    middles = offered.offered_load(rates, offered.exponential(1.0), np.arange(8) + 0.5)
    modified = np.array([
        offered.modified_offered_load(m, 40, 1.0, 2.0).waits for m in middles])
    hourly = np.array([patience.erlang_a(40, rate, 1.0, 2.0).waits for rate in rates])
    assert np.abs(modified - day.waits).max() < 0.03
    assert np.abs(hourly - day.waits).max() > 0.1
