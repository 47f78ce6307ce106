"""M/M/c+D: callers who leave the queue, all after the same time, for the tier above.

Poisson calls at rate lambda (``arrival``), c servers whose calls end at rate mu each (``service``),
first come first served, and whoever has waited tau (``limit``) is passed on. Source: F. Baccelli
and G. Hebuterne (1981), "On queues with impatient customers": the wait that a call would have,
were it to stay, has the density lambda p(c-1) exp(lambda min(x, tau) - c mu x), where p(n) is the
chance of n calls, n < c, proportional to (lambda / mu)^n / n!.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.integrate import quad


class Overflow(NamedTuple):
    """Shares of all calls; the wait in the unit of time of the rates."""

    passed: float
    """passed to the tier above"""
    waits: float
    """not answered at once"""
    wait: float
    """mean wait of all calls, of those passed on until then"""
    occupancy: float


def overflow(servers: int, arrival: float, service: float, limit: float) -> Overflow:
    """The hotline below. Raises ``ValueError`` unless there is a server and rates are positive."""
    if servers < 1 or arrival <= 0 or service <= 0 or limit < 0:
        raise ValueError("servers, rates and the limit must be positive")
    load = arrival / service
    below = [load**n / math.factorial(n) for n in range(servers)]
    full = servers * service

    def density(x: float) -> float:
        return arrival * below[-1] * math.exp(arrival * min(x, limit) - full * x)

    queued = quad(density, 0, limit, epsabs=1e-13)[0] if limit else 0.0
    beyond = density(limit) / full
    whole = sum(below) + queued + beyond
    waited = quad(lambda x: x * density(x), 0, limit, epsabs=1e-13)[0] if limit else 0.0
    passed = beyond / whole
    return Overflow(
        passed, (queued + beyond) / whole, waited / whole + limit * passed,
        load * (1 - passed) / servers,
    )
