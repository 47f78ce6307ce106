"""Calls simulated per second: our model against idiomatic SimPy, the same model in the same run.

25 operators; Poisson arrivals by hour at a mean load of 0.85; exponential patience; lognormal talk;
then 30 points of 8 caregivers, a fixed ten minutes of travel, lognormal service. Both programs get
the same arrivals. The idiomatic one is what SimPy's documentation teaches: a process for each
caller, ``PriorityResource``, ``AnyOf`` for patience, draws inline from a NumPy generator.

    python -m tests.bench.two_stage --calls 100000 --out results/speed.csv
"""

from __future__ import annotations

import argparse
import csv
import gc
import math
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import simpy

from sim.log import tables
from sim.measures import measure
from sim.model.county import County
from sim.model.tables.reference import reference
from sim.scenario.schema import Scenario
from sim.workload.draw import draw
from sim.workload.roster import duties, people

OPERATORS, POINTS, CAREGIVERS = 25, 30, 8
TALK_MEAN_S, TALK_CV = 180.0, 1.0
PATIENCE_MEAN_S = 120.0
TRAVEL_MIN = 10.0
LOAD = 0.85
HOURS = [0.7, 0.6, 0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.3, 1.3, 1.2, 1.1, 1.1, 1.2, 1.3, 1.2, 1.1,
         1.1, 1.1, 1.1, 1.0, 0.9, 0.9]
CALLS_PER_DAY = LOAD * OPERATORS * 86_400 / TALK_MEAN_S
SERVICE_MIN = LOAD * POINTS * CAREGIVERS * 1440 / CALLS_PER_DAY - TRAVEL_MIN


def scenario(calls: int) -> Scenario:
    """The two-stage county, for about ``calls`` calls; every point serves its own zone."""
    numbers = range(POINTS)
    minutes = {
        f"{a}{i}": {f"{b}{j}": TRAVEL_MIN if i == j else 6 * TRAVEL_MIN
                    for b in "zp" for j in numbers}
        for a in "zp" for i in numbers
    }
    names = {"name_zh": "甲", "name_en": "A"}
    place = {"lat": 37.45, "lon": 116.30}
    return Scenario.model_validate({
        "name": "two-stage",
        "about": {"title_zh": "两级", "title_en": "Two stages"},
        "time": {"start": "2026-03-02", "days": max(1, round(calls / CALLS_PER_DAY)),
                 "cool_down_days": 0},
        "demand": {"shapes": {"day": {"hours": HOURS}}},
        "groups": {"all": names},
        "callers": {"client": {
            **names,
            "talk": {"dist": "lognormal", "mean_s": TALK_MEAN_S, "cv": TALK_CV},
            "patience": {"dist": "exponential", "mean_s": PATIENCE_MEAN_S},
        }},
        "hotline": {"open": "always", "lines": 1000,
                    "wrap_up": {"dist": "constant", "value_s": 0}},
        "dispatch": {"when_idle": "stay", "overtime_min": 10_000},
        "travel": {"modes": {"bike": {**names, "kmh": 12}}, "minutes": minutes},
        "zones": [{"id": f"z{n}", **names, **place, "area_km2": 1, "population": 1000,
                   "pop_all": 1000} for n in numbers],
        "points": [{"id": f"p{n}", **names, "zone": f"z{n}", **place, "open": "always",
                    "services": "visit"} for n in numbers],
        "caregivers": [{"id": f"c{n}", "point": f"p{n}", "count": CAREGIVERS, "shifts": "all",
                        "mode": "bike"} for n in numbers],
        "operators": [{"id": "ops", "count": OPERATORS, "shifts": "all"}],
        "shifts": [{"id": "all", "start": "00:00", "end": "24:00"}],
        "services": [{"id": "visit", **names, "mode": "visit", "duration_dist": "lognormal",
                      "duration_mean_min": SERVICE_MIN, "duration_cv": 0.5}],
        "requests": [{"id": "calls", "channel": "phone", "service": "visit", "group": "all",
                      "per_day": CALLS_PER_DAY, "shape": "day", "share_client": 1}],
    })


