"""What must be true of places: who has them and when, and who looks after those who do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.check.ground.facts import Facts, Floats, Ints, Yes, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.shock_effects import open_but_for, shut
from sim.check.ground.spans import present
from sim.words.kinds import NEVER, NONE, IdleReason, StaffState


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of places.csv, and which of them each stay is in."""

    id: list[str]
    point: Ints
    kind: list[str]
    count: Ints
    per_carer: Ints
    skill: list[str]
    of_stay: Ints
    """NONE where the point has no such places"""
    opens: list[tuple[Ints, Ints]]
    """of each row, when it opens and closes; what is open at the end of the run stays so"""
    admits: list[tuple[Ints, Ints]]
    """of each row, when one may go in: while it is open and no shock closes the point"""

    def used(self, f: Facts, row: int) -> tuple[Ints, Ints]:
        """From when until when places of a row were somebody's."""
        mine = self.of_stay == row
        return f.ms("stays", "held")[mine], f.until("stays", "left")[mine]

    def open_at(self, row: int, moments: Ints) -> Yes:
        """Whether one may go in then."""
        starts, ends = self.admits[row]
        span = np.searchsorted(starts, moments, side="right") - 1
        return (span >= 0) & (moments < np.append(ends, 0)[span])


def used(f: Facts) -> bool:
    """Whether the county has places at all."""
    places = f.result.reference.get("places")
    return places is not None and len(places) > 0


def rows(f: Facts) -> Rows:
    return f.once("place rows", _rows)


def _rows(f: Facts) -> Rows:
    point, kind = f.place("places", "point", "points"), f.text("places", "kind").tolist()
    number = {key: n for n, key in enumerate(zip(point.tolist(), kind, strict=True))}
    ids = f.text("places", "place_row").tolist()
    what = f.text("place_open", "place_row")
    opens = []
    for name in ids:
        own = what == name
        ends = f.until("place_open", "end")[own]
        opens.append((f.ms("place_open", "start")[own], np.where(ends >= f.horizon, NEVER, ends)))
    stays = zip(f.place("stays", "point", "points").tolist(), f.text("stays", "kind").tolist(),
                strict=True)
    return Rows(
        ids, point, kind, f.column("places", "count"), f.column("places", "places_per_carer"),
        f.text("places", "carer_skill").tolist(),
        np.array([number.get(key, NONE) for key in stays], dtype=np.int64), opens,
        [open_but_for(shut(f, name), *spans) for name, spans in zip(
            f.text("places", "point").tolist(), opens, strict=True)],
    )


def place_used_once(f: Facts) -> Iterator[Broken]:
    """Every stay is in a place that there is, and no two are in it at once."""
    if not used(f):
        return
    row, place = rows(f).of_stay, f.column("stays", "place")
    wrong = (place < 1) | (place > take(rows(f).count, row, 0))
    held, left = f.ms("stays", "held"), f.until("stays", "left")
    order = np.lexsort((left, held, place, row))
    same = (row[order[1:]] == row[order[:-1]]) & (place[order[1:]] == place[order[:-1]])
    wrong[order[1:][same & (held[order[1:]] < left[order[:-1]])]] = True
    yield from rows_where("stays", wrong, "point", "kind", "place", "held", "left")


def stays_make_the_order(f: Facts) -> Iterator[Broken]:
    """Whoever sets out has one place of every kind wanted, from acceptance to the end; those there
    at the start came then."""
    if not used(f):
        return
    kinds = dict(zip(f.text("admissions", "service").tolist(),
                     (set(text.split("|")) for text in f.text("admissions", "kinds")), strict=True))
    order = find(f.column("orders", "order"), f.column("stays", "order"))
    wrong = np.zeros(len(order), dtype=bool)
    pairs = (("held", "accepted"), ("entered", "started"), ("left", "ended"))
    for mine, theirs in pairs:
        wrong |= (order >= 0) & (
            f.ms("stays", mine) != take(f.ms("orders", theirs), order, 0))
    wrong |= (order >= 0) & (f.text("stays", "point") != take(f.text("orders", "point"), order, ""))
    wrong |= (order < 0) & (f.column("stays", "order") != NONE)
    wrong |= (order < 0) & ((f.ms("stays", "held") != 0) | (f.ms("stays", "entered") != 0))
    yield from rows_where("stays", wrong, "order", "point", "held", "entered", "left")
    found: dict[int, list[str]] = {}
    for number, kind in zip(order.tolist(), f.text("stays", "kind").tolist(), strict=True):
        found.setdefault(number, []).append(kind)
    service, went = f.text("orders", "service"), has(f.ms("orders", "departed"))
    odd = np.zeros(len(service), dtype=bool)
    for n in np.flatnonzero(np.isin(service, list(kinds))).tolist():
        wanted = sorted(kinds[service[n]]) if went[n] else []
        odd[n] = sorted(found.get(n, [])) != wanted
    yield from rows_where("orders", odd, "service", "departed", "state")


