"""Second implementations of the hotline, slow and obvious, to hold against the model row by row.

No SimPy, no heaps, no queues: one plain list of what is to come, of which the least entry is looked
for each time, and one plain list of calls that is scanned anew for every decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

ROSTER, RELEASE, EXPIRY, ARRIVAL, REACTION = range(5)
OPERATOR, CAREGIVER, POINT, REQUEST, HOTLINE = range(5)
NEVER = 2**62
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def kiefer_wolfowitz(times: Sequence[int], services: Sequence[int], servers: int) -> list[int]:
    """Waits of callers who are served in order of arrival and never give up.

    The recursion keeps, for each server, how long it would still be busy if nobody else came.
    """
    workload = [0] * servers
    waits = []
    before = 0
    for time, service in zip(times, services, strict=True):
        workload = sorted(max(0, left - (time - before)) for left in workload)
        before = time
        waits.append(workload[0])
        workload[0] += service
    return waits


class Agenda:
    """What is to come: (time, rank, entity, number, order of entry) and a function to call."""

    def __init__(self) -> None:
        self.entries: list[tuple[tuple[int, int, int, int, int], Any]] = []
        self.now = 0
        self.count = 0

    def add(self, time: int, rank: int, entity: int, number: int, happens: Any) -> None:
        self.count += 1
        self.entries.append(((time, rank, entity, number, self.count), happens))

    def play(self, until: int, before_time_passes: Any = lambda: None) -> None:
        """Everything that happens before ``until``."""
        while self.entries:
            first = min(self.entries, key=lambda entry: entry[0])
            if first[0][0] > self.now:
                before_time_passes()
            if first[0][0] >= until:
                break
            self.entries.remove(first)
            self.now = first[0][0]
            first[1]()


@dataclass
class Shift:
    """A shift; each break is (window's start, window's end, length)."""

    start: int
    end: int
    breaks: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(order=True)
class Line:
    """What one person did in one shift, which by the roster ends at ``end``."""

    person: int
    signed_in: int
    signed_out: int = -1
    missed: int = 0
    rests: list[tuple[int, int]] = field(default_factory=list)
    end: int = -1


def due_break(left: list[tuple[int, int, int]], line: Line, now: int) -> int:
    """Length of the break to take now, else 0; strikes off what is taken or was missed."""
    for rest in sorted(left):
        first, last, length = rest
        if last < now:
            left.remove(rest)
            line.missed += 1
        elif first <= now:
            left.remove(rest)
            line.rests.append((now, now + length))
            return length
    return 0


@dataclass
class Rings:
    """One request of a caller; what is listed has an entry for each attempt."""

    time: int
    talk: int
    wrap_up: int = 0
    button: bool = False
    skill: str = ""
    patience: list[int] = field(default_factory=lambda: [NEVER])
    redials: list[bool] = field(default_factory=lambda: [False])
    delay: list[int] = field(default_factory=lambda: [0])


@dataclass
class Attempt:
    """A call, and what became of it; -1 where it never happened."""

    number: int
    request: int
    attempt: int
    tier: int
    skill: str
    arrived: int
    talk: int
    wrap_up: int
    outcome: str = "waiting"
    answered: int = -1
    talk_end: int = -1
    wrap_up_end: int = -1
    left: int = -1
    operator: int = -1
    outbound: bool = False


@dataclass
class Agent:
    """An operator, and what he or she is doing."""

    number: int
    shifts: list[Shift]
    skills: tuple[str, ...] = ()
    doing: str = "off"
    since: int = -1
    """idle since"""
    until: int = -1
    """rostered end of the shift under way"""
    breaks: list[tuple[int, int, int]] = field(default_factory=list)
    """still to be taken in it"""
    line: Line = field(default_factory=lambda: Line(-1, -1))


class Desk:
    """A hotline: lines, two classes of callers, messages left while closed, operators in shifts."""

    def __init__(
        self, rings: Sequence[Rings], agents: Sequence[Agent], lines: int = 10**6, kept: int = 0,
        open_spans: Sequence[tuple[int, int]] = ((0, NEVER),), when_closed: str = "recording",
        release: bool = False, until: int = 86_400_000,
    ) -> None:
        self.rings = rings
        self.agents = agents
        self.lines = lines
        self.kept = kept
        self.is_open = False
        self.when_closed = when_closed
        self.release = release
        self.attempts: list[Attempt] = []
        self.sheet: list[Line] = []
        self.agenda = Agenda()
        for agent in agents:
            self._next_shift(agent)
        for start, end in open_spans:
            self.agenda.add(start, ROSTER, HOTLINE, 0, self._opens)
            self.agenda.add(end, ROSTER, HOTLINE, 0, self._closes)
        for number, ring in enumerate(rings):
            self.agenda.add(
                ring.time, ARRIVAL, REQUEST, number, lambda n=number: self._arrives(n, 0)
            )
        self.agenda.play(until)

    # callers

    def _arrives(self, request: int, number: int) -> None:
        now = self.agenda.now
        ring = self.rings[request]
        call = Attempt(
            len(self.attempts), request, number, 0 if ring.button else 1, ring.skill, now,
            ring.talk, ring.wrap_up,
        )
        self.attempts.append(call)
        taken = sum(self._on_a_line(c) for c in self.attempts)
        if not self.is_open:
            self._finds_closed(call)
        elif taken - 1 >= self.lines - (0 if ring.button else self.kept):
            call.outcome, call.left = "blocked", now
            self._redials(call)
        else:
            self._match()
            if call.outcome == "waiting" and ring.patience[number] < NEVER:
                limit = now + ring.patience[number]
                self.agenda.add(limit, EXPIRY, REQUEST, request, lambda: self._gives_up(call))

    def _on_a_line(self, call: Attempt) -> bool:
        return call.outcome in ("waiting", "talking") and not call.outbound

    def _finds_closed(self, call: Attempt) -> None:
        now = self.agenda.now
        call.outcome, call.left = "closed", now
        if self.when_closed == "duty_phone":
            call.answered, call.left = now, now + call.talk
            call.talk_end = call.left
        elif self.when_closed == "call_back":
            self.attempts.append(Attempt(
                len(self.attempts), call.request, 0, 2, "", now, call.talk, call.wrap_up,
                outbound=True,
            ))

    def _gives_up(self, call: Attempt) -> None:
        if call.outcome == "waiting":
            call.outcome, call.left = "abandoned", self.agenda.now
            self._redials(call)

    def _redials(self, call: Attempt) -> None:
        ring = self.rings[call.request]
        if ring.redials[call.attempt]:
            self.agenda.add(
                self.agenda.now + ring.delay[call.attempt], ARRIVAL, REQUEST, call.request,
                lambda: self._arrives(call.request, call.attempt + 1),
            )

    def _opens(self) -> None:
        self.is_open = True
        self._match()

    def _closes(self) -> None:
        self.is_open = False
        for call in self.attempts:
            if self.release and call.outcome == "waiting" and not call.outbound:
                call.outcome, call.left = "closed", self.agenda.now

    # operators

    def _match(self) -> None:
        """The best call to whoever of those who can take it has been idle the longest."""
        while pairs := [
            (call.tier, call.number, agent.since, agent.number, call, agent)
            for call in self.attempts
            for agent in self.agents
            if call.outcome == "waiting"
            and agent.doing == "idle"
            and (call.skill == "" or call.skill in agent.skills)
            and (not call.outbound or self.is_open)
        ]:
            *_, call, agent = min(pairs, key=lambda pair: pair[:4])
            self._talks(agent, call)

    def _talks(self, agent: Agent, call: Attempt) -> None:
        now = self.agenda.now
        agent.doing = "busy"
        call.outcome, call.operator, call.answered = "talking", agent.number, now

        def hangs_up() -> None:
            call.outcome, call.left, call.talk_end = "answered", now + call.talk, now + call.talk
            if call.wrap_up:
                self.agenda.add(call.left + call.wrap_up, RELEASE, OPERATOR, agent.number, written)
            else:
                written()

        def written() -> None:
            call.wrap_up_end = self.agenda.now
            self._comes_free(agent)

        self.agenda.add(now + call.talk, RELEASE, OPERATOR, agent.number, hangs_up)

    def _next_shift(self, agent: Agent) -> None:
        if agent.shifts:
            self.agenda.add(
                max(self.agenda.now, agent.shifts[0].start), ROSTER, OPERATOR, agent.number,
                lambda: self._signs_in(agent),
            )

    def _signs_in(self, agent: Agent) -> None:
        now = self.agenda.now
        shift = agent.shifts.pop(0)
        agent.line = Line(agent.number, now, end=shift.end)
        self.sheet.append(agent.line)
        agent.until, agent.breaks = shift.end, list(shift.breaks)
        for time, rank in [(shift.end, ROSTER), *((first, EXPIRY) for first, _, _ in shift.breaks)]:
            if time > now:
                self.agenda.add(
                    time, rank, OPERATOR, agent.number, lambda: self._looks_up(agent)
                )
        self._comes_free(agent)

    def _looks_up(self, agent: Agent) -> None:
        """Somebody idle sees whether the shift is over or a break is due."""
        if agent.doing == "idle":
            since = agent.since
            self._comes_free(agent)
            agent.since = since

    def _comes_free(self, agent: Agent) -> None:
        now = self.agenda.now
        agent.doing = "busy"
        if now >= agent.until:
            agent.doing = "off"
            agent.line.signed_out = now
            agent.line.missed += len(agent.breaks)
            self._next_shift(agent)
        elif rest := due_break(agent.breaks, agent.line, now):
            self.agenda.add(
                now + rest, RELEASE, OPERATOR, agent.number, lambda: self._comes_free(agent)
            )
        else:
            agent.doing, agent.since = "idle", now
            self._match()
