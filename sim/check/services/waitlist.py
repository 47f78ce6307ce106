"""Nobody is refused or waits while a suitable place is free within reach; who waits has a turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.dispatch.roads import TOLERANCE, slowness
from sim.check.dispatch.territory import territories
from sim.check.ground.facts import Facts, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.spans import number_at
from sim.check.services.places import at_hand, minutes_to, pools, rows, tied, used
from sim.words.kinds import MINUTE, CancelReason, OrderState


def waitlist_fits_orders(f: Facts) -> Iterator[Broken]:
    """Who is on the waitlist wants what is waited for, and leaves it with a place or by giving
    up."""
    if not used(f):
        return
    order = find(f.column("orders", "order"), f.column("waitlist", "order"))
    listed, unlisted = f.ms("waitlist", "listed"), f.ms("waitlist", "unlisted")
    waiting = dict(zip(f.text("admissions", "service"), f.text("admissions", "waitlist"),
                       strict=True))
    service = take(f.text("orders", "service"), order, "")
    right = np.array([waiting.get(s, "none") != "none" for s in service], dtype=bool)
    right &= (order >= 0) & (listed >= take(f.ms("orders", "created"), order, 0))
    given, gone = (take(f.ms("orders", name), order, 0) for name in ("accepted", "cancelled"))
    right &= np.where(has(unlisted), (unlisted == given) | (unlisted == gone),
                      ~has(given) & ~has(gone))
    right &= ~has(unlisted) | (unlisted >= listed)
    state = take(f.code("orders", "state", OrderState), order, 0)
    right &= (state == OrderState.WAITLISTED) == ~has(unlisted)
    yield from rows_where("waitlist", ~right, "order", "listed", "unlisted")
    known = np.zeros(len(f.table("orders")), dtype=bool)
    known[order[order >= 0]] = True
    state = f.code("orders", "state", OrderState)
    yield from rows_where("orders", (state == OrderState.WAITLISTED) & ~known, "state")


def refused_when_full(f: Facts) -> Iterator[Broken]:
    """Whoever is refused found every suitable place within reach taken or closed, or too few
    caregivers in the house."""
    if not used(f):
        return
    reason = f.code("orders", "reason", CancelReason)
    refused = np.flatnonzero(reason == CancelReason.NO_PLACE)
    when = f.ms("orders", "cancelled")[refused]
    for houses in _houses(f):
        mine = np.flatnonzero(houses.wants(refused))
        if len(mine):
            free = houses.free_at(refused[mine], when[mine])
            yield from _told(f, "orders", refused[mine][free], "cancelled", houses.point)


def waits_when_full(f: Facts) -> Iterator[Broken]:
    """While somebody waits, no suitable place within reach is free and can be looked after."""
    if not used(f):
        return
    order = find(f.column("orders", "order"), f.column("waitlist", "order"))
    listed, unlisted = f.ms("waitlist", "listed"), f.until("waitlist", "unlisted")
    for houses in _houses(f):
        mine = np.flatnonzero((order >= 0) & houses.wants(order) & (unlisted > listed + 2))
        for n in mine.tolist():
            moments = houses.moments(f, listed[n], unlisted[n])
            free = houses.free_at(np.full(len(moments), order[n]), moments)
            if free.any():
                yield from _told(f, "waitlist", np.array([n]), "listed", houses.point)


def waitlist_in_turn(f: Facts) -> Iterator[Broken]:
    """Nobody on the waitlist is passed over by another who is given what both asked for."""
    if not used(f):
        return
    order = find(f.column("orders", "order"), f.column("waitlist", "order"))
    if not len(order) or (order < 0).any():
        return
    listed, unlisted = f.ms("waitlist", "listed"), f.until("waitlist", "unlisted")
    rules = zip(f.text("admissions", "service"), f.text("admissions", "waitlist"), strict=True)
    by_grade = {service for service, how in rules if how == "grade"}
    service = f.text("orders", "service")[order]
    urgency = np.where(np.isin(service, list(by_grade)), -f.column("waitlist", "grade"), 0)
    given = f.ms("orders", "accepted")[order]
    point = f.place("orders", "point", "points")[order]
    for houses in _houses(f):
        near = houses.wants(order)
        for n in np.flatnonzero((given == unlisted) & (point == houses.point)).tolist():
            if not houses.takes(order[n]):
                continue
            before = (urgency < urgency[n]) | ((urgency == urgency[n]) & (listed < listed[n]))
            waits = near & before & (listed < given[n]) & (unlisted > given[n])
            if waits.any() and houses.always_open:
                yield Broken("waitlist", np.array([n]), ("order", "grade", "listed", "unlisted"), {
                    "passed over": f.column("waitlist", "order")[waits][:1]})


class _Houses:
    """One point, and the rows of places there that one service takes."""

    def __init__(self, f: Facts, service: str, point: int, own: list[int]) -> None:
        self.f = f
        self.service = service
        self.point = point
        self.rows = own
        r = rows(f)
        self.pools = [pool for pool in pools(f) if pool.point == point]
        self.cared = [n for n in own if r.per_carer[n]]
        everybody = np.arange(len(f.table("orders")))
        self.minutes = minutes_to(f, everybody, point)
        access = f.settings["travel.access_min"]
        limit = f.settings["dispatch.max_travel_min"]
        self.reached = (self.minutes + access) * MINUTE <= limit * MINUTE - TOLERANCE
        zone = f.place("orders", "zone", "zones")
        self.reached &= take(territories(f)[:, point], zone, False).astype(bool)
        self.asks = f.text("orders", "service") == service
        self.always_open = all(
            len(r.admits[n][0]) == 1 and r.admits[n][0][0] <= 0 and r.admits[n][1][0] > f.horizon
            for n in own)

    def wants(self, order: Ints) -> Yes:
        """Which orders ask for the service and have the point within reach."""
        return np.asarray((self.asks & self.reached)[order], dtype=bool)

    def takes(self, order: int) -> bool:
        """Whether an order asks for the service."""
        return bool(self.asks[order])

    def moments(self, f: Facts, since: int, until: int) -> Ints:
        """Some moments strictly within, one after each change of what is taken or open."""
        changes = [f.ms("stays", "left"), f.ms("stays", "held")]
        for n in self.rows:
            changes.append(rows(f).admits[n][0])
        if self.cared:
            changes += list(at_hand(f)[1:])
        known = np.unique(np.concatenate(changes))
        inside = known[(known > since) & (known < until)]
        edges = np.concatenate([[since], inside, [until]])
        return np.asarray(edges[:-1] + np.diff(edges) // 2, dtype=np.int64)[np.diff(edges) > 2]

    def free_at(self, order: Ints, moments: Ints) -> Yes:
        """Whether each could surely have had what the service takes, had it set out then."""
        f, r = self.f, rows(self.f)
        if self.cared and len(self.pools) > 1:
            return np.zeros(len(moments), dtype=bool)
        way = self.minutes[order] * slowness(f, moments) * MINUTE
        there = moments + np.rint(way).astype(np.int64)
        there += round(f.settings["travel.access_min"] * MINUTE)
        opens = f.ms("orders", "window_open")[order]
        there = np.where(has(opens), np.maximum(there, opens), there)
        free = np.ones(len(moments), dtype=bool)
        for n in self.rows:
            since, until = r.used(f, n)
            taken = number_at(since, until + 1, moments)
            free &= (taken < r.count[n]) & r.open_at(n, there - TOLERANCE)
            free &= r.open_at(n, there + TOLERANCE)
        return free & self._cared_for(moments) if self.cared else free

    def _cared_for(self, moments: Ints) -> Yes:
        """Whether the one pool of the house could look after another of each row."""
        f, r = self.f, rows(self.f)
        pool = self.pools[0]
        whole = int(np.lcm.reduce(r.per_carer[list(pool.rows)]))
        load = np.zeros(len(moments), dtype=np.int64)
        for n in pool.rows:
            since, until = r.used(f, n)
            part = whole // int(r.per_carer[n])
            load += number_at(since, until + 1, moments) * part + (part if n in self.rows else 0)
        person, start, end = at_hand(f)
        able = take(pool.able, person, False).astype(bool)
        hands = number_at(start[able] + 1, end[able], moments)
        return np.asarray(tied(f, pool.able, moments) + hands >= -(-load // whole))


def _houses(f: Facts) -> list[_Houses]:
    return f.once("houses by service", _all_houses)


def _all_houses(f: Facts) -> list[_Houses]:
    r = rows(f)
    number = {(int(p), k): n for n, (p, k) in enumerate(zip(r.point, r.kind, strict=True))}
    found = []
    kinds = zip(f.text("admissions", "service"), f.text("admissions", "kinds"), strict=True)
    offered = [set(text.split("|")) for text in f.text("points", "services")]
    for service, text in kinds:
        for point, services in enumerate(offered):
            own = [number.get((point, kind)) for kind in text.split("|")]
            known = [n for n in own if n is not None]
            if service in services and len(known) == len(own):
                found.append(_Houses(f, service, point, known))
    return found


def _told(f: Facts, table: str, which: Ints, column: str, point: int) -> Iterator[Broken]:
    if len(which):
        name = np.full(len(which), f.text("points", "point")[point])
        yield Broken(table, which, ("order", column), {"free at": name})
