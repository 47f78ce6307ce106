"""Waiting time and the queue's length over time agree, each counted from tables of its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.visits import called_away
from sim.check.ground.deliveries import brought
from sim.check.ground.facts import NAT, Facts, Ints, find, has, take
from sim.check.ground.findings import Broken
from sim.check.ground.spans import area
from sim.check.hotline.calls import queue_end
from sim.words.kinds import NONE, StaffState


def calls_wait_as_long_as_queues_are(f: Facts) -> Iterator[Broken]:
    """The queue's length from arrivals and departures; the waits from when operators began."""
    arrived, ended = f.ms("calls", "arrived"), queue_end(f)
    number = f.column("calls", "call")
    state = f.code("timesheet", "state", StaffState)
    talks = np.flatnonzero(np.isin(state, (StaffState.TALK, StaffState.CALL_BACK)))
    talks = talks[np.argsort(f.ms("timesheet", "start")[talks], kind="stable")]
    line = find(f.column("timesheet", "call")[talks], number)
    began = take(f.ms("timesheet", "start")[talks], line, NAT)
    # A talk of no length leaves no line in any time sheet.
    answered, over = f.ms("calls", "answered"), f.ms("calls", "talk_end")
    began = np.where(has(answered) & (answered == over), answered, began)
    gave_up = np.where(has(answered), arrived, f.until("calls", "left"))
    waits = np.where(has(began), began, gave_up) - arrived
    level = f.column("calls", "priority")
    for tier in np.unique(level):
        mine = level == tier
        queue, waited = area(arrived[mine], ended[mine]), int(waits[mine].sum())
        if queue != waited:
            yield Broken("", np.array([NONE]), (), {
                "calls of class": [tier], "queue integrated, ms": [queue], "waits, ms": [waited]})


def orders_wait_as_long_as_lists_are(f: Facts) -> Iterator[Broken]:
    """The list's length from the orders; the waits from when caregivers were first held.

    An order left behind was on no list while somebody was held for it or on the way: for the list
    that is on the time sheet, for the waits in the visits.
    """
    joined = f.ms("orders", "eligible")
    point = f.place("orders", "point", "points")
    left = np.minimum(f.until("orders", "gathering"), f.until("orders", "cancelled"))
    order = f.row_of("visits", "order", "orders")
    held = np.full(len(joined), np.iinfo(np.int64).max)
    np.minimum.at(held, order[order != NONE], f.ms("visits", "held")[order != NONE])
    alone = f.column("orders", "crew") == 1
    ended = np.where(alone, np.minimum(held, f.until("orders", "cancelled")), left)
    behind = f.column("orders", "preempted") > 0
    waits = np.where(behind, _waits_of_left_behind(f, left), ended - joined)
    away = np.where(behind, _time_away(f, left), 0)
    listed = has(joined) & ~brought(f)
    for where in np.unique(point[listed]):
        mine = listed & (point == where)
        queue = area(joined[mine], left[mine]) - int(away[mine].sum())
        waited = int(waits[mine].sum())
        if queue != waited:
            yield Broken("", np.array([NONE]), (), {
                "orders at": [f.text("points", "point")[where]],
                "list integrated, ms": [queue], "waits, ms": [waited]})


def _waits_of_left_behind(f: Facts, left: Ints) -> Ints:
    """From joining to each caregiver's being held, less what came before each turned back."""
    order = f.row_of("visits", "order", "orders")
    known = order != NONE
    turned = f.ms("visits", "turned_back")
    ends, starts = f.ms("orders", "eligible") * 0, f.ms("orders", "eligible").copy()
    np.add.at(ends, order[known], f.ms("visits", "held")[known])
    away = known & has(turned)
    np.add.at(starts, order[away], turned[away])
    nobody_came = ~has(f.ms("orders", "departed"))
    return np.where(nobody_came, left, 0) + ends - starts


def _time_away(f: Facts, left: Ints) -> Ints:
    """How long somebody was held for each order, or on the way, who then was called away."""
    away = called_away(f)
    order = f.row_of("visits", "order", "orders")
    lost = np.zeros(len(left), dtype=np.int64)
    rows = away & (order != NONE)
    np.add.at(lost, order[rows], (f.ms("visits", "departed") - f.ms("visits", "held"))[rows])
    travel = f.code("timesheet", "state", StaffState) == StaffState.TRAVEL
    of = f.row_of("timesheet", "order", "orders")
    start, end = f.ms("timesheet", "start"), f.ms("timesheet", "end")
    trips = travel & (of != NONE) & (start < take(left, of, 0))
    np.add.at(lost, of[trips], (end - start)[trips])
    return lost
