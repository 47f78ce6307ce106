"""The hotline: callers ring, wait, are answered or give up; operators talk, write, rest.

A caller is a row, not a process: :class:`sim.model.call.Call`. An operator is one:
:mod:`sim.model.operator`. The hotline holds what they share - lines, queues, who is idle - and
changes it the moment something happens, so that no later event of the same millisecond sees a stale
state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.call import Call
from sim.model.clock import Clock, key
from sim.model.operator import Operator, Room
from sim.model.shift import BREAK, LEAVE
from sim.words.kinds import (
    NEVER,
    NONE,
    SECOND,
    AtClosing,
    CallKind,
    CallOutcome,
    Entity,
    Rank,
    WhenClosed,
)

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.draws import Draws
    from sim.scenario.sections.hotline import Hotline as HotlineSettings
    from sim.workload.roster import Duty

BUTTON, INBOUND, OUTBOUND = 0, 1, 2
"""Queue classes: a button before every other call, outbound calls after them all."""

EXPIRES = key(Rank.EXPIRY, Entity.REQUEST, 0)
ANSWERED = int(CallOutcome.ANSWERED)
CHASE, CALL_BACK = int(CallKind.CHASE), int(CallKind.CALL_BACK)


class Hotline:
    """Lines, queues and idle operators.

    It tells the county, through functions that the county sets: ``order_from(call)`` at the end of
    every talk that may give an order, ``lost(call)`` of every blocked or abandoned attempt,
    ``handed_down(call)`` of every call that 12345 took while we were closed, ``overflowed(call)``
    of every call that waited too long.
    """

    def __init__(
        self, clock: Clock, settings: HotlineSettings, skills: list[int], journal: Journal
    ) -> None:
        self.clock = clock
        self.settings = settings
        self.journal = journal
        self.is_open = False
        self.free_lines = settings.lines
        self.kept_lines = settings.lines_for_buttons
        self.overflow_after = round((settings.overflow_after_s or 0) * SECOND)
        """0: never"""
        self.calls = 0
        self.queues: list[list[deque[Call]]] = [[deque() for _ in skills] for _ in range(2)]
        """[class][skill] -> waiting calls, longest first; those that gave up are passed over"""
        self.outbound: deque[Call] = deque()
        self.operators: list[Operator] = []
        self.rooms: list[Room] = []
        self.rooms_for: list[list[Room]] = [[] for _ in skills]
        """[skill] -> rooms of operators who can take such a call"""
        self.order_from: Callable[[Call], None] = _unheard
        self.lost: Callable[[Call], None] = _unheard
        self.handed_down: Callable[[Call], None] = _unheard
        self.overflowed: Callable[[Call], None] = _unheard

    # -- callers ------------------------------------------------------------------------------

    def ring(self, call: Call) -> None:
        """A call comes in."""
        now = self.clock.now
        call.arrived = now
        call.number = self.calls
        self.calls += 1
        if not self.is_open:
            self._meet_closed_door(call)
        elif self.free_lines <= (0 if call.priority == BUTTON else self.kept_lines):
            self._record(call, CallOutcome.BLOCKED, now)
            self.lost(call)
        else:
            self.free_lines -= 1
            call.line = True
            operator = self._longest_idle(self.rooms_for[call.skill])
            if operator is not None:
                self._hand(operator, call)
            else:
                call.waiting = True
                self.queues[call.priority][call.skill].append(call)
                if call.patience < NEVER:
                    self.clock.alarm(
                        now + call.patience, EXPIRES + call.request, self._gives_up, call
                    )
                if self.overflow_after and call.kind != CHASE:
                    self.clock.alarm(
                        now + self.overflow_after, EXPIRES + call.request, self._overflows, call
                    )

    def call_out(self, request: int, draws: Draws, kind: int, talk: int, wrap_up: int) -> None:
        """Put an outbound call on the list; it waits for an operator whom no caller needs."""
        call = Call(request, draws, kind, 0, OUTBOUND, 0, NEVER, talk, wrap_up)
        call.arrived = self.clock.now
        call.number = self.calls
        self.calls += 1
        call.waiting = True
        operator = self._longest_idle(self.rooms) if self.is_open else None
        if operator is not None:
            self._hand(operator, call)
        else:
            self.outbound.append(call)

    def _gives_up(self, alarm: Event) -> None:
        call: Call = alarm._value
        if call.waiting:
            call.waiting = False
            self._free_line(call)
            self._record(call, CallOutcome.ABANDONED, self.clock.now)
            self.lost(call)

    def _overflows(self, alarm: Event) -> None:
        call: Call = alarm._value
        if call.waiting:
            call.waiting = False
            self._free_line(call)
            self._record(call, CallOutcome.OVERFLOWED, self.clock.now)
            self.overflowed(call)

    def _meet_closed_door(self, call: Call) -> None:
        now = self.clock.now
        duty_phone = self.settings.when_closed == WhenClosed.DUTY_PHONE
        if duty_phone and call.kind != CallKind.CHASE:
            call.answered = now
            call.talk_end = now + call.talk
            self._record(call, CallOutcome.CLOSED, call.talk_end)
            place = key(Rank.RELEASE, Entity.REQUEST, call.request)
            self.clock.alarm(call.talk_end, place, self._duty_phone_talk_ends, call)
        else:
            self._record(call, CallOutcome.CLOSED, now)
            if call.kind == CallKind.CHASE:
                return
            if self.settings.when_closed == WhenClosed.CALL_BACK:
                self.call_out(
                    call.request, call.draws, CallKind.MESSAGE, call.talk, call.wrap_up
                )
            elif self.settings.when_closed == WhenClosed.HANDED_TO_12345:
                self.handed_down(call)

    def _duty_phone_talk_ends(self, alarm: Event) -> None:
        self.order_from(alarm._value)

    # -- opening hours ------------------------------------------------------------------------

    def opens(self, _: Event) -> None:
        """Opening time: idle operators begin with the messages left overnight."""
        self.is_open = True
        while self.outbound:
            operator = self._longest_idle(self.rooms)
            if operator is None:
                break
            self._hand(operator, self.outbound.popleft())

    def closes(self, _: Event) -> None:
        """Closing time: who waits is served by whoever is still there, or let go, by setting."""
        self.is_open = False
        if self.settings.at_closing == AtClosing.RELEASE:
            waiting = [c for tier in self.queues for queue in tier for c in queue if c.waiting]
            for call in sorted(waiting, key=lambda c: c.number):
                call.waiting = False
                self._free_line(call)
                self._record(call, CallOutcome.CLOSED, self.clock.now)

    def lines_come_back(self, alarm: Event) -> None:
        """So many lines more, or fewer, are in order."""
        self.free_lines += alarm._value

    # -- operators ----------------------------------------------------------------------------

    def sign_in(self, me: Operator, duty: Duty) -> None:
        me.begin(self.clock, duty, self._shift_ends, self._break_due)

    def next_job(self, me: Operator) -> Any:
        """What a free operator does now: leave, rest, take a call; None: be idle."""
        now = self.clock.now
        if now >= me.ends:
            return LEAVE
        if me.breaks and me.takes_break(now):
            return BREAK
        call = self._next_call(me)
        if call is None:
            me.idle = True
            me.idle_since = now
            heappush(me.room, (now, me.number))
        return call

    def answers(self, me: Operator, call: Call) -> None:
        me.call = call
        call.waiting = False
        call.answered = self.clock.now
        call.operator = me.number

    def hangs_up(self, call: Call) -> None:
        """The talk is over: the line is free, and whatever was ordered is written."""
        call.talk_end = self.clock.now
        if call.line:
            self._free_line(call)
        if call.kind not in (CHASE, CALL_BACK):
            self.order_from(call)

    def wrapped_up(self, me: Operator, call: Call) -> None:
        me.call = None
        self._record(call, ANSWERED, call.talk_end, self.clock.now)

    def _next_call(self, me: Operator) -> Call | None:
        for queues in me.covers:
            first: deque[Call] | None = None
            for queue in queues:
                while queue and not queue[0].waiting:
                    queue.popleft()
                if queue and (first is None or queue[0].number < first[0].number):
                    first = queue
            if first is not None:
                return first.popleft()
        if self.outbound and self.is_open:
            return self.outbound.popleft()
        return None

    def _longest_idle(self, rooms: list[Room]) -> Operator | None:
        chosen: Room | None = None
        for room in rooms:
            while room:
                since, number = room[0]
                operator = self.operators[number]
                if operator.idle and operator.idle_since == since:
                    break
                heappop(room)
            if room and (chosen is None or room[0] < chosen[0]):
                chosen = room
        return self.operators[heappop(chosen)[1]] if chosen else None

    def _hand(self, operator: Operator, job: Any) -> None:
        operator.idle = False
        operator.turn.hail(job)

    def _shift_ends(self, alarm: Event) -> None:
        me: Operator = alarm._value
        if me.idle:
            self._hand(me, LEAVE)

    def _break_due(self, alarm: Event) -> None:
        me: Operator = alarm._value
        if me.idle and me.takes_break(self.clock.now):
            self._hand(me, BREAK)

    def closing_books(self) -> None:
        """Record what is still in hand when the run ends."""
        waiting = [call for tier in self.queues for queue in tier for call in queue]
        for call in [*waiting, *self.outbound]:
            if call.waiting:
                self._record(call, CallOutcome.WAITING, NONE)
        for operator in self.operators:
            if operator.call is not None:
                self._record(operator.call, CallOutcome.ANSWERED, operator.call.talk_end)

    def _free_line(self, call: Call) -> None:
        call.line = False
        self.free_lines += 1

    def _record(
        self, call: Call, outcome: int, left: int, wrap_up_end: int = NONE
    ) -> None:
        lines = self.journal.calls
        lines.add(lines.pack(
            call.number, call.request, call.attempt, call.kind, call.skill, call.priority,
            call.arrived, call.answered, call.talk_end, wrap_up_end, left, outcome, call.operator,
        ))


def _unheard(call: Call) -> None:
    """Nobody listens: a hotline without dispatch, redials or call-backs."""
