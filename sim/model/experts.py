"""Experts by video and doctors of a house: one queue, by class and then first come, no travel.

They live the life of operators (:mod:`sim.model.operator`): sign in, take what they can do, rest,
go home; :class:`Experts` is their desk.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.clock import Clock, key
from sim.model.shift import BREAK, LEAVE, Worker
from sim.words.kinds import (
    MINUTE,
    NEVER,
    NONE,
    CancelReason,
    Entity,
    OrderState,
    Rank,
    ServiceMode,
)

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.draws import Draws
    from sim.scenario.schema import Scenario
    from sim.workload.roster import Duty
    from sim.workload.tables import Workload

EXPIRES = key(Rank.EXPIRY, Entity.REQUEST, 0)
ELIGIBLE = key(Rank.REACTION, Entity.REQUEST, 0)


class Consult:
    """One remote service for one client; milliseconds, NONE where not yet."""

    __slots__ = ("answered", "call_arrived", "cancelled", "created", "draws", "ended", "joined",
                 "number", "priority", "reason", "request", "service", "started", "state", "tries",
                 "waiting")

    def __init__(
        self, number: int, request: int, draws: Draws, priority: int, call_arrived: int,
        answered: int, created: int,
    ) -> None:
        self.number = number
        self.request = request
        self.draws = draws
        self.service = draws.service
        self.priority = priority
        self.call_arrived = call_arrived
        self.answered = answered
        self.created = created
        self.joined = max(created, draws.window_open) if draws.window_open < NEVER else created
        """from when on it may be served"""
        self.started = self.ended = self.cancelled = NONE
        self.state: int = OrderState.PENDING
        self.reason: int = CancelReason.NONE
        self.tries = 0
        self.waiting = False


class Session:
    """An expert's job: a client, reached or not; it looks like a call to whoever works."""

    __slots__ = ("consult", "expert", "reached", "started", "talk")
    wrap_up = 0

    def __init__(self, consult: Consult, reached: bool, talk: int) -> None:
        self.consult = consult
        self.reached = reached
        self.talk = talk
        self.expert = self.started = NONE


class Expert(Worker):
    """What the desk knows of one expert."""

    def __init__(
        self, clock: Clock, number: int, duties: list[tuple[int, Duty]], services: list[int]
    ) -> None:
        # an expert at a screen takes an operator's place among simultaneous events
        super().__init__(clock, number, Entity.OPERATOR, duties)
        self.services = services
        """those that this expert can do"""
        self.idle = False
        self.idle_since = NONE


