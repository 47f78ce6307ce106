"""A caregiver: comes on duty, is sent, travels, serves, rests, goes home."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from simpy.events import Event

from sim.geography import Place
from sim.model.clock import Clock, Turn
from sim.model.shift import BREAK, LEAVE, Worker
from sim.words.kinds import NEVER, NONE, Entity, IdleReason

if TYPE_CHECKING:
    from sim.model.order import Order
    from sim.model.point import Point
    from sim.workload.roster import Duty


class Return(NamedTuple):
    """The way back to the point."""

    start: Place
    departed: int
    arrives: int
    km: float


class Caregiver(Worker):
    """What a point knows of one caregiver."""

    def __init__(
        self, clock: Clock, number: int, group: int, point: Point, duties: list[tuple[int, Duty]],
        can: Sequence[bool], woman: bool,
    ) -> None:
        super().__init__(clock, number, Entity.CAREGIVER, duties)
        self.group = group
        self.point = point
        self.can = can
        """[kind of order] -> whether this caregiver can do it"""
        self.woman = woman
        self.services = sum(point.plan.able[group])
        """how many services this caregiver can do"""
        self.until = NEVER
        """latest planned end of a visit: the shift's end and the overtime allowed"""
        self.busy = 0
        """milliseconds on the road, waiting or serving since the shift began"""
        self.where = point.place
        self.way_back = (1.0, 0)
        """noise of the leg back from the last home, and that home's zone"""
        self.returning: Return | None = None
        self.free = False
        self.free_since = NONE
        self.held_for: Order | None = None
        self.held_since = NONE
        self.reason = IdleReason.NONE
        self.ready = point.plan.ready[group]
        """can do every emergency service of the point"""
        self.kept = False
        """found an order, but has to be free for emergencies"""
        self.waits = False
        """for a hail"""
        self.job: Any = None
        """given last"""

    def position(self, now: int, by_matrix: bool) -> Place:
        """Where this caregiver is; on the way back, in between (by matrix: at the nearer end)."""
        trip = self.returning
        if trip is None:
            return self.where
        done = (now - trip.departed) / (trip.arrives - trip.departed)
        home = self.point.place
        if by_matrix:
            return trip.start if done < 0.5 else home
        return Place(
            trip.start.x + done * (home.x - trip.start.x),
            trip.start.y + done * (home.y - trip.start.y),
            home.row,
        )

    def told(self, job: Any) -> None:
        """Give a job: to one who waits at once, to one who is just asking as the answer."""
        self.job = job
        if self.waits:
            self.waits = False
            self.turn.hail(job)

    def turns_around(self, clock: Clock) -> None:
        """The end of the visit that was under way is not to come; a new turn takes its place."""
        old, self.turn = self.turn, Turn(clock)
        self.turn.callbacks = old.callbacks
        old.callbacks = (_nothing,)


def _nothing(_: Event) -> None:
    """What happens at the end of a visit that somebody was called away from."""


def caregiver(clock: Clock, point: Point, me: Caregiver) -> Generator[Event, Any, None]:
    """A caregiver's working life: sign in, go where sent, serve, rest, leave."""
    journal = point.journal
    for number, duty in me.duties:
        yield me.turn.at(max(duty.start, clock.now), me.roster_place)
        journal.sign_ins.add(journal.sign_ins.pack(number, clock.now))
        point.sign_in(me, duty)
        while True:
            job = point.next_job(me)
            if job is None:
                me.waits = True
                job = yield me.turn
            if job is LEAVE:
                break
            if job is BREAK:
                until = clock.now + me.rest
                journal.breaks.add(journal.breaks.pack(me.number, clock.now, until))
                yield me.turn.at(until, me.place)
                continue
            yield me.turn.at(job.ended, me.place)
            point.visit_over(me, me.job)
        point.sign_out(me)
        journal.sign_outs.add(journal.sign_outs.pack(number, clock.now, me.breaks_missed))
