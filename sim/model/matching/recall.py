"""Turning a caregiver around on the way, for an emergency.

Everything that is still to come of a visit is written down when the caregiver sets out; who is
turned around has only driven part of the way, and a line of its own says so. Where somebody is on
the way is judged by the plan, since the noise of a trip is not known before its end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sim.geography import Place
from sim.model.draws import Draws
from sim.model.matching.crew import Trip
from sim.model.order import Order

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


class Outbound(NamedTuple):
    """A way out to a home, alone, on an order that is no emergency."""

    order: Order
    draws: Draws
    """of the order, still to come if it is left behind"""
    trip: Trip
    departed: int
    arrives: int
    visit: int
    """number of its line in the journal"""

    def done(self, now: int, access: int) -> float:
        """Share of the road that lies behind, by plan."""
        road = self.trip.planned - access
        return min(1.0, (now - self.departed) / road) if road else 1.0


class Recall:
    """The part of a point that turns its caregivers around."""

    def __init__(self, point: Point, left_behind: Callable[[Order, Draws], bool]) -> None:
        self.point = point
        self.clock = point.clock
        self.plan = point.plan
        self.access = point.plan.trips.access
        self.left_behind = left_behind
        """told of an order that nobody is on the way to any more; whether it is still wanted"""
        self.outbound: dict[int, Outbound] = {}
        """by caregiver; those that have arrived in the meantime are passed over"""

    def sets_out(self, order: Order, draws: Draws, trip: Trip, arrives: int, visit: int) -> None:
        """Somebody of this point sets out who may be turned around."""
        self.outbound[trip.caregiver.number] = Outbound(
            order, draws, trip, self.clock.now, arrives, visit
        )

    def visit_over(self, me: Caregiver) -> None:
        """The caregiver is back from a home."""
        self.outbound.pop(me.number, None)

    def serves(self, order: Order) -> bool:
        """Send whoever of this point is on the way to an order that is no emergency and would be at
        the home first, if the order is an emergency for one caregiver and as soon as possible."""
        if order.crew > 1 or order.booked or not self.plan.emergency[order.service]:
            return False
        now = self.clock.now
        mode = self.plan.mode
        best: Trip | None = None
        for number in sorted(self.outbound):
            out = self.outbound[number]
            me = out.trip.caregiver
            if out.arrives <= now or now >= me.ends or not me.can[order.kind]:
                continue
            start = self._where(out, now)
            trip = Trip(me, start, *self.plan.trips.way(
                start, order.home, order.zone, mode[me.group], now
            ))
            if self.point.crews.fits(trip, order) and (
                best is None or trip.planned < best.planned
            ):
                best = trip
        if best is not None:
            self._turn_around(best, order)
        return best is not None

    def _where(self, out: Outbound, now: int) -> Place:
        """As far on the way as planned; by matrix: the nearer end."""
        start, home = out.trip.start, out.order.home
        done = out.done(now, self.access)
        if self.point.by_matrix:
            return start if done < 0.5 else home
        return Place(
            start.x + done * (home.x - start.x), start.y + done * (home.y - start.y), home.row
        )

    def _turn_around(self, trip: Trip, order: Order) -> None:
        me = trip.caregiver
        now = self.clock.now
        out = self.outbound.pop(me.number)
        lines = self.point.journal.turned
        lines.add(lines.pack(out.visit, now, out.trip.km * out.done(now, self.access)))
        me.busy += now - out.departed
        self.point.busy_ms += now - out.departed
        me.where = trip.start
        me.turns_around(self.clock)
        wanted = self.left_behind(out.order, out.draws)
        order.gathering = now
        self.point.crews.depart(order, [trip])
        me.turn.at(order.ended, me.place)
        if wanted and out.order.station is not None:
            out.order.station.takes_back(out.order)
