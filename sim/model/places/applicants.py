"""Clients who come to a point for a bed, a seat or a child-care place.

A place is given when the client could set out for it: at the end of the assessment or, if booked,
as much before the window's opening as the way to the nearest point takes. The nearest point with a
free place of every kind wanted gives it; if none has, the client is refused, or put on the
waitlist. It is the client's from then on. The client travels by itself, as long as planned, and
stays until the stay is over or the place closes. While a shock closes a point nobody goes in there;
who is there stays as long as otherwise.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from simpy.events import Event

from sim.model.clock import Clock, key
from sim.model.order import Order
from sim.model.places.house import House
from sim.model.places.wards import Stay, Wards, next_opening, span_at
from sim.words.kinds import (
    MINUTE,
    NEVER,
    NONE,
    CancelReason,
    Entity,
    OfferResult,
    OrderState,
    Rank,
)

if TYPE_CHECKING:
    from sim.model.dispatch import Dispatcher
    from sim.model.plan import Plan
    from sim.model.point import Point
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Ints, Workload

GIVEN = int(OfferResult.ACCEPTED)
WAITLISTED = OrderState.WAITLISTED


class Near(NamedTuple):
    """A point within reach of a client: minutes on the road at factor 1, and its number."""

    minutes: float
    point: int


class Applicant(NamedTuple):
    """Somebody on the waitlist; in the order of this tuple they are served."""

    urgency: int
    """0, or less the higher the assessed grade"""
    listed: int
    number: int
    """of the order"""
    order: Order
    near: tuple[Near, ...]


class Places:
    """The county's places and its waitlist."""

    def __init__(
        self, clock: Clock, plan: Plan, wards: Wards, workload: Workload, scenario: Scenario,
        dispatcher: Dispatcher, points: Sequence[Point],
    ) -> None:
        self.clock = clock
        self.plan = plan
        self.stays = wards.stays
        self.wards = wards
        self.workload = workload
        self.max_travel_min = scenario.dispatch.max_travel_min
        self.dispatcher = dispatcher
        self.journal = dispatcher.journal
        skills = [group.skills for group in scenario.caregivers]
        self.houses: dict[int, House] = {}
        for number in dict.fromkeys(ward.point for ward in wards.wards):
            own = {n: ward for n, ward in enumerate(wards.wards) if ward.point == number}
            self.houses[number] = House(points[number], own, skills, self._fills)
            if self.houses[number].pools:
                points[number].house = self.houses[number]
                points[number].goes_back = True
        self.waitlist: list[Applicant] = []
        self.waiting: dict[int, Applicant] = {}
        """by order"""
        self._set_openings()

    def _set_openings(self) -> None:
        """Whoever waits may go in when places open."""
        openings = {
            (start, point) for stay in self.stays.values() for point, spans in stay.spans.items()
            for start, _ in spans if 0 < start < self.workload.horizon
        }
        for start, point in sorted(openings):
            place = key(Rank.ROSTER, Entity.POINT, point)
            self.clock.alarm(start, place, self._opens, self.houses[point])

    def _opens(self, alarm: Event) -> None:
        self._fills(alarm._value)

    def moves_in(self, residents: Sequence[Ints]) -> None:
        """Those who are there when the run starts."""
        for row, left in enumerate(residents):
            house = self.houses[self.wards.wards[row].point]
            for until in left.tolist():
                self._stays(None, house, (row,), house.take((row,), ()), 0, 0, until)

    # -- an order -----------------------------------------------------------------------------

    def applies(self, order: Order) -> None:
        """An order for a place is written: look for one when the client could set out for it."""
        now = self.clock.now
        ready = now + self.workload.assessment.item(order.request, 0)
        near = self._near(order)
        if not near:
            self.dispatcher.cancel(order, CancelReason.NO_POINT)
            return
        if order.booked:
            ready = max(ready, order.window_open - self._way(near[0], order.window_open))
        if ready > now:
            self._again_at(ready, order, near, ready)
        else:
            self._looks(order, near, now)

    def _again_at(self, time: int, order: Order, near: tuple[Near, ...], ready: int) -> None:
        place = key(Rank.REACTION, Entity.REQUEST, order.request)
        self.clock.alarm(time, place, self._wakes, (order, near, ready))

    def _wakes(self, alarm: Event) -> None:
        order, near, ready = alarm._value
        if order.number in self.dispatcher.live:
            self._looks(order, near, ready)

    def _looks(self, order: Order, near: tuple[Near, ...], ready: int) -> None:
        """The client could set out: take the nearest free place, wait for one, or be refused."""
        if any(self._goes_to(order, at) for at in near):
            return
        now = self.clock.now
        stay = self.stays[order.service]
        if stay.waits:
            grade = self.workload.grade.item(order.request, 0)
            entry = Applicant(-grade if stay.by_grade else 0, now, order.number, order, near)
            insort(self.waitlist, entry)
            self.waiting[order.number] = entry
            order.state = WAITLISTED
        elif any(self._open_for(order, stay, at) is not None for at in near):
            self.dispatcher.cancel(order, CancelReason.NO_PLACE)
        else:
            opening = min(next_opening(stay.spans[at.point], now) for at in near)
            if opening < NEVER:
                self._again_at(opening, order, near, ready)

    def _near(self, order: Order) -> tuple[Near, ...]:
        """Points within reach that could give all that is wanted, the nearest first."""
        trips, home, found = self.plan.trips, order.home, []
        for point in self.stays[order.service].at:
            if not self.plan.serves[order.zone, point]:
                continue
            place = self.plan.points[point]
            minutes = (
                trips.matrix[home.row][place.row] if trips.matrix
                else trips.km(home, place, order.zone) * trips.min_per_km[self.wards.mode]
            )
            if minutes + trips.access / MINUTE <= self.max_travel_min:
                found.append(Near(minutes, point))
        return tuple(sorted(found))

    def _way(self, at: Near, leaving: int) -> int:
        """Planned milliseconds from the home to a point."""
        trips = self.plan.trips
        return round(at.minutes * trips.slowness(leaving) * MINUTE) + trips.access

    def _open_for(self, order: Order, stay: Stay, at: Near) -> tuple[int, int, int] | None:
        """When a client who sets out now is there, goes in, and has to go at the latest; None if
        the places wanted are shut then."""
        there = self.clock.now + self._way(at, self.clock.now)
        goes_in = max(there, order.window_open) if order.booked else there
        if span_at(stay.spans[at.point], goes_in) is None:
            return None
        hours = span_at(stay.hours[at.point], goes_in)
        assert hours is not None
        return there, goes_in, hours[1]

    def _goes_to(self, order: Order, at: Near) -> bool:
        """The client sets out for a point, if it has what is wanted."""
        stay = self.stays[order.service]
        house, rows = self.houses[at.point], stay.at[at.point]
        helpers = house.helpers(rows)
        times = None if helpers is None else self._open_for(order, stay, at)
        if helpers is None or times is None:
            return False
        now = self.clock.now
        there, goes_in, closes = times
        left = min(goes_in + order.draws.duration, closes)
        order.asked = order.point = at.point
        order.taken = GIVEN
        order.offered = order.accepted = order.eligible = order.gathering = order.departed = now
        order.started, order.ended = goes_in, left
        order.ticket += 1
        self.dispatcher.set_out(order)
        self._stays(order, house, rows, house.take(rows, helpers), there, goes_in, left)
        return True

    def _stays(
        self, order: Order | None, house: House, rows: Sequence[int], numbers: Sequence[int],
        there: int, goes_in: int, left: int,
    ) -> None:
        """Write a stay down, and remember its end."""
        now, number = self.clock.now, NONE if order is None else order.number
        lines = self.journal.stays
        for row, place in zip(rows, numbers, strict=True):
            lines.add(lines.pack(number, row, place, now, there, goes_in, left))
        where = key(Rank.RELEASE, Entity.POINT, house.point.number)
        self.clock.alarm(left, where, self._leaves, (order, house, rows, numbers))

    def _leaves(self, alarm: Event) -> None:
        order, house, rows, numbers = alarm._value
        house.give_back(rows, numbers)
        self._fills(house)
        house.lets_go_of_spare()
        if order is not None:
            self.dispatcher.completed(order)

    # -- the waitlist -------------------------------------------------------------------------

    def _fills(self, house: House) -> None:
        """Something may be free in a house: give it to the first on the waitlist who can use it."""
        if not self.waitlist or not any(house.empty.values()):
            return
        number = house.point.number
        for entry in tuple(self.waitlist):
            at = next((near for near in entry.near if near.point == number), None)
            if at is not None and self._goes_to(entry.order, at):
                self.unlist(entry.order)

    def roads_clear(self) -> None:
        """Travel gets faster: somebody may now be there before a place closes."""
        for house in self.houses.values():
            self._fills(house)

    def unlist(self, order: Order) -> None:
        """Take an order off the waitlist, if it is there."""
        entry = self.waiting.pop(order.number, None)
        if entry is not None:
            self.waitlist.remove(entry)
            self._write(entry, self.clock.now)

    def _write(self, entry: Applicant, until: int) -> None:
        lines = self.journal.waitlist
        lines.add(lines.pack(
            entry.number, self.workload.grade.item(entry.order.request, 0), entry.listed, until
        ))

    def closing_books(self) -> None:
        """Who still waits, and who is still tied, when the run ends."""
        for entry in self.waitlist:
            self._write(entry, NONE)
        for house in self.houses.values():
            house.closing_books()
