"""A hotline whose callers may hang up, keep their place, and be phoned when their turn comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.call import Call
from sim.model.clock import Clock, key
from sim.model.hotline import CHASE, EXPIRES, Hotline
from sim.model.operator import Operator
from sim.words.kinds import MINUTE, NONE, SECOND, AtClosing, CallOutcome, Entity, Rank

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Workload

ARRIVES = key(Rank.ARRIVAL, Entity.REQUEST, 0)


class Dial:
    """An operator's job: a phone that nobody picks up; it looks like a call to the operator."""

    __slots__ = ("begun", "call", "operator", "talk")
    wrap_up = 0

    def __init__(self, call: Call, talk: int) -> None:
        self.call = call
        self.talk = talk
        self.begun = self.operator = NONE


class WithHold(Hotline):
    """See the module's text."""

    def __init__(
        self, clock: Clock, scenario: Scenario, workload: Workload, skills: list[int],
        journal: Journal,
    ) -> None:
        super().__init__(clock, scenario.hotline, skills, journal)
        self.hold = scenario.hold
        self.workload = workload
        self.offered_after = round((self.hold.after_s or 0) * SECOND)
        """0: only by the queue's length"""
        self.retry = round(self.hold.retry_min * MINUTE)
        self.held: dict[Call, int] = {}
        """callers who have hung up, and how often each was phoned in vain"""
        self.dialling: dict[Dial, None] = {}
        self.pausing: set[Call] = set()
        """of the held, those between two tries"""

    # -- callers ------------------------------------------------------------------------------

    def ring(self, call: Call) -> None:
        super().ring(call)
        if not call.waiting or call.kind == CHASE:
            return
        if self.hold.queue is not None and self._waiting() - 1 >= self.hold.queue:
            self._offer(call)
        elif self.offered_after:
            place = EXPIRES + call.request
            self.clock.alarm(
                self.clock.now + self.offered_after, place, self._offer_is_due, call)

    def _waiting(self) -> int:
        return sum(call.waiting for tier in self.queues for queue in tier for call in queue)

    def _offer_is_due(self, alarm: Event) -> None:
        call: Call = alarm._value
        if call.waiting:
            self._offer(call)

    def _offer(self, call: Call) -> None:
        if self.workload.hold_coin.item(call.request, call.attempt) < self.hold.prob:
            self._free_line(call)
            self.held[call] = 0
            self.journal.held.add(self.journal.held.pack(call.number, self.clock.now))

    def _gives_up(self, alarm: Event) -> None:
        if alarm._value not in self.held:
            super()._gives_up(alarm)

    def _overflows(self, alarm: Event) -> None:
        if alarm._value not in self.held:
            super()._overflows(alarm)

    def _free_line(self, call: Call) -> None:
        if call.line:
            super()._free_line(call)

    def closes(self, event: Event) -> None:
        super().closes(event)
        if self.settings.at_closing == AtClosing.RELEASE:
            away = {dial.call for dial in self.dialling} | self.pausing
            self.held = {call: n for call, n in self.held.items() if call in away}

    # -- operators ----------------------------------------------------------------------------

    def _next_call(self, me: Operator) -> Any:
        call = super()._next_call(me)
        return self._phoned(call) if call in self.held else call

    def _phoned(self, call: Call) -> Call | Dial:
        """The caller's turn has come: the call itself if the phone is picked up."""
        number = self.held[call]
        if self.workload.hold_answer_coin.item(call.request, number) < self.hold.answer_prob:
            del self.held[call]
            return call
        call.waiting = False
        return Dial(call, self.workload.hold_ring.item(call.request, number))

    def answers(self, me: Operator, call: Any) -> None:
        if isinstance(call, Dial):
            call.begun, call.operator = self.clock.now, me.number
            self.dialling[call] = None
        else:
            super().answers(me, call)

    def hangs_up(self, call: Any) -> None:
        if isinstance(call, Dial):
            self._in_vain(call)
        else:
            super().hangs_up(call)

    def wrapped_up(self, me: Operator, call: Any) -> None:
        if not isinstance(call, Dial):
            super().wrapped_up(me, call)

    def _in_vain(self, dial: Dial) -> None:
        now, call = self.clock.now, dial.call
        del self.dialling[dial]
        self._note(dial, now)
        self.held[call] += 1
        if self.held[call] < self.hold.tries:
            self.pausing.add(call)
            self.clock.alarm(now + self.retry, ARRIVES + call.request, self._is_back, call)
        else:
            del self.held[call]
            self._record(call, CallOutcome.ABANDONED, now)

    def _is_back(self, alarm: Event) -> None:
        """The caller is where he or she was in the queue."""
        call: Call = alarm._value
        self.pausing.discard(call)
        operator = self._longest_idle(self.rooms_for[call.skill])
        if operator is not None:
            self._hand(operator, self._phoned(call))
            return
        call.waiting = True
        queue = self.queues[call.priority][call.skill]
        place = next((n for n, other in enumerate(queue) if other.number > call.number), len(queue))
        queue.insert(place, call)

    def closing_books(self) -> None:
        super().closing_books()
        for call in self.held:
            if not call.waiting:
                self._record(call, CallOutcome.WAITING, NONE)
        for dial in self.dialling:
            self._note(dial, NONE)

    def _note(self, dial: Dial, end: int) -> None:
        lines = self.journal.dials
        number = self.held[dial.call]
        lines.add(lines.pack(dial.call.number, number, dial.operator, dial.begun, end))
