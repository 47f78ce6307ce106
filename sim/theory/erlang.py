"""Erlang's formulas: calls that are lost, calls that wait for ever, and a queue of limited places.

Poisson arrivals at a constant rate, independent service times, first come first served, in the
long run. Sources: A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of
significance in automatic telephone exchanges", Elektroteknikeren 13; L. Kleinrock (1975),
"Queueing systems", volume 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import hyperu

from sim.theory.chains import birth_death


def erlang_b(servers: float, load: float) -> float:
    """Share blocked in M/G/c/c: nobody waits, who finds all ``servers`` busy is lost.

    ``load`` in erlangs, not negative. Any distribution of service with the same mean gives the
    same share (insensitivity: Sevastyanov 1957). Source: Erlang (1917), by the recursion
    1/B(c) = 1 + c / a / B(c - 1). ``servers`` need not be whole: the recursion then starts at its
    fraction with 1/B = a * integral of exp(-a t) (1 + t)^c dt over t > 0 (D. L. Jagerman 1974,
    "Some properties of the Erlang loss function", Bell System Technical Journal 53).
    """
    if servers < 0 or load < 0:
        raise ValueError("servers and load cannot be negative")
    if load == 0:
        return 0.0 if servers else 1.0
    whole = math.floor(servers)
    part = servers - whole
    inverse = float(load * hyperu(1, part + 2, load))
    for c in range(1, whole + 1):
        inverse = 1 + (part + c) / load * inverse
    return 1 / inverse


def erlang_c(servers: float, load: float) -> float:
    """Share that waits in M/M/c, all of whom stay until served; 1 where load >= servers.

    Source: Erlang (1917), from :func:`erlang_b`, whose continuation to servers that are not whole
    it takes over.
    """
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_c_wait(servers: float, arrival: float, service: float) -> float:
    """Mean wait in M/M/c, those who do not wait included; infinite where the queue grows for ever.

    Source: Erlang (1917): C / (c mu - lambda).
    """
    spare = servers * service - arrival
    return erlang_c(servers, arrival / service) / spare if spare > 0 else math.inf


def erlang_c_longer(servers: float, arrival: float, service: float, time: float) -> float:
    """P(wait > ``time``) in M/M/c, first come first served: C exp(-(c mu - lambda) time).

    Source: Erlang (1917). 1 where the queue grows for ever.
    """
    spare = max(0.0, servers * service - arrival)
    return erlang_c(servers, arrival / service) * math.exp(-spare * time)


def erlang_c_quantile(servers: float, arrival: float, service: float, share: float) -> float:
    """The wait that a ``share`` of all callers of M/M/c does not exceed; 0 for those who never
    wait, infinite where the queue grows for ever. The inverse of :func:`erlang_c_longer`."""
    spare = servers * service - arrival
    if spare <= 0:
        return math.inf
    waits = erlang_c(servers, arrival / service)
    return max(0.0, math.log(waits / (1 - share)) / spare) if waits else 0.0


@dataclass(frozen=True)
class Finite:
    """M/M/c/K in the long run."""

    blocked: float
    """share of all who find every place taken"""
    waits: float
    """share, of those let in, who find every server busy"""
    wait: float
    """mean, of those let in"""
    occupancy: float
    """share of the servers busy"""


def mmck(servers: int, places: int, arrival: float, service: float) -> Finite:
    """M/M/c/K: at most ``places`` waiting or served, whoever comes then is blocked.

    Source: Kleinrock (1975), section 3.9. With ``places`` = ``servers`` it is Erlang B.
    """
    n = np.arange(places + 1)
    p = birth_death(np.full(places, arrival), np.minimum(n[1:], servers) * service)
    let_in = arrival * (1 - p[-1])
    queue = float(p @ np.maximum(n - servers, 0))
    return Finite(
        blocked=float(p[-1]),
        waits=float(p[servers:-1].sum() / (1 - p[-1])),
        wait=queue / let_in,
        occupancy=float(p @ np.minimum(n, servers)) / servers,
    )


def servers_for_blocking(load: float, blocked: float) -> int:
    """Fewest servers with which at most a share ``blocked`` (above 0) is lost in M/G/c/c."""
    return fewest(lambda servers: erlang_b(servers, load) <= blocked)


def servers_for_waits(
    arrival: float, service: float, share: float, time: float, least: int = 0
) -> int:
    """Fewest servers, ``least`` or more, of M/M/c with which a ``share`` (below 1) waits no longer
    than ``time``."""
    stable = math.floor(arrival / service) + 1
    return fewest(
        lambda servers: 1 - erlang_c_longer(servers, arrival, service, time) >= share,
        max(least, stable),
    )


def fewest(enough: Callable[[int], bool], least: int = 0, most: int = 1_000_000) -> int:
    """The least whole number from ``least`` on for which ``enough`` holds, which is then to hold
    for every greater one too; found by doubling and halving. Raises ``ValueError`` where ``most``
    is not enough."""
    step, high = 1, least
    while not enough(high):
        if high >= most:
            raise ValueError(f"{most} are not enough")
        least, high, step = high + 1, min(most, high + step), 2 * step
    while least < high:
        middle = (least + high) // 2
        if enough(middle):
            high = middle
        else:
            least = middle + 1
    return high
