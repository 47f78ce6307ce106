"""The dispatcher: writes orders, offers them to points, hears complaints, closes the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.model.call import Call
from sim.model.chasing import Chasing
from sim.model.choice import NOBODY, Choice
from sim.model.clock import Clock, key
from sim.model.draws import SPENT, Draws
from sim.model.funds import funds_of
from sim.model.hotline import Hotline
from sim.model.order import Order
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
    from sim.model.fit import Fit
    from sim.model.matching.crew import Trip
    from sim.model.offer_modes.grab import Hall
    from sim.model.offer_modes.pool import Pool
    from sim.model.places.applicants import Places
    from sim.model.plan import Plan
    from sim.model.point import Point
    from sim.scenario.schema import Scenario
    from sim.workload.tables import Workload

EXPIRES = key(Rank.EXPIRY, Entity.REQUEST, 0)
PENDING, OFFERED, ACCEPTED, EN_ROUTE, UNFUNDED = map(int, (
    OrderState.PENDING, OrderState.OFFERED, OrderState.ACCEPTED, OrderState.EN_ROUTE,
    OrderState.UNFUNDED,
))
OK, REJECTED, ESCALATED, GRABBED, POOLED = map(int, (
    OfferResult.ACCEPTED, OfferResult.REJECTED, OfferResult.ESCALATED, OfferResult.GRABBED,
    OfferResult.POOLED,
))
NO_REASON = int(CancelReason.NONE)


class Dispatcher:
    """Orders from their writing to a point's acceptance, and at their end."""

    def __init__(
        self, clock: Clock, plan: Plan, workload: Workload, scenario: Scenario, choice: Choice,
        hotline: Hotline, journal: Journal, fit: Fit,
    ) -> None:
        self.clock = clock
        self.plan = plan
        self.fit = fit
        self.workload = workload
        self.settings = scenario.dispatch
        self.chasing = Chasing(clock, hotline, workload, scenario.chasing)
        self.call_back_prob = scenario.hotline.call_back_prob
        self.choice = choice
        self.hotline = hotline
        self.journal = journal
        self.points: list[Point] = []
        self.places: Places | None = None
        """where the scenario has places that clients come to"""
        self.takers: list[tuple[type[Order], Callable[[Any], None]] | None] = [
            (Order, self.offer) if visit else None for visit in plan.visits]
        """[service] -> the kind of its orders and who has them next; None: the call settles it"""
        self.to_homes = [a or b for a, b in zip(plan.visits, plan.delivers, strict=True)]
        self.a_round = self.settings.max_offers
        self.timeout = round(self.settings.offer_timeout_min * MINUTE)
        self.retry = round(self.settings.retry_min * MINUTE)
        self.hall: Hall | None = None
        """where orders are shown to be grabbed"""
        self.pool: Pool | None = None
        """the county's one queue"""
        self.orders = 0
        self.live: dict[int, Order] = {}
        self.planned_from = len(scenario.requests)
        """streams from this number on are care plans"""
        self.funds = funds_of(scenario, plan, workload, journal)

    # -- writing ------------------------------------------------------------------------------

    def hears(self, call: Call) -> None:
        """A talk ended: an order, unless it was a false alarm or advice was enough."""
        draws = call.draws
        if not draws.false_alarm:
            self.write(call.request, draws, call.arrived, call.answered)

    def write(self, request: int, draws: Draws, call_arrived: int, answered: int) -> None:
        """An order is written now, unless the call has settled everything."""
        plan = self.plan
        service = draws.service
        taker = self.takers[service]
        if taker is None:
            return
        kind, take = taker
        now = self.clock.now
        order = kind(
            self.orders, request, draws, plan.crew[service], plan.priority[service], call_arrived,
            answered, now, self.choice.block(request) if self.to_homes[service] else None,
            service, False,
        )
        fit = self.fit
        if fit.limited:
            order.kind = fit.kind(request, service, draws.zone)
        if fit.women:
            order.woman = fit.women[request]
        self.live[self.orders] = order
        self.orders += 1
        if self.funds is not None and self._unfunded(order, self.funds.reserve(order, now)):
            return
        if draws.order_patience < NEVER:
            self.clock.alarm(_patient_until(order), EXPIRES + request, self._gives_up, order)
        if self.chasing.prob and draws.due < NEVER:
            self.chasing.later(order, max(now, draws.due), 0)
        take(order)

    def _unfunded(self, order: Order, reason: CancelReason) -> bool:
        """Close an order for which no payer was found; False if there is no ``reason``."""
        if reason:
            order.state = UNFUNDED
            del self.live[order.number]
            self._record(order, self.clock.now, reason)
        return bool(reason)

    # -- offering -----------------------------------------------------------------------------

    def offer(self, order: Order) -> None:
        """Show it, pool it, or offer it to the next point, as the offer mode wants."""
        if self.hall is not None and not order.shown and self.hall.takes_up(order):
            self.hall.show(order)
        elif self.pool is not None and order.crew == 1:
            self._pools(order, self.pool)
        else:
            self._offer(order)

    def _pools(self, order: Order, pool: Pool) -> None:
        if len(self.plan.candidates(order.service, order.zone)):
            self.pooled(order)
            pool.take_in(order)
        else:
            self.cancel(order, CancelReason.NO_POINT)

    def _offer(self, order: Order) -> None:
        number = order.offers - order.shown
        forced = number >= 2 * self.a_round
        now = self.clock.now
        point, again = self.choice.choose(order, now, forced)
        if point == NONE:
            self.nobody_takes(order, again)
            return
        order.asked = point
        order.tried += (point,)
        order.offered = now
        if forced:
            self._accepted(order, ESCALATED)
            return
        order.state = OFFERED
        if number:
            delay = self.workload.offer_delay.item(order.request, number)
        else:
            delay = order.draws.offer_delay
        if not delay:
            self._decides(order)
        elif delay <= self.timeout:
            place = key(Rank.REACTION, Entity.POINT, point)
            self.clock.alarm(now + delay, place, self._reacts, (order, order.ticket))
        else:
            self.clock.alarm(
                now + self.timeout, EXPIRES + order.request, self._times_out, (order, order.ticket)
            )

    def nobody_takes(self, order: Order, again: int) -> None:
        """No point takes an offer now: look again then, or give up (NOBODY)."""
        if again == NOBODY:
            self.cancel(order, CancelReason.NO_POINT)
        else:
            self._again_at(order, again)

    def _times_out(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self.turned_down(order, OfferResult.TIMED_OUT)

    def _reacts(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self._decides(order)

    def _decides(self, order: Order) -> None:
        if number := order.offers - order.shown:
            coin = self.workload.offer_coin.item(order.request, number)
        else:
            coin = order.draws.offer_coin
        if coin < self.plan.accept_prob[order.asked]:
            self._accepted(order, OK)
        else:
            self.turned_down(order, REJECTED)

    def _accepted(self, order: Order, result: int) -> None:
        order.point = point = order.asked
        self._taken_up(order, result)
        self.points[point].take_in(order)

    def pooled(self, order: Order) -> None:
        """Nobody has to accept it: it is in a queue for whoever is free."""
        order.offered = self.clock.now
        self._taken_up(order, POOLED)

    def _taken_up(self, order: Order, result: int) -> None:
        order.ticket += 1
        order.taken = result
        order.state = ACCEPTED
        order.accepted = self.clock.now
        order.block = None

    def grabbed(self, order: Order, point: int, trip: Trip | None) -> None:
        """The first to react takes it: a point into its queue, or one of its caregivers, who goes
        at once."""
        order.asked = point
        if trip is None:
            self._accepted(order, GRABBED)
        else:
            order.point = point
            self._taken_up(order, GRABBED)
            self.points[point].is_sent(order, trip)

    def turned_down(self, order: Order, result: int) -> None:
        """An offer came to nothing: the next one, or after a round a pause."""
        now = self.clock.now
        self._record_offer(order, result, now)
        order.ticket += 1
        order.offers += 1
        order.state = PENDING
        if order.offers - order.shown == self.a_round:
            self._again_at(order, now + self.retry)
        else:
            self._offer(order)

    def _again_at(self, order: Order, time: int) -> None:
        place = key(Rank.REACTION, Entity.REQUEST, order.request)
        self.clock.alarm(time, place, self._tries_again, (order, order.ticket))

    def _tries_again(self, alarm: Event) -> None:
        order, ticket = alarm._value
        if order.ticket == ticket:
            self.offer(order)

    # -- the client, and the end ----------------------------------------------------------------

    def _gives_up(self, alarm: Event) -> None:
        order: Order = alarm._value
        if order.number in self.live and not order.on_the_way:
            self.cancel(order, self._impatience(order))

    def _impatience(self, order: Order) -> CancelReason:
        planned = order.draws.stream >= self.planned_from
        return CancelReason.LAPSED if planned else CancelReason.GAVE_UP

    def cancel(self, order: Order, reason: CancelReason) -> None:
        """An order comes to nothing; one on its way, because its kitchen stopped."""
        now = self.clock.now
        if order.state == OrderState.OFFERED:
            self._record_offer(order, OfferResult.WITHDRAWN, now)
        refused = reason == CancelReason.NO_PLACE
        order.state = OrderState.REFUSED if refused else OrderState.CANCELLED
        order.ticket += 1
        self.live.pop(order.number, None)
        if self.places is not None:
            self.places.unlist(order)
        self._record(order, now, reason)
        if self.funds is not None:
            self.funds.release(order, now)
        order.is_given_up()

    def set_out(self, order: Order) -> None:
        """A crew has left: all that is still to come of the order is known, and written down."""
        order.state = EN_ROUTE
        order.calls_back = (
            order.draws.call_back_coin < self.call_back_prob and not order.no_show
        )
        order.draws = SPENT
        del self.live[order.number]
        self._record(order)

    def left_behind(self, order: Order, draws: Draws) -> bool:
        """Nobody is on the way to it any more: whether it waits again."""
        order.lead = None
        order.borrowed = False
        order.preempted = True
        return self.waits_again(order, draws)

    def waits_again(self, order: Order, draws: Draws) -> bool:
        """Nothing came of it this time: it is as it was, if its client is still patient.

        Whoever has run out of patience in the meantime gives up now.
        """
        order.draws = draws
        order.state = ACCEPTED
        order.gathering = order.departed = order.started = order.ended = NONE
        order.no_show = order.calls_back = False
        self.live[order.number] = order
        patient = draws.order_patience == NEVER or _patient_until(order) > self.clock.now
        if not patient:
            self.cancel(order, self._impatience(order))
        return patient

    def completed(self, order: Order) -> None:
        """A crew is done: whoever promised to pay does; perhaps call the client back."""
        if self.funds is not None:
            self.funds.settle(order, self.clock.now)
        if order.calls_back:
            self.hotline.call_out(
                order.request, order.draws, CallKind.CALL_BACK,
                self.workload.call_back_talk.item(order.request),
                self.workload.call_back_wrap_up.item(order.request),
            )

    def closing_books(self) -> None:
        """Record every order that nobody has set out for when the run ends."""
        for order in self.live.values():
            if order.state == OrderState.OFFERED:
                self._record_offer(order, OfferResult.OPEN, NONE)
            self._record(order)
        if self.funds is not None:
            self.funds.closing_books()

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
            order.offers, order.offered, order.taken, order.accepted, order.eligible,
            order.gathering, order.departed, order.started, order.ended, cancelled, order.point,
            order.borrowed, order.state, reason,
        ))


def _patient_until(order: Order) -> int:
    """When the client gives up, unless somebody is on the way: patience runs from the order's
    writing, or from the window's close if that is later."""
    begin = max(order.created, order.window_close) if order.booked else order.created
    return begin + order.draws.order_patience
