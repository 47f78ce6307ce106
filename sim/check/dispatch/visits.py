"""What must be true of every visit: who goes, together, from where and when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.check.dispatch.fit import serves
from sim.check.dispatch.roads import TOLERANCE, Homes, Roads, share_done, whereabouts
from sim.check.ground.deliveries import brought, handed, on_round
from sim.check.ground.facts import NAT, Facts, Floats, Ints, Yes, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.staff.duties import duty_of
from sim.words.kinds import MINUTE, NONE, OrderState, StaffState

TOLERANCE_KM = 1e-3


def called_away(f: Facts) -> Yes:
    """Visits that came to nothing: the caregiver was turned around on the way."""
    return has(f.ms("visits", "turned_back"))


def crew_complete(f: Facts) -> Iterator[Broken]:
    """As many different caregivers went as the order needs, and none before it departed.

    Those called away on the way are counted by themselves.
    """
    visited, away = f.row_of("visits", "order", "orders"), called_away(f)
    orders = len(f.table("orders"))
    known = visited != NONE
    number = np.bincount(visited[known & ~away], minlength=orders)
    turned = np.bincount(visited[known & away], minlength=orders)
    pairs = f.table("visits")[["order", "caregiver"]]
    twice = np.zeros(len(pairs), dtype=bool)
    twice[~away] = pairs[~away].duplicated().to_numpy()
    departed = has(f.ms("orders", "departed"))
    wrong = number != np.where(departed, f.column("orders", "crew"), 0)
    wrong |= turned != f.column("orders", "preempted")
    wrong &= ~brought(f)  # of which the checks of rounds count the visits
    yield from rows_where("orders", wrong, "crew", "departed", "preempted", visits=number,
                          turned_back=turned)
    yield from rows_where("visits", twice, "order", "caregiver")


def crew_together(f: Facts) -> Iterator[Broken]:
    """All leave, begin and end with the order; it has arrived when the last of them has."""
    order = f.row_of("visits", "order", "orders")
    times = {name: f.ms("visits", name)
             for name in ("held", "departed", "arrived", "started", "ended")}
    away, turned = called_away(f), f.ms("visits", "turned_back")
    wrong = away & (has(times["arrived"]) | has(times["started"]) | has(times["ended"]))
    wrong |= away & ~(has(times["departed"]) & (times["departed"] <= turned))
    for name in ("departed", "started", "ended"):
        differs = ~away & (times[name] != take(f.ms("orders", name), order, NAT))
        wrong |= differs & ~on_round(f) if name == "departed" else differs
    for earlier, later in (("held", "departed"), ("departed", "arrived"), ("started", "ended")):
        wrong |= has(times[later]) & ~(has(times[earlier]) & (times[earlier] <= times[later]))
    no_show = take(f.code("orders", "state", OrderState), order, NONE) == OrderState.NO_SHOW
    over = has(times["ended"])
    wrong |= over & (f.column("visits", "no_show").astype(bool) != no_show)
    yield from rows_where("visits", wrong, "order", *times, "turned_back")

    first, last = _extremes(np.where(away, NONE, order), times["held"], times["arrived"],
                            len(f.table("orders")))
    went = has(f.ms("orders", "departed"))
    arrived, opens = f.ms("orders", "arrived"), f.ms("orders", "window_open")
    began = f.ms("orders", "started")
    wrong = went & ~handed(f) & (arrived != last)
    wrong |= went & ~brought(f) & (f.ms("orders", "gathering") > first)
    alone = went & (f.column("orders", "crew") == 1) & ~brought(f)
    wrong |= alone & (f.ms("orders", "gathering") != first)
    wrong |= has(began) & (began != np.maximum(arrived, opens))
    wrong |= has(arrived) & ~has(began) & (np.maximum(arrived, opens) < f.horizon)
    yield from rows_where(
        "orders", wrong, "gathering", "departed", "arrived", "window_open", "started")


def _extremes(order: Ints, held: Ints, arrived: Ints, orders: int) -> tuple[Ints, Ints]:
    """Of each order the first moment held and the last arrival, NAT if one has yet to arrive."""
    known = order != NONE
    first = np.full(orders, np.iinfo(np.int64).max)
    np.minimum.at(first, order[known], held[known])
    last = np.full(orders, NAT)
    np.maximum.at(last, order[known], arrived[known])
    last[order[known & (arrived == NAT)]] = NAT
    return first, last


def caregiver_suits(f: Facts) -> Iterator[Broken]:
    """Who goes is a caregiver with the service's skill and grade, of the point the table says."""
    staff = f.place("visits", "caregiver", "staff")
    order = f.row_of("visits", "order", "orders")
    service = take(f.place("orders", "service", "services"), order, NONE)
    wrong = (staff == NONE) | (service == NONE) | ~able(f)[staff, service]
    wrong |= f.text("visits", "point") != take(f.text("staff", "point"), staff, "")
    yield from rows_where("visits", wrong, "order", "caregiver", "point")


