"""The backtest of an orders log: forecasts, what happened, and what was to be had without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.calibrate.dispatch.crews import learn_crews, spared
from sim.calibrate.dispatch.learn import OrdersLearned
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.recorded import RecordedOrders
from sim.calibrate.dispatch.roster import duties_of, staffed
from sim.calibrate.dispatch.runs import SeenOrders
from sim.calibrate.dispatch.scenario import (
    days_ahead,
    orders_scenario,
    trend_factors,
    weekly_units,
)
from sim.calibrate.dispatch.whole import settled_orders
from sim.calibrate.log import Floats, Ints
from sim.experiments.backtest.response.members import Task, member
from sim.experiments.backtest.response.references import Past, Queue, past, positions, queue
from sim.experiments.backtest.tasks import Period
from sim.experiments.outcome import Executor
from sim.scenario.faults import BadInput, Fault, Words, shown

VARIANTS = ("blind", "given_sign_ins", "true_requests")
"""Units as in the last weeks of the fitted period; units as seen in the predicted period; and the
recorded requests too."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The members of one forecast, and what the formula has for each hour."""

    members: tuple[SeenOrders, ...]
    rate: Floats
    """(days, 24) expected requests an hour"""
    units: Floats
    """(days, 24)"""


@dataclass(frozen=True, eq=False)
class ResponseBacktest:
    """What was predicted and what happened."""

    name: str
    fit: Period
    predict: Period
    learned: OrdersLearned
    observed: OrderLog
    priority: Ints
    """[observed request] as the fitted period numbers priorities; -1: unknown there"""
    zone: tuple[str, ...]
    """[observed request] name of its zone"""
    forecasts: dict[str, Forecast]
    queue: Queue
    past: Past
    members: int
    seed: int


def backtest_orders(
    log: OrderLog, fit: Period, predict: Period, where: Executor, members: int = 20, seed: int = 1,
    told: Callable[[str, int, int], None] = lambda stage, done, all_: None,
) -> ResponseBacktest:
    """Calibrate on ``fit``, predict ``predict``; ``log`` holds both. ``told``: progress.

    Raises :class:`BadInput` where one of the periods is outside the log or has no requests.
    """
    _require(log, fit, predict)
    told("learn", 0, 1)
    learned, _, _ = settled_orders(log.between(fit.first, fit.last))
    told("learn", 1, 1)
    future = log.between(predict.first, predict.last)
    days = future.days
    raw = orders_scenario(learned, "backtest", predict.first, days)
    crews = spared(learn_crews(future), learned.crews.spare)
    seen_roster = duties_of(crews)
    given = staffed(raw, crews)
    units, _ = weekly_units(learned)
    blind = units[future.weekdays if len(units) == 7 else np.zeros(days, dtype=np.int64)]
    expected = _expected(learned, predict.first, days)
    counts = np.bincount(np.floor(future.requested / 3600).astype(np.int64),
                         minlength=days * 24)[:days * 24].reshape(days, 24)
    day_cv = learned.travel.day_cv
    level_sd = _level_sd(learned, predict.first, days)
    recorded, priority, zone = _recorded(learned, future)
    plans: dict[str, tuple[Task, Floats, Floats]] = {
        "blind": (Task(raw, None, None, level_sd, day_cv, seed), expected, blind.astype(float)),
        "given_sign_ins": (Task(given, None, seen_roster, level_sd, day_cv, seed), expected,
                           crews.on_duty),
        "true_requests": (Task(given, recorded, seen_roster, 0.0, day_cv, seed),
                          counts.astype(float), crews.on_duty),
    }
    forecasts = {
        variant: Forecast(_run(where, task, members, partial(told, variant)), rate, on_duty)
        for variant, (task, rate, on_duty) in plans.items()
    }
    return ResponseBacktest(log.name, fit, predict, learned, future, priority, zone, forecasts,
                            queue(learned), past(learned), members, seed)


def _require(log: OrderLog, fit: Period, predict: Period) -> None:
    end = log.first + dt.timedelta(days=log.days - 1)
    faults = []
    for option, period in (("--fit", fit), ("--predict", predict)):
        if period.first < log.first or period.last > end or not len(
            log.between(period.first, period.last)
        ):
            allowed = Words(f"dates within the log, {log.first} to {end}",
                            f"记录之内的日期，{log.first} 至 {end}")
            faults.append(Fault(option, "", shown(period.text), allowed))
    if fit.first <= predict.last and predict.first <= fit.last:
        allowed = Words("a period that does not overlap --fit", "与 --fit 不重叠的时段")
        faults.append(Fault("--predict", "", shown(predict.text), allowed))
    if faults:
        raise BadInput(faults)


def _expected(learned: OrdersLearned, first: dt.date, days: int) -> Floats:
    weekdays = (first.weekday() + np.arange(days)) % 7
    rates = np.array([learned.arrivals.rates(int(w)).reshape(24, -1).sum(axis=1)
                      for w in weekdays])
    return np.asarray(rates * trend_factors(learned, first, days)[:, None])


def _level_sd(learned: OrdersLearned, first: dt.date, days: int) -> float:
    """How far the level of the period to come may be from its forecast, as a share: the trend's
    error carried on, and the chance of the days that the level is from."""
    ahead = days_ahead(learned, first, days)
    totals = learned.arrivals.counts[learned.arrivals.usual].sum(axis=1).astype(np.float64)
    chance = float(totals.std(ddof=1) / totals.mean() / len(totals) ** 0.5) if len(
        totals) > 2 else 0.0
    return float(np.hypot(np.mean(learned.trend.spread(ahead)), chance))


def _recorded(
    learned: OrdersLearned, future: OrderLog
) -> tuple[RecordedOrders, Ints, tuple[str, ...]]:
    """The requests of the predicted period as the fitted zones and streams know them."""
    several = len(learned.log.priorities) > 1
    code = positions(future.priorities, learned.log.priorities)[future.priority]
    titles = [
        f"{future.places[p]} {future.priorities[c]}" if several else future.places[p]
        for p, c in zip(future.place.tolist(), future.priority.tolist(), strict=True)
    ]
    zones = learned.travel.zones
    usual = int(np.bincount(learned.travel.zone_of).argmax())
    zone = positions(tuple(titles), zones)
    # A place that the fitted period did not know is taken for the commonest one.
    zone = np.where(zone < 0, usual, zone)
    raw = orders_scenario(learned, "backtest", learned.log.first, 1)
    known = list(raw["requests"].values())
    names = list(raw["services"])
    first: dict[int, int] = {}
    for n, row in enumerate(known):
        first.setdefault(names.index(row["service"]), n)
    stream = np.array([first.get(int(c), 0) for c in np.maximum(code, 0)], dtype=np.int64)
    return RecordedOrders(future.requested, stream, zone), code, tuple(titles)


def _run(
    where: Executor, task: Task, members: int, told: Callable[[int, int], None]
) -> tuple[SeenOrders, ...]:
    """Every member, in order. Raises ``RuntimeError`` with the reason of one that failed."""
    found: dict[int, SeenOrders] = {}
    for outcome in where.map(partial(member, task), range(members)):
        if outcome.value is None:
            raise RuntimeError(outcome.reason)
        found[outcome.index] = outcome.value
        told(len(found), members)
    return tuple(found[n] for n in range(members))
