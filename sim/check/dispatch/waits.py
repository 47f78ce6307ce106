"""When each order was on a point's waiting list, from its joining to somebody's being taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.check.ground.deliveries import brought
from sim.check.ground.experts import remote
from sim.check.ground.facts import Facts, Ints, has, take
from sim.words.kinds import NONE, IdleReason, StaffState


@dataclass(frozen=True, eq=False)
class Waits:
    """Stretches of time on a waiting list; an order left behind has several."""

    order: Ints
    """row of the order"""
    start: Ints
    end: Ints


def waits(f: Facts) -> Waits:
    """Every stretch that lasted."""
    return f.once("waits", _find)


def _find(f: Facts) -> Waits:
    joined = f.ms("orders", "eligible")
    left = np.minimum(f.until("orders", "gathering"), f.until("orders", "cancelled"))
    left = np.minimum(left, _taken_but_not_gone(f))
    # deliveries leave on rounds, and experts have a queue of their own
    alone = has(joined) & ~brought(f) & ~remote(f)
    once = np.flatnonzero(alone & (f.column("orders", "preempted") == 0))
    again = _of_those_left_behind(f)
    order = np.concatenate([once, again.order])
    start = np.concatenate([joined[once], again.start])
    end = np.concatenate([left[once], again.end])
    lasted = end > start
    return Waits(order[lasted], start[lasted], end[lasted])


def _of_those_left_behind(f: Facts) -> Waits:
    """From joining to the first caregiver taken, and from each left behind to the next."""
    visited = f.row_of("visits", "order", "orders")
    held, turned = f.ms("visits", "held"), f.ms("visits", "turned_back")
    over = np.minimum(f.until("orders", "cancelled"), f.horizon)
    state = f.code("timesheet", "state", StaffState)
    reserved = (state == StaffState.IDLE) & (
        f.code("timesheet", "reason", IdleReason) == IdleReason.RESERVED)
    kept_for, kept_since = f.row_of("timesheet", "order", "orders"), f.ms("timesheet", "start")
    joined = f.ms("orders", "eligible")
    rows: list[tuple[int, int, int]] = []
    for order in np.flatnonzero(f.column("orders", "preempted") > 0).tolist():
        mine = np.flatnonzero(visited == order)
        mine = mine[np.lexsort((turned[mine], held[mine]))]
        # who was called away comes before who then came, also at the same moment
        mine = np.concatenate([mine[has(turned[mine])], mine[~has(turned[mine])]])
        starts = [int(joined[order]), *turned[mine][has(turned[mine])].tolist()]
        lines = reserved & (kept_for == order) & (kept_since >= starts[-1])
        last = min([int(over[order]), *kept_since[lines].tolist()])
        ends = [*held[mine].tolist(), last][: len(starts)]
        rows += [(order, start, end) for start, end in zip(starts, ends, strict=True)]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Waits(table[:, 0], table[:, 1], table[:, 2])


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
