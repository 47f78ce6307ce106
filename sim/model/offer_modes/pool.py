"""The county's one queue: nobody is committed, and whoever is free takes the best order near by."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.matching.crew import REACTS
from sim.model.matching.waiting import WaitingList
from sim.model.matching.work import scores_of
from sim.model.order import Order
from sim.words.kinds import NONE

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


class Pool:
    """Orders for one caregiver, waiting for any of the county's who is near enough.

    An order is done in the name of the point whose caregiver takes it.
    """

    def __init__(self, points: Sequence[Point], km: float) -> None:
        self.points = points
        self.km = km
        self.clock = points[0].clock
        self.plan = points[0].plan
        self.crews = points[0].crews
        self.waiting = WaitingList(points[0].setting.choose_order, points[0].mean_service)

    def take_in(self, order: Order) -> None:
        """An order joins now; a booked one at its window's opening less the shortest planned way
        from a point that may do it."""
        order.station = self
        if not order.booked:
            self._join(order)
            return
        plan, opens = self.plan, order.window_open
        way = min(
            plan.trips.way(
                plan.points[p], order.home, order.zone, int(plan.point_mode[p]), opens
            )[1]
            for p in plan.candidates(order.service, order.zone)
        )
        if opens - way > self.clock.now:
            self.clock.alarm(
                opens - way, REACTS + order.request, self._becomes_eligible, (order, order.ticket)
            )
        else:
            self._join(order)

    def _becomes_eligible(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._join(order)

    def _join(self, order: Order) -> None:
        order.eligible = self.clock.now
        self.takes_back(order)

    def takes_back(self, order: Order) -> None:
        """The best of those free and near goes; with nobody, it waits."""
        near = [
            me for point in self.points if point.free
            for me in point.free.values() if self.reaches(me, order)
        ]
        if not self.crews.send_if_possible(order, near):
            self.waiting.add(order)

    def reaches(self, me: Caregiver, order: Order) -> bool:
        """Whether the home is near where the caregiver is, and a matter of the own point."""
        point, plan = me.point, self.plan
        if not plan.offers[order.service, point.number]:
            return False
        if not (plan.everywhere or plan.serves[order.zone, point.number]):
            return False
        here, home = me.position(self.clock.now, point.by_matrix), order.home
        return hypot(home.x - here.x, home.y - here.y) <= self.km

    def serve(self, me: Caregiver) -> bool:
        """Send a free caregiver on the best order near by; whether one was left for want of time,
        or to be free for emergencies."""
        late = False
        point = me.point
        for _, order in self.waiting.in_order(
            me.can.__getitem__, lambda orders: scores_of(point, me, orders)
        ):
            if self.reaches(me, order):
                trip = self.crews.trip(me, order)
                if point.crews.may_go(trip, order):
                    point.crews.send(order, [trip])
                    break
                late = True
        return late

    def puts_back(self, order: Order) -> None:
        """The roads got slower than when somebody was reserved, who can no longer make it."""
        held, order.held = order.held, ()
        order.gathering = order.point = NONE
        self.waiting.add(order)
        for me in held:
            me.point.crews.unhold(me)
        for me in held:
            me.point.resumes(me)
        if order.waiting:
            self.waiting.remove(order)
            self.takes_back(order)

    def withdraw(self, order: Order) -> None:
        """The order is cancelled: forget it, and free whoever was held for it."""
        if order.waiting:
            self.waiting.remove(order)
        for me in order.held:
            me.point.gathering.release(order)
