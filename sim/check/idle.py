"""Nobody is idle for want of work while there is work that this person could do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.check.duties import duty_of
from sim.check.facts import Facts, Floats, Ints, Yes, has, take
from sim.check.findings import Broken
from sim.check.roads import TOLERANCE, Homes, Roads, whereabouts
from sim.check.spans import overlaps, present
from sim.check.visits import able
from sim.words.kinds import MINUTE, NONE, IdleReason, StaffState


@dataclass(frozen=True, eq=False)
class Free:
    """Lines of the time sheet on which a caregiver could be sent, idle or on the way back."""

    line: Ints
    staff: Ints
    point: Ints
    start: Ints
    end: Ints
    nothing_to_do: Yes
    """idle with reason ``none``: no order that this person could do may be waiting at all"""
    until: Floats
    """latest planned end of a visit: the shift's end and the overtime allowed"""
    x: Floats
    y: Floats
    row: Ints
    """where, and the row of the travel matrix there"""


@dataclass(frozen=True, eq=False)
class Waiting:
    """Stretches of time in which an order waits for a caregiver of its point."""

    order: Ints
    start: Ints
    end: Ints
    service: Ints
    crew: Ints
    point: Ints


@dataclass(frozen=True, eq=False)
class Work:
    """What the checks of idleness look at together."""

    facts: Facts
    free: Free
    waiting: Waiting
    roads: Roads
    homes: Homes
    able: Yes

    def ends(self, line: Ints, order: Ints, now: Ints) -> Floats:
        """Planned end of each order by each free caregiver (places in both), setting out now.

        Counted from where the line of the time sheet begins: for one on the way back that is
        where the way back begins.
        """
        f, free, o = self.facts, self.free, self.waiting.order[order]
        zone = self.homes.zone[o]
        km = self.roads.km(
            free.x[line], free.y[line], self.homes.x[o], self.homes.y[o], zone)
        way = self.roads.planned(km, free.row[line], zone, self.roads.kmh[free.staff[line]], now)
        begins = np.maximum(now + way, f.ms("orders", "window_open")[o])
        mean = take(f.column("services", "mean_min"), self.waiting.service[order], 0) * MINUTE
        return np.asarray(begins + mean)


def work(f: Facts) -> Work:
    return f.once("work", _look)


def _look(f: Facts) -> Work:
    return Work(f, _free(f), _waiting(f), Roads.of(f), Homes.of(f), able(f))


def _free(f: Facts) -> Free:
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    staff, point = f.place("timesheet", "staff", "staff"), f.place("timesheet", "point", "points")
    rows = np.flatnonzero((point != NONE) & (
        (state == StaffState.RETURN)
        | (state == StaffState.IDLE) & (reason != IdleReason.RESERVED)))
    here = whereabouts(f)
    start = f.ms("timesheet", "start")[rows]
    duty = duty_of(f, staff[rows], start)
    until = take(f.ms("roster", "end"), duty, 0) + f.settings["dispatch.overtime_min"] * MINUTE
    nothing = (state == StaffState.IDLE) & (reason == IdleReason.NONE)
    return Free(
        rows, staff[rows], point[rows], start, f.ms("timesheet", "end")[rows], nothing[rows], until,
        here.x[rows], here.y[rows], here.row[rows],
    )


def _waiting(f: Facts) -> Waiting:
    joined = f.ms("orders", "eligible")
    left = np.minimum(f.until("orders", "gathering"), f.until("orders", "cancelled"))
    left = np.minimum(left, _taken_but_not_gone(f))
    rows = np.flatnonzero(has(joined) & (left > joined))
    return Waiting(
        rows, joined[rows], left[rows], f.place("orders", "service", "services")[rows],
        f.column("orders", "crew")[rows], f.place("orders", "point", "points")[rows],
    )


def _taken_but_not_gone(f: Facts) -> Ints:
    """Since when somebody was held for each order that ended, or met the run's end, before anybody
    set out; the run's end where nobody was held. A crew's earlier holds may have been let go.
    """
    state = f.code("timesheet", "state", StaffState)
    held = (state == StaffState.GATHERING) | (
        f.code("timesheet", "reason", IdleReason) == IdleReason.RESERVED)
    order = f.row_of("timesheet", "order", "orders")
    over = np.minimum(f.until("orders", "cancelled"), f.horizon)
    alone = take(f.column("orders", "crew"), order, 0) == 1
    to_the_end = f.ms("timesheet", "end") == take(over, order, NONE)
    last = held & (order != NONE) & (alone | to_the_end)
    since = np.full(len(over), f.horizon)
    np.minimum.at(since, order[last], f.ms("timesheet", "start")[last])
    return since


def no_idle_caregiver(f: Facts) -> Iterator[Broken]:
    """Orders for one caregiver: at the own point, and near it where points help each other."""
    w = work(f)
    single = w.waiting.crew == 1
    yield from _could_have_gone(w, np.flatnonzero(single), borrowed=False)
    if f.settings["dispatch.borrow_km"] > 0:
        yield from _could_have_gone(w, np.flatnonzero(single), borrowed=True)


