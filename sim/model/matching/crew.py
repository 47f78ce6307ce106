"""Who goes, and how they set out: crews of one or more, at once or reserved for a window.

A crew leaves together. A booked order's crew leaves so as to arrive, by planned travel, at the
opening of the window, and is reserved until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from simpy.events import Event

from sim.geography import Place
from sim.model.clock import key
from sim.model.meal import Round
from sim.model.order import Order
from sim.rules.views import CaregiversView
from sim.words.kinds import MINUTE, NONE, Entity, IdleReason, OrderState, Rank

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


REACTS = key(Rank.REACTION, Entity.REQUEST, 0)
EN_ROUTE = int(OrderState.EN_ROUTE)
SHIFT_END = IdleReason.SHIFT_END


new_view = tuple.__new__
"""Makes a view of a row, without the keyword checks of a named tuple's own constructor."""

AnyTrip = TypeVar("AnyTrip", bound=tuple[Any, ...])


class Trip(NamedTuple):
    """A caregiver's way to a home, as planned now; ``planned`` in milliseconds."""

    caregiver: Caregiver
    start: Place
    km: float
    planned: int


def by_number(caregiver: Caregiver) -> int:
    """Sort key: the lowest number goes first among equals."""
    return caregiver.number


class Crews:
    """The part of a point that sends its caregivers out."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.clock = point.clock
        self.plan = point.plan
        self.mode = point.plan.mode
        self.way = point.plan.trips.way
        self.rule = point.setting.choose_caregiver
        self.preferred = point.setting.fit.preferred
        self.regulars = point.setting.regulars
        self.by_matrix = point.by_matrix
        self.set_out = point.setting.set_out
        self.visits = point.journal.visits
        self.standby = point.standby
        self.recalls = point.setting.settings.preempt

    # -- choosing -----------------------------------------------------------------------------

    def trip(self, me: Caregiver, order: Order) -> Trip:
        now = self.clock.now
        start = me.where if me.returning is None else me.position(now, self.by_matrix)
        km, planned = self.plan.trips.way(
            start, order.home, order.zone, self.plan.mode[me.group], now
        )
        return Trip(me, start, km, planned)

    def fits(self, trip: Trip, order: Order) -> bool:
        """Whether the planned end lies within the shift and its allowed overtime."""
        return self.planned_end(trip.planned, order) <= trip.caregiver.until

    def may_go(self, trip: Trip, order: Order) -> bool:
        """Whether a free caregiver of this point can be sent: in time, and not kept for
        emergencies."""
        if not self.fits(trip, order):
            return False
        if self.standby is not None and self.standby.keeps(trip.caregiver, order):
            self.standby.stays(trip.caregiver)
            return False
        return True

    def planned_end(self, planned: int, order: Order) -> int:
        start = self.clock.now + planned
        if order.booked and start < order.window_open:
            start = order.window_open
        return start + self.plan.mean_service[order.service]

    def send_if_possible(self, order: Order, candidates: Iterable[Caregiver]) -> bool:
        """Send the best crew among free caregivers; False if there is none."""
        if order.stops:
            return self._send_round(order, candidates)
        now = self.clock.now
        service, home, zone = order.service, order.home, order.zone
        mode, way, kind = self.mode, self.way, order.kind
        mean = self.plan.mean_service[service]
        trips = []
        for me in candidates:
            if me.can[kind]:
                start = me.where if me.returning is None else me.position(now, self.by_matrix)
                km, planned = way(start, home, zone, mode[me.group], now)
                begin = now + planned
                if order.booked and begin < order.window_open:
                    begin = order.window_open
                if begin + mean <= me.until:
                    trips.append((me, start, km, planned))
                elif not me.kept:
                    me.point.mark(me, SHIFT_END)
        if self.standby is not None and order.crew == 1:
            trips = self.unreserved(order, trips)
        if self.preferred[service] and order.crew == 1:
            trips = [trip for trip in trips if trip[0].woman == order.woman] or trips
        if len(trips) < order.crew:
            return False
        if len(trips) == 1:
            crew = [new_view(Trip, trips[0])]
        elif order.crew == 1:
            crew = [new_view(Trip, self.best(order, trips))]
        else:
            crew = self.best_crew(order, [Trip(*trip) for trip in trips])
        if crew:
            self.send(order, crew)
        return bool(crew)

    def _send_round(self, order: Order, candidates: Iterable[Caregiver]) -> bool:
        rounds = self.point.rounds
        assert rounds is not None and isinstance(order, Round)
        return rounds.send_if_possible(order, candidates)

    def unreserved(self, order: Order, trips: list[AnyTrip]) -> list[AnyTrip]:
        """Without those who have to stay free for emergencies."""
        found = []
        for trip in trips:
            me: Caregiver = trip[0]
            standby = me.point.standby
            if standby is not None and standby.keeps(me, order):
                standby.stays(me)
            else:
                found.append(trip)
        return found

    def best_crew(self, order: Order, trips: list[Trip]) -> list[Trip]:
        """The best crew that can make it together, of the point's own; empty if there is none.

        No more of those free go than emergencies can spare; who is held for the order already is
        not free.
        """
        ranked: list[Trip] = [trip for *_, trip in sorted(self._scored(order, trips))]
        everybody = len(ranked)
        standby = self.standby
        if standby is None:
            return self._first_crew(order, ranked, everybody)
        crew = self._first_crew(order, ranked, standby.spare(order, everybody))
        if not crew and self._first_crew(order, ranked, everybody):
            for me, *_ in ranked:
                if me.ready and me.free:
                    standby.stays(me)
        return crew

    def _first_crew(self, order: Order, ranked: list[Trip], spare: int) -> list[Trip]:
        """The first in the ranking, of whom all start when the last of them arrives."""
        found = []
        for last in {trip.planned for trip in ranked}:
            end = self.planned_end(last, order)
            fit: list[int] = []
            left = spare
            for n, (me, _, _, planned) in enumerate(ranked):
                if len(fit) < order.crew and planned <= last and end <= me.until:
                    kept = me.ready and me.free
                    if left or not kept:
                        fit.append(n)
                        left -= kept
            if len(fit) == order.crew:
                found.append(fit)
        return [ranked[n] for n in min(found)] if found else []

    def best(self, order: Order, trips: list[AnyTrip]) -> AnyTrip:
        """First by the choose_caregiver rule; the lowest number among equals."""
        if not self.rule.fixed:
            return min(self._scored(order, trips))[2]
        ask = self.rule.score
        usual = self._usual(order)
        best = trips[0]
        least: Any = None
        for trip in trips:
            me, _, _, planned = trip
            score = ask(None, new_view(CaregiversView, (
                me.number, planned / MINUTE, me.free_since, me.busy / MINUTE, me.services,
                me.number == usual,
            )))
            if least is None or score < least or (score == least and me.number < best[0].number):
                best, least = trip, score
        return best

    def _usual(self, order: Order) -> int:
        """The client's usual caregiver, NONE where there is none or no rule asks."""
        return NONE if self.regulars is None else self.regulars.of(order.request)

    def _scored(self, order: Order, trips: Iterable[AnyTrip]) -> list[tuple[float, int, AnyTrip]]:
        """(score, number, trip) of each by the choose_caregiver rule; no two numbers are equal."""
        usual = self._usual(order)
        views = [
            new_view(CaregiversView, (
                me.number, planned / MINUTE, me.free_since, me.busy / MINUTE, me.services,
                me.number == usual,
            ))
            for me, _, _, planned in trips
        ]
        if self.rule.fixed:
            scores = [self.rule.score(None, view) for view in views]
        else:
            subject = order.view(self.clock.now, self.plan.mean_service[order.service])
            every = CaregiversView(*np.array(views).T)
            scores = self.rule.score(subject, every).tolist()
        numbers = [view.caregiver for view in views]
        return list(zip(scores, numbers, trips, strict=True))

    # -- setting out ----------------------------------------------------------------------------

    def send(self, order: Order, crew: list[Trip]) -> None:
        """A chosen crew of free caregivers sets out, or is reserved until the window comes."""
        if order.waiting and order.station is not None:
            order.station.waiting.remove(order)
        if order.point < 0:
            order.point = crew[0].caregiver.point.number
        order.gathering = self.clock.now
        for trip in crew:
            trip.caregiver.point.takes(trip.caregiver)
        if not (order.booked and self.reserved(order, crew)):
            self.depart(order, crew)

    def reserved(self, order: Order, crew: list[Trip]) -> bool:
        """Hold a booked order's crew until it is time to leave; False if it is time."""
        leave = order.window_open - max(trip.planned for trip in crew)
        if leave <= self.clock.now:
            return False
        for trip in crew:
            self.hold(trip.caregiver, order)
        self.clock.alarm(leave, REACTS + order.request, self._time_to_leave, (order, order.ticket))
        return True

    def _time_to_leave(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            trips = [self.trip(me, order) for me in order.held]
            end = self.planned_end(max(trip.planned for trip in trips), order)
            if all(end <= trip.caregiver.until for trip in trips):
                self.depart(order, trips)
            elif order.station is not None:
                order.station.puts_back(order)

    def depart(self, order: Order, crew: list[Trip]) -> None:
        """The crew leaves. Every later time follows from the draws, and is written down now."""
        if isinstance(order, Round):
            assert self.point.rounds is not None
            self.point.rounds.depart(order, crew[0].caregiver)
            return
        now = self.clock.now
        draws = order.draws
        plan = self.plan
        noise = draws.noise_out
        access = plan.trips.access
        started = draws.window_open if order.booked else now
        arrivals = []
        for trip in crew:
            arrived = now + access + round((trip.planned - access) * noise)
            arrivals.append(arrived)
            if arrived > started:
                started = arrived
        length = draws.duration
        if draws.no_show_coin < plan.no_show_prob[order.service]:
            order.no_show = True
            length = plan.door[order.service]
        order.departed = now
        order.started = started
        order.ended = ended = started + length
        lead = order.lead = crew[0].caregiver
        order.borrowed = lead.point.number != order.point
        order.ticket += 1
        order.held = ()
        self.set_out(order)
        lines = self.visits
        way_back = (draws.noise_back, order.zone)
        for (me, start, km, planned), arrived in zip(crew, arrivals, strict=True):
            held = now if me.held_for is None else me.held_since
            lines.add(lines.pack(
                order.number, me.number, held, now, arrived, started, ended, planned,
                order.no_show, order.gathered, start.x, start.y, km,
            ))
            me.held_for = None
            me.way_back = way_back
            me.told(order)
        if self.recalls and order.crew == 1 and not plan.emergency[order.service]:
            recall = lead.point.recall
            assert recall is not None
            recall.sets_out(order, draws, crew[0], arrivals[0], len(lines) - 1)

    def hold(self, me: Caregiver, order: Order) -> None:
        """Keep a caregiver for an order that is not yet leaving."""
        if me.held_for is None:
            me.held_since = self.clock.now
            me.held_for = order
            order.held += (me,)

    def unhold(self, me: Caregiver) -> None:
        """Let go of a caregiver whose order will not leave, or not with this one."""
        order, me.held_for = me.held_for, None
        if order is not None:
            lines = self.point.journal.holds
            lines.add(lines.pack(
                me.number, me.held_since, self.clock.now, order.number, order.gathered
            ))