def able(f: Facts) -> Yes:
    """Whether each person (row) can do each service (column)."""
    needed, least = f.text("services", "skill"), f.column("services", "grade")
    caregiver = f.text("staff", "role") == "caregiver"
    grade = f.column("staff", "grade")
    skills = [set(text.split("|")) for text in f.text("staff", "skills")]
    skilled = np.array([[not s or s in known for s in needed] for known in skills], dtype=bool)
    graded = grade[:, None] >= least[None, :]
    found = skilled.reshape(graded.shape) & caregiver[:, None] & graded
    own = serves(f)
    return np.asarray(found if own is None else found & own)


def borrowing_is_marked(f: Facts) -> Iterator[Broken]:
    """Borrowed is an order done by another point's caregiver, alone and near that point, or sent
    at a re-optimisation."""
    order = f.row_of("visits", "order", "orders")
    homes = Homes.of(f)
    own = f.place("visits", "point", "points")
    abroad = own != take(f.place("orders", "point", "points"), order, NONE)
    marked = take(f.column("orders", "borrowed").astype(bool), order, False)
    wrong = ~called_away(f) & (abroad != marked)
    away = np.hypot(
        take(f.column("points", "x_km"), own, np.nan) - take(homes.x, order, np.nan),
        take(f.column("points", "y_km"), own, np.nan) - take(homes.y, order, np.nan))
    near = away <= f.settings["dispatch.borrow_km"] + TOLERANCE_KM
    wrong |= abroad & ~near & ~at_epoch(f, f.ms("visits", "held"))
    wrong |= abroad & (take(f.column("orders", "crew"), order, 1) > 1)
    yield from rows_where("visits", wrong, "order", "caregiver", "point", km_from_own_point=away)
    idle = f.column("orders", "borrowed").astype(bool) & ~has(f.ms("orders", "departed"))
    yield from rows_where("orders", idle, "borrowed", "departed")


def at_epoch(f: Facts, times: Ints) -> Yes:
    """Which of these moments are those of a re-optimisation."""
    every = round(f.settings.get("dispatch.reoptimise_every_min", 0) * MINUTE)
    return np.asarray((times % every == 0) & (times > 0)) if every else np.zeros(len(times), bool)


def one_place_at_a_time(f: Facts) -> Iterator[Broken]:
    """A caregiver is held for, travelling to or at one order at a time."""
    staff = f.place("visits", "caregiver", "staff")
    held = f.ms("visits", "held")
    ended = np.where(called_away(f), f.ms("visits", "turned_back"), f.until("visits", "ended"))
    rows = np.lexsort((ended, held, staff))
    before, after = rows[:-1], rows[1:]
    clash = (staff[before] == staff[after]) & (held[after] < ended[before])
    if clash.any():
        yield Broken("visits", after[clash], ("caregiver", "held"), {
            "while on visit": f.column("visits", "visit")[before[clash]]})


