"""Kitchens: which one fills an order for delivery, on which day, and what it no longer fills.

A kitchen takes an order as soon as it is written, if it has meals left on that date: there is
nothing to answer. Of the meal points within reach whose kitchens can fill the order, the one that
the choose_point rule puts first has it; of several kitchens of a meal point, the first in the
table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.geography import Place, Trips
from sim.model.choice import BLOCK, Choice
from sim.model.clock import Clock, key
from sim.model.meal import Meal
from sim.model.meals.meal_plan import MealPlan, Rules
from sim.words.kinds import (
    DAY,
    NEVER,
    NONE,
    CancelReason,
    Entity,
    Hand,
    OfferResult,
    OrderState,
    Rank,
)

if TYPE_CHECKING:
    from sim.log.journal import Journal
    from sim.model.point import Point
    from sim.workload.tables import Workload

DAYS_AHEAD = 7
"""An order that finds the kitchens full is for the first of so many days on which one is not."""

ACCEPTED = int(OrderState.ACCEPTED)
OK = int(OfferResult.ACCEPTED)
Offer = tuple[int, int, int]
"""Kitchen, when the meal leaves it, when it stops."""


class Kitchens:
    """Every kitchen's book of orders."""

    def __init__(
        self, clock: Clock, meals: MealPlan, trips: Trips, places: tuple[Place, ...],
        workload: Workload, choice: Choice, journal: Journal,
        cancel: Callable[[Meal, CancelReason], None],
    ) -> None:
        self.clock = clock
        self.meals = meals
        self.trips = trips
        self.places = places
        self.workload = workload
        self.choice = choice
        self.lines = journal.meals
        self.cancel = cancel
        self.points: list[Point] = []
        self.settles = False
        """whether somebody pays when an order is done"""
        self.rounds = 0
        """closed so far, anywhere"""
        self.sold: list[dict[int, int]] = [{} for _ in meals.kitchens]
        """[kitchen] date -> orders it has taken for it"""
        self.to_stop: dict[tuple[int, int], list[Meal]] = {}
        """(kitchen, when it stops) -> what it fills until then"""

    def take(self, meal: Meal) -> None:
        """An order is written: some kitchen takes it now, or nobody will."""
        rules = self.meals.rules[meal.service]
        candidates, minutes = self._within_reach(meal)
        if not candidates:
            self.cancel(meal, CancelReason.NO_POINT)
            return
        late = self._too_late(meal, rules)
        if late and rules.refuses:
            self.cancel(meal, CancelReason.AFTER_CUT_OFF)
            return
        for later in range(int(late), 1 if rules.refuses else DAYS_AHEAD + 1):
            found = {
                point: offer for point in candidates
                if (offer := self._offer(meal, point, later)) is not None
            }
            if found:
                point = self._best(meal, list(found), minutes)
                self._accept(meal, point, *found[point])
                return
        self.cancel(meal, CancelReason.KITCHENS_FULL)

    def _within_reach(self, meal: Meal) -> tuple[list[int], dict[int, float]]:
        """Meal points near enough, and minutes from each; with a fixed rule, if the first of all
        can fill the order today, that one alone."""
        choice = self.choice
        assert meal.block is not None
        minutes, first, away = meal.block
        row = meal.request % BLOCK
        best, limit = first[row], choice.max_travel_min - choice.access_min
        if best >= 0 and away[row] <= limit and self._offer(meal, best, 0) is not None and (
            not self._too_late(meal, self.meals.rules[meal.service])
        ):
            return [best], {best: away[row]}
        offering = choice.plan.candidates(meal.service, meal.zone)
        every = dict(zip(offering.tolist(), minutes[row, offering].tolist(), strict=True))
        return [point for point, way in every.items() if way <= limit], every

    def _best(self, meal: Meal, points: list[int], minutes: dict[int, float]) -> int:
        if len(points) == 1:
            return points[0]
        now = self.clock.now
        slow = self.trips.slowness(now)
        travel = np.array([minutes[point] * slow + self.choice.access_min for point in points])
        return self.choice.best(meal, np.array(points), travel, now, False)

    def _too_late(self, meal: Meal, rules: Rules) -> bool:
        """Whether it is written too late for the day it is meant for."""
        now = self.clock.now
        if not meal.booked:
            return now % DAY > rules.cut_off
        opens = meal.window_open
        return now > min(opens - rules.lead, opens - opens % DAY + rules.cut_off)

    def _offer(self, meal: Meal, point: int, later: int) -> Offer | None:
        """What the first kitchen of a meal point that is open and not sold out can do, so many days
        later than wished."""
        now = self.clock.now
        wanted = meal.window_open if meal.booked else now
        if later and not meal.booked:
            wanted = now - now % DAY + later * DAY
        elif later:
            wanted += later * DAY
        for number in self.meals.behind[meal.service][point]:
            kitchen = self.meals.kitchens[number]
            spans = self.meals.less.get((number, point), kitchen.spans)
            n = bisect_right(spans, (wanted, NEVER)) - 1
            left = wanted
            if n < 0 or spans[n][1] <= wanted:
                n += 1
                if meal.booked or n == len(spans):
                    continue
                left = spans[n][0]
                if left // DAY != wanted // DAY:
                    continue
            if self.sold[number].get(left // DAY, 0) < kitchen.capacity:
                own = kitchen.spans[bisect_right(kitchen.spans, (left, NEVER)) - 1]
                return number, left, own[1]
        return None

    def _accept(self, meal: Meal, point: int, number: int, left: int, stop: int) -> None:
        now = self.clock.now
        kitchen = self.meals.kitchens[number]
        meal.state, meal.taken = ACCEPTED, OK
        meal.offered = meal.accepted = now
        meal.asked = meal.point = point
        meal.block = None
        meal.kitchen, meal.left, meal.stop = number, left, stop
        meal.ready = left
        if point != kitchen.point:
            zone = int(self.choice.plan.point_zone[point])
            start, end = self.places[kitchen.point], self.places[point]
            meal.ready += round(self.trips.moving(start, end, zone, kitchen.mode, left))
        day = left // DAY
        self.sold[number][day] = self.sold[number].get(day, 0) + 1
        coin = self.workload.hand_coin.item(meal.request)
        if coin < kitchen.collect:
            meal.hand = Hand.COLLECTED
        elif coin < kitchen.collect + kitchen.carry:
            meal.hand = Hand.CARRIED
        if stop < self.workload.horizon:
            self._will_stop(meal)
        else:
            meal.stop = NEVER
        meal.station = self.points[point]
        self.note(meal)
        rounds = self.points[point].rounds
        assert rounds is not None
        rounds.expect(meal)

    def note(self, meal: Meal, serial: int = NONE, stop: int = NONE) -> None:
        """Write down what is known of an order that a kitchen has taken."""
        lines = self.lines
        lines.add(lines.pack(
            meal.number, meal.kitchen, meal.left, meal.ready, meal.hand, serial, stop
        ))

    # -- the kitchen stops ----------------------------------------------------------------------

    def _will_stop(self, meal: Meal) -> None:
        due = self.to_stop.setdefault((meal.kitchen, meal.stop), [])
        if not due:
            place = key(Rank.ROSTER, Entity.POINT, self.meals.kitchens[meal.kitchen].point)
            self.clock.alarm(meal.stop, place, self._stops, (meal.kitchen, meal.stop))
        due.append(meal)

    def _stops(self, alarm: Event) -> None:
        """What is not at the door by now never will be."""
        now = self.clock.now
        for meal in self.to_stop.pop(alarm._value):
            if meal.state != OrderState.CANCELLED and (
                not meal.on_the_way or meal.started > now
            ):
                self.cancel(meal, CancelReason.KITCHEN_STOPPED)
