"""Erlang A whose callers try again: who hangs up, or finds every line taken, redials after a while.

Source: G. I. Falin and J. G. C. Templeton (1997), "Retrial queues"; for the fixed point J. W. Cohen
(1957), "Basic problems of telephone traffic theory and the influence of repeated calls", Philips
Telecommunication Review 18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy.optimize import brentq

from sim.theory.chains import Floats, stationary_of
from sim.theory.patience import Impatient, erlang_a, served_within

EDGE = 1e-9
"""Probability of the last states counted, at most."""
LARGEST = 150_000
"""States."""


@dataclass(frozen=True)
class FixedPoint:
    """Redials taken as more Poisson calls; made by :func:`redial_fixed_point`."""

    attempts: float
    """rate of all attempts, first ones included"""
    reached: float
    """share of callers who are answered in the end"""
    queue: Impatient
    """Erlang A at the rate of all attempts; its figures are shares of attempts"""


def redial_fixed_point(
    servers: int, arrival: float, service: float, impatience: float, again: Sequence[float]
) -> FixedPoint:
    """Erlang A with ``arrival`` callers, who redial with chance ``again[k]`` after their attempt
    k (0: the first) fails, and no more than ``len(again)`` times.

    An approximation that is right where redials come long after the attempt that failed: they are
    taken as Poisson and to meet the queue as it is at any time. Redials that come soon find it
    still long, so that more of them fail; see :func:`redial_exact`. Source: Cohen (1957).
    """

    def attempts(failed: float) -> float:
        return arrival * sum(accumulate(again, lambda so_far, p: so_far * p * failed, initial=1.0))

    def excess(failed: float) -> float:
        return erlang_a(servers, attempts(failed), service, impatience).abandoned - failed

    failed = float(brentq(excess, 0.0, 1.0)) if arrival and impatience and servers else (
        1.0 if arrival and impatience else 0.0)
    queue = erlang_a(servers, attempts(failed), service, impatience)
    answered = attempts(failed) * (1 - failed)
    return FixedPoint(attempts(failed), answered / arrival if arrival else 1.0, queue)


@dataclass(frozen=True)
class Seen:
    """What a kind of attempt meets."""

    rate: float
    waits: float
    """share that is let in and does not find a free server"""
    abandoned: float
    """share that hangs up"""
    blocked: float
    """share that finds every place taken"""
    wait: float
    """mean of those let in, until served or gone"""
    within: float
    """share answered within the time asked for"""


@dataclass(frozen=True)
class Orbit:
    """Made by :func:`redial_exact`."""

    first: Seen
    """first attempts, which see time averages"""
    redials: Seen
    """later attempts, which do not"""
    occupancy: float
    waiting: float
    """mean number in the queue"""
    orbit: float
    """mean number who will redial"""

    @property
    def reached(self) -> float:
        """Share of callers who are answered in the end."""
        return sum(
            seen.rate * (1 - seen.abandoned - seen.blocked) for seen in (self.first, self.redials)
        ) / self.first.rate


def redial_exact(
    servers: int, arrival: float, service: float, impatience: float, again: float, delay: float,
    *, places: int | None = None, within: float = 0.0,
) -> Orbit:
    """The chain of (waiting or served, going to redial): every attempt that fails is followed by
    another with chance ``again``, after an exponential time of mean ``delay``, however
    often; at most ``places`` wait or are served. ``within``: the time of :attr:`Seen.within`.

    Exact, but for an infinite chain cut where less than ``EDGE`` of its probability lies beyond.
    Source: Falin and Templeton (1997), chapter 2, with abandonment. Raises ``ValueError`` for
    ``again`` or ``delay`` out of bounds, where the queue or the redials grow for ever, and where
    the chain would be too long to solve.
    """
    if not 0 <= again <= 1 or delay <= 0:
        raise ValueError("again lies from 0 to 1, delay is above 0")
    patient = impatience == 0 and places is None
    if (again == 1 or patient) and arrival >= servers * service:
        raise ValueError("grows for ever: servers cannot keep up, and nobody leaves for good")
    rates = (arrival, service, impatience, again, 1 / delay)
    high, wide = servers + 32 if places is None else places, 32
    while (high + 1) * (wide + 1) <= LARGEST:
        p = _orbit(servers, high, wide, *rates)
        crowded = places is None and p[-1].sum() > EDGE
        if not crowded and p[:, -1].sum() <= EDGE:
            return _seen(p, servers, *rates, within, places is not None)
        high, wide = (2 * high, wide) if crowded else (high, 2 * wide)
    raise ValueError("too many wait or redial: the chain is too long")


def _orbit(
    servers: int, high: int, wide: int,
    arrival: float, service: float, impatience: float, again: float, redial: float,
) -> Floats:
    """Probability of [waiting or served, going to redial]."""
    n, m = (grid.ravel() for grid in np.mgrid[: high + 1, : wide + 1])
    state = n * (wide + 1) + m
    gone = np.maximum(n - servers, 0) * impatience
    full, widest = n == high, m == wide
    up, out = wide + 1, np.where(widest, 0, 1)
    moves = [
        (~full, up, arrival),
        (full & ~widest, out, arrival * again),
        (n > 0, -up, np.minimum(n, servers) * service + gone * (1 - again)),
        (n > servers, out - up, gone * again),
        (~full & (m > 0), up - 1, redial * m),
        (full & (m > 0), -1, redial * m * (1 - again)),
    ]
    source, target, rate = [], [], []
    for where, step, value in moves:
        source.append(state[where])
        target.append((state + step)[where])
        rate.append(np.broadcast_to(value, state.shape)[where].astype(float))
    p = stationary_of(
        len(state), np.concatenate(source), np.concatenate(target), np.concatenate(rate))
    return p.reshape(high + 1, wide + 1)


def _seen(
    p: Floats, servers: int, arrival: float, service: float, impatience: float, again: float,
    redial: float, within: float, limited: bool,
) -> Orbit:
    n, m = np.arange(len(p)), np.arange(p.shape[1])
    k = np.maximum(n - servers, 0).astype(float)
    queued = n >= servers
    onward = servers * service + (k + 1) * impatience
    gives_up = np.where(queued, (k + 1) * impatience / onward, 0.0)
    mean = (k + 1) / onward if impatience == 0 else gives_up / impatience
    soon = np.where(queued, served_within(k, servers, service, impatience, within), 1.0)
    let_in = np.ones(len(p))
    let_in[-1] = 0.0 if limited else 1.0

    def seen(rate: float, found: Floats) -> Seen:
        entering = found * let_in
        total = entering.sum()
        return Seen(
            rate, float(entering[queued].sum()), float(entering @ gives_up),
            max(0.0, 1 - float(total)), float(entering @ np.where(queued, mean, 0.0) / total),
            float(entering @ soon),
        )

    level, orbit = p.sum(axis=1), p @ m
    return Orbit(
        first=seen(arrival, level),
        redials=seen(redial * float(orbit.sum()), orbit / orbit.sum() if orbit.sum() else level),
        occupancy=float(level @ np.minimum(n, servers)) / servers,
        waiting=float(level @ k),
        orbit=float(orbit.sum()),
    )
