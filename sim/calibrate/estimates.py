"""Every learned number with its interval: a row each of ``estimates.csv``."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.calibrate.arrivals import poisson_interval
from sim.calibrate.fits import Fit, Z
from sim.calibrate.learn import Duration, Learned
from sim.calibrate.log import Floats
from sim.scenario.sections.quantities import WEEKDAYS

COLUMNS = ("parameter", "estimate", "ci_low", "ci_high", "n", "method")
Row = tuple[str, float, float, float, int, str]


def estimates(learned: Learned) -> pd.DataFrame:
    """The table; intervals are of 95 %."""
    rows = [*_rates(learned), *_busy(learned)]
    for number, voice in enumerate(learned.voices):
        rows += _duration(f"callers.{voice}.talk", learned.talk[number], "likelihood")
        rows += _duration(f"callers.{voice}.patience", learned.patience[number],
                          "censored likelihood")
    recorded = learned.staff.wrapped
    rows += _duration("hotline.wrap_up", learned.not_ready,
                      "likelihood" if recorded else "self-consistency, between bounds")
    rows += [*_redials(learned), *_staff(learned)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rates(learned: Learned) -> list[Row]:
    arrivals = learned.arrivals
    rows: list[Row] = []
    spread_of = arrivals.busy_cv**2
    for weekday in range(7):
        days = arrivals.counts[arrivals.usual & (arrivals.weekdays == weekday)]
        rows += _rate(f"rate.{WEEKDAYS[weekday]}", days, spread_of)
    usual = arrivals.counts[arrivals.usual]
    hours = usual.reshape(len(usual), 24, -1).sum(axis=2)
    for hour in range(24):
        rows += _rate(f"rate.hour.{hour:02d}", hours[:, hour:hour + 1], spread_of)
    by_stream = np.bincount(learned.stream_of, minlength=len(learned.streams))
    total = max(1, int(by_stream.sum()))
    for number, stream in enumerate(learned.streams):
        share, n = by_stream[number] / total, total
        half = Z * math.sqrt(share * (1 - share) / n)
        rows.append((f"share.{stream.id}", float(share), max(0.0, share - half),
                     min(1.0, share + half), n, "share of the calls"))
    return rows


def _rate(name: str, counts: Floats, cv_squared: float) -> list[Row]:
    """Calls a day from some days' counts: Poisson, widened by what days differ beyond that."""
    n = len(counts)
    total = float(counts.sum())
    if not n or not total:
        return []
    low, high = poisson_interval(total, 1 + total / n * cv_squared)
    return [(name, total / n, low / n, high / n, n, "count, gamma-Poisson")]


def _busy(learned: Learned) -> list[Row]:
    arrivals = learned.arrivals
    days = int(arrivals.usual.sum())
    low, high = arrivals.busy_ci
    if days < 4:
        return []
    return [("demand.busy_day_cv.all", arrivals.busy_cv, low, high, days,
             "negative binomial likelihood")]


def _duration(name: str, duration: Duration, method: str) -> list[Row]:
    fit = duration.fits[0] if duration.fits else None
    if fit is None:
        return []
    if duration.fit is None:
        return [(f"{name}.mean_s", duration.mean_s, *_mean_interval(duration), duration.seen.n,
                 f"as seen ({method})")]
    return _fitted(name, fit, method)


def _fitted(name: str, fit: Fit, method: str) -> list[Row]:
    told = f"{fit.family}, {method}"
    rows: list[Row] = [(f"{name}.mean_s", fit.mean_s, *fit.mean_ci, fit.n, told)]
    if fit.family != "exponential":
        rows.append((f"{name}.cv", fit.cv, *fit.cv_ci, fit.n, told))
    if fit.atom > 0:
        rows.append((f"{name}.at_once", fit.atom, *fit.atom_ci, fit.n, told))
    return rows


def _mean_interval(duration: Duration) -> tuple[float, float]:
    values, weights = duration.values, duration.weights / duration.weights.sum()
    mean = float((values * weights).sum())
    variance = float((weights * (values - mean) ** 2).sum())
    half = Z * math.sqrt(variance / max(1, duration.seen.seen))
    return mean - half, mean + half


def _redials(learned: Learned) -> list[Row]:
    redials = learned.redials
    if redials is None:
        return []
    rows: list[Row] = []
    for name, share in (("first", redials.first), ("later", redials.later)):
        if share.n:
            rows.append((f"callers.*.redial_{name}_prob", share.value, share.low, share.high,
                         share.n, "share, Wilson"))
    if redials.delays:
        rows += _fitted("callers.*.redial_delay", redials.delays[0], "likelihood")
    return rows


def _staff(learned: Learned) -> list[Row]:
    """Mean on duty by weekday and hour over the usual days, with the days' own spread and, where
    inferred, how far the ends of stretches may lie apart."""
    arrivals, presence = learned.arrivals, learned.staff.presence
    days = learned.log.days
    hours = presence.counts(days, 3600.0)
    unsure = np.zeros_like(hours)
    if not presence.signed:
        for moments in (presence.start, presence.end):
            at = np.clip((moments // 3600).astype(np.int64), 0, days * 24 - 1)
            np.add.at(unsure.reshape(-1), at, presence.unsure_s / 3600.0)
    method = "sign-in records" if presence.signed else "inferred from activity"
    rows: list[Row] = []
    for weekday in range(7):
        like = arrivals.usual & (arrivals.weekdays == weekday)
        n = int(like.sum())
        for hour in range(24):
            own = hours[like, hour]
            if not n or own.sum() <= 0:
                continue
            mean = float(own.mean())
            spread = float(own.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
            half = float(stdtrit(n - 1, 0.975)) * spread if n > 1 else math.nan
            extra = float(unsure[like, hour].mean())
            rows.append((f"operators.{WEEKDAYS[weekday]}.{hour:02d}", mean,
                         max(0.0, mean - half - extra), mean + half + extra, n, method))
    return rows
