"""What must be true of kitchens and of the meals they fill orders with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from sim.check.dispatch.roads import TOLERANCE, Roads
from sim.check.ground.deliveries import brought, meal_of
from sim.check.ground.facts import NAT, Facts, Ints, Yes, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.services.delivering import meals_in, where_delivered
from sim.words.kinds import DAY, HOUR, MINUTE, NONE, CancelReason, LateOrders


@where_delivered
def kitchens_fill_orders(f: Facts) -> Iterator[Broken]:
    """A meal for each order that a kitchen took, of a kitchen that supplies the point and fills the
    service; it leaves on the day wished or, ordered late, on a later one, and is then brought."""
    meal = meal_of(f)
    taken = brought(f) & has(f.ms("orders", "accepted"))
    yield from rows_where("orders", taken != (meal != NONE), "service", "accepted")
    order, kitchen, left = meals_in(f)
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
    _, kitchen, left = meals_in(f)
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
    order, kitchen, left = meals_in(f)
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
