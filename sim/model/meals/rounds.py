"""Delivery rounds of a meal point: orders gather, close as a round, and leave with a caregiver.

A closed round waits in the point's waiting list like any order, and competes by its class. Who
takes it stands at the point, where it is loaded, and may go to all its homes; nobody is called away
from it, and no other point lends a hand. Booked orders are ready together, as a wave: at once they
are cut into rounds. Others join the open round of their kitchen and service.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.geography import Place
from sim.model.clock import key
from sim.model.matching.crew import Trip
from sim.model.meal import DELIVERED, Meal, Round
from sim.rules.nearest_first import Homes, nearest_first
from sim.words.kinds import (
    NEVER,
    NONE,
    Entity,
    Hand,
    IdleReason,
    OrderState,
    Rank,
    RoundCause,
)

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.meals.kitchens import Kitchens
    from sim.model.point import Point

ENDS = key(Rank.RELEASE, Entity.REQUEST, 0)


class Pool:
    """An open round."""

    def __init__(self) -> None:
        self.meals: dict[int, Meal] = {}
        """by number, in the order in which they joined"""
        self.opened = NONE
        self.ticket = 0
        """rises whenever it is closed or empty: the alarm that was set has lost its meaning"""


class Rounds:
    """The part of a point from which meals are taken to the homes."""

    def __init__(self, point: Point, kitchens: Kitchens) -> None:
        self.point = point
        self.clock = point.clock
        self.plan = point.plan
        self.kitchens = kitchens
        self.lines = point.journal.rounds
        self.reacts = key(Rank.REACTION, Entity.POINT, point.number)
        matrix = self.plan.trips.matrix
        self.matrix = np.array(matrix) if matrix else None
        self.road = self.plan.trips.detour * np.array(self.plan.trips.road_factor)
        self.batches: dict[tuple[int, int, int, bool], list[Meal]] = {}
        """what is ready at one time: (time, kitchen, service, booked)"""
        self.pools: dict[tuple[int, int], Pool] = {}
        """open rounds by kitchen and service"""
        self.size = 0
        """closed rounds that wait for somebody"""

    # -- meals come to the point ------------------------------------------------------------------

    def expect(self, meal: Meal) -> None:
        """An order is taken: it will be ready here, or is now."""
        if meal.ready <= self.clock.now and not meal.booked:
            self._ready([meal])
            return
        batch = (meal.ready, meal.kitchen, meal.service, meal.booked)
        if batch not in self.batches:
            self.batches[batch] = []
            self.clock.alarm(meal.ready, self.reacts, self._come, batch)
        self.batches[batch].append(meal)

    def _come(self, alarm: Event) -> None:
        meals = self.batches.pop(alarm._value)
        self._ready([meal for meal in meals if meal.state != OrderState.CANCELLED])

    def _ready(self, meals: list[Meal]) -> None:
        now = self.clock.now
        for meal in meals:
            meal.eligible = now
        for meal in meals:
            if meal.hand != DELIVERED:
                self._hand_out(meal)
        left = [meal for meal in meals if meal.hand == DELIVERED]
        if left and left[0].booked:
            size = self.kitchens.meals.rules[left[0].service].size
            for stops in self._nearest_first(left, size):
                self._close(stops, now, RoundCause.WAVE, list(stops))
        else:
            for meal in left:
                self._join(meal)

    def _hand_out(self, meal: Meal) -> None:
        """A cadre takes it along, or it is eaten here: no caregiver of ours."""
        now = self.clock.now
        started = now
        length = 0
        if meal.hand == Hand.CARRIED:
            started += self.kitchens.workload.carry_delay.item(meal.request)
            length = meal.draws.duration
        self._goes(meal, now, started if started <= meal.stop else NEVER, length)

    def _goes(self, meal: Meal, now: int, started: int, length: int) -> None:
        """An order leaves the point; everything that is still to come of it is known."""
        meal.gathering = meal.departed = now
        meal.started = started
        meal.ended = started + length if started < NEVER else NEVER
        self.point.setting.set_out(meal)
        if started < NEVER and (meal.calls_back or self.kitchens.settles):
            self.clock.alarm(meal.ended, ENDS + meal.request, self._ends, meal)

    def _ends(self, alarm: Event) -> None:
        self.point.setting.completed(alarm._value)

    # -- open rounds ------------------------------------------------------------------------------

    def _join(self, meal: Meal) -> None:
        pool = self.pools.setdefault((meal.kitchen, meal.service), Pool())
        now = self.clock.now
        rules = self.kitchens.meals.rules[meal.service]
        if not pool.meals:
            pool.opened = now
            self.clock.alarm(now + rules.wait, self.reacts, self._waited, (pool, pool.ticket))
        pool.meals[meal.number] = meal
        meal.pool = pool
        if len(pool.meals) == rules.size:
            self._leaves(pool, RoundCause.FULL)

    def _waited(self, alarm: Event) -> None:
        pool, ticket = alarm._value
        if pool.ticket == ticket:
            self._leaves(pool, RoundCause.WAITED)

    def _leaves(self, pool: Pool, cause: RoundCause) -> None:
        meals = list(pool.meals.values())
        pool.meals = {}
        pool.ticket += 1
        self._close(meals, pool.opened, cause, None)

    def _close(
        self, meals: list[Meal], opened: int, cause: RoundCause, route: list[Meal] | None
    ) -> None:
        """Nothing more joins: whoever is at the point takes it, or it waits."""
        closed = Round(
            self.kitchens.rounds, meals, self.point, opened, self.clock.now, cause
        )
        self.kitchens.rounds += 1
        closed.route = route
        for meal in meals:
            meal.pool, meal.round = None, closed
            self.kitchens.note(meal, closed.serial)
        self._note(closed)
        if not self._is_taken(closed):
            self.size += 1
            self.point.waiting.add(closed)

    def _is_taken(self, ready: Round) -> bool:
        free = self.point.free
        return bool(free) and self.send_if_possible(ready, free.values())

    def withdraw(self, meal: Meal) -> None:
        """An order is cancelled: whichever round it waits with goes without it."""
        pool, ready = meal.pool, meal.round
        meal.pool = meal.round = None
        if pool is not None:
            del pool.meals[meal.number]
            if not pool.meals:
                pool.ticket += 1
        elif ready is not None and ready.waiting:
            ready.stops.remove(meal)
            ready.route = None
            ready.planned = {}
            if not ready.stops:
                self._taken_off(ready)
                self._note(ready, ended=self.clock.now)
            elif self.point.free:
                self.send_if_possible(ready, self.point.free.values())

    def _taken_off(self, ready: Round) -> None:
        self.size -= 1
        self.point.waiting.remove(ready)

    # -- who goes ---------------------------------------------------------------------------------

    def at_hand(self, me: Caregiver) -> bool:
        """Whether a free caregiver could load a round now."""
        return me.returning is None and me.where is self.point.place

    def send_if_possible(self, ready: Round, candidates: Iterable[Caregiver]) -> bool:
        """Send the best of the free caregivers who are at the point and would be done in time;
        False if there is none."""
        if self.clock.now >= ready.stop:
            return False
        crews = self.point.crews
        mode, place = self.plan.mode, self.point.place
        kinds = {meal.kind for meal in ready.stops}
        trips: list[Trip] = []
        for me in candidates:
            if self.at_hand(me) and all(me.can[kind] for kind in kinds):
                if self.planned_end(ready, mode[me.group]) <= me.until:
                    trips.append(Trip(me, place, 0.0, 0))
                elif not me.kept:
                    me.point.mark(me, IdleReason.SHIFT_END)
        trips = crews.unreserved(ready, trips)
        if not trips:
            return False
        if ready.waiting:
            self.size -= 1
        crews.send(ready, [crews.best(ready, trips) if len(trips) > 1 else trips[0]])
        return True

    def planned_end(self, ready: Round, mode: int) -> int:
        """When the last door would close, leaving now: noise-free travel, mean time at each."""
        now = self.clock.now
        end = ready.planned.get((now, mode))
        if end is None:
            way, mean = self.plan.trips.way, self.plan.mean_service[ready.service]
            end, where = now, self.point.place
            for meal in self.route(ready):
                end += way(where, meal.home, meal.zone, mode, end)[1] + mean
                where = meal.home
            ready.planned = {(now, mode): end} | {
                known: then for known, then in ready.planned.items() if known[0] == now
            }
        return end

    def route(self, ready: Round) -> list[Meal]:
        """The orders of a round, the nearest first."""
        if ready.route is None:
            ready.route = self._nearest_first(ready.stops, len(ready.stops))[0]
        return ready.route

    def _nearest_first(self, meals: list[Meal], size: int) -> list[list[Meal]]:
        meals = sorted(meals, key=lambda meal: meal.number)
        if len(meals) == 1:
            return [meals]
        homes = Homes(
            np.array([meal.home.x for meal in meals]), np.array([meal.home.y for meal in meals]),
            self.road[[meal.zone for meal in meals]], np.array([meal.home.row for meal in meals]),
        )
        cut = nearest_first(homes, self.point.place, size, self.matrix)
        return [[meals[n] for n in stops] for stops in cut]

    def depart(self, ready: Round, me: Caregiver) -> None:
        """A caregiver leaves with a round. Every later time follows from the draws, and is written
        down now; when the kitchen stops, the caregiver turns back."""
        now = self.clock.now
        mode, trips = self.plan.mode[me.group], self.plan.trips
        planned_end = self.planned_end(ready, mode)
        visits = self.point.journal.visits
        time, where = now, self.point.place
        route = self.route(ready)
        for stop, meal in enumerate(route):
            meal.round = None
            self.kitchens.note(meal, ready.serial, stop)
            if time >= ready.stop:
                self._goes(meal, now, NEVER, 0)
                continue
            draws = meal.draws
            km, planned = trips.way(where, meal.home, meal.zone, mode, time)
            arrived = time + trips.access + round((planned - trips.access) * draws.noise_out)
            me.way_back = (draws.noise_back, meal.zone)
            length = draws.duration
            no_show = draws.no_show_coin < self.plan.no_show_prob[meal.service]
            if no_show:
                length = self.plan.door[meal.service]
            in_time = arrived <= ready.stop
            meal.no_show = no_show and in_time
            self._goes(meal, now, arrived if in_time else NEVER, length)
            visits.add(visits.pack(
                meal.number, me.number, time, time, arrived, arrived, arrived + length, planned,
                meal.no_show, False, where.x, where.y, km,
            ))
            if in_time:
                time, where = arrived + length, meal.home
                continue
            road = planned - trips.access
            done = min(1.0, (ready.stop - time) / road) if road else 1.0
            turned = self.point.journal.turned
            turned.add(turned.pack(len(visits) - 1, ready.stop, km * done))
            time, where = ready.stop, self._on_the_way(where, meal.home, done)
        ready.departed, ready.started, ready.ended = now, now, time
        ready.home = where
        self._note(ready, me.number, time, planned_end - now)
        me.told(ready)

    def _on_the_way(self, start: Place, end: Place, done: float) -> Place:
        """As far as planned; by matrix: the nearer end."""
        if self.point.by_matrix:
            return start if done < 0.5 else end
        return Place(
            start.x + done * (end.x - start.x), start.y + done * (end.y - start.y), end.row
        )

    def _note(
        self, ready: Round, caregiver: int = NONE, ended: int = NONE, planned: int = 0
    ) -> None:
        lines = self.lines
        lines.add(lines.pack(
            ready.serial, self.point.number, ready.kitchen, ready.service, ready.opened,
            ready.closed, ready.cause, caregiver, ready.departed, ended,
            ready.size, planned,
        ))
