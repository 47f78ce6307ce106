"""Grabbing: an order is shown to everybody in range, and the first to react takes it.

Reactions come one after another; whoever cannot take the order at that moment lets it pass. What
nobody took by the time-out is assigned as if it had not been shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from sim.model.choice import Choice
from sim.model.clock import Clock, key
from sim.model.dispatch import EXPIRES, OFFERED, Dispatcher
from sim.model.matching.crew import Trip
from sim.model.order import Order
from sim.words.kinds import MINUTE, NONE, Entity, GrabBy, OfferMode, OfferResult, Rank
from sim.workload.reactions import names, reactions

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.caregiver import Caregiver
    from sim.scenario.sections.dispatching import Dispatch
    from sim.workload.tables import Workload

UNTAKEN = int(OfferResult.UNTAKEN)

Reaction = tuple[int, int]
"""Milliseconds after the showing, and the number of the point or caregiver."""


class Hall:
    """Where orders are shown (抢单大厅), to points or to caregivers."""

    def __init__(
        self, clock: Clock, settings: Dispatch, choice: Choice, dispatcher: Dispatcher,
        workload: Workload, journal: Journal,
    ) -> None:
        self.clock = clock
        self.settings = settings.grab
        self.all_of_them = settings.offer_mode == OfferMode.GRAB
        """emergencies too"""
        self.choice = choice
        self.plan = choice.plan
        self.dispatcher = dispatcher
        self.workload = workload
        self.journal = journal
        self.timeout = round(settings.grab.timeout_min * MINUTE)
        self.reach = settings.max_travel_min * MINUTE
        self.prob = np.array(choice.plan.accept_prob) * settings.grab.react_prob
        """[point] -> chance that it, or one of its caregivers, wants an order shown"""
        self.points: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        """[point] -> the number by which the reactions know it"""
        self.caregivers: list[Caregiver] = []
        self.people: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        """[place in ``caregivers``] -> the same"""
        self.who_can: list[NDArray[np.int64]] = []
        """[service] -> places in ``caregivers`` of those able, whose own point offers it"""

    def open_to(
        self, points: list[str], caregivers: list[Caregiver], people: list[str]
    ) -> None:
        """Everybody whom orders may be shown to; ids of points and caregivers."""
        plan = self.plan
        self.points = names("point", points)
        self.caregivers = caregivers
        self.people = names("caregiver", people)
        self.who_can = [
            np.array([
                n for n, me in enumerate(caregivers)
                if plan.able[me.group][service] and plan.offers[service, me.point.number]
            ], dtype=np.int64)
            for service in range(len(plan.crew))
        ]

    def takes_up(self, order: Order) -> bool:
        """Whether the order is to be grabbed at all."""
        return self.all_of_them or not self.plan.emergency[order.service]

    def show(self, order: Order) -> None:
        """Show it to everybody in range, as soon as a point there takes offers."""
        now = self.clock.now
        takers, again = self.choice.takers(order, now)
        if not len(takers):
            self.dispatcher.nobody_takes(order, again)
            return
        order.shown = 1
        order.asked = NONE
        order.offered = now
        order.state = OFFERED
        self._next(order, self._reactions(order))

    def _by_caregivers(self, order: Order) -> bool:
        return self.settings.to == GrabBy.CAREGIVERS and order.crew == 1 and not order.booked

    def _reactions(self, order: Order) -> list[Reaction]:
        """Of those who react before the time-out; the first comes last."""
        if self._by_caregivers(order):
            who = self.who_can[order.service]
            if not self.plan.everywhere:
                points = np.array([self.caregivers[n].point.number for n in who], dtype=np.int64)
                who = who[self.plan.serves[order.zone, points]]
            who = who[np.array([self.caregivers[n].can[order.kind] for n in who], dtype=bool)]
            called = self.people[who]
            prob = self.prob[[self.caregivers[n].point.number for n in who]]
        else:
            who = self.choice.in_range(order)
            called, prob = self.points[who], self.prob[who]
        number = self.workload.reaction.item(order.request, 0)
        times, coins = reactions(number, called, self.settings.reaction)
        react = (coins < prob) & (times <= self.timeout)
        found = zip(times[react].tolist(), who[react].tolist(), strict=True)
        return sorted(found, reverse=True)

    def _next(self, order: Order, left: list[Reaction]) -> None:
        """Wait for the next reaction; after the last one, for the time-out."""
        kind = Entity.CAREGIVER if self._by_caregivers(order) else Entity.POINT
        now = self.clock.now
        while left:
            at = order.offered + left[-1][0]
            if at > now:
                place = key(Rank.REACTION, kind, left[-1][1])
                self.clock.alarm(at, place, self._reacts, (order, order.ticket, left))
                return
            _, number = left.pop()
            if self._grabs(order, number):
                return
        self.clock.alarm(
            order.offered + self.timeout, EXPIRES + order.request, self._times_out,
            (order, order.ticket),
        )

    def _reacts(self, alarm: Event) -> None:
        order, ticket, left = alarm._value
        if order.ticket == ticket:
            self._next(order, left)

    def _times_out(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self.dispatcher.turned_down(order, UNTAKEN)

    def _grabs(self, order: Order, number: int) -> bool:
        """Whether the one who reacts now can take the order; then it is taken."""
        now = self.clock.now
        trip: Trip | None = None
        if self._by_caregivers(order):
            me = self.caregivers[number]
            point, person = me.point.number, me.number
            if me.free and self.choice.open[point]:
                trip = self._trip(me, order)
            can = trip is not None
        else:
            point, person = number, NONE
            can = number in self.choice.takers(order, now)[0]
        lines = self.journal.grabs
        lines.add(lines.pack(order.number, point, person, order.offered, now, can))
        if can:
            self.dispatcher.grabbed(order, point, trip)
        return can

    def _trip(self, me: Caregiver, order: Order) -> Trip | None:
        """A free caregiver's way to the home, if it is short enough and all else allows it."""
        point = me.point
        trip = point.crews.trip(me, order)
        kept = point.standby is not None and point.standby.keeps(me, order)
        if trip.planned > self.reach or kept or not point.crews.fits(trip, order):
            return None
        return trip
