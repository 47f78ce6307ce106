"""Re-optimisation: at intervals, waiting orders and free caregivers are matched all at once.

Between points nobody helps unless borrowing says so; here the dispatcher steps in and sends whoever
is free, wherever that is, so that as many orders as possible are served and the planned travel and
lateness add up to the least. Rounds are left to who stands at their point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.model.clock import Clock, key
from sim.model.matching.crew import Trip
from sim.model.order import Order
from sim.rules.matching import least_cost
from sim.words.kinds import MINUTE, NONE, Entity, Rank

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point
    from sim.scenario.sections.dispatching import Dispatch

EPOCH = key(Rank.REACTION, Entity.HOTLINE, 0)


class Rematch:
    """Every so often, over all points."""

    def __init__(
        self, clock: Clock, points: Sequence[Point], caregivers: Sequence[Caregiver],
        settings: Dispatch,
    ) -> None:
        self.clock = clock
        self.points = points
        self.plan = points[0].plan
        self.caregivers = caregivers
        self.every = round(settings.reoptimise_every_min * MINUTE)
        self.reach = settings.max_travel_min * MINUTE
        self.clock.alarm(self.every, EPOCH, self._epoch)

    def _epoch(self, _: Event) -> None:
        self.clock.alarm(self.clock.now + self.every, EPOCH, self._epoch)
        orders = sorted(
            (
                entry[2] for point in self.points if point.waiting.size
                for heap in point.waiting.heaps.values() for entry in heap
                if entry[2].waiting and entry[2].crew == 1 and not entry[2].stops
            ),
            key=lambda order: order.number,
        )
        # who may be kept for emergencies takes no part
        free = [
            me for me in self.caregivers
            if me.free and not (me.ready and me.point.standby is not None)
        ]
        if orders and free:
            self._match(orders, free)

    def _match(self, orders: list[Order], free: list[Caregiver]) -> None:
        trips = [[self._trip(me, order) for me in free] for order in orders]
        cost = np.array([
            [np.inf if trip is None else self._cost(trip, order) for trip in row]
            for order, row in zip(orders, trips, strict=True)
        ])
        for order, row, chosen in zip(orders, trips, least_cost(cost).tolist(), strict=True):
            trip = row[chosen] if chosen != NONE else None
            if trip is not None:
                trip.caregiver.point.crews.send(order, [trip])

    def _trip(self, me: Caregiver, order: Order) -> Trip | None:
        """The way of a permitted pair: able, near, in time, and a matter of the own point."""
        plan, point = self.plan, me.point.number
        if not (me.can[order.kind] and plan.offers[order.service, point]):
            return None
        if not (plan.everywhere or plan.serves[order.zone, point]):
            return None
        crews = me.point.crews
        trip = crews.trip(me, order)
        return trip if trip.planned <= self.reach and crews.fits(trip, order) else None

    def _cost(self, trip: Trip, order: Order) -> int:
        """Planned travel and lateness, in milliseconds."""
        begins = self.clock.now + trip.planned
        if order.booked and begins < order.window_open:
            begins = order.window_open
        return trip.planned + max(0, begins - order.due)
