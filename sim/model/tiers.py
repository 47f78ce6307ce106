"""The hotlines above the county's: they take its overflow, settle it or hand it down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.clock import Clock, key
from sim.words.kinds import NEVER, NONE, SECOND, CallOutcome, Entity, Rank

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.call import Call
    from sim.scenario.sections.tiers import Tier
    from sim.workload.tables import Workload

EXPIRES = key(Rank.EXPIRY, Entity.REQUEST, 0)
RELEASED = key(Rank.RELEASE, Entity.REQUEST, 0)
ARRIVES = key(Rank.ARRIVAL, Entity.REQUEST, 0)


class Passed:
    """A call on one tier; times in milliseconds."""

    __slots__ = ("answered", "call", "handed_down", "joined", "level", "passed", "settled",
                 "talk_end", "waiting")

    def __init__(self, call: Call, level: int, now: int) -> None:
        self.call = call
        self.level = level
        self.passed = now
        self.joined = self.answered = self.talk_end = self.handed_down = NONE
        self.waiting = True
        self.settled = False


class Tiers:
    """Each tier is one queue, first come first served, before so many seats.

    ``lost(call)`` is told of callers who hang up here; ``comes_down(call, answered, delay)`` of
    those that a tier does not settle, when its talk with them ends.
    """

    def __init__(
        self, clock: Clock, tiers: Sequence[Tier], workload: Workload, journal: Journal,
        lost: Callable[[Call], None], comes_down: Callable[[Call, int, int], None],
    ) -> None:
        self.clock = clock
        self.tiers = tiers
        self.workload = workload
        self.journal = journal
        self.lost = lost
        self.comes_down = comes_down
        self.busy = [0] * len(tiers)
        self.queues: list[deque[Passed]] = [deque() for _ in tiers]
        self.here: dict[Passed, None] = {}
        """every call on some tier that has not left it"""

    def take(self, call: Call, level: int = 0) -> None:
        """A call is passed to this tier; its caller's patience goes on running."""
        now = self.clock.now
        mine = Passed(call, level, now)
        self.here[mine] = None
        place = EXPIRES + call.request
        if call.patience < NEVER:
            self.clock.alarm(call.arrived + call.patience, place, self._gives_up, mine)
        limit = self.tiers[level].overflow_after_s
        if limit is not None:
            self.clock.alarm(now + round(limit * SECOND), place, self._overflows, mine)
        way = self.workload.tier_transfer.item(call.request, level)
        if way:
            self.clock.alarm(now + way, ARRIVES + call.request, self._comes, mine)
        else:
            self._joins(mine)

    def _comes(self, alarm: Event) -> None:
        mine: Passed = alarm._value
        if mine.waiting:
            self._joins(mine)

    def _joins(self, mine: Passed) -> None:
        mine.joined = self.clock.now
        seats = self.tiers[mine.level].seats
        if not seats or self.busy[mine.level] < seats:
            self._answers(mine)
        else:
            self.queues[mine.level].append(mine)

    def _answers(self, mine: Passed) -> None:
        mine.waiting = False
        mine.answered = self.clock.now
        self.busy[mine.level] += 1
        self.clock.alarm(
            mine.answered + mine.call.talk, RELEASED + mine.call.request, self._hangs_up, mine
        )

    def _hangs_up(self, alarm: Event) -> None:
        mine: Passed = alarm._value
        call, level, now = mine.call, mine.level, self.clock.now
        mine.talk_end = now
        coin = self.workload.settle_coin.item(call.request, level)
        mine.settled = call.draws.false_alarm or coin < self.tiers[level].settle_prob
        if not mine.settled:
            delay = self.workload.hand_down_delay.item(call.request, level)
            mine.handed_down = now + delay
            self.comes_down(call, mine.answered, delay)
        self._record(mine, CallOutcome.ANSWERED, now)
        if call.wrap_up:
            self.clock.alarm(now + call.wrap_up, RELEASED + call.request, self._written, level)
        else:
            self._next(level)

    def _written(self, alarm: Event) -> None:
        self._next(alarm._value)

    def _next(self, level: int) -> None:
        self.busy[level] -= 1
        queue = self.queues[level]
        while queue:
            mine = queue.popleft()
            if mine.waiting:
                self._answers(mine)
                return

    def _gives_up(self, alarm: Event) -> None:
        mine: Passed = alarm._value
        if mine.waiting:
            self._leaves(mine, CallOutcome.ABANDONED)
            self.lost(mine.call)

    def _overflows(self, alarm: Event) -> None:
        mine: Passed = alarm._value
        if mine.waiting:
            self._leaves(mine, CallOutcome.OVERFLOWED)
            self.take(mine.call, mine.level + 1)

    def _leaves(self, mine: Passed, outcome: CallOutcome) -> None:
        mine.waiting = False
        self._record(mine, outcome, self.clock.now)

    def closing_books(self) -> None:
        """Record what is still in hand when the run ends."""
        for mine in list(self.here):
            self._record(mine, CallOutcome.WAITING if mine.waiting else CallOutcome.ANSWERED, NONE)

    def _record(self, mine: Passed, outcome: CallOutcome, left: int) -> None:
        del self.here[mine]
        lines = self.journal.passed
        free = NONE if mine.talk_end < 0 else mine.talk_end + mine.call.wrap_up
        lines.add(lines.pack(
            mine.call.number, mine.level, mine.passed, mine.joined, mine.answered, mine.talk_end,
            free, left, outcome, mine.settled, mine.handed_down,
        ))
