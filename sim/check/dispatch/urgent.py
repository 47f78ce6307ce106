"""Caregivers called away to emergencies, and the orders they leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.fit import suits
from sim.check.dispatch.idle import Work, work
from sim.check.dispatch.reserve import emergencies
from sim.check.dispatch.roads import TOLERANCE, Homes, Roads, whereabouts
from sim.check.dispatch.visits import able, at_epoch, called_away, trip_lines
from sim.check.dispatch.waits import waits
from sim.check.ground.deliveries import on_round
from sim.check.ground.facts import Facts, Floats, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.staff.duties import duty_of
from sim.words.kinds import MINUTE, NONE


def called_to_an_emergency(f: Facts) -> Iterator[Broken]:
    """Who turns around was alone, on the way to an order that is no emergency, and sets out there
    and then for one of the own point's that is, wants one caregiver and is not booked, while nobody
    of the point who could have gone was free."""
    away = called_away(f) & ~on_round(f)
    if not away.any():
        return
    order = f.row_of("visits", "order", "orders")
    staff, turned = f.place("visits", "caregiver", "staff"), f.ms("visits", "turned_back")
    urgent = emergencies(f)
    goes = _sets_out_then(f, staff, turned)
    then = take(order, goes, NONE)
    own = f.place("visits", "point", "points")
    right = take(urgent, then, False).astype(bool) & ~take(urgent, order, True).astype(bool)
    for which in (order, then):
        right &= take(f.column("orders", "crew"), which, 0) == 1
    right &= ~has(take(f.ms("orders", "window_open"), then, 0))
    right &= take(f.place("orders", "point", "points"), then, NONE) == own
    right &= bool(f.settings["dispatch.preempt"])
    right &= take(f.ms("visits", "departed"), goes, 0) == turned
    yield from rows_where("visits", away & ~right, "order", "caregiver", "departed", "turned_back")
    sound = np.flatnonzero(away & right)
    yield from _somebody_was_free(work(f), sound, then[sound], own[sound], turned[sound])


def _sets_out_then(f: Facts, staff: Ints, moments: Ints) -> Ints:
    """The visit for which each person is taken at each moment and not called away from; else -1."""
    span = 2 * f.horizon + 1
    goes = np.flatnonzero(~called_away(f))
    key = f.place("visits", "caregiver", "staff") * span + f.ms("visits", "held")
    wanted = np.where(has(moments), staff * span + moments, NONE)
    return take(goes, find(key[goes], wanted), NONE)


def _somebody_was_free(
    w: Work, visit: Ints, order: Ints, point: Ints, when: Ints
) -> Iterator[Broken]:
    free, service = w.free, w.facts.place("orders", "service", "services")
    for n in range(len(visit)):
        lines = np.flatnonzero(
            (free.point == point[n]) & (free.start < when[n]) & (free.end > when[n])
            & w.able[free.staff, service[order[n]]])
        lines = lines[suits(w.facts, free.staff[lines], np.full(len(lines), order[n]))]
        now = np.full(len(lines), when[n])
        ends = w.ends(lines, np.full(len(lines), order[n]), now)
        wrong = (ends <= free.until[lines] - TOLERANCE) & w.resting(lines, now)
        if wrong.any():
            yield Broken("visits", visit[[n]], ("caregiver", "turned_back"), {
                "free instead": w.facts.text("staff", "staff")[free.staff[lines[wrong][:1]]]})


def left_behind_first(f: Facts) -> Iterator[Broken]:
    """Nobody takes another order of a class while one left behind waits whom he could serve."""
    if not (called_away(f) & ~on_round(f)).any():
        return
    found = waits(f)
    turned = f.ms("visits", "turned_back")
    visited = f.row_of("visits", "order", "orders")
    again = np.isin(found.order * (f.horizon + 1) + found.start,
                    (visited * (f.horizon + 1) + turned)[has(turned)])
    held, point = f.ms("visits", "held"), f.place("orders", "point", "points")
    level, crew = f.column("orders", "priority"), f.column("orders", "crew")
    fresh = f.column("orders", "preempted") == 0
    own = f.place("visits", "point", "points")
    epoch = at_epoch(f, held)
    for n in np.flatnonzero(again).tolist():
        left = found.order[n]
        rows = np.flatnonzero(
            (held > found.start[n]) & (held < found.end[n]) & (visited != NONE) & ~epoch
            & (take(point, visited, NONE) == point[left])
            & (take(level, visited, NONE) == level[left])
            & (take(crew, visited, 0) == 1) & take(fresh, visited, False).astype(bool))
        instead = rows[_could_serve(f, rows, int(left), own[rows] != point[left])]
        if len(instead):
            yield Broken("visits", instead, ("order", "caregiver", "held"), {
                "left behind": np.full(len(instead), f.column("orders", "order")[left])})


def _could_serve(f: Facts, visit: Ints, left: int, lent: Yes) -> Yes:
    """Whether the caregiver of each visit could surely have gone to the order left behind."""
    roads, homes = Roads.of(f), Homes.of(f)
    staff, held = f.place("visits", "caregiver", "staff")[visit], f.ms("visits", "held")[visit]
    service = int(f.place("orders", "service", "services")[left])
    here = np.full(len(visit), left)
    km = roads.km(f.column("visits", "from_x_km")[visit], f.column("visits", "from_y_km")[visit],
                  homes.x[here], homes.y[here], homes.zone[here])
    line = trip_lines(f)[visit]
    start = take(whereabouts(f).row, line, 0)
    way = roads.planned(km, start, homes.zone[here], roads.kmh[staff], held)
    begins = np.maximum(held + way, f.ms("orders", "window_open")[left])
    mean = f.column("services", "mean_min")[service] * MINUTE
    duty = duty_of(f, staff, held)
    until: Floats = take(f.ms("roster", "end"), duty, 0) + (
        f.settings["dispatch.overtime_min"] * MINUTE)
    own = f.place("visits", "point", "points")[visit]
    away = np.hypot(homes.x[left] - f.column("points", "x_km")[own],
                    homes.y[left] - f.column("points", "y_km")[own])
    near = ~lent | (away < f.settings["dispatch.borrow_km"] - 1e-6)
    in_time = begins + mean <= until - TOLERANCE
    fit = able(f)[staff, service] & suits(f, staff, here)
    return np.asarray(fit & near & in_time & (line != NONE))
