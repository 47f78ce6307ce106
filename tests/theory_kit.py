"""Truth against the model: what is read from a run, and how an estimate is judged.

A case is a scenario, written as a folder, and quantities of which theory knows the value. Every
replication gives a numerator and a denominator for each; the estimate is the ratio of their sums.
Its 99 % interval is Student's t over replications (linearised ratio). A quantity passes when the
whole interval lies within the truth plus or minus a margin that stands beside the truth in the
table of cases, so that neither a wrong model nor too short a run can pass.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

import sim
from sim.log import Result
from sim.measures import Measured
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, NEVER
from tests.scenario_kit import small

CONFIDENCE = 0.99

Floats = NDArray[np.float64]
Pair = tuple[float, float]


class Run:
    """One replication: its measures, and its tables in milliseconds."""

    def __init__(self, scenario: Scenario, result: Result, measured: Measured) -> None:
        time = scenario.time
        self.midnight = np.datetime64(time.start, "ms")
        self.days = time.days
        self.since, self.until = time.warm_up_days * DAY, (time.warm_up_days + time.days) * DAY
        self.calls, self.orders = result.calls, result.orders
        self.ratios = measured.ratios

    def ms(self, table: pd.DataFrame, column: str) -> Floats:
        stamps = table[column].to_numpy().astype("datetime64[ms]")
        since = (stamps - self.midnight).astype("timedelta64[ms]").astype(np.float64)
        return np.where(np.isnat(stamps), np.nan, since)

    def counted(self, times: Floats) -> NDArray[np.bool_]:
        return np.asarray((times >= self.since) & (times < self.until))

    @cached_property
    def queued(self) -> tuple[Floats, Floats, Floats]:
        """Every call's arrival, answer (NaN if none) and end of waiting (NEVER if still there)."""
        arrived, answered = self.ms(self.calls, "arrived"), self.ms(self.calls, "answered")
        until = np.fmin(answered, self.ms(self.calls, "left"))
        return arrived, answered, np.where(np.isnan(until), float(NEVER), until)

    def per_hour(self, times: Floats, kept: Any = True) -> Floats:
        """How many of these moments lie in each hour of the day, over the counted days."""
        hours = (times[self.counted(times) & kept] // HOUR).astype(np.int64) % 24
        return np.bincount(hours, minlength=24).astype(np.float64)

    @cached_property
    def hours(self) -> Mapping[str, tuple[Floats, Floats]]:
        """Numerators and denominators for each hour of the day, as of the truths' ``Day``."""
        arrived, answered, until = self.queued
        days = np.full(24, float(self.days))
        return {
            "waits": (self.per_hour(arrived, until > arrived), self.per_hour(arrived)),
            "answered": (self.per_hour(answered), days),
            "abandoned": (self.per_hour(until, np.isnan(answered)), days),
            "queue": (self._waiting(arrived, until) / HOUR, days),
        }

    def _waiting(self, arrived: Floats, until: Floats) -> Floats:
        """Milliseconds waited in each hour of the day, over the counted days."""
        low, high = np.clip(arrived, self.since, self.until), np.clip(until, self.since, self.until)
        total, hour = np.zeros(24), low // HOUR
        while (high > low).any():
            edge = np.minimum(high, (hour + 1) * HOUR)
            np.add.at(total, hour.astype(np.int64) % 24, edge - low)
            low, hour = edge, hour + 1
        return total


Read = Callable[[Run], Pair]


class Quantity(NamedTuple):
    """Something of which theory knows the value."""

    name: str
    truth: float
    margin: float
    """on either side of the truth, in its unit"""
    read: Read


@dataclass(frozen=True)
class Case:
    """A scenario and what theory says of it."""

    name: str
    theory: str
    changes: Mapping[str, Any]
    """to the small scenario of ``scenario_kit``"""
    quantities: Sequence[Quantity]
    replications: int = 16

    @property
    def seed(self) -> int:
        """Its own, so that one unlucky stretch of draws is not seen in every case."""
        return zlib.crc32(self.name.encode()) % 10_000


class Verdict(NamedTuple):
    """A row of ``results/theory.csv``; low and high are the 99 % interval, n replications."""

    case: str
    quantity: str
    truth: float
    estimate: float
    low: float
    high: float
    margin: float
    z: float
    n: int
    passed: bool


def about(name: str, truth: float, read: Read, within: float = 0.05) -> Quantity:
    """A quantity whose margin is a share of the truth."""
    return Quantity(name, float(truth), within * float(truth), read)


def kpi(measure: str, group: str = "all") -> Read:
    """A measure of ``kpis.csv``, ready to be added up over replications."""

    def read(run: Run) -> Pair:
        row = run.ratios[(run.ratios["measure"] == measure) & (run.ratios["group"] == group)]
        return float(row["num"].iloc[0]), float(row["den"].iloc[0])

    return read


def calls_longer(seconds: float) -> Read:
    """Share of calls whose wait is longer than this."""

    def read(run: Run) -> Pair:
        arrived, _, until = run.queued
        waits = (until - arrived)[run.counted(arrived)]
        return float(np.count_nonzero(waits > seconds * 1000)), float(len(waits))

    return read


def orders_longer(seconds: float, zone: str = "") -> Read:
    """Share of (a zone's) orders whose wait from writing to departure is longer than this."""
    return _share_of_orders(
        zone, lambda run, orders: (
            run.ms(orders, "departed") - run.ms(orders, "created") > seconds * 1000
        )
    )


def orders_not_at(point: str, zone: str) -> Read:
    """Share of a zone's orders that another point than this accepted."""
    return _share_of_orders(zone, lambda _, orders: (orders["point"] != point).to_numpy())


def _share_of_orders(zone: str, of: Callable[[Run, pd.DataFrame], Any]) -> Read:
    def read(run: Run) -> Pair:
        kept = run.counted(run.ms(run.orders, "requested"))
        if zone:
            kept &= (run.orders["zone"] == zone).to_numpy()
        return float(np.count_nonzero(of(run, run.orders) & kept)), float(kept.sum())

    return read


def hourly(series: str, hour: int) -> Read:
    """One hour of one of :attr:`Run.hours`."""

    def read(run: Run) -> Pair:
        top, bottom = run.hours[series]
        return float(top[hour]), float(bottom[hour])

    return read


def judge(case: Case, folder: Path, longer: int = 1, tighter: float = 1.0) -> list[Verdict]:
    """Run a case from a scenario folder below ``folder`` and hold it against theory."""
    scenario = sim.load(small(folder / case.name, **case.changes))
    n = case.replications * longer
    pairs = np.zeros((n, len(case.quantities), 2))
    for replication in range(n):
        result = sim.simulate(scenario, sim.draw(scenario, case.seed, replication))
        run = Run(scenario, result, sim.measure(result))
        pairs[replication] = [quantity.read(run) for quantity in case.quantities]
    return [
        _verdict(case, quantity, pairs[:, k, 0], pairs[:, k, 1], tighter)
        for k, quantity in enumerate(case.quantities)
    ]


def _verdict(
    case: Case, quantity: Quantity, num: Floats, den: Floats, tighter: float
) -> Verdict:
    n = len(num)
    estimate = float(num.sum() / den.sum())
    error = math.sqrt(float(((num - estimate * den) ** 2).sum()) * n / (n - 1)) / float(den.sum())
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
    margin = quantity.margin * tighter
    return Verdict(
        case.name, quantity.name, quantity.truth, estimate, estimate - half, estimate + half,
        margin, (estimate - quantity.truth) / error if error else 0.0, n,
        abs(estimate - quantity.truth) + half <= margin,
    )


def table(verdicts: Sequence[Verdict]) -> str:
    """The verdicts in lines, for people."""
    head = f"{'case':17}{'quantity':27}{'truth':>11}{'estimate':>11}{'99 % interval':>23}"
    lines = [f"{head}{'margin':>10}{'z':>7}{'n':>5}"]
    lines += [
        f"{v.case:17}{v.quantity:27}{v.truth:11.5g}{v.estimate:11.5g}"
        f"{f'{v.low:.5g} - {v.high:.5g}':>23}{v.margin:10.3g}{v.z:7.2f}{v.n:5}"
        f"{'' if v.passed else '  OUTSIDE'}"
        for v in verdicts
    ]
    return "\n".join(lines)
