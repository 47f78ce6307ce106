"""When calls come: rates over the week, days that differ, and how uneven like days are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaincinv, gammaln, pdtr, pdtrc

from sim.calibrate.daykinds import hourly, hourly_spread, like_weekdays
from sim.calibrate.level import month_phase
from sim.calibrate.log import DAY_S, CallLog, Flags, Floats, Ints
from sim.calibrate.weeks import Weeks, learn_weeks

SLOT_S = 900.0
SLOTS = round(DAY_S / SLOT_S)
QUIET = 0.35
"""A day with less than this share of its weekday's median is a holiday or a day closed."""
BUSY = 3.0
"""A day with more than so many times its weekday's median is an exception too."""
CHANCE = 1e-4
"""But not a day, nor an empty run of days, that comes by chance as often as this."""
HALF_LIVES = (7.0, 14.0, 28.0, math.inf)
"""Days after which a day counts half as much for the level; the one that would have forecast best
inside the period is taken."""
TRIALS, EARNED = 4, 0.9
"""So many weeks to forecast, and this share of the error left, let the memory be short."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Rates of fresh calls."""

    counts: Ints
    """(days, slots): calls in each quarter of an hour of each day"""
    weekdays: Ints
    """weekday of each day, Monday 0"""
    usual: Flags
    """days that count: open, and no exception"""
    level: Floats
    """(7,): expected calls of a usual day of each weekday; 0: closed"""
    classes: Ints
    """(7,): weekdays of like shape share a number; -1: closed"""
    shape: Floats
    """(classes, slots): share of a day's calls in each slot"""
    stream_share: Floats
    """(streams, classes, 24): of the calls of an hour, those of each stream"""
    busy_cv: float
    """spread of like days: coefficient of variation of a gamma factor of mean 1 a day"""
    busy_ci: tuple[float, float]
    hour_cv: float
    """spread of the hours of a day about its own level, counting noise apart: of a gamma factor"""
    weeks: Weeks
    """the level from week to week, about ``expected``"""
    half_life: float
    """days; see ``HALF_LIVES``"""
    phase: Floats
    """(31,) factor of each day of the month; see :func:`sim.calibrate.level.month_phase`"""
    phases: Floats
    """of each day of the log"""
    foretold: Floats
    """of each day of the log, as the other months would have told it"""

    def rates(self, weekday: int) -> Floats:
        """Expected calls in each slot of a usual day."""
        kind = self.classes[weekday]
        if kind < 0:
            return np.zeros(SLOTS)
        return np.asarray(self.level[weekday] * self.shape[kind])

    def like_day(self, day: int, level: float) -> Floats:
        """(24,) the hours of a day of the log over what was expected of it, the noise of counting
        taken off; 1 throughout for a day at its ``level``: the factor at which it stood."""
        kind, due = self.classes[self.weekdays[day]], self.expected[self.weekdays[day]]
        due = level * due * self.shape[kind].reshape(24, -1).sum(axis=1)
        had = self.counts[day].reshape(24, -1).sum(axis=1) / self.phases[day]
        total = had.sum() / due.sum()
        spread = self.weeks.day_cv**2
        certain = max(0.0, 1 - 1 / due.sum() / spread) if spread > 0 else 0.0
        sure = 1 + certain * (total - 1)
        # Of an hour's distance from its day, the part that is not the chance of counting.
        prior = 1 / self.hour_cv**2 if self.hour_cv > 0 else math.inf
        if math.isinf(prior):
            return np.full(24, sure)
        hours = (had + prior) / (due * total + prior)
        hours = hours * due.sum() / (hours * due).sum()
        return np.asarray(sure * hours)

    @property
    def expected(self) -> Floats:
        """(7,): unweighted mean calls of a usual day of each weekday; 0: closed."""
        days = [self.counts[self.usual & (self.weekdays == w)].sum(axis=1) for w in range(7)]
        return np.array([day.mean() if len(day) else 0.0 for day in days])


