"""Which point an order is offered to: who may be asked, and whom the rule puts first."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.order import Order
from sim.rules.choose_point import least_delay
from sim.rules.views import PointsView
from sim.words.kinds import MINUTE, NEVER, NONE

if TYPE_CHECKING:
    from sim.model.plan import Plan
    from sim.model.point import Point
    from sim.rules.registry import Rule
    from sim.workload.tables import Workload

BLOCK = 4096
"""Requests whose distances to every point are worked out at once."""

NOBODY = -1
"""No point offers the service within reach, now or ever."""


class Block(NamedTuple):
    """Distances of consecutive requests."""

    minutes: NDArray[np.float64]
    """(requests, points) minutes on the road from each point at factor 1"""
    first: list[int]
    """the point that a fixed rule puts first among those that offer the service, else NONE"""
    away: list[float]
    """minutes from there"""


class Choice:
    """Looks for the best candidate among the points."""

    def __init__(self, plan: Plan, workload: Workload, rule: Rule, max_travel_min: float) -> None:
        self.plan = plan
        self.workload = workload
        self.rule = rule
        self.max_travel_min = max_travel_min
        self.access_min = plan.trips.access / MINUTE
        self.points: list[Point] = []
        self.usual = plan.usual
        self.open = [False] * len(plan.points)
        """which points take offers now"""
        self._blocks: dict[int, Block] = {}

    def block(self, request: int) -> Block:
        """Distances of the requests around this one."""
        number = request // BLOCK
        return self._blocks.get(number) or self._measure(number)

    def _measure(self, number: int) -> Block:
        """Work a block out; the last few are kept."""
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
            if not plan.everywhere:
                offers = offers & plan.serves[zone]
            scores = np.where(offers, scores, np.inf)
            best = scores.argmin(1)
            first = np.where(offers.any(1), best, NONE).tolist()
            away = minutes[np.arange(len(best)), best].tolist()
        block = self._blocks[number] = Block(minutes, first, away)
        return block

    def choose(self, order: Order, now: int, forced: bool) -> tuple[int, int]:
        """The point to ask, or NONE and when to look again (NOBODY: that would be no use).

        ``forced``: the one with the least expected delay, by escalation.
        """
        assert order.block is not None
        row = order.request % BLOCK
        minutes, first, away = order.block
        best = first[row]
        if (
            best >= 0 and not order.offers and not order.booked and self.open[best]
            and away[row] + self.access_min <= self.max_travel_min
        ):
            return best, now
        found, again = self.takers(order, now)
        if not len(found):
            return NONE, again
        travel = minutes[row, found] * self.plan.trips.slowness(now) + self.access_min
        return self.best(order, found, travel, now, forced), now

    def in_range(self, order: Order) -> NDArray[np.int64]:
        """Points that offer the service, may go to the home, and lie within ``max_travel_min``."""
        assert order.block is not None
        offering = self.plan.candidates(order.service, order.zone)
        away = order.block.minutes[order.request % BLOCK, offering] + self.access_min
        return np.asarray(offering[away <= self.max_travel_min])

    def takers(self, order: Order, now: int) -> tuple[NDArray[np.int64], int]:
        """Points in range that take an offer of the order now; with none, when to look again
        (NOBODY: that would be no use)."""
        near = self.in_range(order)
        if not len(near):
            return near, NOBODY
        takes = self._takes_offers(order, near, now)
        if order.booked and not takes.any():
            takes = self._open_now(near)
        return near[takes], now if takes.any() else self._next_opening(near, now)

    def best(
        self, order: Order, candidates: NDArray[np.int64], travel: NDArray[np.float64],
        now: int, forced: bool,
    ) -> int:
        if not order.tried and order.draws.stream in self.usual:
            usual = self.usual[order.draws.stream]
            if usual in candidates:
                return usual
        if order.tried and not forced and len(candidates) > 1:
            fresh = self._untried(order, candidates)
            candidates, travel = candidates[fresh], travel[fresh]
        if len(candidates) == 1:
            return int(candidates[0])
        rule = least_delay if forced else self.rule.score
        mean = self.plan.mean_service[order.service]
        subject = None if self.rule.fixed and not forced else order.view(now, mean)
        scores = rule(subject, self._view(order, candidates, travel))
        return int(candidates[int(np.argmin(scores))])

    def _untried(self, order: Order, candidates: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which candidates have not been asked; when all have, a new turn begins."""
        fresh = ~np.isin(candidates, order.tried)
        if not fresh.any():
            order.tried = order.tried[-1:]
            fresh = candidates != order.tried[0]
        return fresh

    def _view(
        self, order: Order, candidates: NDArray[np.int64], travel: NDArray[np.float64]
    ) -> PointsView:
        kind = order.kind
        points = [self.points[p] for p in candidates]
        return PointsView(
            point=candidates,
            travel_min=travel,
            own_town=self.plan.point_zone[candidates] == order.zone,
            queued=np.array([p.waiting.size for p in points]),
            free=np.array([sum(c.can[kind] for c in p.free.values()) for p in points]),
            on_duty=np.array([sum(c.can[kind] for c in p.on_duty) for p in points]),
            busy_min=np.array([
                (p.busy_ms + self.plan.mean_service[order.service]) / (p.visits + 1) / MINUTE
                for p in points
            ]),
        )

    def _takes_offers(
        self, order: Order, points: NDArray[np.int64], now: int
    ) -> NDArray[np.bool_]:
        """Which points are open now; for a booked order, at some time in the window to come."""
        if order.booked and now <= order.window_close:
            since = max(now, order.window_open)
            open_then = [
                any(start <= order.window_close and end > since
                    for start, end in _around(self.plan.point_open[p], since))
                for p in points
            ]
            return np.array(open_then, dtype=bool)
        return self._open_now(points)

    def _open_now(self, points: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.array([self.open[p] for p in points], dtype=bool)

    def _next_opening(self, points: NDArray[np.int64], now: int) -> int:
        openings = []
        for p in points:
            spans = self.plan.point_open[p]
            i = bisect_right(spans, (now, NEVER))
            if i < len(spans):
                openings.append(spans[i][0])
        return min(openings, default=NOBODY)


def _around(spans: list[tuple[int, int]], time: int) -> list[tuple[int, int]]:
    """The few spans that can touch a window opening at ``time``."""
    i = bisect_right(spans, (time, NEVER))
    return spans[max(0, i - 1): i + 3]
