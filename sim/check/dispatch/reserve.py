"""Who is kept free for emergencies, and whether enough of them always were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.check.dispatch.visits import able
from sim.check.ground.deliveries import jobs, later_stop
from sim.check.ground.facts import NAT, Facts, Ints, Yes, take
from sim.check.ground.findings import Broken
from sim.check.ground.spans import present
from sim.words.kinds import NONE, IdleReason, ServiceMode, StaffState


def emergencies(f: Facts) -> Yes:
    """Which orders are emergencies."""
    return np.asarray(f.column("orders", "priority") <= f.settings["dispatch.emergency_priority"])


def ready(f: Facts) -> Yes:
    """Which people can do every emergency service that their own point offers, if it has any."""
    urgent = f.column("services", "priority") <= f.settings["dispatch.emergency_priority"]
    urgent &= f.text("services", "mode") == ServiceMode.VISIT
    names = f.text("services", "service")
    found = np.zeros(len(f.table("staff")), dtype=bool)
    point = f.place("staff", "point", "points")
    for number, text in enumerate(f.text("points", "services")):
        wanted = urgent & np.isin(names, text.split("|"))
        if wanted.any():
            found |= (point == number) & able(f)[:, wanted].all(axis=1)
    return found


@dataclass(frozen=True, eq=False)
class Steps:
    """How many of a point's caregivers who are ready for emergencies are free, over time."""

    moments: Ints
    number: Ints
    """from each moment on"""
    spared: Ints
    """the first place at or after each at which there are more than have to stay; past the end
    where there is none"""


@dataclass(frozen=True, eq=False)
class Reserve:
    """What the reserve allows; with a ``size`` of 0, everything."""

    size: int
    urgent: Yes
    """[order] it is an emergency"""
    ready: Yes
    """[person] can do every emergency service of the own point"""
    point: Ints
    """[person] own point"""
    steps: Mapping[int, Steps]
    """of each point that has such people"""

    def spared_at(self, order: Ints, staff: Ints, since: Ints, until: Ints) -> Ints:
        """From when on in each stretch a free caregiver may go to an order; NAT where never."""
        found = since.copy()
        if not self.size:
            return found
        bound = self.ready[staff] & ~self.urgent[order]
        for point, steps in self.steps.items():
            rows = np.flatnonzero(bound & (self.point[staff] == point))
            at = np.searchsorted(steps.moments, since[rows], side="right") - 1
            first = np.append(steps.spared, len(steps.moments))[at]
            moment = np.append(steps.moments, until.max(initial=0))[first]
            moment = np.maximum(moment, since[rows])
            found[rows] = np.where(moment < until[rows], moment, NAT)
        return found

    def most(self, order: int, staff: Ints, now: int) -> int:
        """How many of these free caregivers of one point may go to an order together."""
        kept = self.ready[staff]
        if not self.size or self.urgent[order] or not kept.any():
            return len(staff)
        steps = self.steps[int(self.point[staff[0]])]
        free = int(steps.number[np.searchsorted(steps.moments, now, side="right") - 1])
        return int((~kept).sum() + min(kept.sum(), max(0, free - self.size)))


def reserve(f: Facts) -> Reserve:
    """Worked out once."""
    return f.once("reserve", _look)


def _look(f: Facts) -> Reserve:
    size = int(f.settings["dispatch.reserve"])
    who, point = ready(f), f.place("staff", "point", "points")
    staff = f.place("timesheet", "staff", "staff")
    rows = np.flatnonzero(_is_free(f) & take(who, staff, False).astype(bool))
    steps = {}
    for number in np.unique(point[staff[rows]]).tolist() if size else ():
        mine = rows[point[staff[rows]] == number]
        moments, free = present(f.ms("timesheet", "start")[mine], f.ms("timesheet", "end")[mine])
        places = np.where(free > size, np.arange(len(free)), len(free))
        spared = np.minimum.accumulate(places[::-1])[::-1]
        steps[number] = Steps(moments, free, spared)
    return Reserve(size, emergencies(f), who, point, steps)