def learn_arrivals(log: CallLog, fresh: Flags, stream: Ints, streams: int) -> Arrivals:
    """Rates from the ``fresh`` calls (no redials) of a log; ``stream``: of each call."""
    slot = np.floor(log.arrived / SLOT_S).astype(np.int64)
    inside = fresh & (slot >= 0) & (slot < log.days * SLOTS)
    counts = np.bincount(slot[inside], minlength=log.days * SLOTS).reshape(log.days, SLOTS)
    weekdays = log.weekdays
    raw = counts.sum(axis=1).astype(np.float64)
    usual = _usual(raw, weekdays)
    own = weekday_means(raw, weekdays, usual)
    residual = np.where(usual, np.log(np.maximum(raw, 1) / np.maximum(own, 1)), 0.0)
    phase, by_others = month_phase(log.dates, residual, usual)
    of_day = phase[[date.day - 1 for date in log.dates]]
    totals = raw / of_day
    half_life = _memory(totals, weekdays, usual)
    level = _level(totals, weekdays, usual, half_life, log.days)
    classes = like_weekdays(counts, weekdays, usual, level)
    kinds = int(classes.max(initial=-1)) + 1
    shape = np.zeros((kinds, SLOTS))
    for kind in range(kinds):
        days = usual & (classes[weekdays] == kind)
        shape[kind] = counts[days].sum(axis=0)
        shape[kind] /= max(1.0, shape[kind].sum())
    share = _shares(slot[inside], stream[inside], streams, classes, weekdays, usual)
    cv, interval = _busy(totals[usual], weekday_means(totals, weekdays, usual)[usual],
                         _lost(weekdays, usual))
    # Weeks as they would have been foretold: the course of the month from the other months.
    told = raw / by_others
    weeks = learn_weeks(told, weekday_means(told, weekdays, usual), usual)
    open_hours = max(1.0, np.count_nonzero(counts[usual].sum(axis=0)) * 24 / SLOTS)
    spread = hourly_spread(hourly(counts), weekdays, usual)
    per_hour = float(totals[usual].mean()) / open_hours if usual.any() else 1.0
    hour_cv = math.sqrt(max(0.0, spread - 1) / max(1.0, per_hour))
    return Arrivals(counts, weekdays, usual, level, classes, shape, share, cv, interval,
                    hour_cv, weeks, half_life, phase, of_day, by_others)


def poisson_interval(count: float, spread: float = 1.0) -> tuple[float, float]:
    """95 % interval of an expected count, exact for a Poisson number (Garwood 1936).

    ``spread``: variance / mean where the number is more uneven than that; the interval is then
    that of the count an even number would need for the same relative error.
    """
    even = count / spread
    low = gammaincinv(even, 0.025) if even > 0 else 0.0
    return float(low * spread), float(gammaincinv(even + 1, 0.975) * spread)


def _usual(totals: Floats, weekdays: Ints) -> Flags:
    """Days that tell of their weekday: neither holidays nor closed nor missing from the log, and
    not taken for one of these where so few calls come that chance explains it."""
    usual = totals > 0
    due = np.array([totals[weekdays == w].mean() if (weekdays == w).any() else 0.0
                    for w in range(7)])[weekdays]
    for weekday in range(7):
        days = np.flatnonzero((weekdays == weekday) & (totals > 0))
        if len(days) >= 2:
            middle = float(np.median(totals[days]))
            quiet = (totals[days] <= QUIET * middle) & (pdtr(totals[days], due[days]) < CHANCE)
            busy = (totals[days] >= BUSY * middle) & (pdtrc(totals[days] - 1, due[days]) < CHANCE)
            usual[days] = ~quiet & ~busy
    for run in _empty_runs(totals, due):
        usual[run] = math.exp(-float(due[run].sum())) >= CHANCE
    # A weekday on which calls come by exception only is a closed one.
    typical = float(np.median(totals[usual])) if usual.any() else 0.0
    for weekday in range(7):
        days = (weekdays == weekday)
        if days.any() and totals[days].mean() < 0.002 * typical:
            usual &= ~days
    return usual


def _empty_runs(totals: Floats, due: Floats) -> list[Ints]:
    """Days on end without a call, those passed over on which none is due."""
    days = np.flatnonzero(due > 0)
    empty = totals[days] == 0
    starts = np.flatnonzero(np.diff(empty, prepend=~empty[:1]))
    return [run for run in np.split(days, starts[1:]) if len(run) and totals[run[0]] == 0]


def weekday_means(totals: Floats, weekdays: Ints, usual: Flags) -> Floats:
    """Of each day: the mean of the usual days of its weekday."""
    means = np.array([
        totals[usual & (weekdays == w)].mean() if (usual & (weekdays == w)).any() else 0.0
        for w in range(7)
    ])
    return np.asarray(means[weekdays])


