"""What must be true while a shock lasts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.check.ground.facts import Facts, has, take
from sim.check.ground.findings import Broken, rows_where
from sim.check.ground.shock_effects import acting, lines_down
from sim.check.ground.spans import number_at
from sim.check.hotline.calls import inbound, on_a_line, outcomes
from sim.words.kinds import CallOutcome


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
    asked for nothing but bookings of windows beyond it."""
    arrived, made = f.ms("calls", "arrived"), f.ms("offers", "offered")
    order = f.row_of("offers", "order", "orders")
    closes = take(f.ms("orders", "window_close"), order, 0)
    beyond = take(has(f.ms("orders", "window_open")), order, False).astype(bool)
    for row, begins, ends in acting(f):
        if row.hotline_closed:
            during = inbound(f) & (arrived >= begins) & (arrived < ends)
            yield from rows_where(
                "calls", during & (outcomes(f) != CallOutcome.CLOSED), "arrived", "outcome")
        shut = np.isin(f.text("offers", "point"), row.points_closed.split("|"))
        during = (made >= begins) & (made < ends)
        yield from rows_where(
            "offers", shut & during & ~(beyond & (closes >= ends)), "point", "offered")
