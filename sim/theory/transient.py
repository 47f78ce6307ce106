"""The number waiting or served in M/M/s+M, a while later.

Kolmogorov's forward equations by uniformisation (A. Jensen 1953, "Markoff chains as an aid in the
study of Markoff processes"): exp(Q t) and its integral over a short step, doubled until it is as
long as wanted; or, where the queue is long, for the one state only. All terms are positive, so that
nothing cancels.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, pdtrc

from sim.theory.chains import Floats

TERMS = np.arange(16)
"""Of the exponential series over a step in which half a jump is expected."""
DENSE = 300
"""Up to so many states exp(Q t) is kept for the next time it is needed."""


def advance(
    p: Floats, arrival: float, servers: int, service: float, impatience: float, length: float,
    balking: float = 0.0,
) -> tuple[Floats, Floats]:
    """The probabilities of 0, 1, ... waiting or served a time ``length`` after ``p``, and their
    integral over that time; callers who find the last number there are turned away, and of those
    who would have to wait the share ``balking`` goes at once."""
    size = len(p) - 1
    if len(p) <= DENSE:
        move, spent = _step(arrival, servers, service, impatience, length, balking, size)
        return p @ move, p @ spent
    up, down, stay, fastest = _jumps(arrival, servers, service, impatience, balking, size)
    # Takes its time to import, and most commands do not need it.
    from scipy.stats import poisson

    numbers = np.arange(int(poisson.isf(1e-16, fastest * length)) + 2)
    reached, longer = _series(numbers, fastest * length)
    after, during = np.zeros_like(p), np.zeros_like(p)
    for weight, time in zip(reached.tolist(), longer.tolist(), strict=True):
        after += weight * p
        during += time / fastest * p
        p = _jump(p, up, down, stay)
    return after / after.sum(), during * (length / during.sum())


def _jumps(
    arrival: float, servers: int, service: float, impatience: float, balking: float, size: int
) -> tuple[Floats, Floats, Floats, float]:
    """The chain at the moments of a Poisson process: chances to rise, fall and stay; its rate."""
    n = np.arange(size + 1)
    down = np.minimum(n, servers) * service + np.maximum(n - servers, 0) * impatience
    up = np.where(n < size, arrival * np.where(n < servers, 1.0, 1.0 - balking), 0.0)
    fastest = float((up + down).max()) or 1.0
    return up / fastest, down / fastest, 1 - (up + down) / fastest, fastest


def _jump(p: Floats, up: Floats, down: Floats, stay: Floats) -> Floats:
    """The states (last axis) one jump later."""
    after = p * stay
    after[..., 1:] += p[..., :-1] * up[:-1]
    after[..., :-1] += p[..., 1:] * down[1:]
    return after


def _series(numbers: NDArray[np.int64], mean: float) -> tuple[Floats, Floats]:
    """Chance of so many jumps, and of more, where ``mean`` are expected."""
    return np.exp(numbers * math.log(mean) - mean - gammaln(numbers + 1)), pdtrc(numbers, mean)


@lru_cache(maxsize=512)
def _step(
    arrival: float, servers: int, service: float, impatience: float, length: float,
    balking: float, size: int,
) -> tuple[Floats, Floats]:
    """exp(Q t) and its integral from 0 to t = ``length``."""
    up, down, stay, fastest = _jumps(arrival, servers, service, impatience, balking, size)
    doublings = max(0, math.ceil(math.log2(2 * fastest * length)))
    short = length / 2**doublings
    power = np.eye(size + 1)
    move, spent = np.zeros_like(power), np.zeros_like(power)
    for weight, time in zip(*_series(TERMS, fastest * short), strict=True):
        move += weight * power
        spent += time / fastest * power
        power = _jump(power, up, down, stay)
    for _ in range(doublings):
        spent += move @ spent
        move = move @ move
    move /= move.sum(axis=1, keepdims=True)
    spent *= length / spent.sum(axis=1, keepdims=True)
    return move, spent
