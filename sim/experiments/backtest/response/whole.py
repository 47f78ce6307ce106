"""The backtest of an orders log: forecasts, what happened, and what was to be had without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sim.calibrate.dispatch.learn import OrdersLearned
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.runs import SeenOrders
from sim.calibrate.dispatch.told import told as told_of
from sim.calibrate.dispatch.whole import settled_orders
from sim.calibrate.log import Ints
from sim.experiments.backtest.response.members import Task, member
from sim.experiments.backtest.response.plans import TABLES, Plan, plans
from sim.experiments.backtest.response.references import Past, past
from sim.experiments.backtest.tasks import Period
from sim.experiments.outcome import Executor
from sim.scenario.faults import BadInput, Fault, Words, shown


@dataclass(frozen=True, eq=False)
class Forecast:
    """The members of one forecast, and what it was told."""

    members: tuple[SeenOrders, ...]
    plan: Plan


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
    known = told_of(learned, future)
    forecasts = {
        variant: Forecast(
            _run(where, plan.task, members if variant in TABLES else max(5, members // 2),
                 partial(told, variant)), plan)
        for variant, plan in plans(learned, future, seed).items()
    }
    return ResponseBacktest(log.name, fit, predict, learned, future, known.priority, known.zone,
                            forecasts, past(learned), members, seed)


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
