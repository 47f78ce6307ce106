"""What comes in: calls, forms of the portal, planned visits, and callers who ring again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.call import Call
from sim.model.clock import Clock, Fed, key
from sim.model.draws import Draws
from sim.model.hotline import BUTTON, INBOUND, Hotline
from sim.words.kinds import NONE, CallKind, Channel, Entity, Rank

if TYPE_CHECKING:
    from sim.model.dispatch import Dispatcher
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Workload

ARRIVES = key(Rank.ARRIVAL, Entity.REQUEST, 0)
FIRST = int(CallKind.FIRST)


class Incoming:
    """Requests on their way to the hotline, or past it to the dispatcher.

    ``skills``: the names of operators' skills, the first of them none.
    """

    def __init__(
        self, clock: Clock, scenario: Scenario, workload: Workload, skills: Sequence[str],
        hotline: Hotline, dispatcher: Dispatcher,
    ) -> None:
        self.clock = clock
        self.workload = workload
        self.hotline = hotline
        self.dispatcher = dispatcher
        self.callers = list(scenario.callers.values())
        self.handed_down_prob = scenario.hotline.handed_down_prob
        self.streams = [
            (s.channel, BUTTON if s.channel is Channel.BUTTON else INBOUND,
             skills.index(s.skill) if s.channel in (Channel.PHONE, Channel.BUTTON) else NONE)
            for s in scenario.requests
        ] + [(Channel.PLAN, INBOUND, NONE) for _ in scenario.plans]
        """of each stream: channel, queue class, skill; NONE where it needs no call"""

    def comes(self, fed: Fed) -> None:
        """A request of the workload: a call, a form of the portal, a planned visit."""
        time, _, request, draws = fed
        channel, priority, skill = self.streams[draws.stream]
        if skill >= 0:
            self.hotline.ring(Call(
                request, draws, FIRST, 0, priority, skill, draws.patience, draws.talk,
                draws.wrap_up,
            ))
        elif channel is Channel.PORTAL:
            self._order_after(self.workload.review.item(request), request, draws)
        elif channel is Channel.TIER:
            self._order_after(self.workload.handed_down_delay.item(request), request, draws)
        else:
            self.dispatcher.write(request, draws, time, time)

    def _order_after(self, delay: int, request: int, draws: Draws) -> None:
        """What was asked for now becomes an order after a while."""
        now = self.clock.now
        self.clock.alarm(
            now + delay, ARRIVES + request, self._reviewed, (request, draws, now, now)
        )

    def _reviewed(self, alarm: Event) -> None:
        self.dispatcher.write(*alarm._value)

    def comes_down(self, call: Call, answered: int, delay: int) -> None:
        """A tier above has heard a caller, and leaves the rest to us."""
        self.clock.alarm(
            self.clock.now + delay, ARRIVES + call.request, self._reviewed,
            (call.request, call.draws, call.arrived, answered),
        )

    def handed_down(self, call: Call) -> None:
        """12345 took the call while we were closed: some come back as an order."""
        request = call.request
        coin = self.workload.handed_down_coin.item(request)
        if coin < self.handed_down_prob and not call.draws.false_alarm:
            self._order_after(self.workload.handed_down_delay.item(request), request, call.draws)

    def redials(self, call: Call) -> None:
        """A blocked or abandoned caller tries again, or is lost."""
        if call.kind not in (CallKind.FIRST, CallKind.REDIAL):
            return
        request, attempt = call.request, call.attempt
        workload = self.workload
        caller = self.callers[workload.caller.item(request)]
        prob = caller.redial_later_prob if attempt else caller.redial_first_prob
        if attempt < caller.max_redials and workload.redial_coin.item(request, attempt) < prob:
            self.clock.alarm(
                self.clock.now + workload.redial_delay.item(request, attempt),
                ARRIVES + request, self._rings_again, call,
            )

    def _rings_again(self, alarm: Event) -> None:
        lost: Call = alarm._value
        attempt = lost.attempt + 1
        self.hotline.ring(Call(
            lost.request, lost.draws, CallKind.REDIAL, attempt, lost.priority, lost.skill,
            self.workload.patience.item(lost.request, attempt), lost.talk, lost.wrap_up,
        ))
