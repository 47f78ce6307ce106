"""How soon each point or caregiver reacts to an order that is shown to all of them.

A reaction belongs to the request and to who reacts, whoever else there is: the request has a drawn
number, and hashing it with the name of the point or caregiver gives two uniforms, one for the time
(by inversion) and one that meets the chance to react at all.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import gammaincinv, ndtri

from sim.scenario.sections.quantities import Distribution
from sim.streams import hashed_uniform, key
from sim.workload.sampling import LONGEST, choose, lognormal_parameters, weibull_parameters
from sim.workload.tables import Floats, Ints

TIME, COIN = 0, 1


def names(kind: str, ids: Iterable[str]) -> Ints:
    """The numbers by which the hash knows the points or caregivers of these ids."""
    return np.array([key(f"{kind}/{name}") for name in ids], dtype=np.int64)


def reactions(number: int, who: Ints, distribution: Distribution) -> tuple[Ints, Floats]:
    """Milliseconds until each of ``who`` (see :func:`names`) reacts to the request whose drawn
    number this is, and a uniform each for whether they react at all."""
    times = quantile(distribution, hashed_uniform(number, who, TIME))
    return times, hashed_uniform(number, who, COIN)


def quantile(distribution: Distribution, u: Floats) -> Ints:
    """The lengths in milliseconds that a share ``u`` of all does not exceed."""
    return np.rint(np.clip(_inverse(distribution, u), 0, LONGEST)).astype(np.int64)


def _inverse(d: Distribution, u: Floats) -> Floats:
    value, mean, cv = d.value or 0.0, d.mean or 0.0, d.cv or 0.0
    low, mode, high = d.low or 0.0, d.mode or 0.0, d.high or 0.0
    match d.dist:
        case "constant":
            return np.full(len(u), value)
        case "exponential":
            return -mean * np.log1p(-u)
        case "lognormal":
            location, spread = lognormal_parameters(mean, cv)
            return np.asarray(np.exp(location + spread * ndtri(u)))
        case "gamma":
            return np.asarray(gammaincinv(1 / (cv * cv), u) * mean * cv * cv)
        case "weibull":
            shape, scale = weibull_parameters(mean, cv)
            return np.asarray(scale * (-np.log1p(-u)) ** (1 / shape))
        case "uniform":
            return low + u * (high - low)
        case "triangular":
            rising = np.sqrt(u * (high - low) * (mode - low))
            falling = np.sqrt((1 - u) * (high - low) * (high - mode))
            return np.where(u * (high - low) < mode - low, low + rising, high - falling)
        case "empirical":
            return np.array(d.values)[choose(d.weights or (1.0,) * len(d.values), u)]
        case _:
            raise ValueError(f"no such distribution: {d.dist}")