def stays_within_opening(f: Facts) -> Iterator[Broken]:
    """Nobody goes in while the places are closed, by their hours or by a shock, or before the
    window, or stays past closing."""
    if not used(f):
        return
    held, entered = f.ms("stays", "held"), f.ms("stays", "entered")
    left = f.until("stays", "left")
    row = rows(f).of_stay
    wrong = has(entered) & ((entered < held) | (left < entered))
    for n in range(len(rows(f).id)):
        starts, ends = rows(f).opens[n]
        mine = np.flatnonzero((row == n) & has(entered))
        span = np.searchsorted(starts, entered[mine], side="right") - 1
        closes = np.append(ends, 0)[span]
        wrong[mine] |= (span < 0) | (entered[mine] >= closes) | (left[mine] > closes)
        came = mine[f.column("stays", "order")[mine] != NONE]
        wrong[came] |= ~rows(f).open_at(n, entered[came])
    order = find(f.column("orders", "order"), f.column("stays", "order"))
    opens = take(f.ms("orders", "window_open"), order, 0)
    wrong |= has(entered) & (order >= 0) & has(opens) & (entered < opens)
    yield from rows_where("stays", wrong, "point", "kind", "entered", "left")


# -- caregivers of the house -----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows of one point whose places the same caregivers look after."""

    point: int
    rows: tuple[int, ...]
    moments: Ints
    """when the number of caregivers needed changes"""
    need: Ints
    """how many from then on"""
    able: Yes
    """of each person of the staff: one of the point's with the skill"""

    def needed(self, moments: Ints) -> Ints:
        return np.append(self.need, 0)[np.searchsorted(self.moments, moments, side="right") - 1]


def pools(f: Facts) -> list[Pool]:
    return f.once("house pools", _pools)


