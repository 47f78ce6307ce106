"""The best of several systems with a promised probability: procedure KN.

S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in
simulation", ACM Transactions on Modeling and Computer Simulation 11 (2001) 251-273; here with
c = 1, as they advise, and the constant for common random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Observe = Callable[[Sequence[int], Sequence[int]], ArrayLike]
"""``observe(systems, replications)``: a row for each system, a column for each replication; greater
is better. The same replication of two systems may share its random numbers: the promise holds then
too, and fewer replications are needed."""


@dataclass(frozen=True)
class Selection:
    """The system chosen, and how it came about."""

    best: int
    rounds: tuple[tuple[int, tuple[int, ...]], ...]
    """(replications, systems still in it after them), wherever systems fell out and at the end"""
    n: tuple[int, ...]
    """replications spent on each system"""
    table: pd.DataFrame
    """a row for each system: system, n, mean (of its n), out_after (replications; ``<NA>`` where it
    stayed), out_by (a system that it was behind; likewise)"""


def kn(
    observe: Observe, k: int, delta: float, confidence: float = 0.95, first: int = 10
) -> Selection:
    """The system with the greatest mean of ``k``, numbered from 0.

    With probability ``confidence`` or more it is the best one, if that is ahead of every other by
    ``delta`` (the indifference zone, in the units of the observations) or more; if others are
    closer, the choice is with that probability one of those within ``delta`` of the best.
    Observations of one system are independent, identically distributed and roughly normal.

    ``first`` replications of all systems are asked for at once, then one at a time of those still
    in it. From the variance of each pair's difference in the first stage comes how far a system may
    lie behind before it is out; that distance shrinks to nothing, so the procedure ends.

    Raises ValueError if ``k`` < 2, ``delta`` <= 0, ``first`` < 2, ``confidence`` is not between
    1 / k and 1, or an observation is not a number.
    """
    if not (k >= 2 and delta > 0 and first >= 2 and 1 / k < confidence < 1):
        raise ValueError("kn: k >= 2, delta > 0, first >= 2 and 1 / k < confidence < 1 are needed")
    everyone = tuple(range(k))
    values = _observed(observe, everyone, range(first))
    apart = np.var(values[:, None] - values[None], axis=2, ddof=1)
    reach = _h_squared(k, confidence, first) * apart / delta**2
    total = values.sum(axis=1)
    n = np.full(k, first)
    out_by: dict[int, int] = {}
    alive, r = everyone, first
    rounds: list[tuple[int, tuple[int, ...]]] = []
    last = floor(reach.max()) + 1
    while True:
        here = np.array(alive)
        mean = total[here] / r
        if r >= last:
            behind = {int(i): int(here[mean.argmax()]) for i in np.delete(here, mean.argmax())}
        else:
            behind = _behind(here, mean, np.maximum(0, (reach - r) * delta / (2 * r)))
        if behind:
            out_by |= behind
            alive = tuple(i for i in alive if i not in behind)
            rounds.append((r, alive))
        if len(alive) == 1:
            break
        total[list(alive)] += _observed(observe, alive, [r])[:, 0]
        r += 1
        n[list(alive)] = r
    return Selection(alive[0], tuple(rounds), tuple(map(int, n)), _table(total / n, n, out_by))


def _h_squared(k: int, confidence: float, first: int) -> float:
    """The constant h^2 = 2 eta (first - 1), with eta for Bonferroni's share of the error."""
    share = (1 - confidence) / (k - 1)
    return float((2 * share) ** (-2 / (first - 1)) - 1) * (first - 1)


def _behind(here: NDArray[np.int_], mean: Floats, slack: Floats) -> dict[int, int]:
    """Systems behind another one by more than the pair's slack -> the one furthest beyond it."""
    excess = mean[None] - mean[:, None] - slack[np.ix_(here, here)]
    np.fill_diagonal(excess, -np.inf)
    worst = excess.argmax(axis=1)
    return {
        int(here[i]): int(here[by]) for i, by in enumerate(worst) if excess[i, by] > 0
    }


def _observed(observe: Observe, systems: Sequence[int], replications: Sequence[int]) -> Floats:
    values = np.asarray(observe(systems, replications), dtype=np.float64)
    if values.shape != (len(systems), len(replications)):
        raise ValueError(f"kn: {values.shape} observations of {len(systems)} systems")
    if not np.isfinite(values).all():
        raise ValueError("kn: an observation is not a finite number")
    return values


def _table(mean: Floats, n: NDArray[np.int_], out_by: dict[int, int]) -> pd.DataFrame:
    systems = range(len(mean))
    return pd.DataFrame({
        "system": list(systems),
        "n": n,
        "mean": mean,
        "out_after": pd.array([n[i] if i in out_by else None for i in systems], dtype="Int64"),
        "out_by": pd.array([out_by.get(i) for i in systems], dtype="Int64"),
    })
