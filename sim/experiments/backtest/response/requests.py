"""Scores of each request's response, and of its dispatch, under one forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.calibrate.dispatch.runs import SeenOrders
from sim.calibrate.log import DAY_S, Floats, Ints
from sim.experiments.backtest.response.plans import PAIRED
from sim.experiments.backtest.response.references import sample_crps
from sim.experiments.backtest.response.whole import Forecast, ResponseBacktest

FEWEST = 50
"""So many simulated responses stand for a distribution; with fewer a wider pool does."""
MOST = 400
FORECASTS = ("ours", "mmc", "spread", "past")

Value = Callable[[SeenOrders], Floats]


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores of requests in minutes, NaN where there is nothing to score."""

    scores: Floats
    """(requests, 4): of the forecast; the formula at the means of delay and way; with their
    distributions; the fitted period"""
    inside: Floats
    """(requests,) whether inside the 95 % interval of the forecast"""

    def by_day(self, day: Ints, days: int) -> Floats:
        """(4, days) means of each day."""
        return np.array([means_by_day(column, day, days) for column in self.scores.T])


def each_request(found: ResponseBacktest, variant: str) -> Scored:
    """Of every request's response."""
    log, forecast = found.observed, found.forecasts[variant]
    response = log.response
    hours = hours_of(log.requested)
    scores = np.full((len(log), len(FORECASTS)), np.nan)
    inside = np.full(len(log), np.nan)
    samples = samples_of(found, variant, lambda seen: seen.response_s)
    paired = variant in PAIRED
    for row in np.flatnonzero(np.isfinite(response)).tolist():
        c, hour = max(0, int(found.priority[row])), int(hours[row])
        zone = found.zone[row] if paired else ""
        before = found.past.of_class[c]
        before = found.past.of_zone.get(zone, before)
        value, ours = float(response[row]), samples(row)
        others = (formula(forecast, hour, c), formula(forecast, hour, c, True, zone), before)
        scores[row] = [sample_crps(sample, value) / 60 for sample in (ours, *others)]
        low, high = np.quantile(ours, [0.025, 0.975])
        inside[row] = float(low <= value <= high)
    return Scored(scores, inside)


def each_dispatch(found: ResponseBacktest, variant: str) -> Floats:
    """(requests,) scores of the time to dispatch, minutes."""
    log = found.observed
    value = log.dispatched - log.requested
    samples = samples_of(found, variant, lambda seen: seen.delay_s)
    out = np.full(len(log), np.nan)
    for row in np.flatnonzero(np.isfinite(value)).tolist():
        out[row] = sample_crps(samples(row), float(value[row])) / 60
    return out


def samples_of(found: ResponseBacktest, variant: str, value: Value) -> Callable[[int], Floats]:
    """Request -> what the forecast's members say of it: of the request itself where they have the
    recorded ones; else of requests of its priority at its hour."""
    forecast, log = found.forecasts[variant], found.observed
    pool = _Pool(forecast, found.learned.log.priorities, value)
    matched = _paired(forecast, log.requested, value) if variant in PAIRED else None
    hours = hours_of(log.requested)

    def of(row: int) -> Floats:
        if matched is not None:
            own = matched[:, row]
            own = own[np.isfinite(own)]
            if len(own) > 1:
                return own
        return pool.of(int(hours[row]), max(0, int(found.priority[row])))

    return of


def formula(
    forecast: Forecast, hour: int, priority: int, wide: bool = False, zone: str = ""
) -> Floats:
    """Equally likely responses by the formula, seconds, of a request in an hour of the period;
    ``wide``: delay and way with their distributions, else at their means."""
    plan = forecast.plan
    day, clock = divmod(hour, 24)
    waits = plan.queue.waits(float(plan.rate[day, clock]), float(plan.units[day, clock]))
    c = max(0, priority)
    return plan.queue.spread(waits, clock, c, zone) if wide else plan.queue.base_s[c] + waits


def hours_of(requested: Floats) -> Ints:
    """Hour of the period of each moment."""
    return np.floor(requested / 3600).astype(np.int64)


def means_by_day(values: Floats, day: Ints, days: int) -> Floats:
    """(days,) mean of what is there; NaN on days without any."""
    there = np.isfinite(values)
    n = np.bincount(day[there], minlength=days)
    total = np.bincount(day[there], weights=values[there], minlength=days)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((total / n)[:days])


def days_of(requested: Floats) -> Ints:
    """Day of the period of each moment."""
    return np.floor(requested / DAY_S).astype(np.int64)


def _paired(forecast: Forecast, requested: Floats, value: Value) -> Floats:
    """(members, requests) simulated value of each recorded request."""
    out = np.full((len(forecast.members), len(requested)), np.nan)
    wanted = np.round(requested, 3)
    for n, one in enumerate(forecast.members):
        order = np.argsort(one.requested, kind="stable")
        at = np.searchsorted(np.round(one.requested[order], 3), wanted - 5e-4)
        at = np.minimum(at, len(order) - 1)
        same = np.abs(one.requested[order][at] - wanted) < 2e-3
        out[n] = np.where(same, value(one)[order][at], np.nan)
    return out


class _Pool:
    """Simulated values of a priority: those of the very hour, or of that hour of all days."""

    def __init__(self, forecast: Forecast, priorities: tuple[str, ...], value: Value) -> None:
        requested = np.concatenate([m.requested for m in forecast.members])
        values = np.concatenate([value(m) for m in forecast.members])
        rank = np.concatenate([m.priority for m in forecast.members])
        # The model numbers priorities from 1, or 5 where there is one.
        code = np.zeros(len(rank), dtype=np.int64) if len(priorities) == 1 else rank - 1
        known = np.isfinite(values)
        self.values, self.code = values[known], code[known]
        self.hour = hours_of(requested[known])
        self.cache: dict[tuple[int, int], Floats] = {}

    def of(self, hour: int, code: int) -> Floats:
        key = (hour, code)
        if key not in self.cache:
            mine = self.code == code
            picks: tuple[Callable[[], np.ndarray], ...] = (
                lambda: mine & (self.hour == hour),
                lambda: mine & (self.hour % 24 == hour % 24),
                lambda: mine,
                lambda: np.ones(len(mine), dtype=bool),
            )
            for pick in picks:
                sample = self.values[pick()]
                if len(sample) >= FEWEST:
                    break
            step = max(1, len(sample) // MOST)
            self.cache[key] = sample[::step]
        return self.cache[key]
