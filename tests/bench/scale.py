"""How cost grows with counties, points and days: what is measured on one machine.

    python -m tests.bench.scale --out results/scale.csv

Each case runs once, on one core, in a process of its own: scenarios made, drawn, simulated and
measured, one county after the other. ``x_...`` columns are ratios to the first row of the same
series, which say more than the figures beside them: those are of the machine named in the row.
Bytes per call are of the run's tables, requests and orders and staff included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.replicate import simulated
from sim.log import Result
from sim.measures import measure
from sim.measures.counties import Sum, common
from sim.scenario.load import available, rebuild, resolve
from sim.scenario.schema import Scenario
from sim.workload.counties import county, lots, seed_of

ROOT = Path(__file__).resolve().parents[2]
PER_COUNTY_RESIDENTS, PER_COUNTY_FACILITIES = 101_527_453 / 136, 24_000 / 136
SIZES = ("counties", "points", "days", "calls", "orders", "cpu_seconds", "peak_mb")
"""Columns whose ratios to the first row of a series are given."""


@dataclass(frozen=True)
class Case:
    series: str
    scenario: str
    changes: tuple[str, ...] = ()
    points: int = 0
    """so many points, small ones added to the scenario's own; 0: its own"""


def cases(largest: int) -> list[Case]:
    found = [
        Case("counties", "shandong", (
            f"province.counties={n}",
            f"province.residents={round(n * PER_COUNTY_RESIDENTS)}",
            f"province.facilities={round(n * PER_COUNTY_FACILITIES)}",
        )) for n in (4, 17, 68, 136)
    ]
    found += [Case("points", "decheng", ("time.days=14",), points) for points in (0, 52, 208)]
    found += [Case("days", "decheng", (f"time.days={days}",)) for days in (7, 28, 112, 364)]
    if "shaoxing" in available():
        found += [Case("year", "shaoxing", (f"time.days={days}",)) for days in (28, 365)]
    return found[:largest]


def scenarios(case: Case) -> Iterator[tuple[Scenario, int]]:
    """Every county of a case with its seed, made when it is asked for."""
    resolved = resolve(case.scenario, case.changes)
    raw = resolved.raw
    if resolved.scenario.province.counties:
        for lot in lots(raw):
            yield rebuild(county(raw, lot)), seed_of(1, lot.number)
    elif case.points:
        model = next(name for name, row in raw["points"].items() if row.get("level") == "village")
        own = raw | {"province": {
            "counties": 1, "facilities": case.points, "small_point": model}}
        yield rebuild(county(own, lots(own)[0])), 1
    else:
        yield resolved.scenario, 1


def cost(case: Case) -> dict[str, Any]:
    """What a case takes, in this process."""
    begun = time.process_time()
    counties = points = calls = orders = kept = 0
    horizon, total = 0, Sum()
    for scenario, seed in scenarios(case):
        result, _ = simulated(scenario, seed, 0)
        total.add(common(measure(result)))
        counties += 1
        points += len(scenario.points)
        calls += len(result.calls)
        orders += len(result.orders)
        kept += size(result)
        horizon = scenario.horizon_days
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "series": case.series, "scenario": case.scenario, "counties": counties, "points": points,
        "days": horizon, "calls": calls, "orders": orders, "cpu_seconds": round(seconds, 2),
        "calls_per_second": round(calls / seconds), "peak_mb": round(peak),
        "bytes_per_call": round(kept / calls),
    }


def size(result: Result) -> int:
    """Bytes of the tables of a run, what it was told beforehand apart."""
    tables = (result.requests, result.calls, result.offers, result.orders, result.visits,
              result.timesheet, result.roster)
    return sum(int(table.memory_usage(deep=True).sum()) for table in tables)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if os.name == "posix" else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{named[0] if named else platform.machine()}, one core, others at work"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "scale.csv")
    parser.add_argument("--case", type=int, help="only this one, as JSON")
    parser.add_argument("--first", type=int, default=99, help="so many cases")
    options = parser.parse_args(arguments)
    asked = cases(options.first)
    if options.case is not None:
        print(json.dumps(cost(asked[options.case])))
        return
    rows = []
    for number in range(len(asked)):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.scale", "--case", str(number)],
            check=True, capture_output=True, text=True, cwd=ROOT)
        rows.append(json.loads(done.stdout))
        print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    first = table.groupby("series", sort=False)[list(SIZES)].transform("first")
    for name in SIZES:
        table[f"x_{name}"] = (table[name] / first[name]).round(2)
    table["machine"] = machine()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(options.out, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