def lognormal(rng: np.random.Generator, mean: float, cv: float) -> float:
    """A draw by mean and coefficient of variation."""
    variance = math.log(1 + cv * cv)
    return rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def idiomatic(arrivals: list[float], seed: int) -> list[tuple[float, ...]]:
    """The two stages as SimPy's documentation would write them; seconds. One row a caller."""
    env = simpy.Environment()
    rng = np.random.default_rng(seed)
    operators = simpy.PriorityResource(env, capacity=OPERATORS)
    points = [simpy.PriorityResource(env, capacity=CAREGIVERS) for _ in range(POINTS)]
    rows: list[tuple[float, ...]] = []

    def caller(number: int) -> Iterator[Any]:
        arrived = env.now
        with operators.request(priority=1) as request:
            patience = env.timeout(rng.exponential(PATIENCE_MEAN_S))
            outcome = yield env.any_of([request, patience])
            if request not in outcome:
                rows.append((number, arrived, -1, env.now))
                return
            answered = env.now
            yield env.timeout(lognormal(rng, TALK_MEAN_S, TALK_CV))
        rows.append((number, arrived, answered, env.now))
        env.process(order(number, rng.integers(POINTS)))

    def order(number: int, point: int) -> Iterator[Any]:
        created = env.now
        with points[point].request(priority=1) as request:
            yield request
            departed = env.now
            yield env.timeout(60 * TRAVEL_MIN)
            started = env.now
            yield env.timeout(lognormal(rng, 60 * SERVICE_MIN, 0.5))
        rows.append((number, created, departed, started, env.now))

    def source() -> Iterator[Any]:
        for number, time_s in enumerate(arrivals):
            yield env.timeout(time_s - env.now)
            env.process(caller(number))

    env.process(source())
    env.run()
    return rows


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, with the garbage of earlier runs out of the way."""
    gc.collect()
    start = time.process_time()
    value = run()
    return time.process_time() - start, value


def once(calls: int, seed: int, with_idiomatic: bool) -> dict[str, float]:
    """One paired run: seconds of each stage of ours, and of the idiomatic program."""
    county = scenario(calls)
    drawing, workload = timed(lambda: draw(county, seed, 0))
    roster = duties(county, seed, 0)
    built = County(county, workload, roster)
    looping, _ = timed(built.run)
    tabling, result = timed(lambda: tables(
        built.journal, built.context(), 0, reference(county, built.plan, people(county))
    ))
    measuring, _ = timed(lambda: measure(result))
    row = {
        "calls": len(workload), "draw_s": drawing, "loop_s": looping, "tables_s": tabling,
        "measure_s": measuring,
        "workload_bytes_per_call": workload.nbytes / len(workload),
        "journal_bytes_per_call": _journal_bytes(built) / len(workload),
    }
    if with_idiomatic:
        arrivals = (workload.time / 1000).tolist()
        row["idiomatic_s"], _ = timed(lambda: idiomatic(arrivals, seed))
        row["ratio"] = row["idiomatic_s"] / looping
    return row


def _journal_bytes(county: County) -> int:
    return sum(
        lines.nbytes for lines in vars(county.journal).values()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3, help="paired runs of each size")
    parser.add_argument("--out", type=Path, default=Path("results/speed.csv"))
    options = parser.parse_args()
    rows = []
    for calls in options.calls:
        for run in range(options.runs if calls <= 100_000 else 1):
            row = {"size": calls, "run": run} | once(calls, run, with_idiomatic=calls <= 100_000)
            row["loop_us_per_call"] = 1e6 * row["loop_s"] / row["calls"]
            row["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rows.append(row)
            print({k: round(v, 3) for k, v in row.items()}, file=sys.stderr)
    columns = list(rows[0])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows({k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()}
                         for row in rows)
    ratios = [row["ratio"] for row in rows if "ratio" in row]
    print(f"Python {platform.python_version()}: idiomatic / ours, event loop only: "
          f"median {statistics.median(ratios):.2f} of {len(ratios)} paired runs")


if __name__ == "__main__":
    main()
