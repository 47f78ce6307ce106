"""Orders that wait too long for several free caregivers reserve them one by one.

One gathering a point, the oldest order first, and only while enough of those on duty could still
make it - so that nobody waits for somebody who will not come, and no order starves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.matching.crew import REACTS, Trip, by_number
from sim.model.order import Order
from sim.words.kinds import MINUTE, NONE, IdleReason

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


class Gathering:
    """The part of a point that gathers crews."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.clock = point.clock
        self.plan = point.plan
        self.crews = point.crews
        self.patience = round(point.setting.settings.gather_after_min * MINUTE)
        self.order: Order | None = None
        """the one that gathers now"""
        self.overdue: deque[Order] = deque()
        """crew orders that have waited long enough, oldest first"""

    def expect(self, order: Order) -> None:
        """A crew order begins to wait: after a while it may gather."""
        self.clock.alarm(
            self.clock.now + self.patience, REACTS + order.request, self._waited_enough,
            (order, order.ticket),
        )

    def _waited_enough(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.waiting and order.ticket == ticket:
            self.overdue.append(order)
            self._begin()

    def claims(self, me: Caregiver) -> bool:
        """Whether a gathering crew takes this free caregiver."""
        self.check()
        if self.order is None and self.overdue:
            self._begin()
        order = self.order
        if order is not None and me.free:
            self._enlist(me, order)
        return not me.free

    def _begin(self) -> None:
        """Start the oldest gathering that enough people on duty could still complete."""
        if self.order is not None:
            return
        self.overdue = deque(order for order in self.overdue if order.waiting)
        for order in self.overdue:
            if self._could_join(order) >= order.crew:
                self.overdue.remove(order)
                self.point.waiting.remove(order)
                self.order = order
                order.gathered = True
                order.gathering = self.clock.now
                for me in sorted(self.point.free.values(), key=by_number):
                    if self.order is order and me.free:
                        self._enlist(me, order)
                return

    def _enlist(self, me: Caregiver, order: Order) -> None:
        """Hold a free caregiver who could make it together with those already held."""
        if not me.can[order.kind]:
            return
        trips = [self.crews.trip(other, order) for other in (*order.held, me)]
        end = self.crews.planned_end(max(trip.planned for trip in trips), order)
        standby = self.point.standby
        if any(end > trip.caregiver.until for trip in trips):
            if not self._others_go(order) and not me.kept:
                self.point.mark(me, IdleReason.SHIFT_END)
        elif standby is not None and standby.keeps(me, order):
            if not self._others_go(order):
                standby.stays(me)
        else:
            self.point.takes(me)
            self.crews.hold(me, order)
            if len(order.held) == order.crew:
                self._complete(order, trips)

    def _others_go(self, order: Order) -> bool:
        """Send a crew in which not all of those held have a part, if one can make it."""
        free = [me for me in self.point.free.values() if me.can[order.kind]]
        crew = self.crews.best_crew(
            order, [self.crews.trip(me, order) for me in (*order.held, *free)]
        )
        if crew:
            for trip in crew:
                if trip.caregiver.free:
                    self.point.takes(trip.caregiver)
                    self.crews.hold(trip.caregiver, order)
            chosen = [trip.caregiver for trip in crew]
            left = [me for me in order.held if me not in chosen]
            order.held = tuple(chosen)
            self._complete(order, crew, left)
        return bool(crew)

    def _complete(
        self, order: Order, crew: list[Trip], left: Sequence[Caregiver] = ()
    ) -> None:
        """The crew leaves, or is reserved; who was held and is not of it is let go."""
        self.order = None
        if not (order.booked and self.crews.reserved(order, crew)):
            self.crews.depart(order, crew)
        self._let_free(left)
        self._begin()

    def _could_join(self, order: Order) -> int:
        """How many of those on duty could make it from the point, now or once they are free."""
        now = self.clock.now
        plan = self.plan
        standby = self.point.standby
        counts = [0, 0]
        for me in self.point.on_duty:
            if me.can[order.kind]:
                mode = plan.mode[me.group]
                _, planned = plan.trips.way(
                    self.point.place, order.home, order.zone, mode, now
                )
                counts[me.ready] += self.crews.planned_end(planned, order) <= me.until
        if standby is not None and not plan.emergency[order.service]:
            counts[1] = min(counts[1], standby.on_duty())
        return sum(counts)

    def check(self) -> None:
        """Let go of who can no longer make it; give up when too few of those on duty could."""
        order = self.order
        if order is None:
            return
        late = [me for me in order.held if not self.crews.fits(self.crews.trip(me, order), order)]
        if self._could_join(order) < order.crew:
            self._give_back(order)
        elif late:
            order.held = tuple(me for me in order.held if me not in late)
            self._let_free(late)

    def _give_back(self, order: Order) -> None:
        """Back to the waiting list, first in line to gather again."""
        self.order = None
        self.point.waiting.add(order)
        self.overdue.appendleft(order)
        held, order.held = order.held, ()
        for me in held:
            self.crews.unhold(me)
        order.gathered = False
        order.gathering = NONE
        for me in held:
            me.point.resumes(me)
        self._begin()

    def release(self, order: Order) -> None:
        """A cancelled order lets go of whoever was held for it."""
        if self.order is order:
            self.order = None
        held, order.held = order.held, ()
        self._let_free(held)
        self._begin()

    def lets_go(self, me: Caregiver) -> bool:
        """The shift of somebody held by a gathering ends: True if this caregiver may leave."""
        order = me.held_for
        if order is None or self.order is not order:
            return False
        order.held = tuple(other for other in order.held if other is not me)
        self.crews.unhold(me)
        return True

    def _let_free(self, caregivers: Sequence[Caregiver]) -> None:
        for me in caregivers:
            self.crews.unhold(me)
        for me in caregivers:
            me.point.resumes(me)

