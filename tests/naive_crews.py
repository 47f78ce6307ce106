"""Second implementation, part two: who goes, gathers, sets out. See :mod:`tests.naive_county`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import hypot

from tests.naive import CAREGIVER, REACTION, RELEASE, REQUEST
from tests.naive_facts import Carer, Job, Outing
from tests.naive_urgent import Urgent


class Crews(Urgent):
    """An order from a point's acceptance to the visit's end."""

    def _joins(self, order: Job) -> None:
        """An order may be taken from now on."""
        order.eligible = self.now
        if not self._is_taken(order) and not self._turns_around(order):
            order.waiting = True
            self._waits(order)

    def _is_taken(self, order: Job) -> bool:
        """By somebody free of its own point, else by a helper."""
        team = [c for c in self.carers if c.point == order.point and c.doing == "free"]
        crew = self._best_crew(order, team) or self._best_crew(order, self._helpers(order))
        if crew:
            self._send(order, crew)
        return bool(crew)

    def _waits(self, order: Job) -> None:
        if self._crew_size(order) > 1:
            self.agenda.add(
                self.now + self.rules.gather_after, REACTION, REQUEST, order.request,
                lambda: self._has_waited(order),
            )

    def _helpers(self, order: Job) -> list[Carer]:
        if self._crew_size(order) > 1:
            return []
        return [
            c for c in self.carers
            if c.doing == "free" and c.point != order.point and self._in_reach(c.point, order)
        ]

    def _in_reach(self, point: int, order: Job) -> bool:
        home, spot = self.tasks[order.request].home, self.stations[point].spot
        away = hypot(home[0] - spot[0], home[1] - spot[1])
        serves = self.tasks[order.request].zone in self.stations[point].territory
        return serves and self.rules.borrow_km > 0 and away <= self.rules.borrow_km

    def _best_crew(self, order: Job, free: list[Carer]) -> list[Carer]:
        """The first group, best members first, of which all can make it together."""
        able = sorted(
            (c for c in free if self._can(c, order)),
            key=lambda c: (self._carer_score(c, order), c.number),
        )
        for crew in combinations(able, self._crew_size(order)):
            if self._make_it(crew, order) and self._leaves_enough(crew, order):
                return list(crew)
        return []

    def _make_it(self, crew: Sequence[Carer], order: Job) -> bool:
        end = self._end(max(self._planned(c, order) for c in crew), order)
        return all(end <= self._latest(c) for c in crew)

    def _carer_score(self, carer: Carer, order: Job) -> float:
        return {
            "nearest": self._planned(carer, order),
            "longest_idle": carer.free_since,
            "least_busy": carer.busy,
            "least_skilled": len(carer.services),
        }[self.rules.choose_caregiver]

    def _finds_work(self, carer: Carer) -> None:
        """A free caregiver: a crew that is gathering, the own point's orders, other points'."""
        if self._is_enlisted(carer):
            return
        for _, order in self._list(carer.point, carer):
            if carer.doing == "free":
                single = self._crew_size(order) == 1
                free = [c for c in self.carers if c.point == carer.point and c.doing == "free"]
                if crew := self._best_crew(order, [carer] if single else free):
                    self._send(order, crew)
        offered = []
        for point in range(len(self.stations)):
            if carer.doing == "free" and point != carer.point:
                offered += [
                    (score, order.number, order) for score, order in self._list(point, carer)
                    if carer in self._helpers(order) and self._best_crew(order, [carer])
                ][:1]
        if offered:
            self._send(min(offered, key=lambda offer: offer[:2])[2], [carer])

    # setting out

    def _send(self, order: Job, crew: list[Carer]) -> None:
        order.waiting = False
        order.gathering = self.now
        for carer in crew:
            self._hold(carer)
        self._sets_out_in_time(order, crew)

    def _hold(self, carer: Carer) -> None:
        """No longer free: whoever was on the way back stops there."""
        self._stops(carer)
        carer.doing, carer.held_since = "held", self.now

    def _stops(self, carer: Carer) -> None:
        if carer.back is not None:
            carer.where = self._spot(carer)
            if carer.back[1] < self.now:
                self.returns.append((carer.number, carer.back[1], self.now))
            carer.back = None

    def _sets_out_in_time(self, order: Job, crew: list[Carer]) -> None:
        task = self.tasks[order.request]
        order.held = list(crew)
        if task.window is not None:
            leave = task.window[0] - max(self._planned(c, order) for c in crew)
            if leave > self.now:
                self.agenda.add(
                    leave, REACTION, REQUEST, order.request,
                    lambda: self._time_to_leave(order) if order.cancelled < 0 else None,
                )
                return
        self._departs(order)

    def _time_to_leave(self, order: Job) -> None:
        """A reserved crew leaves, or is let go where slower roads would now make it late."""
        if self._make_it(order.held, order):
            self._departs(order)
            return
        order.waiting, order.gathering = True, -1
        for carer in (held := list(order.held)):
            self._lets_go(carer, order)
        order.gathered = False
        for carer in held:
            self._comes_free(carer)
        if order.waiting and not self._is_taken(order):
            self._waits(order)

    def _departs(self, order: Job) -> None:
        task, access, crew = self.tasks[order.request], self.rules.access, order.held
        order.held = []
        planned = [self._planned(carer, order) for carer in crew]
        arrived = [self.now + access + round((p - access) * task.noise_out) for p in planned]
        started = max(self.now if task.window is None else task.window[0], *arrived)
        door = self.cares[task.service].door
        ended = started + (door if task.no_show else task.duration)
        order.state = "no_show" if task.no_show else "completed"
        order.departed, order.started, order.ended = self.now, started, ended
        order.borrowed = any(carer.point != order.point for carer in crew)
        for carer, way, there in zip(crew, planned, arrived, strict=True):
            carer.doing = "busy"
            outing = Outing(
                order.number, carer.number, carer.held_since, self.now, there, started, ended,
                task.no_show, carer.where, self._km(carer.where, task.home, task.zone), way,
                order.gathered,
            )
            self.outings.append(outing)
            self.agenda.add(
                ended, RELEASE, CAREGIVER, carer.number, lambda o=outing: self._visit_over(o)
            )

    def _visit_over(self, outing: Outing) -> None:
        if outing.turned >= 0:
            return
        task = self.tasks[self.orders[outing.order].request]
        carer = next(c for c in self.carers if c.number == outing.caregiver)
        carer.where, carer.last = task.home, (task.noise_back, task.zone)
        carer.busy += outing.ended - outing.departed
        self.stations[carer.point].busy += outing.ended - outing.departed
        self.stations[carer.point].visits += 1
        self._comes_free(carer)

    # gathering

    def _has_waited(self, order: Job) -> None:
        if order.waiting:
            self.stations[order.point].overdue.append(order)
            self._begins_to_gather(order.point)

    def _begins_to_gather(self, point: int) -> None:
        station = self.stations[point]
        if station.gathers is not None:
            return
        station.overdue = [order for order in station.overdue if order.waiting]
        for order in station.overdue:
            if self._enough(order, point):
                station.overdue.remove(order)
                order.waiting = False
                station.gathers = order
                order.gathering, order.gathered = self.now, True
                for carer in self.carers:
                    if carer.point == point and carer.doing == "free":
                        self._enlist(carer)
                return

    def _enough(self, order: Job, point: int) -> bool:
        """Whether so many of those on duty could make it from the point and leave the reserve."""
        end = self._end(self._planned_from(self.stations[point].spot, order), order)
        team = [c for c in self.carers if c.point == point and c.doing != "off"]
        ready = sum(self._is_ready(c) for c in team)
        fit = [c for c in team if self._can(c, order) and end <= self._latest(c)]
        return any(
            not any(map(self._is_ready, crew)) or self._is_emergency(order)
            or ready - sum(map(self._is_ready, crew)) >= self.rules.reserve
            for crew in combinations(fit, self._crew_size(order))
        )

    def _is_enlisted(self, carer: Carer) -> bool:
        self._reviews(carer.point)
        self._begins_to_gather(carer.point)
        if carer.doing == "free":
            self._enlist(carer)
        return carer.doing != "free"

    def _enlist(self, carer: Carer) -> None:
        order = self.stations[carer.point].gathers
        if order is None or not self._can(carer, order):
            return
        if (
            not self._make_it([*order.held, carer], order)
            or not self._leaves_enough([carer], order)
        ):
            self._others_go(order)
            return
        self._hold(carer)
        order.held.append(carer)
        if len(order.held) == self._crew_size(order):
            self._gathered(order, order.held)

    def _others_go(self, order: Job) -> None:
        """A whole crew of which not all who are held have a part."""
        free = [c for c in self.carers if c.point == order.point and c.doing == "free"]
        if crew := self._best_crew(order, [*order.held, *free]):
            for carer in crew:
                if carer.doing == "free":
                    self._hold(carer)
            self._gathered(order, crew)

    def _gathered(self, order: Job, crew: list[Carer]) -> None:
        left = [carer for carer in order.held if carer not in crew]
        for carer in left:
            self._lets_go(carer, order)
        self.stations[order.point].gathers = None
        self._sets_out_in_time(order, crew)
        for carer in left:
            self._comes_free(carer)
        self._begins_to_gather(order.point)

    def _reviews(self, point: int) -> None:
        """A gathering that cannot be completed is put off; who can no longer make it is let go."""
        station = self.stations[point]
        order = station.gathers
        if order is None:
            return
        if not self._enough(order, point):
            station.gathers = None
            order.waiting = True
            station.overdue.insert(0, order)
            for carer in (held := list(order.held)):
                self._lets_go(carer, order)
            order.gathered = False
            for carer in held:
                self._comes_free(carer)
            self._begins_to_gather(point)
        else:
            self._release([c for c in order.held if not self._make_it([c], order)], order)

    def _release(self, carers: list[Carer], order: Job) -> None:
        carers = list(carers)
        for carer in carers:
            self._lets_go(carer, order)
        for carer in carers:
            self._comes_free(carer)

    def _lets_go(self, carer: Carer, order: Job) -> None:
        order.held.remove(carer)
        state = "gathering" if order.gathered else "reserved"
        self.releases.append((carer.number, state, carer.held_since, self.now, order.number))
