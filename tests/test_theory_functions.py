"""Theory against published values, against small chains solved another way, and at its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.linalg import expm

from sim.theory import erlang, general, limits, patience, phases
from sim.theory.chains import birth_death, stationary
from sim.theory.redial import redial_exact, redial_fixed_point

# -- chains ----------------------------------------------------------------------------------------


def test_birth_and_death_agrees_with_the_balance_equations() -> None:
    up, down = [3.0, 2.0, 0.5], [1.0, 4.0, 2.0]
    moves = [(n, n + 1, rate) for n, rate in enumerate(up)]
    moves += [(n + 1, n, rate) for n, rate in enumerate(down)]
    assert birth_death(up, down) == pytest.approx(stationary(4, moves))
    assert birth_death(up, down) == pytest.approx(np.array([1, 3, 1.5, 0.375]) / 5.875)
    with pytest.raises(ValueError, match="positive"):
        birth_death([1.0], [0.0])


# -- Erlang B and C --------------------------------------------------------------------------------


@pytest.mark.parametrize(("servers", "load", "blocked"), [
    (10, 4.461, 0.01), (10, 5.084, 0.02), (20, 12.03, 0.01), (100, 84.06, 0.01), (10, 8, 0.12166),
])
def test_erlang_b_is_in_the_tables(servers: int, load: float, blocked: float) -> None:
    assert erlang.erlang_b(servers, load) == pytest.approx(blocked, rel=3e-3)


def test_erlang_c_has_its_published_values() -> None:
    assert erlang.erlang_c(10, 8) == pytest.approx(0.40918, abs=1e-5)
    assert erlang.erlang_c(3, 2) == pytest.approx(4 / 9)
    # Mandelbaum and Zeltyn (2005), section 2: 50 agents, 48 calls and a minute's talk.
    assert 60 * erlang.erlang_c_wait(50, 48, 1) == pytest.approx(20.8, abs=0.05)
    assert 60 * erlang.erlang_c_quantile(50, 48, 1, 0.9) == pytest.approx(58.1, abs=0.05)
    assert erlang.erlang_c_longer(50, 48, 1, 58.1 / 60) == pytest.approx(0.1, abs=0.0005)
    assert erlang.erlang_c_quantile(50, 48, 1, 0.1) == 0


@pytest.mark.parametrize(("servers", "load"), [(0.5, 0.3), (3.25, 4.0), (40.5, 900.0)])
def test_erlang_b_between_whole_numbers_is_its_integral(servers: float, load: float) -> None:
    inverse, _ = quad(
        lambda u: math.exp(-u) * (1 + u / load) ** servers, 0, np.inf, epsabs=0, epsrel=1e-11)
    assert erlang.erlang_b(servers, load) == pytest.approx(1 / inverse, rel=1e-9)


def test_blocking_does_not_feel_the_distribution_of_service() -> None:
    """Sevastyanov: two servers whose services have two exponential phases block as Erlang B."""
    arrival, rate, most = 1.3, 2.0, 2
    states = [(a, b) for a in range(most + 1) for b in range(most + 1 - a)]
    place = {state: n for n, state in enumerate(states)}
    moves = []
    for a, b in states:
        if a + b < most:
            moves.append((place[a, b], place[a + 1, b], arrival))
        if a:
            moves.append((place[a, b], place[a - 1, b + 1], a * rate))
        if b:
            moves.append((place[a, b], place[a, b - 1], b * rate))
    p = stationary(len(states), moves)
    full = sum(p[place[state]] for state in states if sum(state) == most)
    assert full == pytest.approx(erlang.erlang_b(most, arrival * 2 / rate))


def test_finite_queues_at_their_limits() -> None:
    assert erlang.mmck(4, 4, 3, 1).blocked == pytest.approx(erlang.erlang_b(4, 3))
    long = erlang.mmck(3, 300, 2, 1)
    assert long.wait == pytest.approx(erlang.erlang_c_wait(3, 2, 1))
    assert long.waits == pytest.approx(erlang.erlang_c(3, 2))


def test_the_fewest_servers_are_enough_and_one_less_is_not() -> None:
    servers = erlang.servers_for_blocking(50, 0.01)
    assert erlang.erlang_b(servers, 50) <= 0.01 < erlang.erlang_b(servers - 1, 50)
    servers = erlang.servers_for_waits(100, 4, 0.8, 20 / 3600)
    longer = [erlang.erlang_c_longer(c, 100, 4, 20 / 3600) for c in (servers - 1, servers)]
    assert longer[1] <= 0.2 < longer[0]
    servers = patience.servers_for(100, 4, 20, share=0.8, time=20 / 3600, abandoned=0.05)
    fewer, enough = (patience.erlang_a(c, 100, 4, 20) for c in (servers - 1, servers))
    assert enough.within(20 / 3600) >= 0.8 and enough.abandoned <= 0.05
    assert fewer.within(20 / 3600) < 0.8 or fewer.abandoned > 0.05
    with pytest.raises(ValueError, match="enough"):
        erlang.fewest(lambda n: False, most=100)


# -- Erlang A --------------------------------------------------------------------------------------


def test_erlang_a_has_its_published_values() -> None:
    """Mandelbaum and Zeltyn (2005), section 2, as above, with a mean patience of two minutes."""
    truth = patience.erlang_a(50, 48, 1, 0.5)
    assert truth.abandoned == pytest.approx(0.031, abs=0.0005)
    assert 60 * truth.wait == pytest.approx(3.7, abs=0.05)
    assert 60 * truth.quantile(0.9) == pytest.approx(12.5, abs=0.1)
    assert truth.occupancy == pytest.approx(0.93, abs=0.005)


def test_erlang_a_without_impatience_is_erlang_c() -> None:
    for impatience in (0.0, 1e-9):
        found = patience.erlang_a(3, 2, 1, impatience)
        assert found.waits == pytest.approx(4 / 9)
        assert found.wait == pytest.approx(erlang.erlang_c_wait(3, 2, 1))
        assert found.longer(0.7) == pytest.approx(erlang.erlang_c_longer(3, 2, 1, 0.7))
        assert found.within(0.7) == pytest.approx(1 - erlang.erlang_c_longer(3, 2, 1, 0.7))
        assert found.quantile(0.9) == pytest.approx(erlang.erlang_c_quantile(3, 2, 1, 0.9))
    with pytest.raises(ValueError, match="for ever"):
        patience.erlang_a(3, 3, 1, 0)


def test_erlang_a_in_great_haste_is_erlang_b() -> None:
    assert patience.erlang_a(4, 3, 1, 1e6).abandoned == pytest.approx(
        erlang.erlang_b(4, 3), rel=1e-4)


@pytest.mark.parametrize("servers", [0, 2, 9])
def test_as_hasty_as_served_the_number_there_is_poisson(servers: int) -> None:
    """Where patience and service have one rate, the staff does not matter."""
    found = patience.erlang_a(servers, 5.5, 1.25, 1.25)
    assert found.states == pytest.approx(
        stats.poisson.pmf(np.arange(len(found.states)), 4.4), abs=1e-14)


def test_waits_of_erlang_a_are_those_of_a_caller_who_is_followed() -> None:
    """A tagged caller moves up as others are served or give up: a chain of its place in the queue,
    solved by a matrix exponential."""
    c, arrival, mu, theta, size, time = 4, 5.0, 1.0, 0.5, 150, 0.6
    found = patience.erlang_a(c, arrival, mu, theta)
    ahead = np.zeros(size)
    ahead[: len(found.ahead)] = found.ahead[:size]
    k = np.arange(size)
    step = np.zeros((size + 1, size + 1))
    step[k + 1, k] = c * mu + theta * k
    step[k + 1, k + 1] = -(c * mu + theta * (k + 1))
    after = expm(step * time)
    assert found.within(time) == pytest.approx(1 - found.waits + ahead @ after[1:, 0])
    assert found.longer(time) == pytest.approx(ahead @ after[1:, 1:].sum(axis=1))
    assert found.within(200) == pytest.approx(1 - found.abandoned)
    assert found.within(0) == pytest.approx(1 - found.waits)


def test_mean_waits_of_erlang_a_are_integrals_of_their_tails() -> None:
    found = patience.erlang_a(4, 5, 1, 0.5)
    reached = 1 - found.abandoned
    mean, _ = quad(found.longer, 0, 60, epsrel=1e-7)
    served, _ = quad(lambda t: 1 - found.within(t) / reached, 0, 60, epsrel=1e-7)
    assert found.wait == pytest.approx(mean, rel=1e-5)
    assert found.wait_served == pytest.approx(served, rel=1e-5)
    assert found.wait == pytest.approx(
        reached * found.wait_served + found.abandoned * found.wait_abandoned)
    assert found.within(found.quantile_served(0.75)) == pytest.approx(0.75 * reached)
    assert 1 - found.longer(found.quantile(0.75)) == pytest.approx(0.75)


def test_nobody_on_duty_answers_nobody() -> None:
    found = patience.erlang_a(0, 3, 1, 2)
    assert found.abandoned == pytest.approx(1)
    assert found.wait == pytest.approx(0.5)
    assert found.within(10) == 0
    assert found.longer(1) == pytest.approx(math.exp(-2))


# -- many servers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("beta", "mean"), [(-0.5, 2.0), (0.3, 0.25), (1.0, 4.0)])
def test_many_servers_come_near_the_limits(beta: float, mean: float) -> None:
    load = 40_000
    servers = round(load + beta * math.sqrt(load))
    found = patience.erlang_a(servers, load, 1, 1 / mean)
    assert limits.garnett(beta, mean) == pytest.approx(found.waits, rel=0.01)
    assert limits.garnett_abandoned(beta, mean, servers) == pytest.approx(found.abandoned, rel=0.01)
    if beta > 0:
        assert limits.halfin_whitt(beta) == pytest.approx(erlang.erlang_c(servers, load), rel=0.01)


def test_square_root_staffing_is_what_it_says() -> None:
    plain = limits.square_root_staffing(400, 0.2)
    assert erlang.erlang_c(plain, 400) < 0.21 < erlang.erlang_c(plain - 2, 400)
    hasty = limits.square_root_staffing(400, 0.2, 2.0)
    found = [patience.erlang_a(c, 400, 1, 0.5).waits for c in (hasty - 2, hasty)]
    assert found[1] < 0.21 < found[0]
    assert hasty < plain


# -- redials ---------------------------------------------------------------------------------------


def test_the_retrial_queue_of_the_books() -> None:
    """Falin and Templeton (1997), section 1.2: M/M/1, no place to wait, everybody redials: the mean
    orbit is rho^2 / (1 - rho) + rho lambda / ((1 - rho) nu)."""
    arrival, redial = 0.6, 0.5
    found = redial_exact(1, arrival, 1.0, 0.0, 1.0, 1 / redial, places=1)
    assert found.orbit == pytest.approx(
        arrival**2 / (1 - arrival) + arrival**2 / ((1 - arrival) * redial), rel=1e-6)
    assert found.occupancy == pytest.approx(arrival)
    assert found.reached == pytest.approx(1)


def test_redials_conserve_callers_and_time() -> None:
    found = redial_exact(3, 1.0, 1 / 3, 1 / 2, 0.6, 4.0, places=6, within=0.5)
    seen = (found.first, found.redials)
    failed = sum(s.rate * (s.abandoned + s.blocked) for s in seen)
    assert found.redials.rate == pytest.approx(0.6 * failed)
    assert sum(s.rate for s in seen) - failed == pytest.approx(3 * found.occupancy / 3)
    assert sum(s.rate * s.abandoned for s in seen) == pytest.approx(found.waiting / 2)
    assert sum(s.rate * (1 - s.blocked) * s.wait for s in seen) == pytest.approx(found.waiting)


def test_redials_meet_a_longer_queue_the_sooner_they_come() -> None:
    plain = patience.erlang_a(3, 1.0, 1 / 3, 1 / 2)
    none = redial_exact(3, 1.0, 1 / 3, 1 / 2, 0.0, 4.0, within=0.5)
    assert none.first.abandoned == pytest.approx(plain.abandoned)
    assert none.first.within == pytest.approx(plain.within(0.5))
    soon, late, far = (
        redial_exact(3, 1.0, 1 / 3, 1 / 2, 0.5, delay) for delay in (0.5, 10.0, 200.0))
    assert soon.redials.abandoned > late.redials.abandoned > far.redials.abandoned
    assert soon.redials.abandoned > 1.5 * soon.first.abandoned
    point = redial_fixed_point(3, 1.0, 1 / 3, 1 / 2, [0.5] * 60)
    assert far.redials.abandoned == pytest.approx(point.queue.abandoned, rel=0.02)
    assert far.reached == pytest.approx(point.reached, rel=0.01)
    assert far.first.rate + far.redials.rate == pytest.approx(point.attempts, rel=0.01)


# -- general service -------------------------------------------------------------------------------


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (2, 0.8), (5, 0.9), (3, 0.3)])
def test_constant_service_agrees_with_the_chain_seen_every_service(
    servers: int, load: float
) -> None:
    """Crommelin's chain: after one service time all who were served are gone."""
    length, size = 2.0, 400
    arrival = servers * load / length
    step = np.zeros((size, size))
    coming = stats.poisson.pmf(np.arange(size), arrival * length)
    for n in range(size):
        stay = max(n - servers, 0)
        step[n, stay:] = coming[: size - stay]
    equations = step.T - np.eye(size)
    equations[-1] = 1
    p = np.linalg.solve(equations, np.eye(size)[-1])
    found = general.mdc(servers, arrival, length)
    assert found.waits == pytest.approx(p[servers:].sum(), rel=1e-6)
    queue = p @ np.maximum(np.arange(size) - servers, 0)
    assert found.wait == pytest.approx(queue / arrival, rel=1e-6)
    if servers == 1:
        assert found.wait == pytest.approx(
            general.pollaczek_khinchine(arrival, length, length**2))


