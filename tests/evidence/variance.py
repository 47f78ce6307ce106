"""How much the same draws are worth: variance of a difference, with them and without.

    python -m tests.evidence.variance --out results/common_random_numbers.csv

Two variants are run on the same replications. Were they independent, the difference of a measure
between them would vary by Var(A) + Var(B); on the same draws it varies by Var(A - B). The table has
the quotient and its one-sided 95 % upper bound: BCa bootstrap over replications, both variants of a
replication drawn together. On the named variant, ``decheng-loaded`` with two operators against
three, the bound has to stay below a quarter; the other rows are reported. Ends with status 1 if it
does not.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import sim
from sim.workload.store import checksum

Floats = NDArray[np.float64]
SEED = 1
QUARTER = 0.25
RESAMPLES = 9_999


class Variant(NamedTuple):
    """Two scenarios that differ by changes, and the measures compared."""

    scenario: str
    change: tuple[str, ...]
    measures: tuple[str, ...]
    replications: int
    bound: float | None = None
    """of the first measure, the quotient's upper bound"""


NAMED = Variant(
    "decheng-loaded", ("operators.desk.count=3",),
    ("service_level", "connection_rate", "asa_s"), 300, QUARTER,
)
ELSEWHERE = (
    Variant("decheng", ("operators.mid.count=2",), ("service_level", "connection_rate"), 40),
    Variant("decheng", ("caregivers.xinhu-day.count=2",), ("on_time", "response_min"), 40),
    Variant("decheng", ("dispatch.choose_point=least_delay",), ("on_time", "response_min"), 40),
    Variant("decheng", ("hotline.wrap_up.mean_s=90",), ("service_level", "asa_s"), 40),
    Variant("decheng", ("demand.growth=1.1",), ("service_level", "on_time"), 40),
)


class Quotient(NamedTuple):
    """Var(A - B) / (Var(A) + Var(B)) and what it is made of."""

    paired: float
    independent: float
    value: float
    upper: float
    """one-sided 95 % bound"""


def quotient(a: Floats, b: Floats) -> Quotient:
    """Of the same measure on the same replications, in two variants."""
    paired = float(np.var(a - b, ddof=1))
    independent = float(np.var(a, ddof=1) + np.var(b, ddof=1))
    found = stats.bootstrap(
        (a, b), _quotient, paired=True, vectorized=True, n_resamples=RESAMPLES,
        confidence_level=0.95, alternative="less", method="BCa", rng=np.random.default_rng(SEED),
    )
    upper = float(found.confidence_interval.high)
    return Quotient(paired, independent, paired / independent, upper)


def _quotient(a: Floats, b: Floats, axis: int = -1) -> Floats:
    apart = np.var(a, axis=axis) + np.var(b, axis=axis)
    return np.asarray(np.var(a - b, axis=axis) / apart)


county = lru_cache(maxsize=1)(sim.load)


def values(
    scenario: str, changes: tuple[str, ...], measures: Sequence[str], replication: int
) -> tuple[list[float], str]:
    """The measures of one replication over all calls or orders, and its workload's checksum."""
    varied = county(scenario, changes)
    workload = sim.draw(varied, SEED, replication)
    ratios = sim.measure(sim.simulate(varied, workload)).ratios
    whole = ratios[ratios["group"] == "all"].set_index("measure")
    return [
        float(whole["num"].loc[name] / whole["den"].loc[name]) for name in measures
    ], checksum(workload)


def compare(variant: Variant, workers: int) -> list[dict[str, object]]:
    """A row of the table for each measure."""
    a, b = (_side(variant, changes, workers) for changes in ((), variant.change))
    rows = []
    for k, measure in enumerate(variant.measures):
        before, after = (np.array([measured[k] for measured, _ in side]) for side in (a, b))
        found = quotient(before, after)
        rows.append({
            "scenario": variant.scenario,
            "change": " ".join(variant.change),
            "measure": measure,
            "n": variant.replications,
            "same_workload": _word([x[1] for x in a] == [x[1] for x in b]),
            "before": f"{before.mean():.6g}",
            "after": f"{after.mean():.6g}",
            "var_independent": f"{found.independent:.6g}",
            "var_paired": f"{found.paired:.6g}",
            "quotient": f"{found.value:.4f}",
            "upper_95": f"{found.upper:.4f}",
            "bound": "" if variant.bound is None or k else variant.bound,
            "pass": "" if variant.bound is None or k else _word(found.upper < variant.bound),
        })
    return rows


def _side(
    variant: Variant, changes: tuple[str, ...], workers: int
) -> list[tuple[list[float], str]]:
    one = partial(values, variant.scenario, changes, variant.measures)
    replications = range(variant.replications)
    if workers == 1:
        return list(map(one, replications))
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(one, replications, chunksize=5))


def _word(true: bool) -> str:
    return "yes" if true else "no"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every variant and write the table; 0 if the named one passes."""
    parser = argparse.ArgumentParser(description="What common random numbers are worth")
    parser.add_argument("--out", type=Path, default=Path("results/common_random_numbers.csv"))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    rows = []
    for variant in (NAMED, *ELSEWHERE):
        rows += compare(variant, options.workers)
        print(variant.scenario, *variant.change, rows[-len(variant.measures)]["quotient"])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return 1 if any(row["pass"] == "no" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
