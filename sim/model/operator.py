"""An operator: comes on duty, answers, writes, rests, goes home."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol

from simpy.events import Event

from sim.model.clock import Clock
from sim.model.shift import BREAK, LEAVE, Worker
from sim.words.kinds import NONE, Entity

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.call import Call
    from sim.workload.roster import Duty

Room = list[tuple[int, int]]
"""A heap of (idle since, number) of idle operators of the same skills, longest idle first; entries
of those no longer idle are passed over."""


class Operator(Worker):
    """What the hotline knows of one operator."""

    def __init__(
        self, clock: Clock, number: int, duties: list[tuple[int, Duty]],
        covers: list[list[deque[Call]]], room: Room,
    ) -> None:
        super().__init__(clock, number, Entity.OPERATOR, duties)
        self.covers = covers
        """for each inbound class, the queues this operator takes from"""
        self.room = room
        """where operators of the same skills are idle"""
        self.idle = False
        self.idle_since = NONE
        self.call: Call | None = None
        """in hand"""


class Desk(Protocol):
    """Whose work is done at a desk: the hotline's, or the experts'."""

    journal: Journal

    def sign_in(self, me: Any, duty: Duty) -> None: ...
    def next_job(self, me: Any) -> Any: ...
    def answers(self, me: Any, call: Any) -> None: ...
    def hangs_up(self, call: Any) -> None: ...
    def wrapped_up(self, me: Any, call: Any) -> None: ...


def operator(clock: Clock, hotline: Desk, me: Worker) -> Generator[Event, Any, None]:
    """The working life of an operator, or of an expert: sign in, answer, write, rest, leave."""
    journal = hotline.journal
    turn = me.turn
    for number, duty in me.duties:
        yield turn.at(max(duty.start, clock.now), me.roster_place)
        journal.sign_ins.add(journal.sign_ins.pack(number, clock.now))
        hotline.sign_in(me, duty)
        while True:
            job = hotline.next_job(me)
            if job is None:
                job = yield turn
            if job is LEAVE:
                break
            if job is BREAK:
                until = clock.now + me.rest
                journal.breaks.add(journal.breaks.pack(me.number, clock.now, until))
                yield turn.at(until, me.place)
                continue
            hotline.answers(me, job)
            yield turn.at(clock.now + job.talk, me.place)
            hotline.hangs_up(job)
            if job.wrap_up:
                yield turn.at(clock.now + job.wrap_up, me.place)
            hotline.wrapped_up(me, job)
        journal.sign_outs.add(journal.sign_outs.pack(number, clock.now, me.breaks_missed))