def test_phases_have_the_moments_asked_for() -> None:
    for cv in (0.3, 0.5, 0.6, 0.95, 1.0, 1.7, 4.0):
        found = phases.two_moments(3.0, cv)
        assert (found.mean, found.cv) == (pytest.approx(3.0), pytest.approx(cv))
        assert (found.start >= 0).all()


@pytest.mark.parametrize("cv", [0.5, 0.8, 1.0, 2.0])
def test_phases_at_one_server_are_pollaczek_and_khinchine(cv: float) -> None:
    found = phases.mphc(1, 0.4, phases.two_moments(1.5, cv))
    truth = general.pollaczek_khinchine(0.4, 1.5, general.second_moment(1.5, cv))
    assert found.wait == pytest.approx(truth)
    assert found.waits == pytest.approx(0.6)


def test_phases_of_one_rate_are_exponential() -> None:
    found = phases.mphc(4, 3.0, phases.two_moments(1.0, 1.0))
    assert found.wait == pytest.approx(erlang.erlang_c_wait(4, 3, 1))
    assert found.waits == pytest.approx(erlang.erlang_c(4, 3))


def test_two_servers_and_two_kinds_of_service_as_a_plain_chain() -> None:
    """M/H2/2, its queue cut at 300: state (servers with a short, with a long service, waiting)."""
    law, arrival, cut = phases.two_moments(1.0, 2.0), 1.5, 300
    rates = -np.diag(law.moves)
    busy = [(a, b) for a in range(3) for b in range(3) if a + b <= 2]
    states = [(*s, 0) for s in busy]
    states += [(a, 2 - a, q) for a in range(3) for q in range(1, cut)]
    place = {state: n for n, state in enumerate(states)}
    moves = []
    for (a, b, q), n in place.items():
        if a + b < 2:
            moves += [(n, place[a + 1, b, 0], arrival * law.start[0]),
                      (n, place[a, b + 1, 0], arrival * law.start[1])]
        elif q + 1 < cut:
            moves.append((n, place[a, b, q + 1], arrival))
        for kind, held in enumerate((a, b)):
            left = (a - (kind == 0), b - (kind == 1))
            if held and q:
                moves += [
                    (n, place[left[0] + 1, left[1], q - 1], held * rates[kind] * law.start[0]),
                    (n, place[left[0], left[1] + 1, q - 1], held * rates[kind] * law.start[1])]
            elif held:
                moves.append((n, place[(*left, 0)], held * rates[kind]))
    p = stationary(len(states), moves)
    found = phases.mphc(2, arrival, law)
    queue = sum(p[n] * state[2] for state, n in place.items())
    assert found.wait == pytest.approx(queue / arrival, rel=1e-6)
    assert found.waits == pytest.approx(sum(p[n] for s, n in place.items() if s[0] + s[1] == 2))