def _pools(f: Facts) -> list[Pool]:
    r = rows(f)
    skills = [set(text.split("|")) for text in f.text("staff", "skills")]
    home = f.place("staff", "point", "points")
    keys = {
        (int(p), s): None
        for p, s, ratio in zip(r.point, r.skill, r.per_carer, strict=True) if ratio
    }
    found = []
    for point, skill in keys:
        own = [n for n in range(len(r.id))
               if r.point[n] == point and r.skill[n] == skill and r.per_carer[n]]
        whole = int(np.lcm.reduce(r.per_carer[own]))
        levels = [present(*_lasting(*r.used(f, n))) for n in own]
        moments = np.unique(np.concatenate([at for at, _ in levels]))
        load = np.zeros(len(moments), dtype=np.int64)
        for n, (at, number) in zip(own, levels, strict=True):
            step = np.searchsorted(at, moments, side="right") - 1
            load += np.append(number, 0)[step] * (whole // int(r.per_carer[n]))
        able = (home == point) & np.array([not skill or skill in s for s in skills], dtype=bool)
        found.append(Pool(point, tuple(own), moments, -(-load // whole), able))
    return found


def _lasting(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    kept = ends > starts
    return starts[kept], ends[kept]


def care(f: Facts, who: Yes) -> tuple[Ints, Ints]:
    """Stretches in which these people are tied to their house."""
    lines = f.code("timesheet", "state", StaffState) == StaffState.CARE
    lines &= take(who, f.place("timesheet", "staff", "staff"), False).astype(bool)
    return _lasting(f.ms("timesheet", "start")[lines], f.until("timesheet", "end")[lines])


def at_hand(f: Facts) -> tuple[Ints, Ints, Ints]:
    """Person, start and end of every stretch free in the house."""
    idle = f.code("timesheet", "state", StaffState) == StaffState.IDLE
    idle &= f.code("timesheet", "reason", IdleReason) != IdleReason.RESERVED
    return (f.place("timesheet", "staff", "staff")[idle], f.ms("timesheet", "start")[idle],
            f.until("timesheet", "end")[idle])


def tied(f: Facts, who: Yes, moments: Ints) -> Ints:
    """How many of these people are tied to their house at each moment."""
    at, number = present(*care(f, who))
    return np.append(number, 0)[np.searchsorted(at, moments, side="right") - 1]


def carers_suffice(f: Facts) -> Iterator[Broken]:
    """When a place is given, as many caregivers are tied as the places taken then need."""
    if not used(f):
        return
    held, lasts = f.ms("stays", "held"), f.until("stays", "left") > f.ms("stays", "held")
    new = lasts & (f.column("stays", "order") != NONE)
    for pool in pools(f):
        mine = np.flatnonzero(new & np.isin(rows(f).of_stay, pool.rows))
        short = tied(f, pool.able, held[mine]) < pool.needed(held[mine])
        if short.any():
            yield Broken("stays", mine[short], ("order", "point", "kind", "held"))


def tied_as_needed(f: Facts) -> Iterator[Broken]:
    """Only caregivers of a point with places to look after are tied, and no more than they need;
    while too few are, nobody able is free in the house."""
    lines = f.code("timesheet", "state", StaffState) == StaffState.CARE
    if not used(f):
        yield from rows_where("timesheet", lines, "state", "end")
        return
    some = np.zeros(len(f.table("staff")), dtype=bool)
    for pool in pools(f):
        some |= pool.able
    staff = f.place("timesheet", "staff", "staff")
    yield from rows_where("timesheet", lines & ~take(some, staff, False).astype(bool), "state")
    person, start, end = at_hand(f)
    for point in sorted({pool.point for pool in pools(f)}):
        own = [pool for pool in pools(f) if pool.point == point]
        here = np.logical_or.reduce([pool.able for pool in own])
        since, until = care(f, here)
        moments = np.unique(np.concatenate([since, until, *(p.moments for p in own)]))
        needed = np.sum([p.needed(moments) for p in own], axis=0)
        over = moments[tied(f, here, moments) > needed]
        over = over[(over >= 0) & (over < f.horizon)]
        if len(over):
            yield _house(f, point, over[:1], "more tied than needed at")
        for pool in own:
            short = tied(f, pool.able, moments) < pool.needed(moments)
            for n in np.flatnonzero(short[:-1]).tolist():
                free = take(pool.able, person, False).astype(bool)
                free &= (start < moments[n + 1]) & (end > moments[n])
                if free.any():
                    yield _house(f, point, moments[[n]], "too few tied, somebody free, at")
                    break


def _house(f: Facts, point: int, moment: Ints, what: str) -> Broken:
    name = f.text("points", "point")[point]
    return Broken("", np.array([NONE]), (), {"house": [name], what: f.when(moment)})


def minutes_to(f: Facts, order: Ints, point: int) -> Floats:
    """Planned minutes of the clients of these orders (rows) to a point, at speed factor 1, access
    not included."""
    request = f.row_of("orders", "request", "requests")[order]
    x, y = (take(f.column("requests", axis), request, np.nan) for axis in ("x_km", "y_km"))
    zone = f.place("orders", "zone", "zones")[order]
    if f.settings["travel.by_matrix"]:
        ids = f.text("zones", "zone")
        table = f.table("minutes")
        to = table[table["end"] == f.text("points", "point")[point]].set_index("start")["minutes"]
        return np.asarray(to.reindex(ids[zone]).to_numpy(), dtype=np.float64)
    km = np.hypot(x - f.column("points", "x_km")[point], y - f.column("points", "y_km")[point])
    factor = f.settings["travel.detour"] * f.column("zones", "road_factor")[zone]
    return np.asarray(km * factor * 60 / f.settings["travel.client_kmh"], dtype=np.float64)
