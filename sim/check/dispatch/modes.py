"""What must be true of orders that were grabbed, and of those in the county's one queue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.fit import suits
from sim.check.dispatch.idle import Work, work
from sim.check.dispatch.offers import grab_timeout, in_pool, open_at, shown
from sim.check.dispatch.roads import TOLERANCE
from sim.check.dispatch.territory import territories
from sim.check.ground.experts import remote
from sim.check.ground.facts import NAT, Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import overlaps
from sim.words.kinds import MINUTE, NONE, OfferResult, OrderState

KM = 1e-6
"""Kilometres by which a place worked out again may differ."""


def first_to_react_wins(f: Facts) -> Iterator[Broken]:
    """Reactions come in time, after the showing and before the time-out; whoever wins is the last
    to be heard of, is named by the order's offer, and goes if it was a caregiver."""
    if "grabs" not in f.result.tables:
        return
    order, number = f.row_of("grabs", "order", "orders"), f.column("grabs", "order")
    made, reacted = f.ms("grabs", "shown"), f.ms("grabs", "reacted")
    won = f.column("grabs", "won").astype(bool)
    seen = shown(f) & (f.column("offers", "offer") == 0)
    offer = find(np.where(seen, f.column("offers", "order"), NONE), number)
    wrong = (order == NONE) | (offer == NONE) | (made != take(f.ms("offers", "offered"), offer, 0))
    wrong |= (reacted < made) | (reacted - made > round(grab_timeout(f)))
    wrong |= reacted > take(f.until("offers", "closed"), offer, 0)
    grabbed = take(f.code("offers", "result", OfferResult), offer, NONE) == OfferResult.GRABBED
    over = take(f.ms("offers", "closed"), offer, NAT)
    wrong |= won & ~(grabbed & (reacted == over))
    wrong |= won & (f.text("grabs", "point") != take(f.text("offers", "point"), offer, ""))
    wrong |= won & ~_goes(f, order, reacted)
    yield from rows_where("grabs", wrong, "point", "caregiver", "shown", "won")
    winners = np.bincount(order[won & (order != NONE)], minlength=len(f.table("orders")))
    result = f.code("offers", "result", OfferResult)
    asked = f.row_of("offers", "order", "orders")
    once = take(winners, asked, 0) == (result == OfferResult.GRABBED)
    of_showing = f.column("offers", "offer") == 0
    yield from rows_where("offers", of_showing & ~once, "point", "offered", "closed", "result")


def _goes(f: Facts, order: Ints, when: Ints) -> Yes:
    """Whether the caregiver, if it was one, sets out for the order there and then."""
    person = f.place("grabs", "caregiver", "staff")
    span = 2 * f.horizon + 1
    orders = len(f.table("orders"))
    key = (f.place("visits", "caregiver", "staff") * orders
           + f.row_of("visits", "order", "orders")) * span + f.ms("visits", "held")
    visit = find(key, (person * orders + order) * span + when)
    limit = f.settings["dispatch.max_travel_min"] * MINUTE + TOLERANCE
    near = take(f.column("visits", "planned_min"), visit, np.inf) * MINUTE <= limit
    return np.asarray((person == NONE) | near)


def nobody_is_passed_over(f: Facts) -> Iterator[Broken]:
    """Who reacted and did not win could not have taken the order: a point that was shut, somebody
    who was not free, or too far away, or would have been late."""
    if "grabs" not in f.result.tables:
        return
    lost = ~f.column("grabs", "won").astype(bool)
    person, point = (
        f.place("grabs", "caregiver", "staff"), f.place("grabs", "point", "points"))
    order, when = f.row_of("grabs", "order", "orders"), f.ms("grabs", "reacted")
    is_open = open_at(f, point, when)
    booked = has(take(f.ms("orders", "window_open"), order, NAT))
    yield from rows_where("grabs", lost & (person == NONE) & is_open & ~booked, "point", "shown")
    w = work(f)
    for n in np.flatnonzero(lost & (person != NONE) & is_open & (order != NONE)).tolist():
        lines = np.flatnonzero(
            (w.free.staff == person[n]) & (w.free.start < when[n]) & (w.free.end > when[n]))
        if len(lines) and _could(w, lines, int(order[n]), int(when[n])):
            yield Broken("grabs", np.array([n]), ("point", "caregiver", "shown"))


def _could(w: Work, lines: Ints, order: int, now: int) -> bool:
    f = w.facts
    o, moment = np.full(len(lines), order), np.full(len(lines), now)
    ends = w.ends(lines, o, moment)
    service = f.place("orders", "service", "services")[o]
    mean = take(f.column("services", "mean_min"), service, 0) * MINUTE
    near = ends - mean - now <= f.settings["dispatch.max_travel_min"] * MINUTE - TOLERANCE
    in_time = ends <= w.free.until[lines] - TOLERANCE
    spared = w.reserve.spared_at(o, w.free.staff[lines], moment, moment + 1) != NAT
    return bool((near & in_time & spared & w.resting(lines, moment)).all())


