"""What a free caregiver finds to do: the best order of the own point, else of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.matching.crew import Trip
from sim.model.order import Order
from sim.rules.views import CaregiverView, OrdersView
from sim.words.kinds import MINUTE

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


def serve(point: Point, me: Caregiver) -> bool:
    """Send ``me`` on the best order waiting at ``point``; whether ``me`` was left out of one for
    want of time, or to be free for emergencies."""
    late = False
    plan = point.plan
    can, mean_service = me.can, point.mean_service
    crews = point.crews
    first = point.waiting.first(can)
    away = point.rounds is not None and not point.rounds.at_hand(me)
    if first is not None and first.crew == 1 and not (away and first.stops):  # noqa: SIM102
        if crews.send_if_possible(first, (me,)):
            return late
    room = me.until - point.clock.now - plan.trips.access

    def admits(kind: int) -> bool:
        nonlocal late
        if not can[kind] or (away and plan.delivers[kind % len(plan.delivers)]):
            return False
        if mean_service[kind] > room:
            late = True
            return False
        return True

    for _, order in point.waiting.in_order(admits, lambda orders: scores_of(point, me, orders)):
        if order.crew > 1:
            crews.send_if_possible(order, point.free.values())
        else:
            late |= not crews.send_if_possible(order, (me,))
        if not me.free:
            break
    return late


def borrow(point: Point, me: Caregiver) -> bool:
    """Send ``me``, of ``point``, on the best order of another point within ``borrow_km``; returns
    as :func:`serve` does."""
    can = me.can
    best: tuple[Any, int, Order, Trip] | None = None
    late = False
    for other in point.neighbours:
        if not other.waiting.size:
            continue
        for score, order in other.waiting.in_order(
            can.__getitem__, lambda orders: scores_of(point, me, orders)
        ):
            if order.crew > 1 or order.stops or not point.near(order):
                continue
            if best is not None and score > best[0]:
                break
            trip = point.crews.trip(me, order)
            if point.crews.may_go(trip, order):
                if best is None or (score, order.number) < best[:2]:
                    best = (score, order.number, order, trip)
                break
            late = True
    if best is not None:
        point.crews.send(best[2], [best[3]])
    return late


def scores_of(point: Point, me: Caregiver, orders: list[Order]) -> Any:
    """How the choose_order rule ranks these orders for one caregiver of a point."""
    plan, now = point.plan, point.clock.now
    mean_service, mode, way = plan.mean_service, plan.mode[me.group], plan.trips.way
    start = me.position(now, point.by_matrix)
    usual = [False] * len(orders)
    if point.regulars is not None:
        usual = [point.regulars.of(order.request) == me.number for order in orders]
    view = OrdersView(
        order=np.array([o.number for o in orders]),
        service=np.array([o.service for o in orders]),
        priority=np.array([o.priority for o in orders]),
        created=np.array([o.created for o in orders]),
        due=np.array([o.due for o in orders]),
        travel_min=np.array([way(start, o.home, o.zone, mode, now)[1] / MINUTE for o in orders]),
        own_town=np.array([o.zone == point.zone for o in orders]),
        wanted=np.array([o.wanted for o in orders]),
        mean_service_min=np.array([mean_service[o.service] / MINUTE for o in orders]),
        usual=np.array(usual),
    )
    who = CaregiverView(now, me.number, point.number, me.busy / MINUTE)
    return point.setting.choose_order.score(who, view)
