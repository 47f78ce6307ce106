"""Stationary probabilities of Markov chains in continuous time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]


def birth_death(up: Sequence[float] | Floats, down: Sequence[float] | Floats) -> Floats:
    """Stationary probabilities of 0, 1, ..., n: ``up[i]`` is the rate from i to i + 1, ``down[i]``
    the rate back; n of each.

    A rate up of 0 ends the chain there; every rate down is above 0. Computed in logarithms, so
    that neither many states nor rates of any size overflow. Source: Kleinrock (1975), "Queueing
    systems", volume 1, section 3.1. Raises ``ValueError`` where the lengths differ or a rate down
    is not positive.
    """
    births, deaths = np.asarray(up, dtype=float), np.asarray(down, dtype=float)
    if births.shape != deaths.shape or (deaths <= 0).any() or (births < 0).any():
        raise ValueError("as many rates up, not negative, as rates down, positive")
    with np.errstate(divide="ignore"):
        steps = np.log(births) - np.log(deaths)
    weights = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(weights - weights.max())
    return np.asarray(weights / weights.sum())


def stationary(size: int, moves: Iterable[tuple[int, int, float]]) -> Floats:
    """Stationary probabilities of a chain with ``size`` states and (from, to, rate) ``moves``; a
    pair may be named several times, its rates add up.

    The balance equations, the last of them replaced by the sum of 1, solved directly as a sparse
    system: exact to rounding, for up to some ten thousand states that are not too entangled. The
    chain has one closed class. Source: Kleinrock (1975), section 2.4.
    """
    source, target, rate = (np.array(column) for column in zip(*moves, strict=True))
    return stationary_of(size, source, target, rate)


def stationary_of(
    size: int, source: NDArray[np.int64], target: NDArray[np.int64], rate: Floats
) -> Floats:
    """:func:`stationary` with the moves as three arrays of the same length."""
    keep = target != size - 1
    leave = source != size - 1
    rows = np.concatenate([target[keep], source[leave], np.full(size, size - 1)])
    columns = np.concatenate([source[keep], source[leave], np.arange(size)])
    values = np.concatenate([rate[keep], -rate[leave], np.ones(size)])
    balance = csc_array(coo_array((values, (rows, columns)), shape=(size, size)))
    right = np.zeros(size)
    right[-1] = 1.0
    return np.asarray(spsolve(balance, right))
