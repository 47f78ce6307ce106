"""Clients whose order is late ring again (催单)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simpy.events import Event

from sim.model.call import Call
from sim.model.clock import Clock, key
from sim.model.hotline import INBOUND, Hotline
from sim.model.order import Order
from sim.words.kinds import MINUTE, CallKind, Entity, OrderState, Rank

if TYPE_CHECKING:
    from sim.scenario.sections.hotline import Chasing as Settings
    from sim.workload.tables import Workload


class Chasing:
    """Chasing calls, from an order's due time until somebody is there or it is given up."""

    def __init__(
        self, clock: Clock, hotline: Hotline, workload: Workload, settings: Settings
    ) -> None:
        self.clock = clock
        self.hotline = hotline
        self.workload = workload
        self.prob = settings.prob
        self.every = round(settings.every_min * MINUTE)
        self.most = settings.max_calls

    def later(self, order: Order, after: int, number: int) -> None:
        """An interval after ``after`` the client may ring; ``number`` chances have gone by."""
        if number < self.most:
            place = key(Rank.ARRIVAL, Entity.REQUEST, order.request)
            self.clock.alarm(after + self.every, place, self._chases, (order, number))

    def _chases(self, alarm: Event) -> None:
        order, number = alarm._value
        now = self.clock.now
        served = order.on_the_way and order.started <= now
        over = served and not order.in_vain
        if over or order.state in (OrderState.CANCELLED, OrderState.REFUSED):
            return
        workload = self.workload
        request = order.request
        if not served and workload.chase_coin.item(request, number) < self.prob:
            self.hotline.ring(Call(
                request, order.draws, CallKind.CHASE, number, INBOUND, 0,
                workload.chase_patience.item(request, number),
                workload.chase_talk.item(request, number),
                workload.chase_wrap_up.item(request, number),
            ))
        self.later(order, now, number + 1)
