"""Service of any distribution, and priorities.

Poisson arrivals at a constant rate, first come first served within a class, nobody gives up, in
the long run. A service is told by its mean and its second moment or coefficient of variation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from sim.theory.chains import Floats
from sim.theory.erlang import erlang_c

TERMS = 300_000
"""Enough for one server at a load of 0.985, for ten at 0.995."""


def second_moment(mean: float, cv: float) -> float:
    """E[S^2] from the mean and the coefficient of variation."""
    return mean * mean * (1 + cv * cv)


def pollaczek_khinchine(arrival: float, mean: float, second: float) -> float:
    """Mean wait in M/G/1 whose service has this mean and second moment; infinite where the queue
    grows for ever.

    lambda E[S^2] / (2 (1 - rho)), for any distribution. Sources: F. Pollaczek (1930), "Über eine
    Aufgabe der Wahrscheinlichkeitstheorie"; A. Y. Khinchine (1932).
    """
    load = arrival * mean
    return arrival * second / (2 * (1 - load)) if load < 1 else math.inf


@dataclass(frozen=True)
class Waiting:
    """In the long run."""

    waits: float
    """share that does not find a free server"""
    wait: float
    """mean of all"""


def mdc(servers: int, arrival: float, length: float) -> Waiting:
    """M/D/c: every service takes exactly ``length``.

    Services end in the order in which they begin, so that each server has every c-th arrival: the
    wait is that of one server fed at sums of c exponential gaps. By Spitzer's identity, with
    S_n = n length - (sum of n c gaps), E[W] = sum of E[max(S_n, 0)] / n and
    P(W = 0) = exp(-sum of P(S_n > 0) / n). Exact; equal to the formulas of C. D. Crommelin (1932),
    "Delay probability formulae when the holding times are constant", Post Office Electrical
    Engineers' Journal 25. Raises ``ValueError`` where the load is so near to the servers that the
    sums do not end in ``TERMS`` terms.
    """
    load = arrival * length / servers
    if load >= 1:
        return Waiting(1.0, math.inf)
    if load == 0:
        return Waiting(0.0, 0.0)
    terms = math.ceil(40 / (servers * (load - 1 - math.log(load)))) + 10
    if terms > TERMS:
        raise ValueError("the load is too near to the number of servers")
    n = np.arange(1, terms + 1, dtype=float)
    gaps, span = n * servers, n * arrival * length
    late = gammainc(gaps, span)
    excess = span * late - gaps * gammainc(gaps + 1, span)
    return Waiting(-math.expm1(-float((late / n).sum())), float((excess / n).sum()) / arrival)


def cobham(arrivals: Sequence[float], means: Sequence[float], seconds: Sequence[float]) -> Floats:
    """Mean wait of each class in M/G/1 where the first class goes first, nobody is interrupted.

    R / ((1 - s_k-1) (1 - s_k)), with R the mean residual service found by an arrival and s_k the
    load of classes 1 to k; infinite for classes whose s_k reaches 1, provided that all classes
    together are still served (else R, too, would be less). Source: A. Cobham (1954), "Priority
    assignment in waiting line problems", Operations Research 2.
    """
    rates = np.array(arrivals)
    residual = float(rates @ np.array(seconds)) / 2
    return _by_class(residual, rates * np.array(means))


def cobham_servers(servers: int, arrivals: Sequence[float], service: float) -> Floats:
    """The same with several servers and one exponential service rate for all classes.

    C / (c mu) / ((1 - s_k-1) (1 - s_k)), C being Erlang's for all classes together. Source: Cobham
    (1954).
    """
    full = servers * service
    first = erlang_c(servers, sum(arrivals) / service) / full
    return _by_class(first, np.array(arrivals) / full)


def _by_class(residual: float, loads: Floats) -> Floats:
    load = np.concatenate([[0.0], np.cumsum(loads)])
    with np.errstate(divide="ignore"):
        waits = residual / ((1 - load[:-1]) * (1 - load[1:]))
    return np.where(load[1:] < 1, waits, np.inf)
