"""A backtest of responses as tables: predicted against observed, and the skill."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from sim.calibrate.dispatch.log import CANCELLED, DECLINED, NO_SHOW, SERVED
from sim.calibrate.dispatch.runs import SeenOrders
from sim.calibrate.log import DAY_S, Floats, Ints
from sim.experiments.backtest.response.references import LONGEST_S, sample_crps
from sim.experiments.backtest.response.whole import VARIANTS, Forecast, ResponseBacktest
from sim.experiments.backtest.scores import crps, skill, weighted_mean

COUNTS = ("requests", "served", "lost_trips", "never_reached")
"""A day: asked; somebody came and worked or was sent away; a trip for nothing; nobody set out."""
TIMES = ("mean_min", "p50_min", "p90_min", "within_target")
"""Of the response, request to arrival."""
MEASURES = (*COUNTS, *TIMES)
HOURS = ["table", "hour", "measure", "n", "observed", "predicted", "low", "high", "mmc", "past"]
SKILL = ["table", "measure", "cells", "days", "crps", "crps_mmc", "crps_past", "skill_mmc",
         "skill_mmc_low", "skill_mmc_high", "skill_past", "skill_past_low", "skill_past_high",
         "within_95"]
FEWEST = 50
"""So many simulated responses stand for a distribution; with fewer a wider pool does."""
MOST = 400
MOST_DAYS = 200
"""Days of the fitted period that stand for it."""


def by_hour(found: ResponseBacktest) -> pd.DataFrame:
    """Predicted against observed by hour of the day of the request, and in all (``hour`` -1).

    Counts are a day; ``low`` and ``high`` hold 95 % of the members; ``mmc`` is the formula,
    ``past`` the fitted period's own figure.
    """
    return _frame(_hours(found), HOURS)


def skills(found: ResponseBacktest) -> pd.DataFrame:
    """CRPS and the skill over both references with day-block bootstrap intervals: of each
    request's response, and of each day's figures; ``within_95``: share inside the 95 %
    prediction interval."""
    return _frame(_skills(found), SKILL)


def _frame(rows: Iterator[tuple[object, ...]], columns: list[str]) -> pd.DataFrame:
    with warnings.catch_warnings():
        # Hours without a response have none: numpy warns of what is meant to be missing.
        warnings.simplefilter("ignore", RuntimeWarning)
        return pd.DataFrame(list(rows), columns=columns)


def _seen(found: ResponseBacktest) -> SeenOrders:
    """What happened, in the form of a run."""
    log = found.observed
    lost = log.lost_trip
    return SeenOrders(
        log.requested, log.dispatched - log.requested, log.response,
        np.isin(log.outcome, (SERVED, DECLINED)),
        lost | (log.outcome == NO_SHOW),
        (log.outcome == CANCELLED) & ~lost, found.priority,
    )


def _fitted(found: ResponseBacktest) -> SeenOrders:
    log = found.learned.log
    lost = log.lost_trip
    return SeenOrders(
        log.requested, log.dispatched - log.requested, log.response,
        np.isin(log.outcome, (SERVED, DECLINED)), lost | (log.outcome == NO_SHOW),
        (log.outcome == CANCELLED) & ~lost, log.priority,
    )


def figures(seen: SeenOrders, days: int, target_s: float, hour: int = -1) -> Floats:
    """(measures,) of the requests of an hour of the day, -1: of all."""
    mine = np.ones(len(seen.requested), dtype=bool) if hour < 0 else (
        np.floor(seen.requested % DAY_S / 3600) == hour)
    response = seen.response_s[mine]
    response = response[np.isfinite(response)] / 60
    counts = [float(mine.sum()), *(float(flags[mine].sum()) for flags in (
        seen.served, seen.lost, seen.cancelled))]
    return np.array([*(c / days for c in counts), *_times(response, target_s)])


def _times(response_min: Floats, target_s: float) -> list[float]:
    if not len(response_min):
        return [np.nan] * len(TIMES)
    return [float(response_min.mean()), *np.quantile(response_min, [0.5, 0.9]).tolist(),
            float((response_min <= target_s / 60).mean())]


def _hours(found: ResponseBacktest) -> Iterator[tuple[object, ...]]:
    log = found.observed
    seen, before = _seen(found), _fitted(found)
    days, target = log.days, log.target_s
    hours_of = np.floor(log.requested / 3600).astype(np.int64)
    for variant in VARIANTS:
        forecast = found.forecasts[variant]
        for hour in (-1, *range(24)):
            observed = figures(seen, days, target, hour)
            if observed[0] == 0:
                continue
            ours = np.array([figures(m, days, target, hour) for m in forecast.members])
            low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
            mine = np.ones(len(log), dtype=bool) if hour < 0 else hours_of % 24 == hour
            waits = np.concatenate([
                _mmc(found, forecast, int(h), int(c)) for h, c in zip(
                    hours_of[mine][:MOST], found.priority[mine][:MOST], strict=True)]) / 60
            rate = forecast.rate if hour < 0 else forecast.rate[:, hour:hour + 1]
            mmc = [float(rate.sum()) / days, np.nan, np.nan, np.nan, *_times(waits, target)]
            past = figures(before, found.learned.log.days, target, hour)
            for n, measure in enumerate(MEASURES):
                yield (variant, hour, measure, round(float(observed[0]) * days), observed[n],
                       float(np.nanmean(ours[:, n])), float(low[n]), float(high[n]), mmc[n],
                       float(past[n]))


def _mmc(found: ResponseBacktest, forecast: Forecast, hour: int, priority: int) -> Floats:
    """Response by the formula, quantiles in seconds, of a request in an hour of the period."""
    day, clock = divmod(hour, 24)
    base = found.queue.base_s[max(0, priority)]
    units, rate = float(forecast.units[day, clock]), float(forecast.rate[day, clock])
    if units < 1 and rate <= 0:
        return np.array([base + LONGEST_S])
    return np.asarray(base + found.queue.waits(rate, units))


def _skills(found: ResponseBacktest) -> Iterator[tuple[object, ...]]:
    for variant in VARIANTS:
        yield (variant, "response_min", *_each_request(found, variant))
        for name, value in _DAILY.items():
            yield (variant, name, *_each_day(found, variant, value))


def _each_request(found: ResponseBacktest, variant: str) -> tuple[object, ...]:
    """Scores of every request's response, minutes."""
    log, forecast = found.observed, found.forecasts[variant]
    response = log.response
    rows = np.flatnonzero(np.isfinite(response))
    hours = np.floor(log.requested / 3600).astype(np.int64)
    pool = _Pool(forecast, found.learned.log.priorities)
    scores = np.full((len(log), 3), np.nan)
    inside = np.full(len(log), np.nan)
    paired = variant == "true_requests"
    matched = _paired(forecast, log.requested) if paired else None
    for row in rows.tolist():
        c = max(0, int(found.priority[row]))
        ours = pool.of(int(hours[row]), c)
        if matched is not None:
            own = matched[:, row]
            own = own[np.isfinite(own)]
            ours = own if len(own) > 1 else ours
        theirs = found.past.of_class[c]
        if paired:
            theirs = found.past.of_zone.get(found.zone[row], theirs)
        mmc = _mmc(found, forecast, int(hours[row]), c)
        value = float(response[row])
        scores[row] = [sample_crps(sample, value) / 60 for sample in (ours, mmc, theirs)]
        low, high = np.quantile(ours, [0.025, 0.975])
        inside[row] = float(low <= value <= high)
    day = np.floor(log.requested / DAY_S).astype(np.int64)
    ours, formula, before = (_by_day(scores[:, n], day, log.days) for n in range(3))
    return _scored(ours, formula, before, np.bincount(day[rows], minlength=log.days).astype(float)[
        :, None], float(np.nanmean(inside)), len(rows))


