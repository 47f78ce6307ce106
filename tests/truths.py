"""What queueing theory says, by formula or by solving a small Markov chain.

Rates are per any unit of time and times in that unit. None of this looks at the model.

Sources, by the names used below:

- Erlang (1917): A. K. Erlang, "Solution of some problems in the theory of probabilities of
  significance in automatic telephone exchanges".
- Palm (1946), Mandelbaum and Zeltyn (2005): C. Palm, "Research on telephone traffic carried by
  full availability groups"; A. Mandelbaum, S. Zeltyn, "The Palm/Erlang-A queue, with applications
  to call centers".
- Pollaczek (1930), Khinchine (1932): the mean wait of M/G/1.
- Cobham (1954): A. Cobham, "Priority assignment in waiting line problems", Operations Research 2.
- Kleinrock (1975): L. Kleinrock, "Queueing systems", volume 1, for all of these.
- Ingolfsson (2005), Green and Kolesar (1991): queues whose staff changes with the time of day, and
  why servers who finish the call in hand after their shift (the exhaustive discipline) matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]


# -- chains --------------------------------------------------------------------------------------


def birth_death(up: Sequence[float], down: Sequence[float]) -> Floats:
    """Stationary probabilities of 0, 1, ..., n: ``up[i]`` is the rate from i to i + 1, ``down[i]``
    the rate back. Kleinrock (1975), section 3.1."""
    weights = np.cumsum([0.0, *(math.log(u / d) for u, d in zip(up, down, strict=True))])
    weights = np.exp(weights - weights.max())
    return np.asarray(weights / weights.sum())


def stationary(size: int, moves: Iterable[tuple[int, int, float]]) -> Floats:
    """Stationary probabilities of a chain with ``size`` states and (from, to, rate) ``moves``: the
    balance equations, the last of them replaced by the sum of 1, solved directly."""
    source, target, rate = (np.array(column) for column in zip(*moves, strict=True))
    keep = target != size - 1
    rows = np.concatenate([target[keep], np.delete(source, source == size - 1)])
    columns = np.concatenate([source[keep], np.delete(source, source == size - 1)])
    values = np.concatenate([rate[keep], -rate[source != size - 1]])
    rows = np.concatenate([rows, np.full(size, size - 1)])
    columns = np.concatenate([columns, np.arange(size)])
    values = np.concatenate([values, np.ones(size)])
    balance = csc_array(coo_array((values, (rows, columns)), shape=(size, size)))
    right = np.zeros(size)
    right[-1] = 1.0
    return np.asarray(spsolve(balance, right))


# -- one class, constant rates -------------------------------------------------------------------


def erlang_b(servers: int, load: float) -> float:
    """Share blocked in M/M/c/c, ``load`` in erlangs. Erlang (1917), by the usual recursion."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share that waits in M/M/c. Erlang (1917)."""
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_c_wait(servers: int, arrival: float, service: float) -> float:
    """Mean wait in M/M/c. Erlang (1917)."""
    return erlang_c(servers, arrival / service) / (servers * service - arrival)


def erlang_c_longer(servers: int, arrival: float, service: float, time: float) -> float:
    """P(W > time) in M/M/c, first come first served: C exp(-(c mu - lambda) time)."""
    spare = servers * service - arrival
    return erlang_c(servers, arrival / service) * math.exp(-spare * time)


@dataclass(frozen=True)
class Finite:
    """M/M/c/K."""

    blocked: float
    wait: float
    """mean, of those let in"""
    occupancy: float


def mmck(servers: int, places: int, arrival: float, service: float) -> Finite:
    """M/M/c/K: at most ``places`` waiting or served, others are blocked. Kleinrock (1975), 3.9."""
    down = [min(n, servers) * service for n in range(1, places + 1)]
    p = birth_death([arrival] * places, down)
    n = np.arange(places + 1)
    let_in = arrival * (1 - p[-1])
    queue = float(p @ np.maximum(n - servers, 0))
    return Finite(float(p[-1]), queue / let_in, float(p @ np.minimum(n, servers)) / servers)


@dataclass(frozen=True)
class Impatient:
    """M/M/c+M."""

    abandoned: float
    """share of all"""
    waits: float
    """share that does not find a free server"""
    wait: float
    """mean, of all, until served or gone"""
    wait_served: float
    """mean, of those served"""
    occupancy: float
    within: Callable[[float], float]
    """time -> share of all served after waiting no longer than that"""


