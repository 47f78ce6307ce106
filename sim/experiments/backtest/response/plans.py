"""What each forecast of responses is told of the predicted period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from sim.calibrate.dispatch.crews import Crews, learn_crews, spared
from sim.calibrate.dispatch.learn import OrdersLearned, Travel, learn_orders
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.roster import duties_of, staffed
from sim.calibrate.dispatch.scenario import (
    days_ahead,
    orders_scenario,
    trend_factors,
    weekly_units,
)
from sim.calibrate.dispatch.told import plain_roads, positions, told
from sim.calibrate.dispatch.whole import settled_orders
from sim.calibrate.log import Floats
from sim.calibrate.scenario import Raw
from sim.experiments.backtest.response.members import Task
from sim.experiments.backtest.response.references import Queue, queue

TABLES = ("blind", "given_sign_ins", "true_requests")
"""Units as in the last weeks of the fitted period; units as seen in the predicted period; and the
recorded requests too."""
VARIANTS = (
    "blind", "given_sign_ins", "true_arrivals", "true_travel", "true_stay", "true_delay",
    "true_requests", "true_requests_times", "settled_units", "true_all",
)
"""The forecasts; then blind with the truth put in for one part alone - the requests, or what the
predicted period itself teaches of the way, of the stay there, of the delay while units are free;
units and requests with all of those; with as many units beyond those seen as the predicted
period's own time to dispatch asks for; and with each request's own way and stay, so that only the
delay and the wait for a unit are left to the model."""
PAIRED = ("true_arrivals", "true_requests", "true_requests_times", "settled_units", "true_all")
"""Requests are the recorded ones."""
WITH_FORMULA = VARIANTS[:-1]
"""Recorded ways are no input that a formula takes."""
Kept = TypeVar("Kept")


@dataclass(frozen=True, eq=False)
class Plan:
    """One forecast: its task, and the formula on the same inputs."""

    task: Task
    rate: Floats
    """(days, 24) expected requests an hour; counted ones where they are recorded"""
    units: Floats
    """(days, 24)"""
    queue: Queue


def plans(learned: OrdersLearned, future: OrderLog, seed: int) -> dict[str, Plan]:
    """Every forecast of the days of ``future``, a log that is read only for what the forecast is
    told of it."""
    days = future.days
    seen = learn_crews(future)
    crews = spared(seen, learned.crews.spare)
    enough = spared(seen, settled_orders(future)[0].crews.spare)
    units, _ = weekly_units(learned)
    usual = units[future.weekdays if len(units) == 7 else np.zeros(days, dtype=np.int64)]
    expected = _expected(learned, future)
    counts = np.bincount(np.floor(future.requested / 3600).astype(np.int64),
                         minlength=days * 24)[:days * 24].reshape(days, 24)
    now = learn_orders(future)
    times = replace(_stays(learned, now), travel=_travel(learned, now), delay=now.delay)
    as_now = {
        "true_travel": replace(learned, travel=_travel(learned, now)),
        "true_stay": _stays(learned, now),
        "true_delay": replace(learned, delay=now.delay),
        "true_requests_times": times, "settled_units": times,
        "true_all": replace(_stays(learned, now), delay=now.delay),
    }
    units_of = {"given_sign_ins": crews, "true_requests": crews, "true_requests_times": crews,
                "settled_units": enough, "true_all": enough}

    def plan(variant: str) -> Plan:
        mine = as_now.get(variant, learned)
        known = units_of.get(variant)
        paired, each = variant in PAIRED, variant == "true_all"
        raw = _scenario(mine, future, days, known)
        day_cv = mine.travel.day_cv
        if each:
            raw, day_cv = plain_roads(raw), 0.0
        task = Task(
            _apart(raw, day_cv), told(mine, future, each).requests if paired else None,
            duties_of(known) if known else None,
            0.0 if paired else _level_sd(learned, future), day_cv, seed)
        return Plan(task, counts.astype(float) if paired else expected,
                    known.on_duty if known else usual.astype(float), queue(mine))

    return {variant: plan(variant) for variant in VARIANTS}


def _scenario(learned: OrdersLearned, future: OrderLog, days: int, crews: Crews | None) -> Raw:
    raw = orders_scenario(learned, "backtest", future.first, days)
    return raw if crews is None else staffed(raw, crews)


def _apart(raw: Raw, day_cv: float) -> Raw:
    """The spread of trips without that of whole days, which is drawn by itself."""
    cv = float(raw["travel"]["noise_cv"])
    rest = math.sqrt(max(0.0, (1 + cv**2) / (1 + day_cv**2) - 1))
    return raw | {"travel": raw["travel"] | {"noise_cv": rest}}


def _travel(learned: OrdersLearned, now: OrdersLearned) -> Travel:
    """The fitted zones with the ways of now; a zone without any now moves with the others."""
    before, then = learned.travel, now.travel
    at = positions(before.zones, then.zones)
    both = at >= 0
    share = np.bincount(before.zone_of, minlength=len(before.zones))
    old = float((before.mean_s * share)[both].sum())
    moved = float((then.mean_s[at] * share)[both].sum()) / old if old > 0 else 1.0
    mean = np.where(both, then.mean_s[at], before.mean_s * moved)
    return replace(then, zones=before.zones, zone_of=before.zone_of, n=before.n, mean_s=mean)


def _stays(learned: OrdersLearned, now: OrdersLearned) -> OrdersLearned:
    """With how long visits take now, and what becomes of them."""
    at = positions(learned.log.priorities, now.log.priorities).tolist()

    def of_now(old: Sequence[Kept], new: Sequence[Kept]) -> tuple[Kept, ...]:
        return tuple(a if n < 0 else new[n] for n, a in zip(at, old, strict=True))

    return replace(learned, stay=of_now(learned.stay, now.stay),
                   lost=of_now(learned.lost, now.lost),
                   door_s=of_now(learned.door_s, now.door_s))


def _expected(learned: OrdersLearned, future: OrderLog) -> Floats:
    rates = np.array([learned.arrivals.rates(int(w)).reshape(24, -1).sum(axis=1)
                      for w in future.weekdays])
    return np.asarray(rates * trend_factors(learned, future.first, future.days)[:, None])


def _level_sd(learned: OrdersLearned, future: OrderLog) -> float:
    """How far the level of the period to come may be from its forecast, as a share: the trend's
    error carried on, and the chance of the days that the level is from."""
    ahead = days_ahead(learned, future.first, future.days)
    totals = learned.arrivals.counts[learned.arrivals.usual].sum(axis=1).astype(np.float64)
    chance = float(totals.std(ddof=1) / totals.mean() / len(totals) ** 0.5) if len(
        totals) > 2 else 0.0
    return float(np.hypot(np.mean(learned.trend.spread(ahead)), chance))