def _paired(forecast: Forecast, requested: Floats) -> Floats:
    """(members, requests) simulated response of each recorded request."""
    out = np.full((len(forecast.members), len(requested)), np.nan)
    wanted = np.round(requested, 3)
    for n, one in enumerate(forecast.members):
        order = np.argsort(one.requested, kind="stable")
        at = np.searchsorted(np.round(one.requested[order], 3), wanted - 5e-4)
        at = np.minimum(at, len(order) - 1)
        same = np.abs(one.requested[order][at] - wanted) < 2e-3
        out[n] = np.where(same, one.response_s[order][at], np.nan)
    return out


class _Pool:
    """Simulated responses of a priority: those of the very hour, or of that hour of all days."""

    def __init__(self, forecast: Forecast, priorities: tuple[str, ...]) -> None:
        requested = np.concatenate([m.requested for m in forecast.members])
        response = np.concatenate([m.response_s for m in forecast.members])
        rank = np.concatenate([m.priority for m in forecast.members])
        # The model numbers priorities from 1, or 5 where there is one.
        code = np.zeros(len(rank), dtype=np.int64) if len(priorities) == 1 else rank - 1
        known = np.isfinite(response)
        self.response, self.code = response[known], code[known]
        self.hour = np.floor(requested[known] / 3600).astype(np.int64)
        self.cache: dict[tuple[int, int], Floats] = {}

    def of(self, hour: int, code: int) -> Floats:
        key = (hour, code)
        if key not in self.cache:
            mine = self.code == code
            picks: tuple[Callable[[], np.ndarray], ...] = (
                lambda: mine & (self.hour == hour),
                lambda: mine & (self.hour % 24 == hour % 24),
                lambda: mine,
            )
            for pick in picks:
                sample = self.response[pick()]
                if len(sample) >= FEWEST:
                    break
            step = max(1, len(sample) // MOST)
            self.cache[key] = sample[::step]
        return self.cache[key]


def _by_day(scores: Floats, day: Ints, days: int) -> Floats:
    there = np.isfinite(scores)
    n = np.bincount(day[there], minlength=days)
    total = np.bincount(day[there], weights=scores[there], minlength=days)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((total / n)[:, None])


def _scored(
    ours: Floats, mmc: Floats, past: Floats, weight: Floats, inside: float, cells: int
) -> tuple[object, ...]:
    over = [skill(ours, theirs, weight) for theirs in (mmc, past)]
    return (cells, int((weight > 0).any(axis=1).sum()),
            *(weighted_mean(x, weight) for x in (ours, mmc, past)),
            *(x for s in over for x in (s.value, s.low, s.high)), inside)


def _each_day(
    found: ResponseBacktest, variant: str, value: Callable[[SeenOrders, int, float], Floats]
) -> tuple[object, ...]:
    """Scores of each day's figure; the past is days of the fitted period, equally likely."""
    log, forecast = found.observed, found.forecasts[variant]
    target = log.target_s
    seen = value(_seen(found), log.days, target)
    ours = np.array([value(m, log.days, target) for m in forecast.members])
    before = value(_fitted(found), found.learned.log.days, target)
    before = before[np.isfinite(before)]
    past = np.repeat(before[:MOST_DAYS, None], log.days, axis=1)
    mmc = _mmc_days(found, forecast, value)
    low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
    there = np.isfinite(seen)
    inside = ((seen >= low) & (seen <= high))[there]
    weight = there.astype(float)[:, None]
    scores = [crps(x, seen)[:, None] for x in (ours, mmc, past)]
    return _scored(scores[0], scores[1], scores[2], weight, float(inside.mean()), int(there.sum()))


def _mmc_days(
    found: ResponseBacktest, forecast: Forecast, value: Callable[..., Floats]
) -> Floats:
    """(1, days): the formula's figure of each day, its hours in proportion to their rates."""
    days = found.observed.days
    if value is _requests:
        return np.asarray(forecast.rate.sum(axis=1)[None])
    out = np.full(days, np.nan)
    usual = int(np.bincount(np.maximum(found.priority, 0)).argmax())
    for day in range(days):
        rates = forecast.rate[day]
        some = np.flatnonzero(rates > 0)
        if not len(some):
            continue
        each = [_mmc(found, forecast, day * 24 + int(h), usual) for h in some]
        if value is _mean:
            figure = [float(w.mean()) / 60 for w in each]
        else:
            figure = [float((w <= found.observed.target_s).mean()) for w in each]
        out[day] = float(np.average(figure, weights=rates[some]))
    return out[None]


def _requests(seen: SeenOrders, days: int, target_s: float) -> Floats:
    day = np.floor(seen.requested / DAY_S).astype(np.int64)
    return np.asarray(np.bincount(day, minlength=days)[:days], dtype=np.float64)


def _mean(seen: SeenOrders, days: int, target_s: float) -> Floats:
    day = np.floor(seen.requested / DAY_S).astype(np.int64)
    return np.asarray(_by_day(seen.response_s / 60, day, days)[:days, 0])


def _within(seen: SeenOrders, days: int, target_s: float) -> Floats:
    late = np.where(np.isfinite(seen.response_s), seen.response_s <= target_s, np.nan)
    day = np.floor(seen.requested / DAY_S).astype(np.int64)
    return np.asarray(_by_day(late, day, days)[:days, 0])


_DAILY: dict[str, Callable[[SeenOrders, int, float], Floats]] = {
    "day_requests": _requests, "day_mean_min": _mean, "day_within_target": _within,
}
