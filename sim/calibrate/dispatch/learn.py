"""Everything that an orders log teaches about dispatch, travel and visits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.calibrate.arrivals import Arrivals, learn_arrivals
from sim.calibrate.dispatch.crews import Crews, learn_crews, under_way
from sim.calibrate.dispatch.log import CANCELLED, DECLINED, SERVED, OrderLog
from sim.calibrate.dispatch.trend import Trend, learn_trend
from sim.calibrate.fits import Observed, fit_all, kaplan_meier, observed
from sim.calibrate.learn import FAR, STEPS, Duration
from sim.calibrate.log import DAY_S, Flags, Floats
from sim.calibrate.redials import Share, wilson

FREE_SHARE = 0.5
"""With so small a share of the units busy, a request waits for none of them."""
FEWEST_FREE = 50
"""So many requests met free units; with fewer, all tell of the delay."""
STEADY = 20.0
"""So many trips of mean length steady the mean of a zone, and of an hour."""
FEWEST_GIVEN_UP = 12
"""So many orders cancelled before anybody set out let patience be learned."""
SHORT_DAYS = 14
"""A shorter log does not tell weekdays from days."""
PUNCTUAL_S = 60.0
"""Trips are not told apart below this: logs are kept to the minute."""


@dataclass(frozen=True, eq=False)
class Travel:
    """From being sent to arriving; seconds."""

    zones: tuple[str, ...]
    """a place, or a place and a priority where there are several"""
    zone_of: np.ndarray
    """[request] -> zone"""
    mean_s: Floats
    """[zone] mean time on the road, drawn towards that of its priority"""
    n: np.ndarray
    """[zone] trips seen"""
    by_hour: Floats
    """(24,) time on the road / what its zone has on the whole"""
    noise_cv: float
    """spread of a trip about the mean of its zone and hour"""
    day_cv: float
    """spread of whole days about that mean, the chance of their trips apart"""
    turnout_s: float
    """from being sent to moving, mean; 0 where the log does not tell it apart"""
    kmh: tuple[float, float, float, int] | None
    """straight-line speed between a unit's successive jobs, its interval, and trips; None where no
    coordinates are"""


@dataclass(frozen=True, eq=False)
class OrdersLearned:
    """What a log taught."""

    log: OrderLog
    """the stretch that rates are of"""
    whole: OrderLog
    arrivals: Arrivals
    trend: Trend
    delay: Duration
    """from request to somebody undertaking to go, where units are free"""
    free: Flags
    """which requests met free units"""
    stay: tuple[Duration, ...]
    """[priority] on scene, of those served or sent away there"""
    lost: tuple[Share, ...]
    """[priority] share of trips for nothing: nobody there, or called off on the way"""
    door_s: tuple[float, ...]
    """[priority] time that such a trip takes beyond the way there, mean"""
    declined: Share
    patience: Duration | None
    """of orders nobody has set out for; None where too few gave up"""
    gave_up: Share
    travel: Travel
    crews: Crews


def learn_orders(log: OrderLog) -> OrdersLearned:
    """Learn a scenario's numbers from a log; rates and staff from its last unbroken stretch."""
    whole, log = log, log.recent()
    calls = log.as_calls()
    arrivals = filled(learn_arrivals(calls, np.ones(len(log), dtype=bool), log.priority,
                                     len(log.priorities)))
    crews = learn_crews(log)
    free = met_free_units(log, crews)
    accepted = np.where(np.isnan(log.accepted), log.dispatched, log.accepted)
    waits = accepted - log.requested
    told = ~np.isnan(log.accepted).all()
    sample = np.isfinite(waits) & (free | told)
    if sample.sum() < FEWEST_FREE:
        sample = np.isfinite(waits)
    classes = range(len(log.priorities))
    lost, came = log.lost_trip, np.isfinite(log.arrived) & ~log.lost_trip
    sent = ~np.isnan(log.dispatched)
    travel = learn_travel(log)
    spent = stays(log)
    stay = [spent[came & (log.priority == c)] for c in classes]
    everybody = durations(spent[came])
    declined = int((log.outcome == DECLINED).sum())
    worked = int((log.outcome == SERVED).sum())
    never_sent = (log.outcome == CANCELLED) & ~sent
    return OrdersLearned(
        log=log, whole=whole, arrivals=arrivals, trend=learn_trend(arrivals),
        delay=durations(waits[sample]), free=free,
        stay=tuple(durations(s) if np.isfinite(s).sum() >= FEWEST_FREE else everybody
                   for s in stay),
        lost=tuple(wilson(int((lost & (log.priority == c)).sum()),
                          int((sent & (log.priority == c)).sum())) for c in classes),
        door_s=tuple(_door(log, lost & (log.priority == c), travel) for c in classes),
        declined=wilson(declined, declined + worked), patience=_patience(log, never_sent),
        gave_up=wilson(int(never_sent.sum()), len(log)), travel=travel, crews=crews,
    )


