"""Who is there already when the run starts, and how much longer they stay.

Seen at a moment that has nothing to do with when it began, a stay under way is longer than others:
a stay of length x is met with a density in proportion to x f(x), f being the density of stays, and
what is left of it is evenly spread over its length. That is the stationary excess distribution of
renewal theory (Cox, Renewal Theory, 1962, chapter 5), under which a house neither fills nor empties
on the average.
"""

from __future__ import annotations

import numpy as np

from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import Distribution
from sim.streams import Purpose, generator
from sim.workload.sampling import LONGEST, choose, lognormal_parameters, sample, weibull_parameters
from sim.workload.tables import Floats, Ints


def residents(scenario: Scenario, seed: int, replication: int) -> tuple[Ints, ...]:
    """For each row of ``places.csv`` the milliseconds, 1 or more, that those in its occupied places
    stay from the run's start.

    They belong to the row's id, and are no part of the workload: other rows and more requests
    change none of them. Raises ``ValueError`` where no service says how long stays there last.
    """
    found = []
    for row in scenario.places:
        rng = generator(seed, replication, Purpose.RESIDENTS, row.id)
        if row.remaining is not None:
            left = sample(row.remaining, rng, row.occupied)
        elif row.occupied:
            left = _excess(_stay(scenario, row.kind), rng, row.occupied)
        else:
            left = np.zeros(0, dtype=np.int64)
        found.append(np.maximum(left, 1))
    return tuple(found)


def _stay(scenario: Scenario, kind: str) -> Distribution:
    """How long stays in places of a kind last: as the first service that takes it says."""
    taking = {a.id for a in scenario.admissions if kind in a.kinds}
    for service in scenario.services:
        if service.id in taking and service.duration is not None:
            return service.duration
    raise ValueError(f"places of kind {kind!r} are occupied, but no service takes them")


def _excess(stay: Distribution, rng: np.random.Generator, n: int) -> Ints:
    """What is left of ``n`` stays met under way."""
    whole = _met(stay, rng, n)
    return np.rint(np.clip(whole * rng.random(n), 0, LONGEST)).astype(np.int64)


def _met(stay: Distribution, rng: np.random.Generator, n: int) -> Floats:
    """Lengths of stays met under way: of the density in proportion to x f(x)."""
    mean, cv = stay.mean or 0.0, stay.cv or 0.0
    low, mode, high = stay.low or 0.0, stay.mode or 0.0, stay.high or 0.0
    match stay.dist:
        case "exponential":
            return rng.gamma(2.0, mean, n)
        case "gamma":
            return rng.gamma(1 / (cv * cv) + 1, mean * cv * cv, n)
        case "lognormal":
            mu, sigma = lognormal_parameters(mean, cv)
            return rng.lognormal(mu + sigma * sigma, sigma, n)
        case "weibull":
            # With X = scale * E**(1 / shape), E exponential, x f(x) makes E a gamma.
            shape, scale = weibull_parameters(mean, cv)
            return np.asarray(scale * rng.gamma(1 + 1 / shape, 1.0, n) ** (1 / shape))
        case "uniform":
            return np.asarray(np.sqrt(low * low + rng.random(n) * (high * high - low * low)))
        case "triangular":
            return np.array([_accepted(low, mode, high, rng) for _ in range(n)])
        case "empirical":
            weights = stay.weights or (1.0,) * len(stay.values)
            lengths = tuple(w * v for w, v in zip(weights, stay.values, strict=True))
            return np.array(stay.values)[choose(lengths, rng.random(n))]
        case _:
            return np.full(n, stay.value or 0.0)


def _accepted(low: float, mode: float, high: float, rng: np.random.Generator) -> float:
    """One triangular length, kept with a chance in proportion to it."""
    while True:
        length = float(rng.triangular(low, mode, high))
        if rng.random() * high < length:
            return length
