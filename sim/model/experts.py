"""Experts by video and doctors of a house: one queue, by class and then first come, no travel.

They live the life of operators (:mod:`sim.model.operator`): sign in, take what they can do, rest,
go home; :class:`Experts` is their desk. A remote service is an order like any other: accepted as it
is written, as nobody has to answer for it; eligible from then on, or from the window's opening.
Somebody serves it at once with every try; a client not reached is back in the queue after a while.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.clock import Clock, key
from sim.model.draws import Draws
from sim.model.order import Order
from sim.model.shift import BREAK, LEAVE, Worker
from sim.words.kinds import MINUTE, NONE, Entity, Rank, ServiceMode

if TYPE_CHECKING:
    from sim.model.choice import Block
    from sim.model.dispatch import Dispatcher
    from sim.scenario.schema import Scenario
    from sim.workload.roster import Duty
    from sim.workload.tables import Workload

ELIGIBLE = key(Rank.REACTION, Entity.REQUEST, 0)


class Consult(Order):
    """An order for a remote service, from the moment it is written."""

    __slots__ = ("desk", "in_vain", "tries")

    def __init__(
        self, number: int, request: int, draws: Draws, crew: int, priority: int,
        call_arrived: int, answered: int, created: int, block: Block | None, kind: int,
        woman: bool,
    ) -> None:
        super().__init__(
            number, request, draws, crew, priority, call_arrived, answered, created, block, kind,
            woman,
        )
        self.in_vain = False
        self.tries = 0
        """over so far"""
        self.desk: Experts | None = None
        """in whose queue it is"""

    def is_given_up(self) -> None:
        if self.desk is not None:
            self.desk.withdraw(self)


class Session:
    """An expert's job: a client, reached or not; it looks like a call to whoever works."""

    __slots__ = ("consult", "draws", "expert", "reached", "started", "talk")
    wrap_up = 0

    def __init__(self, consult: Consult, reached: bool, talk: int) -> None:
        self.consult = consult
        self.draws = consult.draws
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
        self, clock: Clock, scenario: Scenario, workload: Workload, dispatcher: Dispatcher
    ) -> None:
        self.clock = clock
        self.workload = workload
        self.dispatcher = dispatcher
        self.journal = dispatcher.journal
        self.services = scenario.services
        self.tries = scenario.remote.tries
        self.retry = round(scenario.remote.retry_min * MINUTE)
        self.queues: list[list[tuple[int, int, int, Consult]]] = [[] for _ in self.services]
        """[service] -> heap of (class, eligible, number, consult); who left is passed over"""
        self.experts: list[Expert] = []
        self.open: dict[Consult, None] = {}
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

    def take(self, consult: Consult) -> None:
        """An order for a remote service is written: into the queue, once its window is open."""
        self.dispatcher.pooled(consult)
        consult.desk = self
        self.open[consult] = None
        if consult.wanted > self.clock.now:
            place = ELIGIBLE + consult.request
            self.clock.alarm(consult.wanted, place, self._may_be_served, consult)
        else:
            self._joins(consult)

    def _may_be_served(self, alarm: Event) -> None:
        consult: Consult = alarm._value
        if consult in self.open:
            self._joins(consult)

    def _joins(self, consult: Consult) -> None:
        consult.eligible = consult.wanted
        consult.waiting = True
        free = [e for e in self.experts if e.idle and consult.service in e.services]
        if free:
            expert = min(free, key=lambda e: (e.idle_since, e.number))
            self._hand(expert, self._session(consult))
        else:
            heappush(self.queues[consult.service],
                     (consult.priority, consult.eligible, consult.number, consult))

    def withdraw(self, consult: Consult) -> None:
        """The client has given up."""
        consult.waiting = False
        self._closed(consult)

    def _closed(self, consult: Consult) -> None:
        del self.open[consult]
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
        if not consult.in_vain:
            self._closed(consult)
            self.dispatcher.completed(consult)
            return
        consult.in_vain = False
        if self.dispatcher.waits_again(consult, call.draws):
            place = ELIGIBLE + consult.request
            self.clock.alarm(now + self.retry, place, self._may_be_served, consult)

    def wrapped_up(self, me: Expert, call: Session) -> None:
        """Nothing is left to write."""

    def _session(self, consult: Consult) -> Session:
        """A client's turn has come."""
        consult.waiting = False
        service = self.services[consult.service]
        coin = self.workload.remote_coin.item(consult.request, consult.tries)
        reached = coin >= service.no_show_prob
        lost = round(service.door_min * MINUTE)
        session = Session(consult, reached, consult.draws.duration if reached else lost)
        consult.gathering = consult.departed = consult.started = self.clock.now
        consult.ended = consult.started + session.talk
        consult.no_show = not reached
        consult.in_vain = not reached and consult.tries + 1 < self.tries
        self.dispatcher.set_out(consult)
        return session

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
        for consult in self.open:
            self._record(consult)

    def _note(self, job: Session, ended: int) -> None:
        lines = self.journal.sessions
        lines.add(lines.pack(
            job.consult.number, job.consult.tries, job.expert, job.started, ended, job.reached))

    def _record(self, consult: Consult) -> None:
        lines = self.journal.consults
        lines.add(lines.pack(
            consult.number, consult.eligible, consult.tries, consult.started, consult.ended))
