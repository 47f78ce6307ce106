"""One member of a forecast: a simulated period, and what Erlang says of the same hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.calibrate.arrivals import SLOT_S, SLOTS, Arrivals
from sim.calibrate.cells import Cells, cells, seen_in_run
from sim.calibrate.log import DAY_S, Floats, Ints
from sim.calibrate.presence import Presence
from sim.calibrate.recorded import workload
from sim.calibrate.roster import Crew, days_like, duties, staff_like, staffed_like
from sim.calibrate.scenario import built
from sim.calibrate.weeks import Weeks
from sim.experiments.backtest.erlangs import Inputs, erlang_cells
from sim.model.county import simulate
from sim.streams import Purpose, generator


@dataclass(frozen=True, eq=False)
class Recorded:
    """Arrivals as they were."""

    time_s: Floats
    stream: Ints
    talk_s: Floats | None
    """recorded talk; None: drawn"""


@dataclass(frozen=True, eq=False)
class Task:
    """What all members of one forecast have in common. Picklable."""

    raw: dict[str, Any]
    """the scenario, one row of requests a stream"""
    queue_of: Ints
    """[stream] -> queue"""
    queues: int
    weekdays: Ints
    """of the days predicted, Monday 0"""
    days_ahead: Ints
    """of the days predicted, from the day after the fitted period, 0"""
    phases: Floats
    """factor of the time of the month of each day predicted"""
    weeks: Weeks
    """the level of the weeks, what staff tells of the calls left out"""
    staffed: Floats
    """(days of the fitted period,) factor that each day's staff tells of its calls beyond the time
    of the month; 1: nothing"""
    staffed_ahead: Floats
    """the same of the days predicted"""
    fitted: Arrivals
    """days to come are like some day of the same weekday of the fitted period"""
    arrivals: Recorded | None
    """None: forecast"""
    staff: Presence
    staff_known: bool
    """``staff`` is that of the days predicted; else of the fitted period"""
    talk_by_hour: Floats
    talk_by_day: Floats
    """(days of the fitted period,)"""
    talk_ahead: Floats | None
    """the same of the days predicted; None: forecast"""
    crew: Crew
    inputs: Inputs
    with_wrap_up: bool
    """busy until the end of wrap-up, as the log records it"""
    with_erlang: bool
    seed: int


@dataclass(frozen=True, eq=False)
class Member:
    """Cells of one replication, the simulated ones first, and the inputs that all had."""

    simulated: Cells
    erlang_c: Cells | None
    erlang_a: Cells | None
    rates: Floats
    """(groups + 1, days, 24) expected calls; counted ones where arrivals are recorded"""
    on_duty: Floats
    """(days, 24)"""
    talk_by_day: Floats
    """(days,)"""


def member(task: Task, replication: int) -> Member:
    """Simulate one replication, every uncertain input drawn anew.

    The level of each week to come is a draw of :class:`Weeks`. Each day is like one of the fitted
    period with the same weekday in how its calls differ from their level, hour by hour, and in its
    talk. Where staff is not known, it is that of a day with about as many calls.
    """
    scenario = built(task.raw)
    days, fitted = len(task.weekdays), task.fitted
    rng = generator(task.seed, replication, Purpose.BUSY_DAY, "days")
    like = days_like(fitted.weekdays, fitted.usual.tolist(), task.weekdays, rng)
    if task.arrivals is not None:
        time, stream, talk = task.arrivals.time_s, task.arrivals.stream, task.arrivals.talk_s
        rates = _counted(time, task.queue_of[stream], task.queues, days)
    else:
        talk = None
        time, stream, rates = _forecast(task, like, replication)
    by_day = task.talk_ahead
    if by_day is None:
        by_day = np.where(like >= 0, task.talk_by_day[like], 1.0)
    presence = task.staff
    if not task.staff_known:
        presence = staff_like(presence, len(fitted.weekdays), _staff_days(task, rates, rng))
    on_duty = presence.counts(days, 3600.0)
    work = workload(scenario, time, stream, task.seed, replication, talk, task.talk_by_hour, by_day)
    result = simulate(scenario, work, roster=duties(presence, task.crew))
    seen = seen_in_run(result, scenario, task.queue_of, task.with_wrap_up)
    wait = task.inputs.acceptable_wait_s
    simulated = cells(seen, on_duty, task.queues, days, wait)
    c, a = (
        erlang_cells(rates, on_duty, by_day, task.inputs, task.queues, p) if task.with_erlang
        else None for p in (False, True)
    )
    return Member(simulated, c, a, rates, on_duty, by_day)


def _staff_days(task: Task, rates: Floats, rng: np.random.Generator) -> Ints:
    """The day of the fitted period whose staff each day to come has."""
    fitted = task.fitted
    due = fitted.expected
    like = [np.flatnonzero(fitted.usual & (fitted.weekdays == w)) for w in task.weekdays]
    had, wanted = fitted.counts.sum(axis=1), rates[-1].sum(axis=1)
    calls, ahead = (
        np.log(np.maximum(x, 1.0) / np.maximum(due[w], 1.0))
        for x, w in ((had, fitted.weekdays), (wanted, task.weekdays))
    )
    return staffed_like(calls, like, ahead, rng)


def _forecast(task: Task, like: Ints, replication: int) -> tuple[Floats, Ints, Floats]:
    """Times and streams of drawn arrivals, rising, and the expected calls of each hour."""
    days, arrivals = len(task.weekdays), task.fitted
    usual = arrivals.expected
    rates = np.array([
        usual[w] * arrivals.shape[kind] if (kind := arrivals.classes[w]) >= 0 else np.zeros(SLOTS)
        for w in task.weekdays.tolist()
    ])
    level = task.weeks.ahead(
        task.days_ahead, replication, generator(task.seed, replication, Purpose.BUSY_DAY, "level")
    )
    rates *= (task.phases * task.staffed_ahead * level)[:, None]
    for n, day in zip(np.flatnonzero(like >= 0).tolist(), like[like >= 0].tolist(), strict=True):
        stood = float(task.weeks.of_day[day] * task.staffed[day])
        rates[n] *= np.repeat(arrivals.like_day(day, stood), SLOTS // 24)
    rng = generator(task.seed, replication, Purpose.REQUESTS_PER_HOUR, "all")
    numbers = rng.poisson(rates).ravel()
    slot = np.repeat(np.arange(days * SLOTS), numbers)
    time = np.sort(slot * SLOT_S + SLOT_S * rng.random(len(slot)))
    kind = np.maximum(arrivals.classes[task.weekdays], 0)
    day = np.floor(time / DAY_S).astype(np.int64)
    hour = np.floor(time % DAY_S / 3600).astype(np.int64)
    edges = np.cumsum(arrivals.stream_share, axis=0)[:, kind[day], hour]
    stream = (rng.random(len(time)) * edges[-1] >= edges).sum(axis=0)
    stream = np.minimum(stream, len(arrivals.stream_share) - 1)
    hourly = rates.reshape(days, 24, -1).sum(axis=2)
    share = arrivals.stream_share[:, kind, :]
    out = np.zeros((task.queues + 1, days, 24))
    np.add.at(out, task.queue_of, share * hourly)
    out[-1] = hourly
    return time, stream, out


def _counted(time: Floats, queue: Ints, queues: int, days: int) -> Floats:
    hour = np.floor(time / 3600).astype(np.int64)
    out = np.zeros((queues + 1, days * 24))
    np.add.at(out, (queue, hour), 1)
    out[-1] = out[:-1].sum(axis=0)
    return out.reshape(queues + 1, days, 24)