@pytest.mark.parametrize("load", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("servers", [2, 5, 20])
def test_the_mixture_for_general_service_is_within_two_per_cent(
    servers: int, load: float
) -> None:
    for phase in (2, 3) if servers < 20 else (2,):
        cv = phase**-0.5
        truth = phases.mphc(servers, servers * load, phases.two_moments(1.0, cv)).wait
        assert phases.mgc_wait(servers, servers * load, 1.0, cv) == pytest.approx(truth, rel=0.02)


def test_general_service_at_its_limits() -> None:
    assert phases.mgc_wait(4, 3, 1, 1) == pytest.approx(erlang.erlang_c_wait(4, 3, 1))
    assert phases.mgc_wait(4, 3, 1, 0) == pytest.approx(general.mdc(4, 3, 1).wait)
    assert phases.mgc_wait(1, 0.5, 1, 2) == pytest.approx(
        general.pollaczek_khinchine(0.5, 1, general.second_moment(1, 2)))
    assert math.isinf(phases.mgc_wait(2, 2, 1, 1))


# -- priorities ------------------------------------------------------------------------------------


def test_priorities_conserve_work() -> None:
    """Weighted by load, the mean waits of the classes are those without classes (Kleinrock)."""
    waits = general.cobham([0.2, 0.3], [1, 1.5], [2, 3])
    mixed = general.pollaczek_khinchine(0.5, 1.3, (0.2 * 2 + 0.3 * 3) / 0.5)
    assert (0.2 * 1 * waits[0] + 0.3 * 1.5 * waits[1]) / 0.65 == pytest.approx(mixed)
    several = general.cobham_servers(3, [0.5, 1.5], 1.0)
    assert several @ [0.25, 0.75] == pytest.approx(erlang.erlang_c_wait(3, 2, 1))
    assert general.cobham([0.5], [1], [2])[0] == pytest.approx(erlang.erlang_c_wait(1, 0.5, 1))
