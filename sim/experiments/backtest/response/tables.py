"""A backtest of responses as tables: predicted against observed, and the skill."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from sim.calibrate.dispatch.log import CANCELLED, DECLINED, NO_SHOW, SERVED
from sim.calibrate.dispatch.runs import SeenOrders
from sim.calibrate.log import DAY_S, Floats
from sim.experiments.backtest.response.plans import TABLES
from sim.experiments.backtest.response.requests import (
    MOST,
    days_of,
    each_request,
    formula,
    hours_of,
    means_by_day,
)
from sim.experiments.backtest.response.whole import Forecast, ResponseBacktest
from sim.experiments.backtest.scores import crps, skill, weighted_mean

COUNTS = ("requests", "served", "lost_trips", "never_reached")
"""A day: asked; somebody came and worked or was sent away; a trip for nothing; nobody set out."""
TIMES = ("mean_min", "p50_min", "p90_min", "within_target")
"""Of the response, request to arrival."""
MEASURES = (*COUNTS, *TIMES)
HOURS = ["table", "hour", "measure", "n", "observed", "predicted", "low", "high", "mmc", "past"]
SKILL = ["table", "measure", "cells", "days", "crps", "crps_mmc", "crps_spread", "crps_past",
         "skill_mmc", "skill_mmc_low", "skill_mmc_high", "skill_spread", "skill_spread_low",
         "skill_spread_high", "skill_past", "skill_past_low", "skill_past_high", "within_95"]
MOST_DAYS = 200
"""Days of the fitted period that stand for it."""


def by_hour(found: ResponseBacktest) -> pd.DataFrame:
    """Predicted against observed by hour of the day of the request, and in all (``hour`` -1).

    Counts are a day; ``low`` and ``high`` hold 95 % of the members; ``mmc`` is the formula,
    ``past`` the fitted period's own figure.
    """
    return _frame(_hours(found), HOURS)


def skills(found: ResponseBacktest) -> pd.DataFrame:
    """CRPS and the skill over the references with day-block bootstrap intervals: of each
    request's response, and of each day's figures. ``mmc``: the formula at the means of delay and
    way; ``spread``: with the distributions that the calibration has of them; ``past``: the fitted
    period as it was. ``within_95``: share inside the 95 % prediction interval."""
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
    period_hour = hours_of(log.requested)
    for variant in TABLES:
        forecast = found.forecasts[variant]
        expected = forecast.plan.rate
        for hour in (-1, *range(24)):
            observed = figures(seen, days, target, hour)
            if observed[0] == 0:
                continue
            ours = np.array([figures(m, days, target, hour) for m in forecast.members])
            low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
            mine = np.flatnonzero((period_hour % 24 == hour) | (hour < 0))
            mine = mine[::max(1, len(mine) // MOST)]
            waits = np.concatenate([
                formula(forecast, int(period_hour[n]), int(found.priority[n])) for n in mine]) / 60
            rate = expected if hour < 0 else expected[:, hour:hour + 1]
            mmc = [float(rate.sum()) / days, np.nan, np.nan, np.nan, *_times(waits, target)]
            past = figures(before, found.learned.log.days, target, hour)
            for n, measure in enumerate(MEASURES):
                yield (variant, hour, measure, round(float(observed[0]) * days), observed[n],
                       float(np.nanmean(ours[:, n])), float(low[n]), float(high[n]), mmc[n],
                       float(past[n]))


def _skills(found: ResponseBacktest) -> Iterator[tuple[object, ...]]:
    for variant in TABLES:
        yield (variant, "response_min", *_each_request(found, variant))
        for name, value in _DAILY.items():
            yield (variant, name, *_each_day(found, variant, value))


def _each_request(found: ResponseBacktest, variant: str) -> tuple[object, ...]:
    """Scores of every request's response, minutes."""
    log = found.observed
    scored = each_request(found, variant)
    there = np.isfinite(log.response)
    weight = np.bincount(days_of(log.requested)[there], minlength=log.days)[:log.days]
    by_day = scored.by_day(days_of(log.requested), log.days)[:, :, None]
    return _scored(by_day, weight.astype(float)[:, None], float(np.nanmean(scored.inside)),
                   int(there.sum()))


def _scored(
    by_day: Floats, weight: Floats, inside: float, cells: int
) -> tuple[object, ...]:
    ours, *others = by_day
    over = [skill(ours, theirs, weight) for theirs in others]
    return (cells, int((weight > 0).any(axis=1).sum()), *(weighted_mean(x, weight) for x in by_day),
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
    mmc, spread = (_formula_days(found, forecast, value, wide) for wide in (False, True))
    low, high = np.nanquantile(ours, [0.025, 0.975], axis=0)
    there = np.isfinite(seen)
    inside = ((seen >= low) & (seen <= high))[there]
    weight = there.astype(float)[:, None]
    scores = np.array([crps(x, seen)[:, None] for x in (ours, mmc, spread, past)])
    return _scored(scores, weight, float(inside.mean()), int(there.sum()))


def _formula_days(
    found: ResponseBacktest, forecast: Forecast, value: Callable[..., Floats], wide: bool
) -> Floats:
    """(1, days): the formula's figure of each day, its hours in proportion to their rates;
    ``wide``: delay and way with their distributions."""
    days, expected = found.observed.days, forecast.plan.rate
    if value is _requests:
        return np.asarray(expected.sum(axis=1)[None])
    out = np.full(days, np.nan)
    known = found.learned.log.priority
    share = np.bincount(known, minlength=len(found.learned.log.priorities)) / len(known)
    for day in range(days):
        rates = expected[day]
        some = np.flatnonzero(rates > 0)
        if not len(some):
            continue
        figure = [
            sum(part * _figure(formula(forecast, day * 24 + int(h), c, wide), found, value)
                for c, part in enumerate(share.tolist()))
            for h in some
        ]
        out[day] = float(np.average(figure, weights=rates[some]))
    return out[None]


def _figure(waits: Floats, found: ResponseBacktest, value: Callable[..., Floats]) -> float:
    """Mean in minutes, or share within the target, of equally likely responses."""
    if value is _mean:
        return float(waits.mean()) / 60
    return float((waits <= found.observed.target_s).mean())


def _requests(seen: SeenOrders, days: int, target_s: float) -> Floats:
    return np.asarray(
        np.bincount(days_of(seen.requested), minlength=days)[:days], dtype=np.float64)


def _mean(seen: SeenOrders, days: int, target_s: float) -> Floats:
    return means_by_day(seen.response_s / 60, days_of(seen.requested), days)


def _within(seen: SeenOrders, days: int, target_s: float) -> Floats:
    late = np.where(np.isfinite(seen.response_s), seen.response_s <= target_s, np.nan)
    return means_by_day(late, days_of(seen.requested), days)


_DAILY: dict[str, Callable[[SeenOrders, int, float], Floats]] = {
    "day_requests": _requests, "day_mean_min": _mean, "day_within_target": _within,
}
