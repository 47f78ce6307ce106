"""One of several candidates, with a promised probability that it is the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.experiments.select import kn
from sim.measures.counting.groups import Floats

Observe = Callable[[Sequence[int], Sequence[int]], Floats]
"""``observe(candidates, replications)``: see :data:`sim.experiments.select.Observe`."""


@dataclass(frozen=True)
class Choice:
    """The candidate chosen."""

    best: int
    certain: bool
    """whether the promise holds; not where the replications were used up"""
    left: tuple[int, ...]
    """those still in it at the end"""
    table: pd.DataFrame
    """a row for each candidate: system, n, mean, out_after, out_by"""


class _Enough(Exception):
    """More replications were asked for than there may be."""


def choose(
    observe: Observe, k: int, delta: float, confidence: float, first: int, most: int
) -> Choice:
    """The best of ``k`` candidates by :func:`sim.experiments.select.kn`; where that does not end
    within ``most`` replications, the one with the best mean of those still in it, and no promise.
    """
    if k == 1:
        table = pd.DataFrame(
            {"system": [0], "n": [0], "mean": [np.nan], "out_after": pd.array([None], "Int64"),
             "out_by": pd.array([None], "Int64")})
        return Choice(0, True, (0,), table)
    seen: list[list[float]] = [[] for _ in range(k)]

    def watched(systems: Sequence[int], replications: Sequence[int]) -> Floats:
        if max(replications) >= most:
            raise _Enough
        values = observe(systems, replications)
        for system, row in zip(systems, values, strict=True):
            seen[system] += map(float, row)
        return values

    try:
        found = kn(watched, k, delta, confidence, first)
    except _Enough:
        mean = np.array([np.mean(values) for values in seen])
        n = np.array([len(values) for values in seen])
        left = tuple(map(int, np.flatnonzero(n == n.max())))
        best = max(left, key=lambda system: mean[system])
        out = pd.array([None if system in left else int(n[system]) for system in range(k)], "Int64")
        nobody = pd.array([None] * k, "Int64")
        table = pd.DataFrame(
            {"system": range(k), "n": n, "mean": mean, "out_after": out, "out_by": nobody})
        return Choice(best, False, left, table)
    return Choice(found.best, True, (found.best,), found.table)
