"""A calibration from an orders log: a scenario that runs, with every number's source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.calibrate.dispatch.crews import spared
from sim.calibrate.dispatch.estimates import order_estimates
from sim.calibrate.dispatch.learn import OrdersLearned, learn_orders
from sim.calibrate.dispatch.log import OrderLog
from sim.calibrate.dispatch.recorded import RecordedOrders, orders_workload
from sim.calibrate.dispatch.roster import duties_of, staffed
from sim.calibrate.dispatch.runs import seen_orders
from sim.calibrate.dispatch.scenario import orders_scenario, sources
from sim.calibrate.dispatch.told import plain_roads, told
from sim.calibrate.fits import Z
from sim.calibrate.log import DAY_S
from sim.calibrate.scenario import Raw, built
from sim.model.county import simulate
from sim.workload.draw import draw

SPARES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Units beyond the load that are tried, in square roots of it."""
UNSEEN = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Units without a job, and so without a trace, that are tried where units are named."""
SEED = 40_400
RUNS = 5
MOVED_S = 3600.0
"""Requests are moved by up to so much either way when units are settled."""


@dataclass(frozen=True)
class Tried:
    """Units beyond those seen, and the mean time to dispatch that they give, seconds."""

    spare: float
    delay_s: float


@dataclass(frozen=True, eq=False)
class DispatchCalibration:
    """What calibrating gives."""

    learned: OrdersLearned
    raw: Raw
    """the scenario, checked"""
    table: pd.DataFrame
    """``estimates.csv``"""
    tried: tuple[Tried, ...]
    """empty where there are sign-in records"""
    recorded_delay_s: float
    simulated_delay_s: float
    """mean time to dispatch of the log's own period, recorded and simulated"""


def calibrate_orders(log: OrderLog, name: str, files: Sequence[str]) -> DispatchCalibration:
    """Learn a scenario from a log; ``files``: names of the files, the source of every number."""
    learned, tried, delay = settled_orders(log)
    own = learned.log
    weeks = max(1, own.days // 7)
    start = own.first + dt.timedelta(days=-own.first.weekday() % 7)
    raw = orders_scenario(learned, name, start, 7 * min(weeks, 8))
    raw["sources"] = sources(learned, ", ".join(files))
    built(raw)
    return DispatchCalibration(learned, raw, order_estimates(learned, tried), tried,
                               recorded_delay(learned), delay)


def settled_orders(log: OrderLog) -> tuple[OrdersLearned, tuple[Tried, ...], float]:
    """The learned, with as many units beyond those seen as make the log's own period come out with
    its mean time to dispatch, unless there are sign-in records; what was tried; and the mean time
    to dispatch that results."""
    learned = learn_orders(log)
    presence = learned.crews.presence
    if presence is not None and presence.signed:
        return learned, (), _delay(learned)
    waits = learned.log.dispatched - learned.log.requested
    waits = waits[np.isfinite(waits)]
    half = Z * float(waits.std()) / max(1, len(waits)) ** 0.5
    goal, tried = float(waits.mean()), []
    for spare in UNSEEN if learned.crews.counted else SPARES:
        tried.append(Tried(spare, _delay(replace(learned, crews=spared(learned.crews, spare)))))
        if tried[-1].delay_s < goal - half:
            break
    fewest, best, most = (_between(tried, goal + off) for off in (half, 0.0, -half))
    crews = spared(learned.crews, best)
    step = 1.0 if crews.counted else np.sqrt(crews.load)
    unsure = crews.unsure + (most - fewest) / 2 * step * (crews.on_duty > 0)
    learned = replace(learned, crews=replace(crews, unsure=unsure))
    return learned, tuple(tried), _delay(learned)


def recorded_delay(learned: OrdersLearned) -> float:
    """Mean seconds from request to dispatch."""
    waits = learned.log.dispatched - learned.log.requested
    return float(np.nanmean(waits))


def _between(tried: Sequence[Tried], goal: float) -> float:
    """The number of units at which the delay passes the goal, straight between what was tried; the
    nearest end where it never does."""
    for a, b in pairwise(tried):
        if a.delay_s >= goal >= b.delay_s and a.delay_s > b.delay_s:
            return a.spare + (b.spare - a.spare) * (a.delay_s - goal) / (a.delay_s - b.delay_s)
    return min(tried, key=lambda one: abs(one.delay_s - goal)).spare


def _delay(learned: OrdersLearned) -> float:
    """Mean time to dispatch of the log's own period, simulated under the units it had.

    Where units are not named their number is smooth over weeks, and requests, trips and stays are
    the recorded ones, moved a little. Units that are named are known from the very requests that
    they answered, each day as many as that day wanted; they are met by requests drawn anew, as
    those of any forecast are.
    """
    own = learned.log.where(np.isfinite(learned.log.dispatched))
    raw = orders_scenario(learned, "settle", own.first, own.days)
    named = learned.crews.counted
    scenario = built(staffed(raw if named else plain_roads(raw), learned.crews))
    recorded = None if named else told(learned, own, with_times=True).requests
    roster = duties_of(learned.crews)
    total, n = 0.0, 0
    for replication in range(RUNS):
        work = draw(scenario, SEED, replication) if recorded is None else orders_workload(
            scenario, _moved(recorded, own.days, replication), SEED, replication)
        waits = seen_orders(simulate(scenario, work, roster=roster), scenario).delay_s
        total, n = total + float(np.nansum(waits)), n + int(np.isfinite(waits).sum())
    return total / n if n else 0.0


def _moved(orders: RecordedOrders, days: int, replication: int) -> RecordedOrders:
    rng = np.random.default_rng([SEED, replication])
    time = orders.time_s + rng.uniform(-MOVED_S, MOVED_S, len(orders.time_s))
    # Reflected at the ends, so that none falls out of the period.
    time = np.minimum(np.abs(time), 2 * days * DAY_S - 1.0 - time)
    order = np.argsort(time, kind="stable")
    return RecordedOrders(time[order], orders.stream[order], orders.zone[order],
                          {name: values[order] for name, values in orders.known.items()})