def _could_have_gone(w: Work, orders: Ints, borrowed: bool) -> Iterator[Broken]:
    """Pairs of a free caregiver and a waiting order, together for some time."""
    f, free, waiting = w.facts, w.free, w.waiting
    for service in np.unique(waiting.service[orders]):
        skilled = w.able[free.staff, service]
        of_service = orders[waiting.service[orders] == service]
        for point in np.unique(waiting.point[of_service]):
            here = of_service[waiting.point[of_service] == point]
            lines = np.flatnonzero(skilled & ((free.point != point) if borrowed else
                                              (free.point == point)))
            i, j = overlaps(waiting.start[here], waiting.end[here],
                            free.start[lines], free.end[lines])
            order, line = here[i], lines[j]
            wrong = _wrongly_free(w, order, line)
            if borrowed:
                wrong &= _near(w, order, line)
            if wrong.any():
                yield Broken("timesheet", free.line[line[wrong]], ("state", "reason", "end"), {
                    "waiting order": f.column("orders", "order")[waiting.order[order[wrong]]]})


def _wrongly_free(w: Work, order: Ints, line: Ints) -> Yes:
    """Where there was nothing to do, any order is wrong; else one that could end in time."""
    free = w.free
    now = np.maximum(w.waiting.start[order], free.start[line])
    in_time = w.ends(line, order, now) <= free.until[line] - TOLERANCE
    # on the way back the place at a later moment is not that of the line's start
    there = (now == free.start[line]) | (w.facts.code("timesheet", "state", StaffState)[
        free.line[line]] != StaffState.RETURN)
    return np.asarray(free.nothing_to_do[line] | (in_time & there))


def _near(w: Work, order: Ints, line: Ints) -> Yes:
    f, o, own = w.facts, w.waiting.order[order], w.free.point[line]
    away = np.hypot(w.homes.x[o] - f.column("points", "x_km")[own],
                    w.homes.y[o] - f.column("points", "y_km")[own])
    return np.asarray(away < f.settings["dispatch.borrow_km"] - 1e-6)


def no_idle_crew(f: Facts) -> Iterator[Broken]:
    """Orders for several: not enough of the point's caregivers are free together for any time."""
    w = work(f)
    free, waiting = w.free, w.waiting
    for order in np.flatnonzero(waiting.crew > 1).tolist():
        mine = np.flatnonzero(
            w.able[free.staff, waiting.service[order]] & (free.point == waiting.point[order])
            & (free.start < waiting.end[order]) & (free.end > waiting.start[order]))
        since = np.maximum(free.start[mine], waiting.start[order])
        until = np.minimum(free.end[mine], waiting.end[order])
        moments, number = present(since, until)
        for now in moments[number >= waiting.crew[order]].tolist():
            there = mine[(since <= now) & (until > now)]
            if _crew_in_time(w, order, there, now):
                yield Broken("orders", waiting.order[[order]], ("crew", "eligible", "gathering"), {
                    "free together at": f.when(np.array([now]))})
                break


def _crew_in_time(w: Work, order: int, lines: Ints, now: int) -> bool:
    """Whether the crew's fullest choice could end in time, all beginning when the last arrives."""
    ends = w.ends(lines, np.full(len(lines), order), np.full(len(lines), now))
    still = w.free.start[lines] == now
    moving = w.facts.code("timesheet", "state", StaffState)[w.free.line[lines]] == StaffState.RETURN
    fixed = ~moving | still
    known = lines[fixed]
    if len(known) < w.waiting.crew[order]:
        return False
    return bool((ends[fixed].max() <= w.free.until[known] - TOLERANCE).all())


def no_idle_joiner(f: Facts) -> Iterator[Broken]:
    """While an order gathers its crew, whoever of its point could join is held for it."""
    w = work(f)
    order = f.row_of("visits", "order", "orders")
    held = np.full(len(f.table("orders")), -1)
    np.maximum.at(held, order[order != NONE], f.ms("visits", "held")[order != NONE])
    began = f.ms("orders", "gathering")
    over = np.where(has(f.ms("orders", "departed")), held, f.until("orders", "cancelled"))
    rows = np.flatnonzero(has(began) & (f.column("orders", "crew") > 1) & (over > began))
    gathers = Waiting(
        rows, began[rows], over[rows], f.place("orders", "service", "services")[rows],
        f.column("orders", "crew")[rows], f.place("orders", "point", "points")[rows],
    )
    # who could not be done in time is rightly left out, so idleness must be judged by time alone
    anybody = replace(w.free, nothing_to_do=np.zeros(len(w.free.line), dtype=bool))
    yield from _could_have_gone(
        replace(w, free=anybody, waiting=gathers), np.arange(len(rows)), borrowed=False)
