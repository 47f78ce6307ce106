"""Every number learned from an orders log with its interval: a row each of ``estimates.csv``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.calibrate.arrivals import poisson_interval
from sim.calibrate.dispatch.learn import OrdersLearned
from sim.calibrate.dispatch.log import CANCELLED
from sim.calibrate.fits import Z
from sim.calibrate.learn import Duration
from sim.calibrate.redials import Share
from sim.scenario.sections.quantities import WEEKDAYS

COLUMNS = ("parameter", "estimate", "ci_low", "ci_high", "n", "method")
Row = tuple[str, float, float, float, int, str]


class Spare(Protocol):
    """What :class:`sim.calibrate.dispatch.whole.Tried` has."""

    @property
    def spare(self) -> float: ...

    @property
    def delay_s(self) -> float: ...


def order_estimates(learned: OrdersLearned, tried: Sequence[Spare] = ()) -> pd.DataFrame:
    """The table; intervals are of 95 %, of chance alone."""
    names = learned.log.priorities
    rows = [*_rates(learned), *_duration("dispatch.offer_delay", learned.delay)]
    for c, name in enumerate(names):
        rows += _duration(f"services.{name}.duration", learned.stay[c])
        rows += _share(f"services.{name}.no_show_prob", learned.lost[c])
        lost = learned.log.lost_trip & (learned.log.priority == c)
        rows.append((f"services.{name}.door_s", learned.door_s[c], math.nan, math.nan,
                     int(lost.sum()), "mean of trips for nothing, less the way"))
    rows += [*_share("declined", learned.declined), *_share("gave_up", learned.gave_up)]
    if learned.patience is not None:
        rows += _duration("services.*.patience", learned.patience)
    rows += [*_travel(learned), *_units(learned, tried)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rates(learned: OrdersLearned) -> list[Row]:
    arrivals = learned.arrivals
    rows: list[Row] = []
    for weekday in range(7):
        days = arrivals.counts[arrivals.usual & (arrivals.weekdays == weekday)]
        n, total = len(days), float(days.sum())
        if n and total:
            low, high = poisson_interval(total, 1 + total / n * arrivals.busy_cv**2)
            rows.append((f"rate.{WEEKDAYS[weekday]}", total / n, low / n, high / n, n,
                         "count, gamma-Poisson"))
    low, high = arrivals.busy_ci
    rows.append(("demand.busy_day_cv.orders", arrivals.busy_cv, low, high,
                 int(arrivals.usual.sum()), "negative binomial likelihood"))
    trend = learned.trend
    rows.append(("trend_per_day", trend.slope, trend.slope - Z * trend.error,
                 trend.slope + Z * trend.error, trend.days,
                 "weighted least squares of weekly totals; 0 where not shown"))
    return rows


def _duration(name: str, duration: Duration) -> list[Row]:
    seen = duration.seen
    if not seen.n:
        return []
    fit = duration.fit
    if fit is None:
        weights = duration.weights / duration.weights.sum()
        mean = duration.mean_s
        sd = math.sqrt(float((weights * (duration.values - mean) ** 2).sum()))
        half = Z * sd / math.sqrt(max(1, seen.seen))
        return [(f"{name}.mean_s", mean, mean - half, mean + half, seen.n, "as seen")]
    rows: list[Row] = [(f"{name}.mean_s", fit.mean_s, *fit.mean_ci, fit.n,
                        f"{fit.family}, likelihood")]
    if fit.family != "exponential":
        rows.append((f"{name}.cv", fit.cv, *fit.cv_ci, fit.n, f"{fit.family}, likelihood"))
    return rows


def _share(name: str, share: Share) -> list[Row]:
    return [(name, share.value, share.low, share.high, share.n, "share, Wilson")] if share.n else []


def _travel(learned: OrdersLearned) -> list[Row]:
    travel, log = learned.travel, learned.log
    trip = log.arrived - log.dispatched - travel.turnout_s
    rows: list[Row] = []
    for number, zone in enumerate(travel.zones):
        own = trip[(travel.zone_of == number) & (log.outcome != CANCELLED)]
        own = own[np.isfinite(own)]
        if len(own) < 2:
            continue
        half = float(stdtrit(len(own) - 1, 0.975)) * float(own.std(ddof=1)) / len(own) ** 0.5
        rows.append((f"travel.{zone}.mean_s", float(own.mean()), float(own.mean()) - half,
                     float(own.mean()) + half, len(own), "mean of the zone's own trips"))
    rows.append(("travel.noise_cv", travel.noise_cv, math.nan, math.nan, int(travel.n.sum()),
                 "trips over the mean of their zone and hour"))
    rows.append(("travel.day_cv", travel.day_cv, math.nan, math.nan, log.days,
                 "days about that mean, analysis of variance; in backtests only"))
    if travel.kmh is not None:
        value, low, high, n = travel.kmh
        rows.append(("travel.straight_kmh", value, low, high, n,
                     "successive jobs of a unit; road speed / detour"))
    return rows


def _units(learned: OrdersLearned, tried: Sequence[Spare]) -> list[Row]:
    crews, log = learned.crews, learned.log
    method = ("sign-in records" if crews.presence is not None and crews.presence.signed
              else "inferred from the units' jobs" if crews.counted
              else "inferred: jobs under way, and spare units to match the time to dispatch")
    rows: list[Row] = []
    for weekday in range(7):
        like = log.weekdays == weekday
        n = int(like.sum())
        for hour in range(24):
            own = crews.on_duty[like, hour]
            if not n or own.sum() <= 0:
                continue
            mean = float(own.mean())
            spread = float(own.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
            half = float(stdtrit(n - 1, 0.975)) * spread if n > 1 else math.nan
            extra = float(crews.unsure[like, hour].mean())
            rows.append((f"units.{WEEKDAYS[weekday]}.{hour:02d}", mean,
                         max(0.0, mean - half - extra), mean + half + extra, n, method))
    for one in tried:
        rows.append((f"time_to_dispatch_s.spare_{one.spare:g}", one.delay_s, math.nan, math.nan,
                     log.days, "simulated; recorded: time_to_dispatch_s"))
    waits = log.dispatched - log.requested
    waits = waits[np.isfinite(waits)]
    if len(waits) > 1:
        half = Z * float(waits.std(ddof=1)) / math.sqrt(len(waits))
        rows.append(("time_to_dispatch_s", float(waits.mean()), float(waits.mean()) - half,
                     float(waits.mean()) + half, len(waits), "mean of the log"))
    return rows
