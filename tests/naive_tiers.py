"""A second implementation of the tiers above, slow and obvious: one list of calls, scanned anew for
every decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.naive import ARRIVAL, EXPIRY, NEVER, RELEASE, REQUEST, Agent, Attempt, Desk, Rings


@dataclass
class Above:
    """A tier: seats (0: no end of them), limit of its queue, and draws by request."""

    seats: int
    limit: int
    transfer: list[int]
    settles: list[bool]
    down: list[int]


@dataclass
class Stay:
    """A call on one tier; -1 where it never happened."""

    call: int
    tier: int
    passed: int
    joined: int = -1
    answered: int = -1
    talk_end: int = -1
    wrap_up_end: int = -1
    left: int = -1
    outcome: str = "waiting"
    settled: bool = False
    handed_down: int = -1
    order: int = -1
    """in which they joined"""


class TieredDesk(Desk):
    """A hotline whose callers are passed up after ``after`` of waiting."""

    def __init__(
        self, rings: Sequence[Rings], agents: Sequence[Agent], after: int, above: Sequence[Above],
        **settings: Any,
    ) -> None:
        self.after = after
        self.above = above
        self.stays: list[Stay] = []
        self.joins = 0
        super().__init__(rings, agents, **settings)

    def _arrives(self, request: int, number: int) -> None:
        super()._arrives(request, number)
        call = next(c for c in reversed(self.attempts) if c.request == request and not c.outbound)
        if call.outcome == "waiting" and self.after < NEVER:
            self.agenda.add(
                call.arrived + self.after, EXPIRY, REQUEST, request, lambda: self._overflows(call))
        if call.outcome == "closed" and self.when_closed == "handed_to_12345":
            self._goes_up(call, 0)

    def _overflows(self, call: Attempt) -> None:
        if call.outcome == "waiting":
            call.outcome, call.left = "overflowed", self.agenda.now
            self._goes_up(call, 0)

    def _goes_up(self, call: Attempt, tier: int) -> None:
        now, request, above = self.agenda.now, call.request, self.above[tier]
        stay = Stay(call.number, tier, now)
        self.stays.append(stay)
        patience = self.rings[request].patience[call.attempt]

        def hangs_up() -> None:
            if stay.outcome == "waiting":
                stay.outcome, stay.left = "abandoned", self.agenda.now
                self._redials(call)

        def goes_on() -> None:
            if stay.outcome == "waiting":
                stay.outcome, stay.left = "overflowed", self.agenda.now
                self._goes_up(call, tier + 1)

        def joins() -> None:
            if stay.outcome == "waiting":
                self.joins += 1
                stay.joined, stay.order = self.agenda.now, self.joins
                self._seats(tier)

        if patience < NEVER:
            self.agenda.add(call.arrived + patience, EXPIRY, REQUEST, request, hangs_up)
        if above.limit < NEVER:
            self.agenda.add(now + above.limit, EXPIRY, REQUEST, request, goes_on)
        if above.transfer[request]:
            self.agenda.add(now + above.transfer[request], ARRIVAL, REQUEST, request, joins)
        else:
            joins()

    def _seats(self, tier: int) -> None:
        """Whoever joined first is answered, as long as there is a seat."""
        here = [stay for stay in self.stays if stay.tier == tier]
        while True:
            taken = sum(stay.answered >= 0 and stay.wrap_up_end < 0 for stay in here)
            waiting = [s for s in here if s.outcome == "waiting" and s.joined >= 0]
            if not waiting or (self.above[tier].seats and taken >= self.above[tier].seats):
                return
            self._answered(min(waiting, key=lambda stay: stay.order), tier)

    def _answered(self, stay: Stay, tier: int) -> None:
        call, above = self.attempts[stay.call], self.above[tier]
        stay.outcome, stay.answered = "answered", self.agenda.now

        def over() -> None:
            stay.talk_end = stay.left = self.agenda.now
            stay.settled = above.settles[call.request]
            if not stay.settled:
                stay.handed_down = stay.talk_end + above.down[call.request]
            if call.wrap_up:
                self.agenda.add(
                    self.agenda.now + call.wrap_up, RELEASE, REQUEST, call.request, free)
            else:
                free()

        def free() -> None:
            stay.wrap_up_end = self.agenda.now
            self._seats(tier)

        self.agenda.add(self.agenda.now + call.talk, RELEASE, REQUEST, call.request, over)
