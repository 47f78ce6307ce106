"""What must be true while a shock lasts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.deliveries import there
from sim.check.ground.facts import Facts, find, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.shock_effects import acting, lines_down
from sim.check.ground.spans import number_at
from sim.check.hotline.calls import inbound, on_a_line, outcomes
from sim.words.kinds import CallOutcome, ServiceMode


def lines_out_of_order(f: Facts) -> Iterator[Broken]:
    """While lines are down no call is let in beyond those that are left."""
    arrived, held = f.ms("calls", "arrived"), on_a_line(f)
    in_use = number_at(arrived[held], f.until("calls", "left")[held], arrived)
    down = lines_down(f, arrived)
    left = f.settings["hotline.lines"] - down
    yield from rows_where(
        "calls", held & (down > 0) & (in_use > left), "arrived", "outcome", **{"lines left": left})


def shut_by_a_shock(f: Facts) -> Iterator[Broken]:
    """While one closes the hotline, every caller meets a closed door; points that one closes are
    asked for nothing but bookings of windows beyond it, and no meal leaves a kitchen there or for
    there. (Who goes into their places: :func:`sim.check.places.stays_within_opening`.)"""
    arrived, made = f.ms("calls", "arrived"), f.ms("offers", "offered")
    order = f.row_of("offers", "order", "orders")
    closes = take(f.ms("orders", "window_close"), order, 0)
    mode = take(f.text("services", "mode"), f.place("orders", "service", "services"), "")
    visits = take(mode, order, "") == ServiceMode.VISIT
    beyond = take(has(f.ms("orders", "window_open")), order, False).astype(bool)
    for row, begins, ends in acting(f):
        if row.hotline_closed:
            during = inbound(f) & (arrived >= begins) & (arrived < ends)
            yield from rows_where(
                "calls", during & (outcomes(f) != CallOutcome.CLOSED), "arrived", "outcome")
        shut = np.isin(f.text("offers", "point"), row.points_closed.split("|"))
        during = (made >= begins) & (made < ends)
        yield from rows_where(
            "offers", visits & shut & during & ~(beyond & (closes >= ends)), "point", "offered")
        yield from _meals(f, row.points_closed.split("|"), begins, ends)


def _meals(f: Facts, closed: list[str], begins: int, ends: int) -> Iterator[Broken]:
    if not there(f):
        return
    of_kitchen = dict(zip(f.text("kitchens", "kitchen"), f.text("kitchens", "point"), strict=True))
    cooked = np.array([of_kitchen[name] for name in f.text("meals", "kitchen")], dtype=str)
    given = take(f.text("orders", "point"), find(
        f.column("orders", "order"), f.column("meals", "order")), "")
    left = f.ms("meals", "left")
    shut = np.isin(cooked, closed) | np.isin(given, closed)
    yield from rows_where("meals", shut & (left >= begins) & (left < ends), "kitchen", "left")