def _is_free(f: Facts) -> Yes:
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    idle = (state == StaffState.IDLE) & (reason != IdleReason.RESERVED)
    return np.asarray(idle | (state == StaffState.RETURN))


def reserve_kept(f: Facts) -> Iterator[Broken]:
    """Whoever was taken for an order that is no emergency left enough of the point's others free.

    Of those whose line changes at that very moment it cannot be told which came first: they count.
    """
    r = reserve(f)
    if not r.size:
        return
    staff, order, when, table, row = _takings(f)
    bound = (staff != NONE) & (order != NONE)
    bound[bound] = r.ready[staff[bound]] & ~r.urgent[order[bound]]
    taken = set(zip(staff.tolist(), order.tolist(), when.tolist(), strict=True))
    left = np.zeros(len(staff), dtype=np.int64)
    for other in np.flatnonzero(r.ready).tolist():
        mine = np.flatnonzero(bound & (r.point[staff] == r.point[other]) & (staff != other))
        together = np.array([
            (other, o, t) in taken for o, t in zip(
                order[mine].tolist(), when[mine].tolist(), strict=True)
        ], dtype=bool)
        left[mine] += _could_be_free(f, other, when[mine]) & ~together
    for name in ("visits", "timesheet"):
        wrong = np.flatnonzero(bound & (left < r.size) & (table == name))
        if len(wrong):
            yield Broken(name, row[wrong], (), {"taken": f.when(when[wrong]),
                                                "others free": left[wrong]})


def _takings(f: Facts) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Who was taken for what and when, and the table and row that say so."""
    state = f.code("timesheet", "state", StaffState)
    reserved = f.code("timesheet", "reason", IdleReason) == IdleReason.RESERVED
    # what the shift's end cuts off goes on from before
    begun = ~f.column("timesheet", "overtime").astype(bool)
    held = np.flatnonzero(((state == StaffState.GATHERING) | reserved) & begun)
    number = len(f.table("visits"))
    return (
        np.append(f.place("visits", "caregiver", "staff"),
                  f.place("timesheet", "staff", "staff")[held]),
        np.append(np.where(later_stop(f), NONE, f.row_of("visits", "order", "orders")),
                  f.row_of("timesheet", "order", "orders")[held]),
        np.append(f.ms("visits", "held"), f.ms("timesheet", "start")[held]),
        np.repeat(np.array(["visits", "timesheet"]), [number, len(held)]),
        np.append(np.arange(number), held),
    )


def _could_be_free(f: Facts, person: int, when: Ints) -> Yes:
    """Whether somebody was on duty and not in the middle of something at each moment."""
    mine = np.flatnonzero(f.place("timesheet", "staff", "staff") == person)
    start, end = f.ms("timesheet", "start")[mine], f.ms("timesheet", "end")[mine]
    by_time = np.lexsort((end, start))
    start, end, mine = start[by_time], end[by_time], mine[by_time]
    busy, job = ~_is_free(f)[mine], jobs(f)[mine]
    # what follows at once on the same order goes on
    new = np.ones(len(mine), dtype=bool)
    new[1:] = ~(busy[1:] & busy[:-1] & (job[1:] == job[:-1]) & (job[1:] != NONE)
                & (start[1:] == end[:-1]))
    head = np.flatnonzero(new)
    since, busy = start[head], busy[head]
    until = end[np.append(head[1:], len(mine)) - 1] if len(mine) else end
    if len(head) == 0:
        return np.zeros(len(when), dtype=bool)
    at = np.searchsorted(since, when, side="right") - 1
    there = (at >= 0) & (until[np.maximum(at, 0)] >= when)
    inside = there & busy[np.maximum(at, 0)] & (since[np.maximum(at, 0)] < when) & (
        until[np.maximum(at, 0)] > when)
    return np.asarray(there & ~inside)
