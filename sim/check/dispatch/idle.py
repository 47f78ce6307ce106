"""Nobody is idle for want of work while there is work that this person could do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.check.dispatch.fit import suits
from sim.check.dispatch.offers import in_pool
from sim.check.dispatch.reserve import Reserve, reserve
from sim.check.dispatch.roads import TOLERANCE, Homes, Roads, whereabouts
from sim.check.dispatch.visits import able
from sim.check.dispatch.waits import waits
from sim.check.ground.facts import NAT, Facts, Floats, Ints, Yes, has, take
from sim.check.ground.findings import Broken
from sim.check.ground.spans import overlaps, present
from sim.check.staff.duties import duty_of
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
    reserve: Reserve

    def ends(self, line: Ints, o: Ints, now: Ints) -> Floats:
        """Planned end of each order (row) by each free caregiver (place), setting out now.

        Counted from where the line of the time sheet begins: for one on the way back that is
        where the way back begins.
        """
        f, free = self.facts, self.free
        zone = self.homes.zone[o]
        km = self.roads.km(
            free.x[line], free.y[line], self.homes.x[o], self.homes.y[o], zone)
        way = self.roads.planned(km, free.row[line], zone, self.roads.kmh[free.staff[line]], now)
        begins = np.maximum(now + way, f.ms("orders", "window_open")[o])
        service = f.place("orders", "service", "services")[o]
        mean = take(f.column("services", "mean_min"), service, 0) * MINUTE
        return np.asarray(begins + mean)

    def resting(self, line: Ints, now: Ints) -> Yes:
        """Whether a free caregiver is where the line begins: not a while on the way back."""
        state = self.facts.code("timesheet", "state", StaffState)[self.free.line[line]]
        return np.asarray((now == self.free.start[line]) | (state != StaffState.RETURN))


def work(f: Facts) -> Work:
    return f.once("work", _look)


def _look(f: Facts) -> Work:
    return Work(f, _free(f), _waiting(f), Roads.of(f), Homes.of(f), able(f), reserve(f))


def _free(f: Facts) -> Free:
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    point = f.place("timesheet", "point", "points")
    return _lines(f, np.flatnonzero((point != NONE) & (
        (state == StaffState.RETURN)
        | (state == StaffState.IDLE) & (reason != IdleReason.RESERVED))))


def _lines(f: Facts, rows: Ints) -> Free:
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    staff, point = f.place("timesheet", "staff", "staff"), f.place("timesheet", "point", "points")
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
    found = waits(f)
    return _of_orders(f, found.order, found.start, found.end)


def _of_orders(f: Facts, rows: Ints, start: Ints, end: Ints) -> Waiting:
    return Waiting(
        rows, start, end, f.place("orders", "service", "services")[rows],
        f.column("orders", "crew")[rows], f.place("orders", "point", "points")[rows],
    )


def no_idle_caregiver(f: Facts) -> Iterator[Broken]:
    """Orders for one caregiver: at the own point, and near it where points help each other.

    Those in the county's queue are looked at by themselves.
    """
    w = work(f)
    single = (w.waiting.crew == 1) & ~in_pool(f)[w.waiting.order]
    yield from _could_have_gone(w, np.flatnonzero(single), borrowed=False)
    if f.settings["dispatch.borrow_km"] > 0:
        yield from _could_have_gone(w, np.flatnonzero(single), borrowed=True)


def _could_have_gone(
    w: Work, orders: Ints, borrowed: bool, held: Free | None = None
) -> Iterator[Broken]:
    """Pairs of a free caregiver and a waiting order, together for some time.

    With ``held``, those already held for the order go along.
    """
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
            suited = suits(f, free.staff[line], waiting.order[order])
            order, line = order[suited], line[suited]
            since = np.maximum(waiting.start[order], free.start[line])
            until = np.minimum(waiting.end[order], free.end[line])
            now = w.reserve.spared_at(
                waiting.order[order], free.staff[line], since, until)
            wrong = free.nothing_to_do[line] | ((now != NAT) & _in_time(w, order, line, now))
            if borrowed:
                wrong &= _near(w, order, line)
            if held is not None:
                wrong[wrong] = _together(w, order[wrong], line[wrong], now[wrong], held)
            if wrong.any():
                yield Broken("timesheet", free.line[line[wrong]], ("state", "reason", "end"), {
                    "waiting order": f.column("orders", "order")[waiting.order[order[wrong]]]})


def _in_time(w: Work, order: Ints, line: Ints, now: Ints) -> Yes:
    """Whether an order could surely end in time, if the caregiver set out now."""
    ends = w.ends(line, w.waiting.order[order], now)
    # on the way back the place at a later moment is not that of the line's start
    return np.asarray((ends <= w.free.until[line] - TOLERANCE) & w.resting(line, now))


def _together(w: Work, order: Ints, line: Ints, now: Ints, held: Free) -> Yes:
    """Whether each could surely end in time together with those who are held then."""
    kept_for = w.facts.row_of("timesheet", "order", "orders")[held.line]
    fits = np.ones(len(order), dtype=bool)
    for n, (row, moment) in enumerate(zip(w.waiting.order[order], now, strict=True)):
        there = np.flatnonzero((kept_for == row) & (held.start <= moment) & (held.end > moment))
        rows, moments = np.full(len(there), row), np.full(len(there), moment)
        mine = w.ends(line[[n]], np.array([row]), now[[n]])
        ends = np.append(replace(w, free=held).ends(there, rows, moments), mine)
        until = np.append(held.until[there], w.free.until[line[n]])
        fits[n] = (ends.max() <= until - TOLERANCE).all()
    return fits


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
        mine = mine[suits(f, free.staff[mine], np.full(len(mine), waiting.order[order]))]
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
    row = np.full(len(lines), w.waiting.order[order])
    ends = w.ends(lines, row, np.full(len(lines), now))
    fixed = w.resting(lines, np.full(len(lines), now))
    known = lines[fixed]
    if w.reserve.most(w.waiting.order[order], w.free.staff[known], now) < w.waiting.crew[order]:
        return False
    return bool((ends[fixed].max() <= w.free.until[known] - TOLERANCE).all())


def no_idle_joiner(f: Facts) -> Iterator[Broken]:
    """While an order gathers its crew, whoever of its point could join those held for it is held
    too."""
    w = work(f)
    order = f.row_of("visits", "order", "orders")
    held = np.full(len(f.table("orders")), -1)
    np.maximum.at(held, order[order != NONE], f.ms("visits", "held")[order != NONE])
    began = f.ms("orders", "gathering")
    over = np.where(has(f.ms("orders", "departed")), held, f.until("orders", "cancelled"))
    rows = np.flatnonzero(has(began) & (f.column("orders", "crew") > 1) & (over > began))
    gathers = _of_orders(f, rows, began[rows], over[rows])
    # who could not be done in time is rightly left out, so idleness must be judged by time alone
    anybody = replace(w.free, nothing_to_do=np.zeros(len(w.free.line), dtype=bool))
    held_lines = _lines(f, np.flatnonzero(
        f.code("timesheet", "state", StaffState) == StaffState.GATHERING))
    yield from _could_have_gone(
        replace(w, free=anybody, waiting=gathers), np.arange(len(rows)), False, held_lines)