def stays(log: OrderLog) -> Floats:
    """Seconds on scene: from the start of the work where the log tells acceptance from dispatch,
    else from arrival."""
    told = ~np.isnan(log.accepted).all()
    return log.ended - np.where(np.isnan(log.started) | ~told, log.arrived, log.started)


def durations(seconds: Floats) -> Duration:
    """A distribution of what was seen: a family if one is near enough, else the seen itself."""
    seen = np.round(seconds[np.isfinite(seconds)])
    if not len(seen):
        return Duration(observed(np.zeros(0)), [], np.array([0.0]), np.array([1.0]))
    data = observed(seen)
    fits = fit_all(data)
    if fits and fits[0].distance <= FAR + 1 / math.sqrt(data.seen):
        return Duration(data, fits, np.zeros(0), np.zeros(0))
    values = np.quantile(seen, (np.arange(STEPS) + 0.5) / STEPS)
    values, weights = np.unique(np.round(values), return_counts=True)
    return Duration(data, fits, values, weights.astype(np.float64))


def met_free_units(log: OrderLog, crews: Crews) -> Flags:
    """Which requests came when units were surely free: at most ``FREE_SHARE`` of those on duty
    were busy, or none at all where the log does not name units."""
    busy = under_way(log, log.requested)
    if crews.counted:
        hour = np.clip((log.requested // 3600).astype(np.int64), 0, log.days * 24 - 1)
        return np.asarray(busy <= FREE_SHARE * crews.on_duty.ravel()[hour])
    return np.asarray(busy == 0)


def learn_travel(log: OrderLog) -> Travel:
    """Mean trips by zone and hour, and what spread is left."""
    several = len(log.priorities) > 1
    names = [f"{place} {priority}" if several else place
             for place in log.places for priority in log.priorities]
    code = log.place * len(log.priorities) + log.priority
    present = np.unique(code)
    zone_of = np.searchsorted(present, code)
    moved = np.isfinite(log.departed)
    turnout = (log.departed - log.dispatched)[moved & np.isfinite(log.dispatched)]
    turnout_s = float(turnout.mean()) if len(turnout) and not _same(turnout) else 0.0
    trip = log.arrived - log.dispatched - turnout_s
    seen = np.isfinite(trip) & (log.outcome != CANCELLED)
    trip = np.maximum(trip, 0.0)
    of_class = np.array([
        trip[seen & (log.priority == c)].mean() if (seen & (log.priority == c)).any()
        else (trip[seen].mean() if seen.any() else 0.0)
        for c in range(len(log.priorities))
    ])
    n = np.bincount(zone_of[seen], minlength=len(present))
    total = np.bincount(zone_of[seen], weights=trip[seen], minlength=len(present))
    mean = (total + STEADY * of_class[present % len(log.priorities)]) / (n + STEADY)
    hour = np.floor(log.requested % DAY_S / 3600).astype(np.int64)
    due = mean[zone_of]
    had, expected = (np.bincount(hour[seen], weights=w[seen], minlength=24) for w in (trip, due))
    steady = STEADY * float(due[seen].mean()) if seen.any() else 1.0
    by_hour = (had + steady) / np.maximum(expected + steady, 1e-9)
    factor = trip[seen] / np.maximum(due[seen] * by_hour[hour[seen]], PUNCTUAL_S)
    cv = float(factor.std() / factor.mean()) if len(factor) > 1 and factor.mean() > 0 else 0.0
    return Travel(tuple(names[z] for z in present), zone_of, mean, n, by_hour, min(cv, 3.0),
                  _between_days(factor, np.floor(log.requested[seen] / DAY_S)), turnout_s,
                  _speed(log))


def _between_days(factor: Floats, day: Floats) -> float:
    """Variance between days by the analysis of variance of days of unequal size (S. Searle 1971,
    Linear Models, chapter 10), as a coefficient of variation; 0 where chance explains them."""
    _, code, n = np.unique(day, return_inverse=True, return_counts=True)
    days, size = len(n), len(factor)
    if days < 3 or size <= days:
        return 0.0
    mean = np.bincount(code, weights=factor) / n
    within = float(((factor - mean[code]) ** 2).sum()) / (size - days)
    between = float((n * (mean - factor.mean()) ** 2).sum()) / (days - 1)
    typical = (size - float((n**2).sum()) / size) / (days - 1)
    return math.sqrt(max(0.0, (between - within) / typical)) / float(factor.mean())


def _same(turnout: Floats) -> bool:
    return bool((turnout <= 0).all())


def _speed(log: OrderLog) -> tuple[float, float, float, int] | None:
    """Speed as the crow flies from one job to the unit's next, where it left at once."""
    there = np.isfinite(log.lat) & np.isfinite(log.arrived) & (log.unit >= 0)
    rows = np.flatnonzero(there)
    rows = rows[np.lexsort((log.dispatched[rows], log.unit[rows]))]
    if len(rows) < 2:
        return None
    a, b = rows[:-1], rows[1:]
    start = np.where(np.isfinite(log.departed[b]), log.departed[b], log.dispatched[b])
    at_once = (log.unit[a] == log.unit[b]) & (start - log.ended[a] < 300) & (
        start >= log.ended[a])
    # Whoever took somebody to a hospital is no longer at the scene.
    short = log.ended[a] - log.arrived[a] < 1800
    a, b, start = a[at_once & short], b[at_once & short], start[at_once & short]
    north = np.radians(log.lat[b] - log.lat[a])
    east = np.radians(log.lon[b] - log.lon[a]) * np.cos(np.radians(log.lat[a]))
    km = 6371.0 * np.hypot(north, east)
    hours = (log.arrived[b] - start) / 3600
    good = (km > 0.2) & (hours > 1 / 120)
    if good.sum() < FEWEST_GIVEN_UP:
        return None
    each = km[good], hours[good]
    n = int(good.sum())
    ratio = float(each[0].sum() / each[1].sum())
    residual = each[0] - ratio * each[1]
    half = 1.96 * float(np.sqrt((residual**2).sum()) / each[1].sum())
    return ratio, ratio - half, ratio + half, n


def _door(log: OrderLog, lost: Flags, travel: Travel) -> float:
    spent = (log.ended - log.dispatched)[lost]
    way = (travel.mean_s[travel.zone_of] + travel.turnout_s)[lost]
    known = np.isfinite(spent)
    return float(max(0.0, (spent - way)[known].mean())) if known.any() else 0.0


def _patience(log: OrderLog, never_sent: Flags) -> Duration | None:
    """Waits until cancelled, cut off where somebody set out first."""
    gave_up = never_sent & np.isfinite(log.cancelled)
    if gave_up.sum() < FEWEST_GIVEN_UP:
        return None
    left = np.where(gave_up, log.cancelled, log.dispatched) - log.requested
    known = np.isfinite(left)
    low = np.round(left[known])
    data: Observed = observed(low, np.where(gave_up[known], low, np.inf))
    fits = fit_all(data)
    if fits:
        return Duration(data, fits, np.zeros(0), np.zeros(0))
    times, shares = kaplan_meier(data)
    return Duration(data, [], times, np.diff(shares, prepend=0.0))


def filled(arrivals: Arrivals) -> Arrivals:
    """Weekdays of which the log has no day are like the mean of the others; in a log too short to
    tell weekdays from days, days differ as much as they did, counting noise apart."""
    if len(arrivals.counts) < SHORT_DAYS:
        totals = arrivals.counts[arrivals.usual].sum(axis=1).astype(np.float64)
        if len(totals) > 2 and totals.mean() > 0:
            more = float(totals.var(ddof=1) - totals.mean())
            arrivals = replace(arrivals, busy_cv=math.sqrt(max(0.0, more)) / float(totals.mean()))
    seen = np.array([bool((arrivals.weekdays == w).any()) for w in range(7)])
    if seen.all() or not seen.any() or not (arrivals.level > 0).any():
        return arrivals
    usual = arrivals.level[seen & (arrivals.level > 0)].mean()
    commonest = int(np.bincount(arrivals.classes[arrivals.classes >= 0]).argmax())
    return replace(
        arrivals, level=np.where(seen, arrivals.level, usual),
        classes=np.where(seen, arrivals.classes, commonest),
    )
