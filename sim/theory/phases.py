"""M/PH/c and M/G/c: several servers, service in phases or of any distribution.

A service in phases begins in phase i with chance ``start[i]``, moves from phase to phase at the
rates of ``moves`` (off the diagonal; the diagonal holds minus the sum of all rates out, the end of
service included) and is over when it leaves them all. Any distribution is near to one of these.
Poisson arrivals, first come first served, nobody gives up, in the long run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats
from sim.theory.erlang import erlang_c_wait
from sim.theory.general import Waiting, mdc

LARGEST = 1500
"""Ways in which the busy servers can share out over the phases."""
STEPS = 100


@dataclass(frozen=True)
class Phases:
    """A distribution of service times."""

    start: Floats
    moves: Floats

    @property
    def mean(self) -> float:
        return float(self.start @ np.linalg.solve(-self.moves, np.ones(len(self.start))))

    @property
    def cv(self) -> float:
        """Standard deviation / mean."""
        once = np.linalg.solve(-self.moves, np.ones(len(self.start)))
        second = 2 * float(self.start @ np.linalg.solve(-self.moves, once))
        return math.sqrt(max(0.0, second / self.mean**2 - 1))


def two_moments(mean: float, cv: float) -> Phases:
    """Phases of this mean and coefficient of variation (above 0.1).

    Below 1 a mixture of k - 1 and k exponential phases of one rate, 1/k <= cv^2 <= 1/(k - 1); from
    1 on a mixture of two exponentials that each carry half of the mean. Source: H. C. Tijms (2003),
    "A first course in stochastic models", appendix B.
    """
    square = cv * cv
    if square >= 1:
        share = (1 + math.sqrt((square - 1) / (square + 1))) / 2
        start = np.array([share, 1 - share])
        return Phases(start, -np.diag(2 * start / mean))
    k = max(2, math.ceil(1 / square - 1e-12))
    if k > 100:
        raise ValueError("too little variation for phases: take constant service")
    short = (k * square - math.sqrt(k * (1 + square) - k * k * square)) / (1 + square)
    rate = (k - short) / mean
    moves = rate * (np.diag(np.ones(k - 1), 1) - np.eye(k))
    start = np.zeros(k)
    start[0], start[1] = 1 - short, short
    return Phases(start, moves)


def mphc(servers: int, arrival: float, service: Phases) -> Waiting:
    """M/PH/c, exactly: the numbers in each phase are a quasi-birth-death process.

    Source: M. F. Neuts (1981), "Matrix-geometric solutions in stochastic models", with the
    logarithmic reduction of G. Latouche and V. Ramaswami (1993), Journal of Applied Probability 30.
    Raises ``ValueError`` where the servers can share out over the phases in too many ways.
    """
    load = arrival * service.mean
    if load >= servers:
        return Waiting(1.0, math.inf)
    if math.comb(servers + len(service.start) - 1, servers) > LARGEST:
        raise ValueError("too many servers or phases for an exact solution")
    levels = [list(_shares(n, len(service.start))) for n in range(servers + 1)]
    up = [arrival * _begins(levels[n], levels[n + 1], service.start) for n in range(servers)]
    inner = [_inner(level, service.moves) for level in levels]
    down = [_ends(levels[n], levels[n - 1], service) for n in range(1, servers + 1)]
    size = len(levels[servers])
    stay = inner[servers] - arrival * np.eye(size)
    # While somebody waits, whoever ends a service begins the next at once.
    renewed = down[-1] @ (up[-1] / arrival)
    rate = _rate(arrival * np.eye(size), stay, renewed)
    censored = inner[0] - arrival * np.eye(1)
    back: list[Floats] = []
    for n in range(servers):
        # From level n + 1: what is seen of the levels below it.
        back.append(down[n] @ np.linalg.inv(-censored))
        censored = inner[n + 1] - arrival * np.eye(len(levels[n + 1])) + back[n] @ up[n]
    closed = censored + rate @ renewed
    p = _null(closed)
    tail = np.linalg.inv(np.eye(size) - rate)
    full, queue = float((p @ tail).sum()), float((p @ rate @ tail @ tail).sum())
    total, below = full, p
    for n in reversed(range(servers)):
        below = below @ back[n]
        total += float(below.sum())
    return Waiting(full / total, queue / total / arrival)


def mgc_wait(servers: int, arrival: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/c from two moments of the service.

    Up to cv = 1 the mixture (1 - cv^2) W(M/D/c) + cv^2 W(M/M/c), both exact; above it the exact
    M/PH/c of :func:`two_moments`, or W(M/M/c) (1 + cv^2) / 2 where that is too large. Exact for one
    server, constant and exponential service. Sources: Tijms (2003), section 9.6; A. M. Lee and
    P. A. Longton (1959), Operational Research Quarterly 10.

    Error: below cv = 1 under 2 % of exact M/E_k/c from 2 to 20 servers at loads of 0.5 to 0.95
    (tested here). Above it two moments are not enough: the true mean can be anything within a
    factor of up to cv^2 + 1, for one and the same mean and cv (V. Gupta, M. Harchol-Balter,
    J. G. Dai, B. Zwart 2010, "On the inapproximability of M/G/K", Queueing Systems 64).
    """
    if arrival * mean >= servers:
        return math.inf
    wait = erlang_c_wait(servers, arrival, 1 / mean)
    square = cv * cv
    if square <= 1:
        return (1 - square) * mdc(servers, arrival, mean).wait + square * wait
    if servers + 1 > LARGEST:
        return wait * (1 + square) / 2
    return mphc(servers, arrival, two_moments(mean, cv)).wait