def pool_within_range(f: Facts) -> Iterator[Broken]:
    """Whoever takes an order from the county's queue is near its home, and the own point may do
    it."""
    pooled = in_pool(f)
    if not pooled.any():
        return
    w = work(f)
    order = f.row_of("visits", "order", "orders")
    known = (order != NONE) & take(pooled, order, False).astype(bool)
    # who was reserved until the window came was near when reserved: nobody moves meanwhile
    away = np.hypot(
        f.column("visits", "from_x_km") - take(w.homes.x, order, np.nan),
        f.column("visits", "from_y_km") - take(w.homes.y, order, np.nan))
    wrong = known & ~(away <= f.settings["dispatch.pool_km"] + KM * 1e3)
    yield from rows_where("visits", wrong, "order", "caregiver", km_away=away)
    point = f.place("visits", "point", "points")
    wanted = take(f.text("orders", "service"), order, "")
    offered = [set(text.split("|")) for text in f.text("points", "services")]
    not_theirs = np.array([
        p != NONE and s not in offered[p] for p, s in zip(point, wanted, strict=True)
    ], dtype=bool)
    yield from rows_where("visits", known & not_theirs, "order", "caregiver", "point")


def no_idle_pool(f: Facts) -> Iterator[Broken]:
    """Nobody is free while an order waits in the county's queue that he could do near by."""
    pooled = in_pool(f)
    if not pooled.any():
        return
    w = work(f)
    within = territories(f)
    zone = f.place("orders", "zone", "zones")
    names = f.text("services", "service")
    offered = np.array([
        np.isin(names, text.split("|")) for text in f.text("points", "services")
    ]).reshape(len(f.table("points")), len(names))
    orders = np.flatnonzero(pooled[w.waiting.order])
    for service in np.unique(w.waiting.service[orders]):
        here = orders[w.waiting.service[orders] == service]
        lines = np.flatnonzero(w.able[w.free.staff, service] & offered[w.free.point, service])
        i, j = overlaps(w.waiting.start[here], w.waiting.end[here],
                        w.free.start[lines], w.free.end[lines])
        wait, line = here[i], lines[j]
        o = w.waiting.order[wait]
        since = np.maximum(w.waiting.start[wait], w.free.start[line])
        until = np.minimum(w.waiting.end[wait], w.free.end[line])
        now = w.reserve.spared_at(o, w.free.staff[line], since, until)
        in_time = (now != NAT) & (w.ends(line, o, now) <= w.free.until[line] - TOLERANCE)
        in_time &= w.resting(line, now)
        near = np.hypot(w.homes.x[o] - w.free.x[line], w.homes.y[o] - w.free.y[line]) < (
            f.settings["dispatch.pool_km"] - KM)
        near &= suits(f, w.free.staff[line], o)
        wrong = near & within[zone[o], w.free.point[line]] & (
            in_time | w.free.nothing_to_do[line])
        if wrong.any():
            yield Broken("timesheet", w.free.line[line[wrong]], ("state", "reason", "end"), {
                "waiting order": f.column("orders", "order")[o[wrong]]})


def mode_is_the_countys(f: Facts) -> Iterator[Broken]:
    """Orders are shown, pooled or offered as the offer mode wants; only what nobody grabbed in time
    is offered after being shown. Experts have a queue of their own."""
    mode = f.settings.get("dispatch.offer_mode", "assign")
    order = f.row_of("offers", "order", "orders")
    result = f.code("offers", "result", OfferResult)
    first = (f.column("offers", "offer") == 0) & (order != NONE)
    urgent = take(f.column("orders", "priority"), order, 0) <= f.settings.get(
        "dispatch.emergency_priority", 0)
    alone = take(f.column("orders", "crew"), order, 0) == 1
    to_experts = take(remote(f), order, False).astype(bool)
    to_show = ((mode == "grab") | ((mode == "hybrid") & ~urgent)) & ~to_experts
    to_pool = ((mode == "pool") & alone) | to_experts
    seen = shown(f)
    wrong = (seen != (first & to_show)) | ((result == OfferResult.POOLED) != (first & to_pool))
    yield from rows_where("offers", wrong, "offered", "result")
    waits = f.code("orders", "state", OrderState) == OrderState.ACCEPTED
    lost = waits & (f.place("orders", "point", "points") == NONE) & ~in_pool(f)
    yield from rows_where("orders", lost & ~remote(f), "point", "accepted")
