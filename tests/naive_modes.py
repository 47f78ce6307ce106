"""Second implementation: orders grabbed by the first to react, and the county's one queue."""

from __future__ import annotations

from math import hypot

from sim.workload.reactions import names, reactions
from tests.naive import CAREGIVER, EXPIRY, HOUR, POINT, REACTION, REQUEST
from tests.naive_county import Dispatch
from tests.naive_facts import Carer, Job
from tests.orders_kit import MEMBERS, county
from tests.orders_kit import REACTION as HOW_SOON


def called(carer: Carer) -> str:
    """The id of a caregiver of the tests' county."""
    kind = ("plain", "nurse")[(carer.number - 1) // MEMBERS % 2]
    return f"p{carer.point}-{kind}-{(carer.number - 1) % MEMBERS + 1}"


class Modes(Dispatch):
    """What the offer modes change."""

    def _offer(self, order: Job) -> None:
        mode = self.rules.offer_mode
        grabs = mode == "grab" or (mode == "hybrid" and not self._is_emergency(order))
        if grabs and not order.shown:
            self._shows(order)
        elif mode == "pool" and self._crew_size(order) == 1:
            self._pools(order)
        else:
            super()._offer(order)

    # grabbing

    def _shows(self, order: Job) -> None:
        if not self._takers(order):
            self._nobody_takes(order)
            return
        order.shown, order.state, order.asked = True, "offered", (-1, self.now)
        self._next_reaction(order, sorted(
            (soon, number) for soon, number in self._react(order)
            if soon <= self.rules.grab_timeout
        ))

    def _by_carers(self, order: Job) -> bool:
        task = self.tasks[order.request]
        alone = self._crew_size(order) == 1 and task.window is None
        return self.rules.grab_to == "caregivers" and alone

    def _react(self, order: Job) -> list[tuple[int, int]]:
        """How soon, and who: points in range, or all caregivers who may go there at all."""
        task = self.tasks[order.request]
        if not self._by_carers(order):
            who = [("point", f"p{n}", n, n) for n in self._in_range(order)]
        else:
            who = [
                ("caregiver", called(c), c.number, c.point) for c in self.carers
                if self._can(c, order) and task.service in self.stations[c.point].services
                and task.zone in self.stations[c.point].territory
            ]
        found = []
        for kind, name, number, point in who:
            times, coins = reactions(task.reaction, names(kind, [name]), HOW_SOON)
            accepts = county().points[point].accept_prob
            if coins[0] < (accepts or 1.0) * self.rules.react_prob:
                found.append((int(times[0]), number))
        return found

    def _next_reaction(self, order: Job, left: list[tuple[int, int]]) -> None:
        shown = order.asked[1]

        def goes_on() -> None:
            if order.state == "offered" and not order.offers:
                self._next_reaction(order, left)

        def over() -> None:
            if order.state == "offered" and not order.offers:
                order.offers.append((-1, shown, self.now, "untaken"))
                order.state = "pending"
                self._offer(order)

        while left:
            soon, number = left[0]
            if shown + soon > self.now:
                kind = CAREGIVER if self._by_carers(order) else POINT
                self.agenda.add(shown + soon, REACTION, kind, number, goes_on)
                return
            left.pop(0)
            if self._grabs(order, number):
                return
        self.agenda.add(
            shown + self.rules.grab_timeout, EXPIRY, REQUEST, order.request, over
        )

    def _grabs(self, order: Job, number: int) -> bool:
        carer = None
        if self._by_carers(order):
            carer = next(c for c in self.carers if c.number == number)
            point = carer.point
            way = self._planned(carer, order)
            can = (
                carer.doing == "free" and self.stations[point].is_open
                and way <= self.rules.max_travel_min * 60_000
                and self._make_it([carer], order) and self._leaves_enough([carer], order)
            )
        else:
            point, can = number, number in self._takers(order)
        self.grabs.append((order.number, point, number if carer else -1, order.asked[1], self.now,
                           can))
        if can:
            order.offers.append((point, order.asked[1], self.now, "grabbed"))
            order.state, order.accepted, order.point = "accepted", self.now, point
            if carer is None:
                self._accepted(order)
            else:
                order.eligible = self.now
                self._send(order, [carer])
        return can

    # one queue

    def _may_do(self, point: int, order: Job) -> bool:
        task, station = self.tasks[order.request], self.stations[point]
        return task.service in station.services and task.zone in station.territory

    def _pools(self, order: Job) -> None:
        task = self.tasks[order.request]
        points = [p for p in range(len(self.stations)) if self._may_do(p, order)]
        if not points:
            self._cancel(order, "no_point")
            return
        order.pooled, order.state, order.accepted = True, "accepted", self.now
        order.offers.append((-1, self.now, self.now, "pooled"))
        eligible = self.now
        if task.window is not None:
            hour = min(task.window[0] // HOUR, len(self.rules.slow) - 1)
            ways = [
                round(self._minutes(self.stations[p].spot, task.home, task.zone)
                      * self.rules.slow[hour] * 60_000) + self.rules.access for p in points
            ]
            eligible = max(self.now, task.window[0] - min(ways))
        if eligible > self.now:
            self.agenda.add(
                eligible, REACTION, REQUEST, order.request,
                lambda: self._joins(order) if order.state == "accepted" else None,
            )
        else:
            self._joins(order)

    def _reaches(self, carer: Carer, order: Job) -> bool:
        home, here = self.tasks[order.request].home, self._spot(carer)
        away = hypot(home[0] - here[0], home[1] - here[1])
        return self._may_do(carer.point, order) and away <= self.rules.pool_km

    def _goes(self, order: Job, crew: list[Carer]) -> None:
        order.point = crew[0].point
        order.offers[0] = (order.point, *order.offers[0][1:])
        self._send(order, crew)

    def _is_taken(self, order: Job) -> bool:
        if not order.pooled:
            return super()._is_taken(order)
        near = [c for c in self.carers if c.doing == "free" and self._reaches(c, order)]
        crew = self._best_crew(order, near)
        if crew:
            self._goes(order, crew)
        return bool(crew)

    def _finds_work(self, carer: Carer) -> None:
        super()._finds_work(carer)
        if carer.doing == "free" and self.rules.offer_mode == "pool":
            for _, order in self._list(-1, carer):
                if (
                    carer.doing == "free" and self._reaches(carer, order)
                    and self._best_crew(order, [carer])
                ):
                    self._goes(order, [carer])

    def _time_to_leave(self, order: Job) -> None:
        if order.pooled and not self._make_it(order.held, order):
            order.point = -1
            order.offers[0] = (-1, *order.offers[0][1:])
        super()._time_to_leave(order)

    def _check(self) -> None:
        """Nobody at rest is free while an order waits in the queue that he could take."""
        super()._check()
        for order in self.orders:
            if order.pooled and order.waiting:
                there = [
                    c for c in self.carers
                    if c.doing == "free" and c.back is None and self._reaches(c, order)
                ]
                assert not self._best_crew(order, there), (self.now, order)
