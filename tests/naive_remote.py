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
    """A request; whether each try is in vain is listed."""

    time: int
    service: int
    length: int
    opens: int = NEVER
    closes: int = NEVER
    patience: int = NEVER
    vain: list[bool] = field(default_factory=list)


@dataclass
class Talk:
    """A consult and what became of it; -1 where it never happened."""

    number: int
    created: int
    joined: int
    state: str = "pending"
    started: int = -1
    ended: int = -1
    cancelled: int = -1
    tries: int = 0


class Clinic(Desk):
    """Experts (an agent's skills are numbers of services) and their clients."""

    def __init__(
        self, needs: Sequence[Need], agents: Sequence[Agent], classes: Sequence[int],
        lost: int, tries: int, retry: int, until: int,
    ) -> None:
        self.needs, self.agents, self.classes = needs, agents, classes
        self.lost, self.tries, self.retry = lost, tries, retry
        self.talks: list[Talk] = []
        self.sessions: list[list[int]] = []
        """consult, number, expert, start, end or -1, reached"""
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

        def gives_up() -> None:
            if talk.state in ("pending", "accepted"):
                talk.state, talk.cancelled = "cancelled", self.agenda.now

        if need.patience < NEVER:
            since = max(now, need.closes) if need.opens < NEVER else now
            self.agenda.add(since + need.patience, EXPIRY, REQUEST, number, gives_up)
        if talk.joined > now:
            self.agenda.add(talk.joined, REACTION, REQUEST, number, lambda: self._joins(talk))
        else:
            self._joins(talk)

    def _joins(self, talk: Talk) -> None:
        if talk.state != "cancelled":
            talk.state = "accepted"
            self.queue = [*getattr(self, "queue", []), talk]
            self._match()

    def _match(self) -> None:
        queue: list[Talk] = getattr(self, "queue", [])
        while pairs := [
            (self.classes[self.needs[talk.number].service], talk.joined, talk.number,
             agent.since, agent.number, talk, agent)
            for talk in queue
            for agent in self.agents
            if talk.state == "accepted" and agent.doing == "idle"
            and str(self.needs[talk.number].service) in agent.skills
        ]:
            *_, talk, agent = min(pairs, key=lambda pair: pair[:5])
            queue.remove(talk)
            self._serves(agent, talk)

    def _serves(self, agent: Agent, talk: Talk) -> None:
        now, need = self.agenda.now, self.needs[talk.number]
        reached = not need.vain[talk.tries]
        agent.doing, talk.state, talk.started = "busy", "in_service", now
        row = [talk.number, talk.tries, agent.number, now, -1, int(reached)]
        self.sessions.append(row)

        def over() -> None:
            row[4] = self.agenda.now
            talk.tries += 1
            if reached or talk.tries == self.tries:
                talk.state = "completed" if reached else "no_show"
                talk.ended = self.agenda.now
            else:
                talk.state = "accepted"
                self.agenda.add(
                    self.agenda.now + self.retry, REACTION, REQUEST, talk.number,
                    lambda: self._joins(talk))
            self._comes_free(agent)

        length = need.length if reached else self.lost
        self.agenda.add(now + length, RELEASE, OPERATOR, agent.number, over)
