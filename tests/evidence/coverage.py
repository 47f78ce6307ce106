"""Do the 95 % intervals hold the truth 95 times in 100? On queues whose truth is known.

    python -m tests.evidence.coverage --out results/coverage.csv

A small experiment is some replications of a single-server queue (Poisson calls, exponential talk of
mean 1), each observed over the same stretch of time and begun in its steady state, so that every
call's wait has the known distribution: P(wait > t) = load exp(-(1 - load) t). 2,000 experiments are
made of each kind and the functions of ``sim.measures`` asked for the interval of a mean (waiting a
call that is expected, sum of waits / (load x time)), of a ratio (calls answered within 1 / calls)
and of the P90 of the waits. The table has the share of intervals that hold the truth, with its own
exact 95 % interval, and the mean half-width.

The first two kinds have to cover between 93.5 and 96.5 %; ends with status 1 if they do not. The
others are there to be known: few replications, and short ones with long queues, where the values of
a replication are so much alike and so skewed that a few of them say little. For the P90 sectioning
is shown beside: that is what the intervals of quantiles would be without Woodruff's method.

The rows ``until precise`` are experiments that decide themselves how many replications they make,
by the rule of ``hotline run --precision`` with its look-ahead.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.experiments.precision import Goal, Precision, until_narrow
from sim.measures import CATALOGUE
from sim.measures.chosen import Chosen
from sim.measures.counting.intervals import (
    section_count,
    section_interval,
    sections,
    share_interval,
)
from sim.measures.series import Series

Floats = NDArray[np.float64]

EXPERIMENTS = 2_000
SEED = 1
WITHIN = 1.0
LOWEST, HIGHEST = 0.935, 0.965
FREE = 1e9
"""Goal of an interval of which nothing is asked."""
ROWS = {
    "mean": Chosen("backlog"), "ratio": Chosen("service_level"), "P90": Chosen("wait_p90_s"),
}
"""Kinds of interval, each by a measure that has it."""


@dataclass(frozen=True)
class Case:
    """One kind of experiment."""

    load: float
    time: float
    """length of a replication, in mean talks"""
    replications: int
    bound: bool = False
    """whether it has to cover"""
    goals: tuple[float, ...] = ()
    """half-widths asked for, of mean, ratio and P90: then ``replications`` are the most"""

    @property
    def truth(self) -> dict[str, float]:
        rest = 1 - self.load
        return {
            "mean": self.load / rest,
            "ratio": 1 - self.load * math.exp(-rest * WITHIN),
            "P90": -math.log(0.1 / self.load) / rest,
        }


CASES = (
    Case(0.5, 1000, 20, bound=True),
    Case(0.8, 2000, 40, bound=True),
    Case(0.5, 1000, 10),
    Case(0.8, 500, 20),
    Case(0.8, 200, 20),
    Case(0.5, 1000, 60, goals=(0.1, FREE, FREE)),
    Case(0.5, 1000, 60, goals=(FREE, 0.017, FREE)),
    Case(0.5, 1000, 60, goals=(FREE, FREE, 0.28)),
    Case(0.5, 1000, 60, goals=(0.1, 0.017, 0.28)),
)


def replications(case: Case, random: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """Waits of the calls of each replication, in order, and which of them came in time."""
    n, expected = case.replications, case.load * case.time
    calls = int(expected + 7 * math.sqrt(expected) + 10)
    gaps = random.exponential(1 / case.load, (n, calls))
    talks = random.exponential(1, (n, calls))
    # Lindley; what the first call finds is the work left at time 0, less the time until it comes.
    busy = random.random(n) < case.load
    work = np.where(busy, random.exponential(1 / (1 - case.load), n), 0)
    waits = np.empty((n, calls))
    for call in range(calls):
        waits[:, call] = np.maximum(work - gaps[:, call], 0)
        work = waits[:, call] + talks[:, call]
    arrived = gaps.cumsum(axis=1)
    assert (arrived[:, -1] > case.time).all()
    return waits, arrived <= case.time


def rows(case: Case, random: np.random.Generator) -> dict[str, Series]:
    """What the measures see of one experiment."""
    waits, came = replications(case, random)
    n, calls = case.replications, came.sum(axis=1)
    ones, none = np.ones((1, n)), np.empty(0, dtype=np.int64)
    blank = np.empty(0)
    return {
        "mean": Series(
            CATALOGUE["backlog"], n, np.where(came, waits, 0).sum(axis=1)[None],
            ones * case.load * case.time, none, blank, none,
        ),
        "ratio": Series(
            CATALOGUE["service_level"], n, (came & (waits <= WITHIN)).sum(axis=1)[None] * 1.0,
            calls[None] * 1.0, none, blank, none,
        ),
        "P90": Series(
            CATALOGUE["wait_p90_s"], n, ones * 0, ones * 0, np.repeat(np.arange(n), calls),
            waits[came], np.ones(int(calls.sum()), dtype=np.int64),
        ),
    }


class Seen(NamedTuple):
    """Of one experiment and kind of interval."""

    kind: str
    low: float
    high: float
    n: int


def experiment(case: Case, random: np.random.Generator) -> Iterator[Seen]:
    """The intervals of one experiment."""
    whole = rows(case, random)
    n = case.replications
    if case.goals:
        wanted = Precision(
            tuple(Goal(ROWS[kind], goal) for kind, goal in zip(ROWS, case.goals, strict=True)), n
        )
        n = until_narrow(
            wanted, lambda m: [own.at(range(m)) for own in whole.values()]
        ).replications
        whole = {kind: own.at(range(n)) for kind, own in whole.items()}
    for kind, own in whole.items():
        found = own.estimate()
        yield Seen(kind, float(found.low[0]), float(found.high[0]), n)
    if not case.goals:
        own = whole["P90"]
        order = np.argsort(own.values)
        b = section_count(n, len(own.values), 0.9)
        low, high = section_interval(*sections(
            own.rank[order], n, own.values[order], own.counts[order], 0.9, b))
        yield Seen("P90 by sectioning", low, high, n)


def covered(case: Case) -> list[dict[str, object]]:
    """A row of the table for each kind of interval."""
    random = np.random.default_rng([SEED, CASES.index(case)])
    seen = [one for _ in range(EXPERIMENTS) for one in experiment(case, random)]
    asked = dict(zip(ROWS, case.goals, strict=True)) if case.goals else {}
    # An interval counts only where a goal of its own may have stopped the experiment.
    loose = {kind for kind, goal in asked.items() if goal == FREE}
    table = []
    for kind in dict.fromkeys(one.kind for one in seen):
        if kind in loose:
            continue
        truth = case.truth[kind.partition(" ")[0]]
        own = [one for one in seen if one.kind == kind]
        hits = sum(one.low <= truth <= one.high for one in own)
        least, most = share_interval(hits, len(own))
        bound = case.bound and kind in ROWS
        table.append({
            "experiment": "until precise" if case.goals else "fixed number",
            "load": case.load,
            "time": f"{case.time:g}",
            "replications": f"{np.mean([one.n for one in own]):.4g}",
            "interval": kind,
            "truth": f"{truth:.6g}",
            "goal": asked.get(kind, ""),
            "experiments": len(own),
            "covered": f"{hits / len(own):.4f}",
            "covered_low": f"{least:.4f}",
            "covered_high": f"{most:.4f}",
            "mean_half_width": f"{np.mean([(one.high - one.low) / 2 for one in own]):.4g}",
            "least": LOWEST if bound else "",
            "most": HIGHEST if bound else "",
            "pass": ("yes" if LOWEST <= hits / len(own) <= HIGHEST else "no") if bound else "",
        })
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Make every experiment and write the table; 0 if those bound to cover do."""
    parser = argparse.ArgumentParser(description="Coverage of the 95 % intervals")
    parser.add_argument("--out", type=Path, default=Path("results/coverage.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.workers) as pool:
        table = [row for found in pool.map(covered, CASES) for row in found]
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
