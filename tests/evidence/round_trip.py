"""Round trip on Decheng: simulate, take the tables for a log, calibrate, and see whether the 95 %
intervals hold the scenario's own parameters.

``python -m tests.evidence.round_trip --out results/round_trip.csv``
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.call_files import read_calls
from sim.calibrate.estimates import estimates
from sim.calibrate.learn import learn
from sim.calibrate.mapping import read_mapping
from sim.experiments.executors import executor
from sim.model.county import simulate
from sim.scenario.days import days as calendar
from sim.scenario.days import open_spans
from sim.scenario.load import resolve
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WEEKDAYS
from sim.words.kinds import HOUR, SECOND, Channel
from sim.workload.arrivals import expected_per_hour
from sim.workload.draw import draw
from sim.workload.roster import duties

SCENARIO = "decheng-loaded"
REPEATS = 50
SEED = 77
CHANGES = ("demand.growth=3", "hotline.lines=60", "chasing.prob=0")
"""Enough calls a day for every parameter to show; lines enough that nobody is turned away; clients
do not ring again about late orders, whose number is no parameter of the hotline."""


def truths(scenario: Scenario) -> dict[str, float]:
    """Parameter -> its value, for whatever a call log can tell of."""
    out: dict[str, float] = {}
    for name, caller in scenario.callers.items():
        if name == "device":
            continue  # its talks are needs and false alarms in one
        out[f"callers.{name}.talk.mean_s"] = float(caller.talk.mean or 0) / SECOND
        out[f"callers.{name}.talk.cv"] = float(caller.talk.cv or 0)
        out[f"callers.{name}.patience.mean_s"] = float(caller.patience.mean or 0) / SECOND
    out["hotline.wrap_up.mean_s"] = float(scenario.hotline.wrap_up.mean or 0) / SECOND
    out["callers.*.redial_delay.mean_s"] = float(
        scenario.callers["client"].redial_delay.mean or 0) / SECOND
    dates = calendar(scenario)
    rings = [s for s in scenario.requests if s.channel in (Channel.PHONE, Channel.BUTTON)]
    rate = sum(expected_per_hour(scenario, s, dates) for s in rings).reshape(len(dates), 24)
    # Who rings while the hotline is closed is in no queue, and so in no rate.
    start = np.arange(len(dates) * 24) * HOUR
    opened = np.zeros(len(start), dtype=bool)
    for since, until in open_spans(scenario.hotline.open, dates):
        opened |= (start >= since) & (start < until)
    rate = rate * opened.reshape(rate.shape)
    for hour in range(24):
        out[f"rate.hour.{hour:02d}"] = float(rate[:, hour].mean())
    weekday = np.array([date.date.weekday() for date in dates])
    for number, day in enumerate(WEEKDAYS):
        out[f"rate.{day}"] = float(rate[weekday == number].sum(axis=1).mean())
    return out


def staff_truths(scenario: Scenario, seed: int, replication: int) -> dict[str, float]:
    """Mean rostered operators, absences taken off, by weekday and hour."""
    dates = scenario.horizon_days
    first = scenario.time.start.weekday()
    covered = np.zeros((dates, 24))
    operators = sum(group.count for group in scenario.operators)
    for duty in duties(scenario, seed, replication):
        if duty.absent or duty.person >= operators:
            continue
        for hour in range(max(0, duty.start // HOUR), min(dates * 24, -(-duty.end // HOUR))):
            part = min(duty.end, (hour + 1) * HOUR) - max(duty.start, hour * HOUR)
            covered[hour // 24, hour % 24] += part / HOUR
    out = {}
    weekday = (first + np.arange(dates)) % 7
    for number, day in enumerate(WEEKDAYS):
        for hour in range(24):
            mean = float(covered[weekday == number, hour].mean())
            if mean > 0:
                out[f"operators.{day}.{hour:02d}"] = mean
    return out


def repeat(days: int, replication: int) -> list[tuple[str, float, float, float, float]]:
    """Parameter, truth, estimate and interval of one repeat."""
    changes = (*CHANGES, f"time.days={days}", "time.warm_up_days=0", "time.cool_down_days=1")
    scenario = resolve(SCENARIO, changes).scenario
    result = simulate(scenario, draw(scenario, SEED, replication))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result.calls.to_parquet(folder / "calls.parquet", index=False)
        roster = result.roster[result.roster["role"] == "operator"]
        roster.to_parquet(folder / "roster.parquet", index=False)
        log, _ = read_calls([folder / "calls.parquet"], read_mapping("tables"),
                            [folder / "roster.parquet"])
    table = estimates(learn(log)).set_index("parameter")
    known = truths(scenario) | staff_truths(scenario, SEED, replication)
    return [
        (name, truth, *table.loc[name, ["estimate", "ci_low", "ci_high"]].tolist())
        for name, truth in known.items() if name in table.index and truth > 0
    ]


def rows(repeats: int, days: int, workers: int) -> Iterator[tuple[object, ...]]:
    """Every repeat's rows."""
    with executor(workers) as where:
        for outcome in where.map(partial(repeat, days), range(repeats)):
            if outcome.value is None:
                raise RuntimeError(outcome.reason)
            for row in outcome.value:
                yield (outcome.index, *row)


def coverage(repeats: int, days: int, workers: int) -> pd.DataFrame:
    """One row a parameter, ``all`` last: in how many repeats the interval held the truth."""
    every = pd.DataFrame(rows(repeats, days, workers), columns=[
        "repeat", "parameter", "truth", "estimate", "ci_low", "ci_high"])
    # Sums of parts of hours leave dust.
    room = 1e-6 * every["truth"]
    every["held"] = (every["ci_low"] - room <= every["truth"]) & (
        every["truth"] <= every["ci_high"] + room)
    every["kind"] = every["parameter"].str.replace(r"\.\d\d$|\.[A-Z][a-z]{2}(\.\d\d)?$", "",
                                                   regex=True)
    parts = []
    for key in ("parameter", "kind"):
        part = every.groupby(key).agg(
            repeats=("held", "size"), held=("held", "mean"), truth=("truth", "mean"),
            mean_estimate=("estimate", "mean"))
        part.insert(0, "level", key)
        parts.append(part.rename_axis("name").reset_index())
    drawn = every[every["kind"] != "operators"]
    whole = pd.DataFrame([
        {"name": name, "level": "all", "repeats": len(part), "held": part["held"].mean()}
        for name, part in (("all", every), ("all but recorded staff", drawn))
    ])
    return pd.concat([*parts, whole], ignore_index=True)


@pytest.mark.evidence
def test_intervals_hold_the_truth() -> None:
    held = coverage(20, 14, 1).set_index("name")["held"]
    assert 0.90 <= held["all"] <= 0.99
    assert 0.90 <= held["all but recorded staff"] <= 0.99


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    table = coverage(asked.repeats, asked.days, asked.workers)
    table.to_csv(asked.out, index=False, float_format="%.5g")
    print(table[table["level"] != "parameter"].to_string(index=False))


if __name__ == "__main__":
    main()
