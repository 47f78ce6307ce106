"""What must be true of kitchens, meals and delivery rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial, wraps

import numpy as np

from sim.check.dispatch.roads import TOLERANCE, Homes, Roads
from sim.check.dispatch.visits import able
from sim.check.ground.deliveries import brought, meal_of, on_round, round_of, there
from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.staff.duties import duty_of
from sim.words.kinds import (
    DAY,
    HOUR,
    MINUTE,
    NONE,
    CancelReason,
    Hand,
    IdleReason,
    LateOrders,
    RoundCause,
    StaffState,
)

Find = Callable[[Facts], Iterator[Broken]]


def where_delivered(find_broken: Find) -> Find:
    """The check, silent where the scenario delivers nothing."""

    @wraps(find_broken)
    def found(f: Facts) -> Iterator[Broken]:
        return find_broken(f) if there(f) else iter(())

    return found


@where_delivered
def kitchens_fill_orders(f: Facts) -> Iterator[Broken]:
    """A meal for each order that a kitchen took, of a kitchen that supplies the point and fills the
    service; it leaves on the day wished or, ordered late, on a later one, and is then brought."""
    meal = meal_of(f)
    taken = brought(f) & has(f.ms("orders", "accepted"))
    yield from rows_where("orders", taken != (meal != NONE), "service", "accepted")
    order, kitchen, left = _meals(f)
    known = (order != NONE) & (kitchen != NONE)
    asked = zip(
        known.tolist(), kitchen.tolist(),
        take(f.text("orders", "service"), order, "").tolist(),
        take(f.text("orders", "point"), order, "").tolist(), strict=True,
    )
    fills = cache(partial(_fills, f))
    ok = np.array([yes and fills(*rest) for yes, *rest in asked], dtype=bool)
    opens = take(f.ms("orders", "window_open"), order, NAT)
    created = take(f.ms("orders", "created"), order, 0)
    later = left - np.where(has(opens), opens, created)
    ok &= ~has(left) | np.where(has(opens), (later >= 0) & (later % DAY == 0), later >= 0)
    refused, too_late = _terms(f, order)
    same_day = np.where(has(opens), later == 0, left // DAY == created // DAY)
    ok &= ~has(left) | ~(too_late & same_day) | ~known
    ok &= ~has(left) | ~refused | same_day
    ready = f.ms("meals", "ready")
    came = take(f.ms("orders", "eligible"), order, NAT)
    over = take(f.until("orders", "cancelled"), order, 0)
    ok &= np.where(has(came), came == ready, ~has(ready) | (ready >= np.minimum(over, f.horizon)))
    way = _transport(f, kitchen, take(f.place("orders", "point", "points"), order, NONE), left)
    ok &= ~has(ready) | ~has(left) | (np.abs(ready - left - way) <= TOLERANCE)
    yield from rows_where("meals", ~ok, "kitchen", "left", "ready", "hand")


def _meals(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Of each meal: row of the order, row of the kitchen, when it leaves."""
    return (f.row_of("meals", "order", "orders"), f.place("meals", "kitchen", "kitchens"),
            f.ms("meals", "left"))


def _fills(f: Facts, kitchen: int, service: str, point: str) -> bool:
    row = f.table("kitchens").iloc[kitchen]
    return point in row["meal_points"].split("|") and bool(
        {service, "all"} & set(row["services"].split("|")))


def _terms(f: Facts, order: Ints) -> tuple[Yes, Yes]:
    """Of each meal's order: whether late ones are refused, and whether it came too late."""
    service = take(f.place("orders", "service", "services"), order, NONE)
    refused = take(f.text("services", "late_orders"), service, "") == LateOrders.REFUSE
    cut_off = take(f.column("services", "cut_off_min").astype(float), service, np.nan) * MINUTE
    cut_off = np.where(np.isnan(cut_off), DAY, cut_off)
    lead = take(f.column("services", "lead_h").astype(float), service, 0.0) * HOUR
    opens = take(f.ms("orders", "window_open"), order, NAT)
    created = take(f.ms("orders", "created"), order, 0)
    wished = np.where(has(opens), opens, 0)
    last = np.where(has(opens), np.minimum(wished - lead, wished - wished % DAY + cut_off),
                    created - created % DAY + cut_off)
    return np.asarray(refused), np.asarray(created > last)