Share = tuple[int, ...]
"""How many busy servers are in each phase."""


def _shares(servers: int, phases: int) -> Iterator[Share]:
    if phases == 1:
        yield (servers,)
        return
    for first in range(servers, -1, -1):
        for rest in _shares(servers - first, phases - 1):
            yield (first, *rest)


def _moved(share: Share, leave: int | None, enter: int | None) -> Share:
    found = list(share)
    if leave is not None:
        found[leave] -= 1
    if enter is not None:
        found[enter] += 1
    return tuple(found)


def _begins(here: list[Share], there: list[Share], start: Floats) -> Floats:
    place = {share: n for n, share in enumerate(there)}
    found = np.zeros((len(here), len(there)))
    for row, share in enumerate(here):
        for phase, chance in enumerate(start):
            found[row, place[_moved(share, None, phase)]] += chance
    return found


def _ends(here: list[Share], there: list[Share], service: Phases) -> Floats:
    place = {share: n for n, share in enumerate(there)}
    ends = -service.moves.sum(axis=1)
    found = np.zeros((len(here), len(there)))
    for row, share in enumerate(here):
        for phase, busy in enumerate(share):
            if busy:
                found[row, place[_moved(share, phase, None)]] += busy * ends[phase]
    return found


def _inner(level: list[Share], moves: Floats) -> Floats:
    place = {share: n for n, share in enumerate(level)}
    found = np.zeros((len(level), len(level)))
    for row, share in enumerate(level):
        for phase, busy in enumerate(share):
            if not busy:
                continue
            found[row, row] += busy * moves[phase, phase]
            for other, rate in enumerate(moves[phase]):
                if other != phase and rate:
                    found[row, place[_moved(share, phase, other)]] += busy * rate
    return found


def _rate(up: Floats, stay: Floats, down: Floats) -> Floats:
    """The matrix R of the levels where somebody waits, by logarithmic reduction."""
    inverse = np.linalg.inv(-stay)
    rises, falls = inverse @ up, inverse @ down
    first, so_far = falls.copy(), rises.copy()
    for _ in range(STEPS):
        both = np.linalg.inv(np.eye(len(up)) - rises @ falls - falls @ rises)
        rises, falls = both @ rises @ rises, both @ falls @ falls
        step = so_far @ falls
        first += step
        so_far = so_far @ rises
        if step.sum() < 1e-15:
            break
    return np.asarray(up @ np.linalg.inv(-(stay + up @ first)))


def _null(matrix: Floats) -> Floats:
    """The row vector of sum 1 that the matrix takes to 0."""
    equations = matrix.T.copy()
    equations[-1] = 1.0
    right = np.zeros(len(matrix))
    right[-1] = 1.0
    return np.asarray(np.linalg.solve(equations, right))
