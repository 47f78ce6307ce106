"""What the battery reads from a replication: a numerator and a denominator for each quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.log import Result
from sim.measures import measure
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, MINUTE, NEVER

Floats = NDArray[np.float64]
Pair = tuple[float, float]


class Run:
    """One replication: its tables in milliseconds, and its measures once they are asked for."""

    def __init__(self, scenario: Scenario, result: Result) -> None:
        time = scenario.time
        self.midnight = np.datetime64(time.start, "ms")
        self.days = time.days
        self.since, self.until = time.warm_up_days * DAY, (time.warm_up_days + time.days) * DAY
        self.calls, self.orders, self.visits = result.calls, result.orders, result.visits
        self._result = result

    @cached_property
    def ratios(self) -> pd.DataFrame:
        return measure(self._result).ratios

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

    @cached_property
    def waits(self) -> Floats:
        """Waits of the counted calls, answered or not."""
        arrived, _, until = self.queued
        return (until - arrived)[self.counted(arrived)]

    def there(self, times: Floats) -> Floats:
        """How many callers wait or talk at each of these moments."""
        arrived, _, _ = self.queued
        gone = self.ms(self.calls, "left")
        gone = np.where(np.isnan(gone), float(NEVER), gone)
        return _present(arrived, gone, times)

    def open_orders(self, times: Floats) -> Floats:
        """How many orders are written and not done at each of these moments."""
        ended = self.ms(self.orders, "ended")
        ended = np.where(np.isnan(ended), float(NEVER), ended)
        return _present(self.ms(self.orders, "created"), ended, times)

    def every(self, minutes: float) -> Floats:
        """Evenly spaced moments over the counted days."""
        return np.arange(self.since, self.until, minutes * MINUTE, dtype=np.float64)

    def per_hour(self, times: Floats, kept: Any = True) -> Floats:
        """How many of these moments lie in each hour of the day, over the counted days."""
        hours = (times[self.counted(times) & kept] // HOUR).astype(np.int64) % 24
        return np.bincount(hours, minlength=24).astype(np.float64)

    @cached_property
    def hours(self) -> Mapping[str, tuple[Floats, Floats]]:
        """Numerators and denominators for each hour of the day, as of ``Staffed`` in theory."""
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


def _present(since: Floats, until: Floats, times: Floats) -> Floats:
    """How many of the spans hold each moment."""
    came = np.searchsorted(np.sort(since), times, side="right")
    went = np.searchsorted(np.sort(until), times, side="right")
    return np.asarray(came - went, dtype=np.float64)


Read = Callable[[Run], Pair]


def kpi(measure: str, group: str = "all") -> Read:
    """A measure of ``kpis.csv``, ready to be added up over replications."""

    def read(run: Run) -> Pair:
        row = run.ratios[(run.ratios["measure"] == measure) & (run.ratios["group"] == group)]
        return float(row["num"].iloc[0]), float(row["den"].iloc[0])

    return read


def calls_longer(seconds: float) -> Read:
    """Share of calls whose wait is longer than this."""

    def read(run: Run) -> Pair:
        return float(np.count_nonzero(run.waits > seconds * 1000)), float(len(run.waits))

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


def moments(minutes: float, value: Callable[[Run, Floats], Any]) -> Read:
    """Mean of something over moments so many minutes apart."""

    def read(run: Run) -> Pair:
        times = run.every(minutes)
        return float(np.sum(value(run, times))), float(len(times))

    return read


def attempts(of: Callable[[Run], NDArray[np.bool_]], share: Callable[[Run], Any]) -> Read:
    """Share (or mean) of something over the counted attempts for which ``of`` holds."""

    def read(run: Run) -> Pair:
        arrived, _, _ = run.queued
        kept = run.counted(arrived) & of(run)
        return float(np.asarray(share(run), dtype=float)[kept].sum()), float(kept.sum())

    return read