def _lost(weekdays: Ints, usual: Flags) -> int:
    """Degrees of freedom that the means of the weekdays take."""
    return len(np.unique(weekdays[usual]))


def _level(
    totals: Floats, weekdays: Ints, usual: Flags, half_life: float, now: float
) -> Floats:
    """Expected calls of each weekday: its mean share of a week, times the level of late.

    The level is the weighted mean of totals over their weekday's own mean, so that every weekday
    helps to find it.
    """
    own = weekday_means(totals, weekdays, usual)
    days = np.flatnonzero(usual & (own > 0))
    if not len(days):
        return np.zeros(7)
    age = now - days
    weight = np.ones(len(days)) if math.isinf(half_life) else 0.5 ** (age / half_life)
    # Days in proportion to their calls: the ratio of sums, not the mean of ratios.
    factor = float((weight * totals[days]).sum() / (weight * own[days]).sum())
    out = np.zeros(7)
    for weekday in range(7):
        mine = days[weekdays[days] == weekday]
        if len(mine):
            out[weekday] = own[mine[0]] * factor
    return out


def _memory(totals: Floats, weekdays: Ints, usual: Flags) -> float:
    """The half life that would have forecast the later weeks best from the earlier ones.

    A short memory must earn it: with few weeks to try it on, every day counts the same.
    """
    n = len(totals)
    starts = list(range(14, n - 6, 7))
    if len(starts) < TRIALS:
        return math.inf
    errors: dict[float, float] = {}
    for half_life in HALF_LIVES:
        error = 0.0
        for start in starts:
            past = usual & (np.arange(n) < start)
            forecast = _level(totals, weekdays, past, half_life, start)[weekdays]
            ahead = usual & (np.arange(n) >= start) & (forecast > 0)
            error += float(((totals - forecast)[ahead] ** 2).sum())
        errors[half_life] = error
    shorter = min(HALF_LIVES, key=lambda half_life: errors[half_life])
    return shorter if errors[shorter] < EARNED * errors[math.inf] else math.inf


def _shares(
    slot: Ints, stream: Ints, streams: int, classes: Ints, weekdays: Ints, usual: Flags
) -> Floats:
    """(streams, classes, 24): share of each stream in the calls of an hour, drawn towards its
    share of all calls of the class by as many calls as there are streams."""
    day, hour = slot // SLOTS, slot % SLOTS * 24 // SLOTS
    kinds = int(classes.max(initial=-1)) + 1
    table = np.zeros((streams, max(1, kinds), 24))
    mine = usual[day] & (classes[weekdays[day]] >= 0)
    np.add.at(table, (stream[mine], classes[weekdays[day[mine]]], hour[mine]), 1)
    whole = table.sum(axis=2, keepdims=True)
    whole = whole / np.maximum(1.0, whole.sum(axis=0, keepdims=True))
    drawn = table + streams * whole
    return np.asarray(drawn / np.maximum(1e-12, drawn.sum(axis=0, keepdims=True)))


def _busy(totals: Floats, means: Floats, lost: int) -> tuple[float, tuple[float, float]]:
    """Spread of a gamma factor of each day, by likelihood, with an interval by its profile.

    The numbers are then negative binomial with variance m + cv^2 m^2. The likelihood is raised to
    (n - lost) / n, because the means come from the same days.
    """
    n = len(totals)
    if n - lost < 3:
        return 0.0, (0.0, 0.0)
    scale = (n - lost) / n

    def loss(log_cv: float) -> float:
        k = math.exp(-2 * log_cv)
        terms = (gammaln(totals + k) - gammaln(k) - gammaln(totals + 1)
                 + k * np.log(k / (k + means)) + totals * np.log(means / (k + means)))
        # The means' own error takes part of the spread: the days are further apart than they seem.
        return -float(terms.sum()) * scale

    def corrected(log_cv: float) -> float:
        return loss(log_cv - math.log(n / (n - lost)) / 2)

    low, high = math.log(1e-3), math.log(2.0)
    best = minimize_scalar(corrected, bounds=(low, high), method="bounded")
    grid = np.linspace(low, high, 400)
    inside = grid[[corrected(x) - best.fun <= 1.92 for x in grid]]
    ends = (math.exp(inside[0]), math.exp(inside[-1])) if len(inside) else (0.0, 0.0)
    cv = math.exp(best.x)
    return (cv if cv > 2e-3 else 0.0), (0.0 if ends[0] < 2e-3 else ends[0], ends[1])
