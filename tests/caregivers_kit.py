"""Counties for searches for caregivers: by formula, so that every staffing can be tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, cast

import numpy as np
import pytest

from sim.experiments.caregivers.bench import Bench
from sim.experiments.caregivers.goals import HEADLINE, Goal, Pairs
from sim.experiments.caregivers.judge import Aims, gaps, lacking
from sim.experiments.caregivers.rows import Counts, Row, cost
from sim.experiments.caregivers.search import Search
from sim.experiments.caregivers.steps import Steps
from sim.measures.chosen import Chosen
from sim.measures.counting.definition import Kind
from sim.scenario.faults import BadInput, Fault

N = 12
"""Replications."""


class Formula:
    """In the place of a bench: at each point so many requests, of which a share is served on time
    that grows the slower the more people there are; the same noise for every staffing, and a little
    of its own."""

    def __init__(self, seed: int, points: int, rows: int, most: int) -> None:
        rng = np.random.default_rng(seed)
        self.known = tuple(
            Row(f"p{p}r{r}", f"p{p}", float(rng.choice([800, 4000, 4500, 5000])), 0, most)
            for p in range(points) for r in range(rows)
        )
        self.point = np.repeat(np.arange(points), rows)
        self.load = rng.uniform(50, 200, points)
        yuan = np.array([row.yuan for row in self.known])
        self.skill = rng.uniform(0.2, 0.9, len(yuan)) * np.sqrt(yuan / 4500)
        self.noise = rng.normal(0, 6, (N, points))
        self.today = tuple(int(n) for n in rng.integers(0, most + 1, len(yuan)))
        self.seed = seed
        self.cells: set[tuple[Counts, int]] = set()

    def possible(self, counts: Counts) -> bool:
        return True

    def run(self, staffings: Sequence[Counts], replications: Sequence[int]) -> None:
        self.cells |= set(product(staffings, replications))

    def pairs(self, counts: Counts, row: Chosen, replications: Sequence[int]) -> Pairs:
        work = [(self.skill * counts)[self.point == p].sum() for p in range(len(self.load))]
        den = self.load + self.noise[list(replications)]
        own = np.random.default_rng([self.seed, *counts]).normal(0, 0.3, self.noise.shape)
        num = np.clip(0.98 * den * (1 - np.exp(-np.array(work))) + own[list(replications)], 0, den)
        if row.group == "all":
            return Pairs(num.sum(axis=1), den.sum(axis=1), Kind.RATIO)
        point = int(row.group.removeprefix("point=p"))
        return Pairs(num[:, point], den[:, point], Kind.RATIO)


def aims(seed: int, points: int) -> Aims:
    """85 % on time in all, and, every other time, 70 % at each point."""
    goals = [Goal(Chosen(HEADLINE), 0.85, True)]
    if seed % 2:
        goals += [Goal(Chosen("on_time", f"point=p{p}"), 0.7, True) for p in range(points)]
    return Aims(tuple(goals), (), 0.02, 0.9, 0.95)


def searched(bench: Any, wanted: Aims, today: Counts, n: int) -> Search:
    """A search taken to its end."""
    slack = np.zeros(len(wanted.goals) + len(wanted.floors))
    search = Search(Steps(cast(Bench, bench), wanted), today, today, n, slack)
    search.run()
    return search


def holds(bench: Any, wanted: Aims, today: Counts, counts: Counts, n: int) -> bool:
    return lacking(gaps(bench, wanted, today, counts, range(n))) <= 0


def cheapest(bench: Any, wanted: Aims, today: Counts, n: int) -> Counts | None:
    """By trying every staffing, the cheapest first."""
    every = product(*(range(row.low, row.high + 1) for row in bench.known))
    for counts in sorted(every, key=lambda counts: cost(counts, bench.known)):
        if bench.possible(counts):
            bench.run([today, counts], range(n))
            if holds(bench, wanted, today, counts, n):
                return counts
    return None


def faults_of(ask: Callable[..., object], *arguments: Any) -> tuple[Fault, ...]:
    """Everything that is said to be wrong."""
    with pytest.raises(BadInput) as caught:
        ask(*arguments)
    return caught.value.faults
