"""The dispatcher: writes orders, offers them to points, hears complaints, closes the books."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from sim.model.clock import Clock, key
from sim.model.draws import BLOCK, Draws
from sim.model.hotline import INBOUND, Call, Hotline
from sim.model.order import Order
from sim.rules.choose_point import least_delay
from sim.rules.views import PointsView
from sim.words.kinds import (
    MINUTE,
    NEVER,
    NONE,
    CallKind,
    CancelReason,
    Entity,
    OfferResult,
    OrderState,
    Rank,
)

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.plan import Plan
    from sim.model.point import Point
    from sim.rules.registry import Rule
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Workload

EXPIRES = key(Rank.EXPIRY, Entity.REQUEST, 0)
PENDING, OFFERED, ACCEPTED, COMPLETED, NO_SHOW = map(int, (
    OrderState.PENDING, OrderState.OFFERED, OrderState.ACCEPTED, OrderState.COMPLETED,
    OrderState.NO_SHOW,
))
OK, REJECTED, ESCALATED = map(int, (
    OfferResult.ACCEPTED, OfferResult.REJECTED, OfferResult.ESCALATED
))
MESSAGE = int(CallKind.MESSAGE)
NO_REASON = int(CancelReason.NONE)


class Block(NamedTuple):
    """Distances of consecutive requests."""

    minutes: NDArray[np.float64]
    """(requests, points) minutes on the road from each point at factor 1"""
    first: list[int]
    """the point that a fixed rule puts first among those that offer the service, else NONE"""
    away: list[float]
    """minutes from there"""


class Dispatcher:
    """Orders from their writing to a point's acceptance, and at their end."""

    def __init__(
        self, clock: Clock, plan: Plan, workload: Workload, scenario: Scenario, choose_point: Rule,
        hotline: Hotline, journal: Journal,
    ) -> None:
        self.clock = clock
        self.plan = plan
        self.workload = workload
        self.settings = scenario.dispatch
        self.chasing = scenario.chasing
        self.call_back_prob = scenario.hotline.call_back_prob
        self.rule = choose_point
        self.hotline = hotline
        self.journal = journal
        self.points: list[Point] = []
        self.open = [False] * len(plan.points)
        """which points take offers now"""
        self.timeout = round(self.settings.offer_timeout_min * MINUTE)
        self.retry = round(self.settings.retry_min * MINUTE)
        self.chase_every = round(self.chasing.every_min * MINUTE)
        self.orders = 0
        self.live: dict[int, Order] = {}
        self.access_min = plan.trips.access / MINUTE
        self._blocks: dict[int, Block] = {}

    # -- writing ------------------------------------------------------------------------------

    def hears(self, call: Call) -> None:
        """A talk ended: an order, unless it was a false alarm or advice was enough.

        A message left while the hotline was closed came in when it was left.
        """
        draws = call.draws
        if not draws.false_alarm:
            arrived = draws.time if call.kind == MESSAGE else call.arrived
            self.write(call.request, draws, arrived, call.answered)

    def write(self, request: int, draws: Draws, call_arrived: int, answered: int) -> None:
        """An order is written now, if somebody has to go to the home."""
        plan = self.plan
        service = draws.service
        if not plan.visits[service]:
            return
        now = self.clock.now
        order = Order(
            self.orders, request, draws, plan.priority[service], call_arrived, answered, now,
            self._blocks.get(request // BLOCK) or self._block(request // BLOCK),
        )
        order.crew = plan.crew[service]
        self.live[self.orders] = order
        self.orders += 1
        patience = draws.order_patience
        if patience < NEVER:
            limit = max(now, order.window_close) + patience if order.booked else now + patience
            self.clock.alarm(limit, EXPIRES + request, self._gives_up, order)
        if self.chasing.prob and order.due < NEVER:
            self._chase_later(order, max(now, order.due), 0)
        self._offer(order)

    def _block(self, number: int) -> Block:
        """Distances of a block of requests; the last few are kept."""
        if len(self._blocks) > 3:
            del self._blocks[min(self._blocks)]
        rows = slice(number * BLOCK, (number + 1) * BLOCK)
        workload, plan = self.workload, self.plan
        zone = workload.zone[rows]
        minutes = plan.trips.minutes_from(
            plan.points, plan.point_mode, workload.x_km[rows], workload.y_km[rows], zone
        )
        first = [NONE] * len(minutes)
        away: list[float] = []
        if self.rule.fixed:
            scores = self.rule.score(None, PointsView(
                np.arange(len(plan.points)), minutes, plan.point_zone == zone[:, None],
                *[np.zeros(1)] * 4,
            ))
            offers = plan.offers[workload.service[rows]]
            best = np.where(offers, scores, np.inf).argmin(1)
            first = best.tolist()
            away = minutes[np.arange(len(best)), best].tolist()
        block = self._blocks[number] = Block(minutes, first, away)
        return block

    # -- offering -----------------------------------------------------------------------------

    def _offer(self, order: Order) -> None:
        number = order.offers
        forced = number >= 2 * self.settings.max_offers
        point = self._choose(order, forced)
        if point is None:
            return
        now = self.clock.now
        order.asked = point
        order.tried += (point,)
        order.offered = now
        if forced:
            self._answered(order, ESCALATED)
            return
        order.state = OFFERED
        if number:
            delay = self.workload.offer_delay.item(order.request, number)
        else:
            delay = order.draws.offer_delay
        if delay > self.timeout:
            self.clock.alarm(
                now + self.timeout, EXPIRES + order.request, self._times_out, (order, order.ticket)
            )
        elif delay:
            place = key(Rank.REACTION, Entity.POINT, point)
            self.clock.alarm(now + delay, place, self._reacts, (order, order.ticket))
        else:
            self._decides(order)

    def _times_out(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._answered(order, OfferResult.TIMED_OUT)

    def _reacts(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._decides(order)

    def _decides(self, order: Order) -> None:
        if order.offers:
            coin = self.workload.offer_coin.item(order.request, order.offers)
        else:
            coin = order.draws.offer_coin
        self._answered(order, OK if coin < self.plan.accept_prob[order.asked] else REJECTED)

    def _answered(self, order: Order, result: int) -> None:
        now = self.clock.now
        self._record_offer(order, result, now)
        order.ticket += 1
        order.offers += 1
        if result == OK or result == ESCALATED:
            order.state = ACCEPTED
            order.accepted = now
            order.point = order.asked
            order.block = None
            self.points[order.point].take_in(order)
            return
        order.state = PENDING
        if order.offers == self.settings.max_offers:
            self._again_at(order, now + self.retry)
        else:
            self._offer(order)

    def _again_at(self, order: Order, time: int) -> None:
        place = key(Rank.REACTION, Entity.REQUEST, order.request)
        self.clock.alarm(time, place, self._tries_again, (order, order.ticket))

    def _tries_again(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._offer(order)

    def _choose(self, order: Order, forced: bool) -> int | None:
        """The best candidate's number; None after arranging what happens without one."""
        now = self.clock.now
        row = order.request % BLOCK
        assert order.block is not None
        minutes, first, away = order.block
        slow = self.plan.trips.slowness(now)
        best = first[row]
        if not order.offers and best >= 0 and not order.booked and self.open[best] and (
            away[row] * slow + self.access_min <= self.settings.max_travel_min
        ):
            return best
        offering = self.plan.offering[order.service]
        travel = minutes[row, offering] * slow + self.access_min
        near = travel <= self.settings.max_travel_min
        if not near.any():
            self._cancel(order, CancelReason.NO_POINT)
            return None
        is_open = np.array([self.open[p] for p in offering], dtype=bool)
        if order.booked and now <= order.window_close:
            is_open = self._in_window(order, offering)
        takes = near & is_open
        if not takes.any():
            opening = self._next_opening(offering[near], now)
            if opening is None:
                self._cancel(order, CancelReason.NO_POINT)
            else:
                self._again_at(order, opening)
            return None
        candidates = offering[takes]
        travel = travel[takes]
        if order.tried and len(candidates) > 1:
            fresh = self._untried(order, candidates)
            candidates, travel = candidates[fresh], travel[fresh]
        if len(candidates) == 1:
            return int(candidates[0])
        rule = least_delay if forced else self.rule.score
        view = self._view(order, candidates, travel, counted=forced or not self.rule.fixed)
        order_view = self.points[0].crews.view(order)
        return int(candidates[int(np.argmin(rule(order_view, view)))])

    def _untried(self, order: Order, candidates: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which candidates have not been asked; when all have, a new turn begins."""
        fresh = ~np.isin(candidates, order.tried)
        if not fresh.any():
            order.tried = order.tried[-1:]
            fresh = candidates != order.tried[0]
        return fresh

    def _view(
        self, order: Order, candidates: NDArray[np.int64], travel: NDArray[np.float64], counted: bool
    ) -> PointsView:
        own_town = self.plan.point_zone[candidates] == order.zone
        nothing = np.zeros(len(candidates))
        if not counted:
            return PointsView(candidates, travel, own_town, nothing, nothing, nothing, nothing)
        able = self.plan.able
        service = order.service
        points = [self.points[p] for p in candidates]
        return PointsView(
            point=candidates,
            travel_min=travel,
            own_town=own_town,
            queued=np.array([p.waiting.size for p in points]),
            free=np.array([sum(able[c.group][service] for c in p.free.values()) for p in points]),
            on_duty=np.array([sum(able[c.group][service] for c in p.on_duty) for p in points]),
            busy_min=np.array([
                (p.busy_ms + self.plan.mean_service[service]) / (p.visits + 1) / MINUTE
                for p in points
            ]),
        )

    def _in_window(self, order: Order, points: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which points will be open at some time in the window."""
        return np.array([
            any(start <= order.window_close and end > order.window_open
                for start, end in _around(self.plan.point_open[p], order.window_open))
            for p in points
        ], dtype=bool)

    def _next_opening(self, points: NDArray[np.int64], now: int) -> int | None:
        openings = []
        for p in points:
            spans = self.plan.point_open[p]
            i = bisect_right(spans, (now, NEVER))
            if i < len(spans):
                openings.append(spans[i][0])
        return min(openings, default=None)

    # -- the client, and the end ----------------------------------------------------------------

    def _gives_up(self, alarm: Event) -> None:
        order: Order = alarm._value
        if order.number in self.live and not order.on_the_way:
            self._cancel(order, CancelReason.GAVE_UP)

    def _cancel(self, order: Order, reason: CancelReason) -> None:
        now = self.clock.now
        if order.state == OrderState.OFFERED:
            self._record_offer(order, OfferResult.WITHDRAWN, now)
        order.state = OrderState.CANCELLED
        order.ticket += 1
        del self.live[order.number]
        self._record(order, now, reason)
        if order.station is not None:
            order.station.withdraw(order)

    def _chase_later(self, order: Order, after: int, number: int) -> None:
        if number < self.chasing.max_calls:
            place = key(Rank.ARRIVAL, Entity.REQUEST, order.request)
            self.clock.alarm(after + self.chase_every, place, self._chases, (order, number))

    def _chases(self, alarm: Event) -> None:
        order, number = alarm._value
        now = self.clock.now
        served = order.on_the_way and order.started <= now
        if served or order.number not in self.live:
            return
        workload = self.workload
        request = order.request
        if workload.chase_coin.item(request, number) < self.chasing.prob:
            self.hotline.ring(Call(
                request, order.draws, CallKind.CHASE, number, INBOUND, 0,
                workload.chase_patience.item(request, number),
                workload.chase_talk.item(request, number),
                workload.chase_wrap_up.item(request, number),
            ))
        self._chase_later(order, now, number + 1)

    def completed(self, order: Order) -> None:
        """A crew is done: close the order, and perhaps call the client back."""
        no_show = order.no_show
        order.state = NO_SHOW if no_show else COMPLETED
        del self.live[order.number]
        self._record(order)
        if not no_show and order.draws.call_back_coin < self.call_back_prob:
            self.hotline.call_out(
                order.request, order.draws, CallKind.CALL_BACK,
                self.workload.call_back_talk.item(order.request),
                self.workload.call_back_wrap_up.item(order.request),
            )

    def closing_books(self) -> None:
        """Record every order still open when the run ends."""
        for order in self.live.values():
            if order.state == OrderState.OFFERED:
                self._record_offer(order, OfferResult.OPEN, NONE)
            self._record(order)

    def _record_offer(self, order: Order, result: int, closed: int) -> None:
        lines = self.journal.offers
        lines.add(lines.pack(
            order.number, order.offers, order.asked, order.offered, closed, result
        ))

    def _record(
        self, order: Order, cancelled: int = NONE, reason: int = NO_REASON
    ) -> None:
        lines = self.journal.orders
        lines.add(lines.pack(
            order.number, order.request, order.call_arrived, order.answered, order.created,
            order.accepted, order.eligible, order.gathering, order.departed, order.started,
            order.ended, cancelled, order.point, order.borrowed, order.state, reason,
        ))


def _around(spans: list[tuple[int, int]], time: int) -> list[tuple[int, int]]:
    """The few spans that can touch a window opening at ``time``."""
    i = bisect_right(spans, (time, NEVER))
    return spans[max(0, i - 1): i + 3]
