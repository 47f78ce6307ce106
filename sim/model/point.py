"""A service point: orders wait here, caregivers are free here, and the two are matched.

Every event that frees a caregiver or brings an order matches at once, until no permitted pair is
left. Permitted is: the caregiver has the skill and the grade, the visit's planned end fits into
the shift and its allowed overtime, and as many such caregivers are free as the order needs.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.caregiver import Caregiver, Return
from sim.model.clock import key
from sim.model.matching.crew import Crews, Trip
from sim.model.matching.gathering import Gathering
from sim.model.matching.recall import Recall
from sim.model.matching.standby import Standby
from sim.model.matching.waiting import WaitingList
from sim.model.matching.work import borrow, serve
from sim.model.meal import Meal
from sim.model.order import Order
from sim.model.setting import Setting
from sim.model.shift import BREAK, LEAVE
from sim.words.kinds import MINUTE, NONE, Entity, IdleReason, Rank, WhenIdle

if TYPE_CHECKING:
    from sim.model.meals.rounds import Rounds
    from sim.model.offer_modes.pool import Pool
    from sim.model.places.house import House
    from sim.workload.roster import Duty


REACTS = key(Rank.REACTION, Entity.REQUEST, 0)
NO_REASON, SHIFT_END, STANDBY = IdleReason.NONE, IdleReason.SHIFT_END, IdleReason.STANDBY


class Point:
    """Its waiting list, its caregivers on duty, and those of them who are free."""

    def __init__(self, number: int, setting: Setting) -> None:
        self.number = number
        self.setting = setting
        self.clock = setting.clock
        self.plan = setting.plan
        self.journal = setting.journal
        self.place = setting.plan.points[number]
        self.by_matrix = bool(setting.plan.trips.matrix)
        self.goes_back = setting.settings.when_idle == WhenIdle.RETURN
        self.overtime = round(setting.settings.overtime_min * MINUTE)
        self.borrow_km = setting.settings.borrow_km
        self.mean_service = setting.fit.mean_service
        self.regulars = setting.regulars
        self.zone = int(setting.plan.point_zone[number])
        self.waiting = WaitingList(setting.choose_order, setting.plan.mean_service)
        self.on_duty: list[Caregiver] = []
        self.free: dict[int, Caregiver] = {}
        """by number; those on the way back are free too"""
        self.neighbours: list[Point] = []
        """every other point, for borrowing"""
        self.pool: Pool | None = None
        """the county's one queue, if there is one"""
        reserve = setting.settings.reserve
        self.standby = Standby(self, reserve) if reserve else None
        self.recall = Recall(self, setting.left_behind) if setting.settings.preempt else None
        self.crews = Crews(self)
        self.gathering = Gathering(self)
        self.house: House | None = None
        """where caregivers look after occupied places"""
        self.rounds: Rounds | None = None
        """where it gives out meals"""
        self.busy_ms = 0.0
        self.visits = 0

    # -- orders -------------------------------------------------------------------------------

    def take_in(self, order: Order) -> None:
        """An accepted order: it joins now, or when its window makes it eligible."""
        now = self.clock.now
        order.station = self
        eligible = now
        if order.booked:
            mode = int(self.plan.point_mode[self.number])
            _, planned = self.plan.trips.way(
                self.place, order.home, order.zone, mode, order.window_open
            )
            eligible = order.window_open - planned
        if eligible > now:
            self.clock.alarm(
                eligible, REACTS + order.request, self._becomes_eligible, (order, order.ticket)
            )
        else:
            self._join(order)

    def _becomes_eligible(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._join(order)

    def _join(self, order: Order) -> None:
        order.eligible = self.clock.now
        if self._is_taken(order) or (self.recall is not None and self.recall.serves(order)):
            return
        self.waiting.add(order)
        if order.crew > 1:
            self.gathering.expect(order)

    def is_sent(self, order: Order, trip: Trip) -> None:
        """A free caregiver has taken the order, and goes at once."""
        order.station = self
        order.eligible = self.clock.now
        self.crews.send(order, [trip])

    def _is_taken(self, order: Order) -> bool:
        """Whether somebody free takes it at once: of this point, or else of another one."""
        if self.free and self.crews.send_if_possible(order, self.free.values()):
            return True
        return self.borrow_km > 0 and self._lend(order)

    def _lend(self, order: Order) -> bool:
        """Let a free caregiver of another point within ``borrow_km`` take the order."""
        if order.crew > 1:
            return False
        helpers = [
            c for point in self.neighbours if point.free and point.near(order)
            for c in point.free.values()
        ]
        return self.crews.send_if_possible(order, helpers)

    def near(self, order: Order) -> bool:
        """Whether the home lies within ``borrow_km`` of this point, as the crow flies, and in its
        territory."""
        home = order.home
        if not (self.plan.everywhere or self.plan.serves[order.zone, self.number]):
            return False
        return hypot(home.x - self.place.x, home.y - self.place.y) <= self.borrow_km

    def puts_back(self, order: Order) -> None:
        """The roads got slower than when its crew was reserved, which can no longer make it."""
        held, order.held = order.held, ()
        order.gathering = NONE
        self.waiting.add(order)
        for me in held:
            me.point.crews.unhold(me)
        order.gathered = False
        for me in held:
            me.point.resumes(me)
        if order.waiting and not self._is_taken(order) and order.crew > 1:
            self.gathering.expect(order)

    def takes_back(self, order: Order) -> None:
        """Its caregiver was turned around on the way: it waits again, before others of its
        class."""
        if not self._is_taken(order):
            self.waiting.add(order)

    def withdraw(self, order: Order) -> None:
        """The order is cancelled: forget it, and free whoever was held for it."""
        if order.waiting:
            self.waiting.remove(order)
        self.gathering.release(order)
        if isinstance(order, Meal) and self.rounds is not None:
            self.rounds.withdraw(order)

    # -- caregivers ---------------------------------------------------------------------------

    def sign_in(self, me: Caregiver, duty: Duty) -> None:
        me.begin(self.clock, duty, self._shift_ends, self._break_due)
        me.until = duty.end + self.overtime
        me.busy = 0
        me.where = self.place
        self.mark(me, IdleReason.NONE)
        self.on_duty.append(me)

    def sign_out(self, me: Caregiver) -> None:
        self.on_duty.remove(me)
        self.gathering.check()

    def next_job(self, me: Caregiver) -> Any:
        """What a caregiver just come free does now: leave, rest, visit; None: wait for a hail."""
        now = self.clock.now
        if now >= me.ends:
            return LEAVE
        if me.breaks and me.takes_break(now):
            return BREAK
        me.job = None
        self.frees(me)
        return me.job

    def frees(self, me: Caregiver) -> None:
        """A caregiver is free again: match; with nothing to do, go back to the point."""
        me.free = True
        me.free_since = self.clock.now
        self.free[me.number] = me
        self.rematch(me)
        if self.standby is not None and me.free and me.ready:
            self.standby.relieved_by(me)
        if me.free and self.goes_back and me.where is not self.place:
            self._go_back(me)

    def resumes(self, me: Caregiver) -> None:
        """A caregiver who was held for an order is let go."""
        if self.clock.now >= me.ends:
            me.told(LEAVE)
        elif me.takes_break(self.clock.now):
            me.told(BREAK)
        else:
            self.frees(me)

    def rematch(self, me: Caregiver) -> None:
        """Find work for a free caregiver: the house, a gathering crew, this point, other points."""
        gathering = self.gathering
        me.kept = False
        if self.house is not None and self.house.claims(me):
            self.house.has_hands()
            return
        if (gathering.overdue or gathering.order is not None) and gathering.claims(me):
            return
        late = self.waiting.size > 0 and serve(self, me)
        if me.free and self.borrow_km:
            late |= borrow(self, me)
        if self.pool is not None and me.free and self.pool.waiting.size:
            late |= self.pool.serve(me)
        if self.house is not None and me.free:
            self.house.has_hands()
        reason = STANDBY if me.kept else SHIFT_END if late else NO_REASON
        if me.free and me.reason != reason:
            self.mark(me, reason)

    def takes(self, me: Caregiver) -> None:
        """The caregiver is no longer free; on the way back it stops where it is."""
        me.free = False
        del self.free[me.number]
        trip = me.returning
        if trip is not None:
            now = self.clock.now
            me.where = me.position(now, self.by_matrix)
            me.returning = None
            done = (now - trip.departed) / (trip.arrives - trip.departed)
            self._record_return(me, trip, now, trip.km * done)

    def visit_over(self, me: Caregiver, order: Order) -> None:
        """The caregiver leaves the home; the first of the crew closes the order."""
        me.where = order.home
        length = order.ended - order.departed
        me.busy += length
        self.busy_ms += length
        self.visits += 1
        if self.regulars is not None:
            self.regulars.visited(order, me.number)
        if self.recall is not None:
            self.recall.visit_over(me)
        if order.lead is me:
            self.setting.completed(order)

    def mark(self, me: Caregiver, reason: IdleReason) -> None:
        """Note why a caregiver is idle from now on, where that changes."""
        if me.reason != reason:
            me.reason = reason
            lines = self.journal.reasons
            lines.add(lines.pack(me.number, self.clock.now, reason))

    # -- the way back, breaks, the shift's end ---------------------------------------------------

    def _go_back(self, me: Caregiver) -> None:
        now = self.clock.now
        noise, zone = me.way_back
        trips = self.plan.trips
        mode = self.plan.mode[me.group]
        length = round(trips.moving(me.where, self.place, zone, mode, now) * noise)
        if length == 0:
            me.where = self.place
            if self.house is not None or (self.rounds is not None and self.rounds.size):
                self.rematch(me)
            return
        me.returning = Return(me.where, now, now + length, trips.km(me.where, self.place, zone))
        self.clock.alarm(now + length, me.place, self._is_back, (me, me.returning))

    def _is_back(self, alarm: Event) -> None:
        me, trip = alarm._value
        if me.returning is trip:
            me.returning = None
            me.where = self.place
            self._record_return(me, trip, self.clock.now, trip.km)
            self.rematch(me)

    def _record_return(self, me: Caregiver, trip: Return, until: int, km: float) -> None:
        lines = self.journal.returns
        lines.add(lines.pack(me.number, trip.departed, until, km))

    def _shift_ends(self, alarm: Event) -> None:
        me: Caregiver = alarm._value
        if me.free:
            self.takes(me)
            me.told(LEAVE)
        elif self.gathering.lets_go(me):
            me.told(LEAVE)
        elif self.house is not None:
            self.house.shift_ends(me)

    def _break_due(self, alarm: Event) -> None:
        me: Caregiver = alarm._value
        if me.free and me.takes_break(self.clock.now):
            self.takes(me)
            me.told(BREAK)
        elif self.house is not None:
            self.house.break_due(me)