def erlang_a(
    servers: int, arrival: float, service: float, impatience: float, size: int = 200
) -> Impatient:
    """M/M/c+M, up to ``size`` waiting. Palm (1946); Mandelbaum and Zeltyn (2005).

    A caller with k others ahead in the queue, who would wait for ever, is served after the sum of
    independent exponential times of rates c mu + k theta, ..., c mu. Its transform at theta
    telescopes to c mu / (c mu + (k + 1) theta), which is the chance to be served; its derivative
    there gives the mean wait of the served. The share served within t is read off the chain of the
    caller's place in the queue.
    """
    full = servers * service
    k = np.arange(size)
    down = [n * service for n in range(1, servers + 1)]
    p = birth_death([arrival] * (servers + size - 1), [*down, *(full + impatience * k[1:])])
    ahead = p[servers:]
    served = full / (full + impatience * (k + 1))
    slope = np.cumsum(1 / (full + impatience * (k + 1)))
    abandoned = float(ahead @ (1 - served))
    queue = float(ahead @ k)
    busy = float(p @ np.minimum(np.arange(len(p)), servers))

    def within(time: float) -> float:
        # State 0 is served, state k + 1 has k ahead; who goes away leaves the chain.
        step = np.zeros((size + 1, size + 1))
        step[k + 1, k] = full + impatience * k
        step[k + 1, k + 1] = -(full + impatience * (k + 1))
        return float(p[:servers].sum() + ahead @ expm(step * time)[1:, 0])

    return Impatient(
        abandoned=abandoned,
        waits=float(ahead.sum()),
        wait=queue / arrival,
        wait_served=float(ahead @ (served * slope)) / (1 - abandoned),
        occupancy=busy / servers,
        within=within,
    )


def second_moment(mean: float, cv: float) -> float:
    """E[S^2] from the mean and the coefficient of variation."""
    return mean * mean * (1 + cv * cv)


def pollaczek_khinchine(arrival: float, mean: float, second: float) -> float:
    """Mean wait in M/G/1 whose service has this mean and second moment."""
    return arrival * second / (2 * (1 - arrival * mean))


# -- priorities ------------------------------------------------------------------------------------


def cobham(arrivals: Sequence[float], means: Sequence[float], seconds: Sequence[float]) -> Floats:
    """Mean wait of each class in M/G/1 where the first class goes first, nobody is interrupted.

    Cobham (1954): R / ((1 - s_k-1) (1 - s_k)), with R the mean residual service found by an
    arrival and s_k the load of classes 1 to k.
    """
    rates = np.array(arrivals)
    residual = float(rates @ np.array(seconds)) / 2
    load = np.concatenate([[0.0], np.cumsum(rates * np.array(means))])
    return np.asarray(residual / ((1 - load[:-1]) * (1 - load[1:])))


def cobham_servers(servers: int, arrivals: Sequence[float], service: float) -> Floats:
    """The same with several servers and one exponential service for all classes.

    Cobham (1954): C / (c mu) / ((1 - s_k-1) (1 - s_k)), C being Erlang's for all classes together.
    """
    full = servers * service
    load = np.concatenate([[0.0], np.cumsum(arrivals) / full])
    first = erlang_c(servers, sum(arrivals) / service) / full
    return np.asarray(first / ((1 - load[:-1]) * (1 - load[1:])))


# -- staff that changes with the hour --------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """M(t)/M/s(t)+M on a day that repeats itself; arrays have one entry an hour."""

    waits: Floats
    """share of the hour's callers who find nobody free"""
    queue: Floats
    """mean number waiting"""
    answered: Floats
    """expected number whose talk begins in the hour"""
    abandoned: Floats
    """expected number who hang up in the hour"""
    occupancy: Floats
    """hours talked / hours signed in, those who finish a call after their shift included"""
    overtime: float
    """expected hours talked after the shift's end, a day"""


