"""Two service points, one of which may refuse: a Markov chain solved by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats, stationary


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
    Exact for exponential services and no travel, but for the cut at ``size``. Source: the balance
    equations (Kleinrock 1975, "Queueing systems", volume 1, section 2.4).
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