class Experts:
    """The queue of remote services and who is idle."""

    def __init__(
        self, clock: Clock, scenario: Scenario, workload: Workload, journal: Journal
    ) -> None:
        self.clock = clock
        self.workload = workload
        self.journal = journal
        self.services = scenario.services
        self.tries = scenario.remote.tries
        self.retry = round(scenario.remote.retry_min * MINUTE)
        self.queues: list[list[tuple[int, int, int, Consult]]] = [[] for _ in self.services]
        """[service] -> heap of (class, joined, number, consult); who left is passed over"""
        self.experts: list[Expert] = []
        self.consults = 0
        self.live: dict[Consult, None] = {}
        self.under_way: dict[Session, None] = {}

    def able(self, group: int, scenario: Scenario) -> list[int]:
        """Services that the experts of a group can do."""
        who = scenario.experts[group]
        return [
            number for number, service in enumerate(self.services)
            if service.mode == ServiceMode.REMOTE and who.grade >= service.grade
            and (not service.skill or service.skill in who.skills)
        ]

    # -- clients ------------------------------------------------------------------------------

    def take(self, request: int, draws: Draws, call_arrived: int, answered: int) -> None:
        """A service that needs no visit is asked for: an expert's, or mere advice."""
        service = self.services[draws.service]
        if service.mode != ServiceMode.REMOTE:
            return
        now = self.clock.now
        consult = Consult(
            self.consults, request, draws, service.priority, call_arrived, answered, now)
        self.consults += 1
        self.live[consult] = None
        if draws.order_patience < NEVER:
            since = max(now, draws.window_close) if draws.window_open < NEVER else now
            self.clock.alarm(
                since + draws.order_patience, EXPIRES + request, self._gives_up, consult)
        if consult.joined > now:
            self.clock.alarm(consult.joined, ELIGIBLE + request, self._may_be_served, consult)
        else:
            self._joins(consult)

    def _may_be_served(self, alarm: Event) -> None:
        consult: Consult = alarm._value
        if consult in self.live:
            self._joins(consult)

    def _joins(self, consult: Consult) -> None:
        consult.waiting = True
        consult.state = OrderState.ACCEPTED
        free = [e for e in self.experts if e.idle and consult.service in e.services]
        if free:
            expert = min(free, key=lambda e: (e.idle_since, e.number))
            self._hand(expert, self._session(consult))
        else:
            heappush(self.queues[consult.service],
                     (consult.priority, consult.joined, consult.number, consult))

    def _gives_up(self, alarm: Event) -> None:
        consult: Consult = alarm._value
        if consult in self.live and consult.state != OrderState.IN_SERVICE:
            consult.waiting = False
            consult.cancelled = self.clock.now
            consult.reason = CancelReason.GAVE_UP
            self._closed(consult, OrderState.CANCELLED)

    def _closed(self, consult: Consult, state: OrderState) -> None:
        consult.state = state
        del self.live[consult]
        self._record(consult)

    # -- experts: what operator() asks of a desk ------------------------------------------------

    def sign_in(self, me: Expert, duty: Duty) -> None:
        me.begin(self.clock, duty, self._shift_ends, self._break_due)

    def next_job(self, me: Expert) -> Any:
        """What a free expert does now: leave, rest, serve a client; None: be idle."""
        now = self.clock.now
        if now >= me.ends:
            return LEAVE
        if me.breaks and me.takes_break(now):
            return BREAK
        first: list[tuple[int, int, int, Consult]] | None = None
        for service in me.services:
            queue = self.queues[service]
            while queue and not queue[0][3].waiting:
                heappop(queue)
            if queue and (first is None or queue[0] < first[0]):
                first = queue
        if first is not None:
            return self._session(heappop(first)[3])
        me.idle = True
        me.idle_since = now
        return None

    def answers(self, me: Expert, call: Session) -> None:
        call.expert, call.started = me.number, self.clock.now
        self.under_way[call] = None

    def hangs_up(self, call: Session) -> None:
        """The client was served, or could not be reached."""
        now, consult = self.clock.now, call.consult
        del self.under_way[call]
        self._note(call, now)
        consult.tries += 1
        if call.reached or consult.tries == self.tries:
            consult.ended = now
            self._closed(consult, OrderState.COMPLETED if call.reached else OrderState.NO_SHOW)
        else:
            consult.state = OrderState.ACCEPTED
            place = ELIGIBLE + consult.request
            self.clock.alarm(now + self.retry, place, self._may_be_served, consult)

    def wrapped_up(self, me: Expert, call: Session) -> None:
        """Nothing is left to write."""

    def _session(self, consult: Consult) -> Session:
        """A client's turn has come."""
        consult.waiting = False
        consult.state = OrderState.IN_SERVICE
        consult.started = self.clock.now
        service = self.services[consult.service]
        coin = self.workload.remote_coin.item(consult.request, consult.tries)
        reached = coin >= service.no_show_prob
        lost = round(service.door_min * MINUTE)
        return Session(consult, reached, consult.draws.duration if reached else lost)

    def _hand(self, expert: Expert, job: Any) -> None:
        expert.idle = False
        expert.turn.hail(job)

    def _shift_ends(self, alarm: Event) -> None:
        me: Expert = alarm._value
        if me.idle:
            self._hand(me, LEAVE)

    def _break_due(self, alarm: Event) -> None:
        me: Expert = alarm._value
        if me.idle and me.takes_break(self.clock.now):
            self._hand(me, BREAK)

    def closing_books(self) -> None:
        """Record what is still open when the run ends."""
        for job in self.under_way:
            self._note(job, NONE)
        for consult in self.live:
            self._record(consult)

    def _note(self, job: Session, ended: int) -> None:
        lines = self.journal.sessions
        lines.add(lines.pack(
            job.consult.number, job.consult.tries, job.expert, job.started, ended, job.reached))

    def _record(self, consult: Consult) -> None:
        lines = self.journal.consults
        lines.add(lines.pack(
            consult.number, consult.request, consult.call_arrived, consult.answered,
            consult.created, consult.joined, consult.started, consult.ended, consult.cancelled,
            consult.tries, consult.state, consult.reason,
        ))
