"""Erlang A: callers who hang up when their patience ends.

M/M/c+M: Poisson calls at rate lambda (``arrival``), c servers whose calls end at rate mu each
(``service``), and everybody who waits gives up at rate theta (``impatience``), all exponential and
constant in time, first come first served. Sources: C. Palm (1946), "Research on telephone traffic
carried by full availability groups"; A. Mandelbaum and S. Zeltyn (2005), "The Palm/Erlang-A queue,
with applications to call centers".

A caller with k others ahead in the queue, who would wait for ever, is served after V = sum of
independent exponential times of rates c mu + k theta, ..., c mu. Then exp(-theta V) is
Beta(c mu / theta, k + 1) distributed, from which every figure below follows in closed form:
P(V <= t) and E[exp(-theta V); V <= t] are incomplete beta functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, gammainc

from sim.theory.chains import Floats, birth_death
from sim.theory.erlang import fewest

SMALL = 1e-16
"""What lies beyond the last state counted, as a share of the likeliest."""
LARGEST = 2_000_000


def served_within(
    ahead: Floats, servers: int, service: float, impatience: float, time: float
) -> Floats:
    """Chance of each waiting caller, with so many ``ahead`` in the queue, to be served within
    ``time`` from now and not to hang up before."""
    full = servers * service
    if full == 0 or time <= 0:
        return np.zeros(len(ahead))
    if impatience == 0:
        return np.asarray(gammainc(ahead + 1, full * time))
    a = full / impatience
    reached = betainc(ahead + 1, a + 1, -math.expm1(-impatience * time))
    return np.asarray(a / (a + ahead + 1) * reached)


def still_waiting(
    ahead: Floats, servers: int, service: float, impatience: float, time: float
) -> Floats:
    """Chance of each waiting caller, with so many ``ahead``, to wait longer than ``time``."""
    full = servers * service
    stays = math.exp(-impatience * time)
    if full == 0 or time <= 0:
        return np.full(len(ahead), stays)
    if impatience == 0:
        return np.asarray(1 - gammainc(ahead + 1, full * time))
    reached = betainc(ahead + 1, full / impatience, -math.expm1(-impatience * time))
    return np.asarray(stays * (1 - reached))


@dataclass(frozen=True)
class Impatient:
    """M/M/c+M in the long run; made by :func:`erlang_a`."""

    servers: int
    arrival: float
    service: float
    impatience: float
    states: Floats
    """probability of 0, 1, 2, ... callers waiting or served, which is also what one who rings
    finds"""

    @property
    def ahead(self) -> Floats:
        """Probability to find nobody free and 0, 1, 2, ... others in the queue."""
        return self.states[self.servers :]

    @property
    def waits(self) -> float:
        """Share that does not find a free server."""
        return float(self.ahead.sum())

    @property
    def queue(self) -> float:
        """Mean number waiting."""
        return float(self.ahead @ np.arange(len(self.ahead)))

    @property
    def abandoned(self) -> float:
        """Share of all that hang up: theta E[queue] / lambda."""
        return self.impatience * self.queue / self.arrival if self.arrival else 0.0

    @property
    def wait(self) -> float:
        """Mean of all, until served or gone (Little)."""
        return self.queue / self.arrival if self.arrival else 0.0

    @property
    def wait_served(self) -> float:
        """Mean of those served, those served at once included."""
        full, k = self.servers * self.service, np.arange(len(self.ahead))
        onward = full + self.impatience * (k + 1)
        spent = self.ahead @ (full / onward * np.cumsum(1 / onward))
        return float(spent) / (1 - self.abandoned) if self.servers else math.nan

    @property
    def wait_abandoned(self) -> float:
        """Mean of those who hang up; NaN where nobody does."""
        if not self.abandoned:
            return math.nan
        served = (1 - self.abandoned) * self.wait_served if self.servers else 0.0
        return (self.wait - served) / self.abandoned

    @property
    def occupancy(self) -> float:
        """Share of the servers busy; NaN without servers."""
        busy = np.minimum(np.arange(len(self.states)), self.servers)
        return float(self.states @ busy) / self.servers if self.servers else math.nan

    def within(self, time: float) -> float:
        """Service level: share of all callers (answered + abandoned) served after waiting no
        longer than ``time``."""
        k = np.arange(len(self.ahead), dtype=float)
        late = served_within(k, self.servers, self.service, self.impatience, time)
        return float(self.states[: self.servers].sum() + self.ahead @ late)

    def longer(self, time: float) -> float:
        """P(wait > ``time``) of all callers, served or gone by then counted as not."""
        k = np.arange(len(self.ahead), dtype=float)
        still = still_waiting(k, self.servers, self.service, self.impatience, time)
        return float(self.ahead @ still)

    def quantile(self, share: float) -> float:
        """The wait that a ``share`` (below 1) of all callers, served or gone, does not exceed."""
        return self._reached(lambda time: 1 - self.longer(time), share)

    def quantile_served(self, share: float) -> float:
        """The wait that a ``share`` (below 1) of those served does not exceed; NaN if nobody is."""
        if not self.servers:
            return math.nan
        served = 1 - self.abandoned
        return self._reached(lambda time: self.within(time) / served, share)

    def _reached(self, level: Callable[[float], float], share: float) -> float:
        if level(0.0) >= share:
            return 0.0
        high = 1 / self.service
        while level(high) < share:
            high *= 2
        return float(brentq(lambda time: level(time) - share, 0.0, high, xtol=1e-12 * high))


def erlang_a(servers: int, arrival: float, service: float, impatience: float) -> Impatient:
    """M/M/c+M; see the head of this file. ``servers`` may be 0, ``impatience`` 0 (Erlang C).

    Limits: patience and service are taken as exponential; with others of the same mean, waits
    differ (little in service, more in patience). Raises ``ValueError`` for a negative rate, and
    where nobody gives up and the servers cannot keep up.
    """
    if servers < 0 or min(arrival, impatience) < 0 or service <= 0:
        raise ValueError("rates and servers cannot be negative, service must be positive")
    if impatience == 0 and arrival >= servers * service:
        raise ValueError("the queue grows for ever: nobody gives up and servers cannot keep up")
    size = 64
    while True:
        n = np.arange(1, servers + size)
        down = np.minimum(n, servers) * service + np.maximum(n - servers, 0) * impatience
        states = birth_death(np.full(len(n), arrival), down)
        if states[-1] <= SMALL * states.max():
            break
        if size > LARGEST:
            raise ValueError("too long a queue: almost nobody gives up and servers cannot keep up")
        size *= 4
    last = int(np.flatnonzero(states > SMALL * SMALL * states.max())[-1])
    return Impatient(
        servers, arrival, service, impatience, states[: max(last, servers) + 1])


def servers_for(
    arrival: float, service: float, impatience: float, *, share: float = 0.0, time: float = 0.0,
    abandoned: float = 1.0, least: int = 0,
) -> int:
    """Fewest servers, ``least`` or more, of Erlang A with which at least a ``share`` (below 1) is
    served within ``time`` and at most a share ``abandoned`` (above 0) hangs up."""
    if impatience == 0:
        least = max(least, math.floor(arrival / service) + 1)

    def enough(servers: int) -> bool:
        found = erlang_a(servers, arrival, service, impatience)
        return found.within(time) >= share and found.abandoned <= abandoned

    return fewest(enough, least)
