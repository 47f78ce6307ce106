"""A second implementation of virtual hold, slow and obvious."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.naive import ARRIVAL, EXPIRY, OPERATOR, RELEASE, REQUEST, Agent, Attempt, Desk, Rings


@dataclass
class Offer:
    """When virtual hold is offered (after, with so many waiting; -1: not so), and the draws."""

    after: int
    queue: int
    tries: int
    retry: int
    accepts: list[list[bool]]
    """by request and attempt"""
    picks_up: list[list[bool]]
    """by request and try"""
    rings: list[list[int]]


class HoldDesk(Desk):
    """A hotline whose callers may hang up and be phoned."""

    def __init__(
        self, rings: Sequence[Rings], agents: Sequence[Agent], offer: Offer, **settings: Any
    ) -> None:
        self.offer = offer
        self.held: dict[int, int] = {}
        """call -> when its caller hung up"""
        self.tries: dict[int, int] = {}
        self.dials: list[list[int]] = []
        """call, number, operator, start, end or -1"""
        super().__init__(rings, agents, **settings)

    def _on_a_line(self, call: Attempt) -> bool:
        return super()._on_a_line(call) and call.number not in self.held

    def _arrives(self, request: int, number: int) -> None:
        super()._arrives(request, number)
        call = next(c for c in reversed(self.attempts) if c.request == request and not c.outbound)
        if call.outcome != "waiting":
            return
        others = sum(c.outcome == "waiting" and not c.outbound for c in self.attempts) - 1
        if 0 <= self.offer.queue <= others:
            self._asked(call)
        elif self.offer.after >= 0:
            self.agenda.add(
                self.agenda.now + self.offer.after, EXPIRY, REQUEST, request,
                lambda: self._asked(call))

    def _asked(self, call: Attempt) -> None:
        if call.outcome == "waiting" and self.offer.accepts[call.request][call.attempt]:
            self.held[call.number] = self.agenda.now
            self.tries[call.number] = 0

    def _gives_up(self, call: Attempt) -> None:
        if call.number not in self.held:
            super()._gives_up(call)

    def _talks(self, agent: Agent, call: Attempt) -> None:
        number = self.tries.get(call.number, -1)
        if number < 0 or self.offer.picks_up[call.request][number]:
            super()._talks(agent, call)
            return
        now = self.agenda.now
        agent.doing, call.outcome = "busy", "away"
        dial = [call.number, number, agent.number, now, -1]
        self.dials.append(dial)

        def in_vain() -> None:
            dial[4] = self.agenda.now
            self.tries[call.number] += 1
            if self.tries[call.number] < self.offer.tries:
                self.agenda.add(
                    self.agenda.now + self.offer.retry, ARRIVAL, REQUEST, call.request, is_back)
            else:
                call.outcome, call.left = "abandoned", self.agenda.now
            self._comes_free(agent)

        def is_back() -> None:
            call.outcome = "waiting"
            self._match()

        self.agenda.add(
            now + self.offer.rings[call.request][number], RELEASE, OPERATOR, agent.number, in_vain)