def kolmogorov_day(
    arrivals: Sequence[float], staff: Sequence[int], talk: float, impatience: float,
    size: int = 90,
) -> Day:
    """Kolmogorov's forward equations, solved hour by hour until the day repeats itself.

    ``arrivals`` and ``staff`` are for each hour, ``talk`` and ``impatience`` rates per hour. The
    state is the number waiting or talking to somebody on shift, up to ``size``. Where ``staff``
    changes, everybody is relieved: whoever talks finishes the call as overtime, beside the chain,
    and the new shift takes the callers who wait at once. p(t) = p(0) exp(Q t) and its integral
    come from one matrix exponential an hour.
    """
    n = np.arange(size + 1)
    hours = list(zip(arrivals, staff, strict=True))
    solved = {hour: _hour(*hour, talk, impatience, n) for hour in set(hours)}
    rows: list[tuple[float, ...]] = []
    p, late, midnight = np.eye(size + 1)[0], 0.0, np.zeros(size + 1)
    while np.abs(p - midnight).max() > 1e-12:
        midnight, rows, overtime = p, [], 0.0
        for hour, (rate, s) in enumerate(hours):
            jump = 0.0
            if s != (before := staff[hour - 1]):
                in_hand = float(p @ np.minimum(n, before))
                late += in_hand
                overtime += in_hand / talk
                left = np.zeros(size + 1)
                left[: size + 1 - before] = p[before:]
                left[0] += p[:before].sum()
                p = left
                jump = float(p @ np.minimum(n, s))
            move, spent = solved[rate, s]
            during, p = p @ spent, p @ move
            overdue = late * -math.expm1(-talk) / talk
            late *= math.exp(-talk)
            queue = float(during @ np.maximum(n - s, 0))
            free, full = float(during[:s].sum()), float(during[s + 1 :].sum())
            busy = float(during @ np.minimum(n, s))
            rows.append((
                1 - free, queue, jump + rate * free + s * talk * full, impatience * queue,
                (busy + overdue) / (s + overdue),
            ))
    waits, queue, answered, abandoned, occupancy = np.array(rows).T
    return Day(waits, queue, answered, abandoned, occupancy, overtime)


def _hour(
    arrival: float, servers: int, talk: float, impatience: float, n: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """exp(Q) and its integral over an hour."""
    size = len(n)
    step = np.zeros((size, size))
    step[n[:-1], n[1:]] = arrival
    down = np.minimum(n, servers) * talk + np.maximum(n - servers, 0) * impatience
    step[n[1:], n[:-1]] = down[1:]
    step[n, n] = -step.sum(axis=1)
    both = np.block([[step, np.eye(size)], [np.zeros((size, 2 * size))]])
    solved = expm(both)
    return solved[:size, :size], solved[:size, size:]


# -- two points ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoPoints:
    """Arrays have one entry for each of the two zones or points."""

    wait: Floats
    """mean wait of a zone's orders, from being written to departure"""
    waits: Floats
    """share of a zone's orders that wait"""
    away: Floats
    """share of a zone's orders that go to the other point"""
    utilisation: Floats
    """of each point's caregivers"""
    offers: float
    """mean number of offers of an order"""


def two_points(
    arrivals: tuple[float, float], servers: tuple[int, int], service: float, accept: float,
    size: int = 70,
) -> TwoPoints:
    """Two service points, an order first offered to the nearest of those with somebody free, or to
    the nearest of all if nobody is; the first point accepts with probability ``accept``, what it
    refuses goes to the second, which accepts everything. Queues are never left.

    The pair of numbers of orders at the points, each below ``size``, is a Markov chain; an order
    that finds n >= c at its point waits for n - c + 1 ends of service there, each at rate c mu.
    """
    levels = [(a, b) for a in range(size) for b in range(size)]

    def first(zone: int, at: tuple[int, int]) -> int:
        free = [p for p in (0, 1) if at[p] < servers[p]]
        return zone if zone in free or not free else free[0]

    def goes(zone: int, at: tuple[int, int]) -> tuple[float, float]:
        kept = accept if first(zone, at) == 0 else 0.0
        return kept, 1 - kept

    moves = []
    for state, at in enumerate(levels):
        for point, step in ((0, size), (1, 1)):
            rate = sum(arrivals[zone] * goes(zone, at)[point] for zone in (0, 1))
            if at[point] + 1 < size and rate:
                moves.append((state, state + step, rate))
            if at[point]:
                moves.append((state, state - step, min(at[point], servers[point]) * service))
    p = stationary(len(levels), moves)

    def delay(at: tuple[int, int], point: int) -> float:
        return max(0, at[point] - servers[point] + 1) / (servers[point] * service)

    def mean(zone: int, of: Callable[[tuple[int, int], int], float]) -> float:
        return math.fsum(
            p[state] * share * of(at, point)
            for state, at in enumerate(levels)
            for point, share in enumerate(goes(zone, at))
        )

    to_first = [
        sum(p[s] for s, at in enumerate(levels) if first(zone, at) == 0) for zone in (0, 1)
    ]
    refused = (1 - accept) * sum(a * t for a, t in zip(arrivals, to_first, strict=True))
    return TwoPoints(
        wait=np.array([mean(z, delay) for z in (0, 1)]),
        waits=np.array([mean(z, lambda at, q: float(at[q] >= servers[q])) for z in (0, 1)]),
        away=np.array([mean(0, lambda _, q: float(q)), mean(1, lambda _, q: 1.0 - q)]),
        utilisation=np.array([
            sum(p[s] * min(at[q], servers[q]) for s, at in enumerate(levels)) / servers[q]
            for q in (0, 1)
        ]),
        offers=1 + refused / sum(arrivals),
    )