def trips_start_where_they_are(f: Facts) -> Iterator[Broken]:
    """Each trip starts where the last one ended, and is as long as the map says."""
    roads, homes = Roads.of(f), Homes.of(f)
    here = whereabouts(f)
    staff = f.place("visits", "caregiver", "staff")
    order = f.row_of("visits", "order", "orders")
    x, y = f.column("visits", "from_x_km"), f.column("visits", "from_y_km")
    departed = f.ms("visits", "departed")
    line = trip_lines(f)
    there_x, there_y = take(here.x, line, np.nan), take(here.y, line, np.nan)
    # nobody who left in the run's last millisecond is on the sheet as travelling
    known = (line != NONE) & (order != NONE)
    moved = known & ~(np.hypot(x - there_x, y - there_y) <= TOLERANCE_KM)
    yield from rows_where("visits", moved, "caregiver", "from_x_km", "from_y_km",
                          was_at_x=there_x, was_at_y=there_y)
    zone = take(homes.zone, order, NONE)
    km = roads.km(x, y, take(homes.x, order, np.nan), take(homes.y, order, np.nan), zone)
    kmh = take(roads.kmh, staff, np.nan)
    planned = roads.planned(km, take(here.row, line, 0), zone, kmh, departed)
    # who was called away has come as far as planned by then
    km = km * share_done(f)
    off = known & ~(np.abs(f.column("visits", "km") - km) <= TOLERANCE_KM * (1 + km))
    off |= known & ~(np.abs(f.column("visits", "planned_min") * MINUTE - planned) <= TOLERANCE)
    yield from rows_where("visits", off, "order", "km", "planned_min",
                          km_by_map=km, min_by_map=planned / MINUTE)


def trip_lines(f: Facts) -> Ints:
    """The line of the time sheet with which each visit sets out; -1 where it takes no time."""
    rows = np.flatnonzero(f.code("timesheet", "state", StaffState) == StaffState.TRAVEL)
    sheet = pd.MultiIndex.from_arrays([
        f.place("timesheet", "staff", "staff")[rows], f.column("timesheet", "order")[rows],
        f.ms("timesheet", "start")[rows]])
    first = ~sheet.duplicated()
    found = sheet[first].get_indexer(pd.MultiIndex.from_arrays([
        f.place("visits", "caregiver", "staff"), f.column("visits", "order"),
        f.ms("visits", "departed")]))
    return take(rows[first], np.asarray(found, dtype=np.int64), NONE)


def planned_to_end_in_time(f: Facts) -> Iterator[Broken]:
    """Nobody sets out who, as planned, would end after the shift and its allowed overtime."""
    order = f.row_of("visits", "order", "orders")
    service = take(f.place("orders", "service", "services"), order, NONE)
    departed = f.ms("visits", "departed")
    duty = duty_of(f, f.place("visits", "caregiver", "staff"), f.ms("visits", "held"))
    overtime = f.settings["dispatch.overtime_min"] * MINUTE
    until: Floats = take(f.ms("roster", "end"), duty, 0) + overtime
    mean = take(f.column("services", "mean_min"), service, 0) * MINUTE
    # a crew begins when the last of it is there; who was called away had set out alone
    there = departed + f.column("visits", "planned_min") * MINUTE
    last = np.full(len(f.table("orders")), -np.inf)
    went = (order != NONE) & ~called_away(f)
    np.maximum.at(last, order[went], there[went])
    there = np.where(went, take(last, order, 0), there)
    begins = np.maximum(there, take(f.ms("orders", "window_open"), order, NAT))
    late = has(departed) & (duty != NONE) & (begins + mean > until + TOLERANCE) & ~on_round(f)
    yield from rows_where("visits", late, "order", "caregiver", "departed", "planned_min",
                          shift_ends=f.when(take(f.ms("roster", "end"), duty, 0)))
