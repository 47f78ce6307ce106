"""Drawing from the distributions of a scenario, in whole milliseconds.

Only methods of ``numpy.random.Generator`` turn bits into numbers here. Parameters that need a
logarithm or a root are rounded to 12 digits first, and what is drawn to milliseconds, because the
last bits of such functions differ between processors and a workload must not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from sim.scenario.sections.quantities import Distribution
from sim.streams import Purpose, generator
from sim.words.kinds import DAY, NEVER
from sim.workload.tables import Floats, Ints

LONGEST = 3650 * DAY
"""Draws are cut here (ten years), far beyond any horizon."""


def lognormal_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    variance = math.log1p(cv * cv)
    return _rounded(math.log(mean) - variance / 2), _rounded(math.sqrt(variance))


def weibull_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Shape and scale with this mean and coefficient of variation.

    With x = 1 / shape, mean = scale * Gamma(1 + x) and
    1 + cv**2 = Gamma(1 + 2x) / Gamma(1 + x)**2, which rises with x.
    """

    def excess(x: float) -> float:
        return math.lgamma(1 + 2 * x) - 2 * math.lgamma(1 + x) - math.log1p(cv * cv)

    # Below this the two log-gammas cancel; the first term of their series, pi**2 x**2 / 6, is
    # then right to one part in ten thousand.
    x = cv * math.sqrt(6) / math.pi if cv < 1e-4 else brentq(excess, cv / 10, 20.0, xtol=1e-15)
    return _rounded(1 / x), _rounded(mean / math.gamma(1 + x))


def sample(distribution: Distribution, rng: np.random.Generator, n: int) -> Ints:
    """``n`` durations in milliseconds, from 0 to :data:`LONGEST`, or ``NEVER`` throughout."""
    if distribution.dist == "never":
        return np.full(n, NEVER, dtype=np.int64)
    return np.rint(np.clip(_reals(distribution, rng, n), 0, LONGEST)).astype(np.int64)


def sample_factor(cv: float, rng: np.random.Generator, n: int) -> Floats:
    """``n`` lognormal factors of mean 1, to 2**-20 (a millionth); all 1 where ``cv`` is 0."""
    if cv == 0:
        return np.ones(n)
    # Unrounded, the last bit depends on whether the C library's exp has fused multiply-add.
    return np.rint(rng.lognormal(*lognormal_parameters(1.0, cv), size=n) * 2**20) / 2**20


@dataclass(frozen=True)
class Dice:
    """The generators of one stream's ``n`` requests.

    Row r of every draw is the r-th reading of a generator of its own, so that it depends on r
    alone: not on how many requests follow, nor on what else is drawn.
    """

    seed: int
    replication: int
    stream: str
    n: int

    def rng(self, purpose: Purpose, *child: int) -> np.random.Generator:
        return generator(self.seed, self.replication, purpose, self.stream, *child)

    def coins(self, purpose: Purpose, *child: int) -> Floats:
        return self.rng(purpose, *child).random(self.n)

    def times(self, distribution: Distribution, purpose: Purpose, *child: int) -> Ints:
        return sample(distribution, self.rng(purpose, *child), self.n)

    def coin_matrix(self, purpose: Purpose, width: int) -> Floats:
        """(n, width); each column has a generator of its own, so widening changes none."""
        return np.column_stack([self.coins(purpose, k) for k in range(width)])

    def time_matrix(
        self, distribution: Distribution, purpose: Purpose, width: int, *child: int
    ) -> Ints:
        return np.column_stack([self.times(distribution, purpose, *child, k) for k in range(width)])

    def factors(self, cv: float, purpose: Purpose) -> Floats:
        return sample_factor(cv, self.rng(purpose), self.n)


def _reals(distribution: Distribution, rng: np.random.Generator, n: int) -> Floats:
    d = distribution
    # The schema has seen to it that the numbers each kind needs are there.
    value, mean, cv = d.value or 0.0, d.mean or 0.0, d.cv or 0.0
    low, mode, high = d.low or 0.0, d.mode or 0.0, d.high or 0.0
    match d.dist:
        case "constant":
            return np.full(n, value)
        case "exponential":
            return rng.exponential(mean, n)
        case "lognormal":
            return rng.lognormal(*lognormal_parameters(mean, cv), size=n)
        case "gamma":
            return rng.gamma(1 / (cv * cv), mean * cv * cv, n)
        case "weibull":
            shape, scale = weibull_parameters(mean, cv)
            return scale * rng.weibull(shape, n)
        case "uniform":
            return rng.uniform(low, high, n)
        case "triangular":
            return rng.triangular(low, mode, high, n)
        case "empirical":
            weights = d.weights or (1.0,) * len(d.values)
            return np.array(d.values)[choose(weights, rng.random(n))]
        case _:
            raise ValueError(f"no such distribution: {d.dist}")


def choose(weights: tuple[float, ...], coins: Floats) -> Ints:
    """Positions drawn in proportion to ``weights`` (not all 0), one for each uniform."""
    edges = np.cumsum(weights)
    places = np.searchsorted(edges, coins * edges[-1], side="right")
    # A coin next to 1 may round up to the total: it belongs to the last weight that is not 0.
    return np.asarray(np.minimum(places, np.flatnonzero(weights)[-1]))


def _rounded(x: float) -> float:
    return float(f"{x:.12g}")
