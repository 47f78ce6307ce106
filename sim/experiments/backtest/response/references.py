"""What is easily had instead of a simulation: a queueing formula, and the past itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from sim.calibrate.dispatch.learn import OrdersLearned
from sim.calibrate.dispatch.scenario import mean_job_s
from sim.calibrate.learn import Duration
from sim.calibrate.log import Floats, Ints
from sim.theory.erlang import erlang_c, erlang_c_quantile
from sim.workload.sampling import lognormal_parameters

LONGEST_S = 3600.0
"""Where the formula knows no steady state, the wait it is given."""
POINTS = 40
"""Quantiles that stand for the formula's distribution of the wait."""
SPREAD = 200
"""Values that stand for the formula's distribution of the response."""
SEED = 19_170_101
FEWEST = 20
"""So many responses of a zone tell of it; with fewer those of its priority do."""


@dataclass(frozen=True, eq=False)
class Queue:
    """M/M/c: the wait by Erlang C under each hour's rate and units (A. Erlang 1917; exponential
    beyond the chance of any wait), and what comes beside it."""

    job_s: float
    base_s: tuple[float, ...]
    """[priority] mean delay where units are free, and mean way"""
    delay_s: Floats
    """(SPREAD,) equally likely delays where units are free"""
    way_s: dict[str, Floats]
    """zone -> (SPREAD,) equally likely ways, at the mean of all hours"""
    way_of_class: tuple[Floats, ...]
    """[priority] the same of all its zones"""
    turnout_s: float
    by_hour: Floats
    """(24,)"""

    def waits(self, rate_per_hour: float, units: float) -> Floats:
        """Quantiles of the wait for a unit, seconds; between those of the whole numbers of units
        around ``units``."""
        if units < 1 and rate_per_hour <= 0:
            return np.array([LONGEST_S])
        low = int(np.floor(units))
        part = units - low
        below = _waits(rate_per_hour, low, self.job_s)
        if part < 1e-9:
            return below
        return (1 - part) * below + part * _waits(rate_per_hour, low + 1, self.job_s)

    def spread(self, waits: Floats, hour: int, priority: int, zone: str = "") -> Floats:
        """(SPREAD,) equally likely responses: the wait, the delay and the way of that hour of the
        day each with its distribution, to a zone where one is named."""
        way = self.way_s.get(zone, self.way_of_class[priority])
        wait = np.resize(waits, SPREAD)[_shuffled(1)]
        return np.asarray(wait + self.delay_s[_shuffled(2)] + self.turnout_s
                          + way * self.by_hour[hour])


def queue(learned: OrdersLearned) -> Queue:
    """The formula on the calibration's own means and distributions."""
    travel, log = learned.travel, learned.log
    classes = range(len(log.priorities))
    way = [
        float(travel.mean_s[travel.zone_of[log.priority == c]].mean()) + travel.turnout_s
        if (log.priority == c).any() else 0.0
        for c in classes
    ]
    shares = (np.arange(SPREAD) + 0.5) / SPREAD
    noise = np.ones(SPREAD)
    if travel.noise_cv > 0:
        mean, sd = lognormal_parameters(1.0, travel.noise_cv)
        noise = np.exp(mean + sd * ndtri(shares))
    ways = {name: s * noise for name, s in zip(travel.zones, travel.mean_s.tolist(), strict=True)}
    of_class = []
    for c in classes:
        mine = np.sort(travel.mean_s[travel.zone_of[log.priority == c]])
        usual = mine[(shares * len(mine)).astype(np.int64)] if len(mine) else np.zeros(SPREAD)
        of_class.append(usual[_shuffled(3)] * noise)
    return Queue(mean_job_s(learned), tuple(learned.delay.mean_s + w for w in way),
                 quantiles(learned.delay, shares), ways, tuple(of_class), travel.turnout_s,
                 travel.by_hour)


def quantiles(duration: Duration, shares: Floats) -> Floats:
    """Of a learned duration, seconds."""
    if duration.fit is not None:
        return duration.fit.quantile(shares)
    order = np.argsort(duration.values)
    reached = np.cumsum(duration.weights[order])
    place = np.searchsorted(reached / reached[-1], shares)
    return np.asarray(duration.values[order][np.minimum(place, len(order) - 1)])


@lru_cache(maxsize=8)
def _shuffled(part: int) -> Ints:
    return np.random.default_rng([SEED, part]).permutation(SPREAD)


@lru_cache(maxsize=50_000)
def _steady(rate: float, units: int, job_s: float) -> tuple[float, ...]:
    arrival, service = rate / 3600.0, 1 / job_s
    if units * service <= arrival:
        return (LONGEST_S,) * POINTS
    chance = erlang_c(units, arrival / service)
    shares = (np.arange(POINTS) + 0.5) / POINTS
    return tuple(
        0.0 if share <= 1 - chance
        else min(LONGEST_S, erlang_c_quantile(units, arrival, service, share))
        for share in shares.tolist()
    )


def _waits(rate: float, units: int, job_s: float) -> Floats:
    if rate <= 0:
        return np.zeros(POINTS)
    return np.array(_steady(float(f"{rate:.3g}"), units, job_s))


@dataclass(frozen=True, eq=False)
class Past:
    """The responses of the fitted period, as they were."""

    of_class: tuple[Floats, ...]
    of_zone: dict[str, Floats]
    """zones with enough of them"""


def past(learned: OrdersLearned) -> Past:
    """Responses of the fitted period by priority, and by zone."""
    log, travel = learned.log, learned.travel
    response = log.response
    seen = np.isfinite(response)
    everybody = response[seen]
    classes = []
    for c in range(len(log.priorities)):
        own = response[seen & (log.priority == c)]
        classes.append(own if len(own) >= FEWEST else everybody)
    zones = {
        name: response[seen & (travel.zone_of == n)] for n, name in enumerate(travel.zones)
    }
    return Past(tuple(classes), {k: v for k, v in zones.items() if len(v) >= FEWEST})


def sample_crps(sample: Floats, value: float) -> float:
    """CRPS of a predictive sample (:func:`sim.experiments.backtest.scores.crps` for one value)."""
    n = len(sample)
    ordered = np.sort(sample)
    error = float(np.abs(ordered - value).mean())
    if n < 2:
        return error
    weights = 2 * np.arange(n) - n + 1
    return error - float((weights * ordered).sum()) / (n * (n - 1))