def _transport(f: Facts, kitchen: Ints, point: Ints, left: Ints) -> Ints:
    """Milliseconds from each kitchen to each meal point, leaving then."""
    roads = Roads.of(f)
    at = take(f.place("kitchens", "point", "points"), kitchen, NONE)
    zone = take(f.place("points", "zone", "zones"), point, NONE)
    x, y = (f.column("points", axis) for axis in ("x_km", "y_km"))
    km = roads.km(take(x, at, 0.0), take(y, at, 0.0), take(x, point, 0.0), take(y, point, 0.0),
                  zone)
    zones = len(f.table("zones"))
    minutes = km * 60 / take(f.column("kitchens", "kmh"), kitchen, 1.0)
    if roads.minutes is not None:
        minutes = roads.minutes[zones + at, zones + point]
    slow = roads.slow[np.clip(np.where(has(left), left, 0) // HOUR, 0, len(roads.slow) - 1)]
    return np.where(at == point, 0, np.rint(minutes * slow * MINUTE)).astype(np.int64)


@where_delivered
def capacity_kept(f: Facts) -> Iterator[Broken]:
    """No kitchen takes more orders for a date than it can fill."""
    _, kitchen, left = _meals(f)
    rows = np.flatnonzero(has(left) & (kitchen != NONE))
    days = np.stack([kitchen[rows], left[rows] // DAY]) if len(rows) else np.zeros((2, 0), int)
    found, number = np.unique(days, axis=1, return_counts=True)
    over = np.flatnonzero(number > take(f.column("kitchens", "capacity_per_day"), found[0], 0))
    if len(over):
        yield Broken("", over, (), {
            "kitchen": f.text("kitchens", "kitchen")[found[0][over]],
            "date": f.when(found[1][over] * DAY), "orders": number[over]})


@where_delivered
def nothing_after_the_kitchen_stopped(f: Facts) -> Iterator[Broken]:
    """A meal leaves while its kitchen is open, and is handed over before it stops or cancelled
    then."""
    order, kitchen, left = _meals(f)
    stop = np.full(len(order), NAT)
    what = f.place("kitchen_hours", "kitchen", "kitchens")
    opens, closes = f.ms("kitchen_hours", "start"), f.ms("kitchen_hours", "end")
    for number in np.unique(kitchen[kitchen >= 0]).tolist():
        mine = np.flatnonzero((kitchen == number) & has(left))
        spans = np.flatnonzero(what == number)
        spans = spans[np.argsort(opens[spans])]
        at = np.searchsorted(opens[spans], left[mine], side="right") - 1
        inside = at >= 0
        span = spans[np.maximum(at, 0)] if len(spans) else np.full(len(mine), NONE)
        until = take(closes, span, NAT)
        stop[mine] = np.where(inside & (left[mine] < until), until, NAT)
    wrong = has(left) & ~has(stop)
    started = take(f.ms("orders", "started"), order, NAT)
    wrong |= has(left) & has(started) & (started > stop)
    reason = take(f.code("orders", "reason", CancelReason), order, NONE)
    stopped = reason == CancelReason.KITCHEN_STOPPED
    wrong |= stopped & (take(f.ms("orders", "cancelled"), order, NAT) != stop)
    over = np.minimum(f.until("orders", "cancelled"), f.horizon)
    wrong |= has(left) & ~has(started) & (take(over, order, 0) > stop) & (stop < f.horizon)
    yield from rows_where("meals", wrong, "kitchen", "left", stops=f.when(stop),
                          handed_over=f.when(started))


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

    order, kitchen, _ = _meals(f)
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
    order, _, _ = _meals(f)
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
    order, _, _ = _meals(f)
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
