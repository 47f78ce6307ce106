"""One member of a forecast: a simulated period of dispatches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.calibrate.dispatch.recorded import RecordedOrders, orders_workload
from sim.calibrate.dispatch.runs import SeenOrders, seen_orders
from sim.calibrate.scenario import Raw, built
from sim.model.county import simulate
from sim.streams import Purpose, generator
from sim.workload.draw import draw
from sim.workload.roster import Duty


@dataclass(frozen=True, eq=False)
class Task:
    """What all members of one forecast have in common. Picklable."""

    raw: Raw
    recorded: RecordedOrders | None
    """None: requests are drawn"""
    roster: tuple[Duty, ...] | None
    """None: the scenario's own shifts"""
    level_sd: float
    """of the logarithm of the level, one draw a member"""
    day_cv: float
    """of a day's travel times, one draw a day"""
    seed: int


def member(task: Task, replication: int) -> SeenOrders:
    """Simulate one replication."""
    raw = task.raw
    if task.recorded is None and task.level_sd > 0:
        rng = generator(task.seed, replication, Purpose.BUSY_DAY, "level")
        factor = float(np.exp(task.level_sd * rng.standard_normal()))
        raw = {**raw, "demand": {**raw["demand"], "growth": raw["demand"]["growth"] * factor}}
    scenario = built(raw | {"calendar": raw["calendar"] | _days(task, replication)})
    work = (
        draw(scenario, task.seed, replication) if task.recorded is None
        else orders_workload(scenario, task.recorded, task.seed, replication)
    )
    return seen_orders(simulate(scenario, work, roster=task.roster), scenario)


def _days(task: Task, replication: int) -> Raw:
    """A row of the calendar for each day, with how fast it is."""
    if task.day_cv <= 0:
        return {}
    first, days = dt.date.fromisoformat(task.raw["time"]["start"]), int(task.raw["time"]["days"])
    shape = 1 / task.day_cv**2
    rng = generator(task.seed, replication, Purpose.NOISE_OUT, "days")
    slowness = np.maximum(rng.gamma(shape, 1 / shape, days), 0.05)
    rows: Raw = {}
    for n, slow in enumerate(slowness.tolist()):
        date = (first + dt.timedelta(days=n)).isoformat()
        rows[f"speed-{n}"] = {"first": date, "last": date, "kind": "season",
                              "speed_factor": 1 / slow}
    return rows
