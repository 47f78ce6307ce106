"""Does the procedure choose the best as often as it promises? Where that is hardest.

    python -m tests.evidence.selection --out results/selection.csv

The slippage configuration: one of k systems is better than every other by exactly the indifference
zone, the others are all the same. Observations are normal; those of one replication are independent
of each other, or correlated as systems are that meet the same workloads, with equal or with unequal
variances. 500 selections of each kind are made, each promised to be right with probability 0.95; at
least 463 have to be (a binomial of 500 at 0.95 is below that with probability 0.008). Beside the
mean number of observations of a system stands what the two-stage procedure of Rinott would take,
which looks only twice and gains nothing from common workloads. Ends with status 1 if fewer are
right.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from sim.experiments.select import kn

Floats = NDArray[np.float64]

SELECTIONS = 500
LEAST = 463
PROMISE = 0.95
SEED = 1
DELTA = 1.0
FIRST = 10


class Case(NamedTuple):
    """One kind of choice."""

    systems: int
    correlation: float
    """between two systems in the same replication"""
    deviation: float = 2.0
    """standard deviation of an observation, in indifference zones"""
    unequal: bool = False
    """whether deviations lie between half and one and a half times that, the best's the greatest"""


CASES = tuple(
    Case(systems, correlation, unequal=unequal)
    for systems in (2, 5, 10, 25)
    for correlation, unequal in ((0.0, False), (0.5, False), (0.9, False), (0.5, True))
)


class Systems:
    """Endless replications of all systems, drawn in blocks as they are asked for."""

    def __init__(self, case: Case, random: np.random.Generator) -> None:
        k = case.systems
        self.random = random
        self.best = int(random.integers(k))
        spread = np.linspace(0.5, 1.5, k) if case.unequal else np.ones(k)
        spread[[self.best, -1]] = spread[[-1, self.best]]
        self.deviations = case.deviation * spread
        self.means = np.where(np.arange(k) == self.best, DELTA, 0.0)
        self.common = case.correlation
        self.values = np.empty((k, 0))

    def observe(self, systems: Sequence[int], replications: Sequence[int]) -> Floats:
        """For :func:`sim.experiments.select.kn`."""
        while self.values.shape[1] <= replications[-1]:
            own = self.random.standard_normal((len(self.means), 500))
            shared = self.random.standard_normal(500)
            both = math.sqrt(self.common) * shared + math.sqrt(1 - self.common) * own
            block = self.means[:, None] + self.deviations[:, None] * both
            self.values = np.hstack([self.values, block])
        return self.values[np.ix_(systems, replications)]


def chosen(case: Case) -> dict[str, object]:
    """A row of the table: how often the best was chosen, and at what price."""
    random = np.random.default_rng([SEED, CASES.index(case)])
    right, spent, best = 0, [], []
    for _ in range(SELECTIONS):
        systems = Systems(case, random)
        found = kn(systems.observe, case.systems, DELTA, PROMISE, FIRST)
        right += found.best == systems.best
        spent.append(np.mean(found.n))
        best.append(max(found.n))
    return {
        "systems": case.systems,
        "correlation": case.correlation,
        "variances": "unequal" if case.unequal else "equal",
        "deviation_in_deltas": case.deviation,
        "promised": PROMISE,
        "selections": SELECTIONS,
        "right": right,
        "mean_n_each": f"{np.mean(spent):.1f}",
        "mean_n_longest": f"{np.mean(best):.1f}",
        "rinott_n_each": f"{rinott(case):.1f}",
        "least": LEAST,
        "pass": "yes" if right >= LEAST else "no",
    }


def rinott(case: Case) -> float:
    """Mean observations of a system that Rinott's procedure takes: (h deviation / delta)^2.

    Y. Rinott, "On two-stage selection procedures and related probability-inequalities",
    Communications in Statistics A7 (1978) 799-811.
    """
    # Over the variance estimates of the two: equally likely values of each.
    x = stats.chi2(FIRST - 1).ppf((np.arange(400) + 0.5) / 400)
    apart = np.sqrt((FIRST - 1) * (1 / x[:, None] + 1 / x[None]))

    def right(h: float) -> float:
        return float((stats.norm.cdf(h / apart).mean(axis=1) ** (case.systems - 1)).mean())

    h = float(optimize.brentq(lambda h: right(h) - PROMISE, 0.5, 10, xtol=1e-3))
    spread = np.linspace(0.5, 1.5, case.systems) if case.unequal else np.ones(case.systems)
    return float(np.mean(np.maximum(FIRST, (h * case.deviation * spread / DELTA) ** 2)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Make every selection and write the table; 0 if enough were right in each case."""
    parser = argparse.ArgumentParser(description="How often the best system is selected")
    parser.add_argument("--out", type=Path, default=Path("results/selection.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.workers) as pool:
        table = list(pool.map(chosen, CASES))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    for row in table:
        print(*row.values())
    return 1 if any(row["pass"] == "no" for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
