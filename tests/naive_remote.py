"""A second implementation of the experts' queue, slow and obvious."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.naive import (
    ARRIVAL,
    EXPIRY,
    NEVER,
    OPERATOR,
    REACTION,
    RELEASE,
    REQUEST,
    Agenda,
    Agent,
    Desk,
    Line,
)


@dataclass
class Need:
    """A request; whether each try is in vain, and each chasing call is made, is listed."""

    time: int
    service: int
    length: int
    opens: int = NEVER
    closes: int = NEVER
    patience: int = NEVER
    due: int = NEVER
    vain: list[bool] = field(default_factory=list)
    chases: list[bool] = field(default_factory=list)
    called_back: bool = False


@dataclass
class Talk:
    """An order and what became of it; -1 where it never happened."""

    number: int
    created: int
    wanted: int
    state: str = "accepted"
    eligible: int = -1
    started: int = -1
    ended: int = -1
    cancelled: int = -1
    tries: int = 0


@dataclass
class Ways:
    """How clients are tried and chase; milliseconds."""

    lost: int
    tries: int
    retry: int
    every: int = 0


class Clinic(Desk):
    """Experts (an agent's skills are numbers of services) and their clients."""

    def __init__(
        self, needs: Sequence[Need], agents: Sequence[Agent], classes: Sequence[int],
        ways: Ways, until: int,
    ) -> None:
        self.needs, self.agents, self.classes, self.ways = needs, agents, classes, ways
        self.talks: list[Talk] = []
        self.queue: list[Talk] = []
        self.sessions: list[list[int]] = []
        """order, number, expert, start, end or -1, reached"""
        self.rings: list[tuple[int, int, str, int]] = []
        """when, request, chase or call_back, number"""
        self.sheet: list[Line] = []
        self.agenda = Agenda()
        for agent in agents:
            self._next_shift(agent)
        for number, need in enumerate(needs):
            self.agenda.add(need.time, ARRIVAL, REQUEST, number, lambda n=number: self._comes(n))
        self.agenda.play(until)

    def _comes(self, number: int) -> None:
        now, need = self.agenda.now, self.needs[number]
        talk = Talk(number, now, max(now, need.opens) if need.opens < NEVER else now)
        self.talks.append(talk)
        if need.patience < NEVER:
            self.agenda.add(
                self._patient_until(talk), EXPIRY, REQUEST, number, lambda: self._gives_up(talk))
        if need.due < NEVER:
            self._chases_at(talk, max(now, need.due) + self.ways.every, 0)
        if talk.wanted > now:
            self.agenda.add(talk.wanted, REACTION, REQUEST, number, lambda: self._joins(talk))
        else:
            self._joins(talk)

    def _patient_until(self, talk: Talk) -> int:
        need = self.needs[talk.number]
        since = max(talk.created, need.closes) if need.opens < NEVER else talk.created
        return since + need.patience

    def _gives_up(self, talk: Talk) -> None:
        if talk.state == "accepted":
            talk.state, talk.cancelled = "cancelled", self.agenda.now

    def _chases_at(self, talk: Talk, time: int, number: int) -> None:
        """Silent while an expert is at it; over once the client is served, or all is over."""
        def rings() -> None:
            served = talk.state == "in_service" and not self._comes_back(talk)
            if served or talk.state in ("completed", "no_show", "cancelled"):
                return
            if talk.state == "accepted" and self.needs[talk.number].chases[number]:
                self.rings.append((self.agenda.now, talk.number, "chase", number))
            self._chases_at(talk, self.agenda.now + self.ways.every, number + 1)

        if number < len(self.needs[talk.number].chases):
            self.agenda.add(time, ARRIVAL, REQUEST, talk.number, rings)

    def _comes_back(self, talk: Talk) -> bool:
        """The try in hand is in vain and not the last."""
        return self.needs[talk.number].vain[talk.tries] and talk.tries + 1 < self.ways.tries

    def _joins(self, talk: Talk) -> None:
        if talk.state != "cancelled":
            talk.eligible = talk.wanted
            self.queue = [*self.queue, talk]
            self._match()

    def _match(self) -> None:
        while pairs := [
            (self.classes[self.needs[talk.number].service], talk.wanted, talk.number,
             agent.since, agent.number, talk, agent)
            for talk in self.queue
            for agent in self.agents
            if talk.state == "accepted" and agent.doing == "idle"
            and str(self.needs[talk.number].service) in agent.skills
        ]:
            *_, talk, agent = min(pairs, key=lambda pair: pair[:5])
            self.queue.remove(talk)
            self._serves(agent, talk)

    def _serves(self, agent: Agent, talk: Talk) -> None:
        now, need = self.agenda.now, self.needs[talk.number]
        reached = not need.vain[talk.tries]
        agent.doing, talk.state, talk.started = "busy", "in_service", now
        row = [talk.number, talk.tries, agent.number, now, -1, int(reached)]
        self.sessions.append(row)

        def over() -> None:
            now = row[4] = self.agenda.now
            again = self._comes_back(talk)
            talk.tries += 1
            if not again:
                talk.state = "completed" if reached else "no_show"
                talk.ended = now
                if reached and need.called_back:
                    self.rings.append((now, talk.number, "call_back", 0))
            else:
                talk.state, talk.started = "accepted", -1
                if need.patience < NEVER and self._patient_until(talk) <= now:
                    self._gives_up(talk)
                else:
                    self.agenda.add(now + self.ways.retry, REACTION, REQUEST, talk.number,
                                    lambda: self._joins(talk))
            self._comes_free(agent)

        length = need.length if reached else self.ways.lost
        self.agenda.add(now + length, RELEASE, OPERATOR, agent.number, over)
