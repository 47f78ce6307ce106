"""What must be true of delivery rounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.roads import TOLERANCE, Homes, Roads
from sim.check.dispatch.visits import able
from sim.check.ground.deliveries import brought, meal_of, on_round, round_of
from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.services.delivering import meals_in, where_delivered
from sim.check.staff.duties import duty_of
from sim.words.kinds import MINUTE, NONE, CancelReason, Hand, IdleReason, RoundCause, StaffState


@where_delivered
def rounds_close_rightly(f: Facts) -> Iterator[Broken]:
    """A round is closed when it is full, when its first order has waited long enough or when the
    wave is ready; nothing waits longer outside of one, and none is larger than it may be."""
    service = f.place("rounds", "service", "services")
    size = take(f.column("services", "round_size"), service, 0)
    wait = np.rint(take(f.column("services", "round_wait_min").astype(float), service, 0.0)
                   * MINUTE).astype(np.int64)
    opened, closed = f.ms("rounds", "opened"), f.ms("rounds", "closed")
    cause = f.code("rounds", "cause", RoundCause)
    on = find(f.column("rounds", "round"), f.column("meals", "round"))
    on = np.where(f.column("meals", "round") >= 0, on, NONE)
    number = np.bincount(on[on != NONE], minlength=len(size))
    wrong = (number > size) | (number == 0) | (f.column("rounds", "meals") != number)
    wrong |= np.select(
        [cause == RoundCause.FULL, cause == RoundCause.WAITED, cause == RoundCause.WAVE],
        [(number != size) | (closed > opened + wait), closed != opened + wait, closed != opened],
        default=True)
    yield from rows_where("rounds", wrong, "opened", "closed", "cause", "meals", orders=number)

    order, kitchen, _ = meals_in(f)
    came = take(f.ms("orders", "eligible"), order, NAT)
    delivered = f.code("meals", "hand", Hand) == Hand.DELIVERED
    booked = has(take(f.ms("orders", "window_open"), order, NAT))
    over = np.minimum(take(f.until("orders", "cancelled"), order, 0), f.horizon)
    first, shut = take(opened, on, NAT), take(closed, on, NAT)
    own_wait = take(f.column("services", "round_wait_min").astype(float),
                    take(f.place("orders", "service", "services"), order, NONE), 0.0) * MINUTE
    patience = np.where(booked, 0, np.rint(own_wait)).astype(np.int64)
    ok = np.where(on == NONE, came + patience >= over,
                  (first <= came) & (came <= shut) & (shut <= came + patience))
    for name, mine in (("kitchen", kitchen),
                       ("point", take(f.place("orders", "point", "points"), order, NONE)),
                       ("service", take(f.place("orders", "service", "services"), order, NONE))):
        of = {"kitchen": "kitchens", "point": "points", "service": "services"}[name]
        ok &= (on == NONE) | (take(f.place("rounds", name, of), on, NONE) == mine)
    ok &= (on == NONE) | ((take(cause, on, NONE) == RoundCause.WAVE) == booked)
    wrong = np.where(delivered, has(came) & ~ok, on != NONE)
    wrong |= (f.column("meals", "stop") >= 0) & (on == NONE)
    yield from rows_where("meals", wrong, "ready", "hand", "round", "stop")


@where_delivered
def nearest_home_next(f: Facts) -> Iterator[Broken]:
    """A round goes on to the nearest home left, and leaves nobody out before the kitchen stops."""
    roads, homes = Roads.of(f), Homes.of(f)
    order, _, _ = meals_in(f)
    on = find(f.column("rounds", "round"), f.column("meals", "round"))
    rows = np.flatnonzero((f.column("meals", "stop") >= 0) & (on != NONE) & (order != NONE))
    rows = rows[np.lexsort((f.column("meals", "stop")[rows], on[rows]))]
    stop = f.column("meals", "stop")[rows]
    begins = np.append(True, on[rows][1:] != on[rows][:-1])[: len(rows)]
    place = np.arange(len(rows)) - np.maximum.accumulate(np.where(begins, np.arange(len(rows)), 0))
    yield from rows_where("meals", _at(stop != place, rows, len(order)), "round", "stop")
    zones = len(f.table("zones"))
    point = f.place("rounds", "point", "points")
    x, y, zone = homes.x[order[rows]], homes.y[order[rows]], homes.zone[order[rows]]
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(rows))[: len(starts)]
    bad = np.zeros(len(rows), dtype=bool)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        at = point[on[rows[start]]]
        here_x, here_y = f.column("points", "x_km")[at], f.column("points", "y_km")[at]
        here = zones + at
        for n in range(start, end):
            if roads.minutes is None:
                far = roads.km(here_x, here_y, x[n:end], y[n:end], zone[n:end])
            else:
                far = roads.minutes[here, zone[n:end]]
            bad[n] = far[0] > far.min() + 1e-9
            here_x, here_y, here = x[n], y[n], zone[n]
    yield from rows_where("meals", _at(bad, rows, len(order)), "round", "stop")


def _at(marked: Yes, rows: Ints, size: int) -> Yes:
    whole = np.zeros(size, dtype=bool)
    whole[rows[marked]] = True
    return whole


@where_delivered
def doors_one_after_another(f: Facts) -> Iterator[Broken]:
    """Of a round one caregiver goes from door to door without a pause, and turns back only when the
    kitchen stops; the round lasts from the first way to the last door."""
    on, order = round_of(f), f.row_of("visits", "order", "orders")
    stop = take(f.column("meals", "stop"), take(meal_of(f), order, NONE), NONE)
    rows = np.flatnonzero(on != NONE)
    rows = rows[np.lexsort((stop[rows], on[rows]))]
    turned = f.ms("visits", "turned_back")
    leaves = f.ms("visits", "departed")
    free = np.where(has(turned), turned, f.until("visits", "ended"))
    first = np.append(True, on[rows][1:] != on[rows][:-1])[: len(rows)]
    last = np.append(first[1:], True)[: len(rows)]
    before = np.append(0, free[rows][:-1])[: len(rows)]
    gone = take(f.ms("rounds", "departed"), on, NAT)
    wrong = np.zeros(len(on), dtype=bool)
    wrong[rows] = leaves[rows] != np.where(first, gone[rows], before)
    wrong[rows] |= stop[rows] != np.arange(len(rows)) - np.maximum.accumulate(
        np.where(first, np.arange(len(rows)), 0))
    ended = np.minimum(take(f.until("rounds", "ended"), on, NAT), f.horizon)
    wrong[rows] |= last & (ended[rows] != np.minimum(free[rows], f.horizon))
    wrong[rows] |= ~last & has(turned[rows])
    who = f.place("visits", "caregiver", "staff")
    wrong[rows] |= who[rows] != take(f.place("rounds", "caregiver", "staff"), on[rows], NONE)
    wrong |= (on != NONE) & (take(f.ms("orders", "departed"), order, NAT) != gone)
    reason = take(f.code("orders", "reason", CancelReason), order, NONE)
    wrong |= (on != NONE) & (has(turned) != (reason == CancelReason.KITCHEN_STOPPED))
    yield from rows_where("visits", wrong, "order", "caregiver", "departed", "ended")

    visited = np.bincount(order[on != NONE], minlength=len(f.table("orders")))
    meal = meal_of(f)
    delivered = take(f.code("meals", "hand", Hand), meal, NONE) == Hand.DELIVERED
    cancelled = f.code("orders", "reason", CancelReason) == CancelReason.KITCHEN_STOPPED
    under_way = has(f.ms("orders", "departed")) & ~has(f.ms("orders", "arrived"))
    least = np.where(delivered & has(f.ms("orders", "departed")) & ~cancelled & ~under_way, 1, 0)
    most = np.where(delivered & has(f.ms("orders", "departed")), 1, 0)
    wrong = brought(f) & ((visited < least) | (visited > most))
    yield from rows_where("orders", wrong, "departed", "state", visits=visited)


@where_delivered
def rounds_end_in_time(f: Facts) -> Iterator[Broken]:
    """A round is planned by noise-free travel and mean times, and leaves only if that ends within
    the shift and its allowed overtime; who goes is of the point, and able."""
    gone = np.flatnonzero(has(f.ms("rounds", "departed")))
    staff = f.place("rounds", "caregiver", "staff")[gone]
    departed = f.ms("rounds", "departed")[gone]
    planned = _planned(f, gone, staff)
    stated = f.column("rounds", "planned_min")[gone] * MINUTE
    number = f.column("rounds", "meals")[gone]
    wrong = ~(np.abs(planned - stated) <= TOLERANCE * number + 1)
    duty = duty_of(f, staff, departed)
    overtime = f.settings["dispatch.overtime_min"] * MINUTE
    wrong |= departed + stated > take(f.ms("roster", "end"), duty, 0) + overtime + 1
    service = f.place("rounds", "service", "services")[gone]
    wrong |= (staff == NONE) | ~able(f)[staff, service]
    wrong |= f.text("rounds", "point")[gone] != take(f.text("staff", "point"), staff, "")
    wrong |= departed < f.ms("rounds", "closed")[gone]
    yield from rows_where(
        "rounds", _at(wrong, gone, len(f.table("rounds"))), "caregiver", "departed", "planned_min")


def _planned(f: Facts, rounds: Ints, staff: Ints) -> Ints:
    """Length of each round as planned by this person, in milliseconds."""
    roads, homes = Roads.of(f), Homes.of(f)
    order, _, _ = meals_in(f)
    on = find(f.column("rounds", "round")[rounds], f.column("meals", "round"))
    stop = f.column("meals", "stop")
    where = np.full((len(rounds), 1 + int(stop.max(initial=0))), NONE)
    rows = np.flatnonzero((stop >= 0) & (on != NONE))
    where[on[rows], stop[rows]] = order[rows]
    point = f.place("rounds", "point", "points")[rounds]
    x, y = f.column("points", "x_km")[point], f.column("points", "y_km")[point]
    row = len(f.table("zones")) + point
    departed = f.ms("rounds", "departed")[rounds]
    now = departed.astype(float)
    service = f.place("rounds", "service", "services")[rounds]
    mean = f.column("services", "mean_min")[service] * MINUTE
    for stops in where.T:
        there = stops != NONE
        zone = take(homes.zone, stops, NONE)
        to_x, to_y = take(homes.x, stops, 0.0), take(homes.y, stops, 0.0)
        km = roads.km(x, y, to_x, to_y, zone)
        way = roads.planned(km, row, zone, roads.kmh[staff], now.astype(np.int64))
        now = np.where(there, now + way + mean, now)
        x, y = np.where(there, to_x, x), np.where(there, to_y, y)
        row = np.where(there, zone, row)
    return np.asarray(now - departed)


@where_delivered
def no_idle_deliverer(f: Facts) -> Iterator[Broken]:
    """No closed round waits while somebody of the point who could take it idles there."""
    if "people" in f.result.reference:
        return  # somebody may rightly stay who must not go to one of the homes
    state = f.code("timesheet", "state", StaffState)
    reason = f.code("timesheet", "reason", IdleReason)
    idle = np.flatnonzero((state == StaffState.IDLE) & (reason == IdleReason.NONE))
    staff = f.place("timesheet", "staff", "staff")[idle]
    start, end = f.ms("timesheet", "start")[idle], f.ms("timesheet", "end")[idle]
    at = f.place("timesheet", "point", "points")[idle]
    closed = f.ms("rounds", "closed")
    gone = f.ms("rounds", "departed")
    over = np.where(has(gone), gone, f.until("rounds", "ended"))
    waited = np.flatnonzero(over > closed)
    service, point = f.place("rounds", "service", "services"), f.place("rounds", "point", "points")
    for n in waited.tolist():
        mine = (at == point[n]) & able(f)[staff, service[n]]
        mine &= np.minimum(end, over[n]) > np.maximum(start, closed[n])
        if mine.any():
            yield Broken("timesheet", idle[mine], ("state", "end"), {
                "round": np.full(mine.sum(), f.column("rounds", "round")[n])})


@where_delivered
def one_round_at_a_time(f: Facts) -> Iterator[Broken]:
    """A caregiver is on one round at a time, and on nothing else meanwhile."""
    who = f.place("rounds", "caregiver", "staff")
    start, end = f.ms("rounds", "departed"), f.until("rounds", "ended")
    visits = ~on_round(f)
    turned = f.ms("visits", "turned_back")
    free = np.where(has(turned), turned, f.until("visits", "ended"))
    rounds = np.flatnonzero(has(start))
    staff = np.append(who[rounds], f.place("visits", "caregiver", "staff")[visits])
    since = np.append(start[rounds], f.ms("visits", "held")[visits])
    until = np.append(end[rounds], free[visits])
    number = np.append(rounds, np.full(int(visits.sum()), NONE))
    rows = np.lexsort((until, since, staff))
    before, after = rows[:-1], rows[1:]
    clash = (staff[before] == staff[after]) & (since[after] < until[before])
    found = np.maximum(number[before], number[after])[clash]
    if (found >= 0).any():
        yield Broken("rounds", found[found >= 0], ("caregiver", "departed", "ended"))
