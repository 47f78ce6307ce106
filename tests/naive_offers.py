"""Second implementation, part one: roads, offers, acceptance. See :mod:`tests.naive_county`."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from tests.naive import (
    ARRIVAL,
    DAY,
    EXPIRY,
    HOUR,
    MINUTE,
    NEVER,
    POINT,
    REACTION,
    REQUEST,
    Agenda,
    Line,
)
from tests.naive_facts import Care, Carer, Job, Outing, Part, Rules, Spot, Station, Task

FAR = 1e6


class Offers:
    """An order from its writing to a point's acceptance."""

    def __init__(
        self, tasks: Sequence[Task], carers: Sequence[Carer], stations: Sequence[Station],
        cares: Sequence[Care], rules: Rules,
    ) -> None:
        self.tasks, self.carers, self.stations = tasks, carers, stations
        self.cares, self.rules = cares, rules
        self.orders: list[Job] = []
        self.outings: list[Outing] = []
        self.returns: list[tuple[int, int, int]] = []
        self.grabs: list[tuple[int, int, int, int, int, bool]] = []
        """order, point, caregiver, shown, reacted, and whether it was theirs"""
        self.sheet: list[Line] = []
        self.releases: list[Part] = []
        self.agenda = Agenda()
        for number, task in enumerate(tasks):
            self.agenda.add(task.time, ARRIVAL, REQUEST, number, lambda n=number: self._asks(n))

    @property
    def now(self) -> int:
        return self.agenda.now

    # the road

    def _minutes(self, start: Spot, end: Spot, zone: int) -> float:
        if self.rules.matrix:
            return self.rules.matrix[start[2]][end[2]]
        return self._km(start, end, zone) * self.rules.min_per_km

    def _km(self, start: Spot, end: Spot, zone: int) -> float:
        dx, dy = start[0] - end[0], start[1] - end[1]
        return sqrt(dx * dx + dy * dy) * self.rules.roads[zone]

    def _slow(self) -> float:
        return self.rules.slow[min(self.now // HOUR, len(self.rules.slow) - 1)]

    def _spot(self, carer: Carer) -> Spot:
        if carer.back is None:
            return carer.where
        start, left, there = carer.back
        home = self.stations[carer.point].spot
        done = (self.now - left) / (there - left)
        if self.rules.matrix:
            return start if done < 0.5 else home
        x, y = (a + done * (b - a) for a, b in zip(start[:2], home[:2], strict=True))
        return x, y, home[2]

    def _planned_from(self, spot: Spot, order: Job) -> int:
        task = self.tasks[order.request]
        minutes = self._minutes(spot, task.home, task.zone)
        return round(minutes * self._slow() * MINUTE) + self.rules.access

    def _planned(self, carer: Carer, order: Job) -> int:
        return self._planned_from(self._spot(carer), order)

    def _end(self, planned: int, order: Job) -> int:
        """When a visit would end by plan, for those who leave now."""
        task = self.tasks[order.request]
        start = self.now + planned
        if task.window is not None:
            start = max(start, task.window[0])
        return start + self.cares[task.service].mean

    def _latest(self, carer: Carer) -> int:
        return carer.until + self.rules.overtime

    def _can(self, carer: Carer, order: Job) -> bool:
        return self.tasks[order.request].service in carer.services

    def _crew_size(self, order: Job) -> int:
        return self.cares[self.tasks[order.request].service].crew

    # orders and offers

    def _asks(self, request: int) -> None:
        task = self.tasks[request]
        order = Job(len(self.orders), request, self.now)
        self.orders.append(order)
        if task.patience < NEVER:
            begin = max(self.now, task.window[1]) if task.window else self.now
            order.patient_until = begin + task.patience
            self.agenda.add(
                order.patient_until, EXPIRY, REQUEST, request, lambda: self._gives_up(order)
            )
        self._offer(order)

    def _gives_up(self, order: Job) -> None:
        if order.departed < 0 and order.cancelled < 0:
            if order.state == "offered":
                order.offers.append((*order.asked, self.now, "withdrawn"))
            self._cancel(order, "gave_up")

    def _cancel(self, order: Job, reason: str) -> None:
        order.state, order.reason, order.cancelled = "cancelled", reason, self.now
        order.waiting = False
        for station in self.stations:
            if station.gathers is order:
                station.gathers = None
        self._release(order.held, order)
        if order.point >= 0:
            self._begins_to_gather(order.point)

    def _made(self, order: Job) -> int:
        """Offers to one point so far."""
        return len(order.offers) - order.shown

    def _in_range(self, order: Job) -> list[int]:
        task, rules = self.tasks[order.request], self.rules
        return [
            number for number, station in enumerate(self.stations)
            if task.service in station.services and task.zone in station.territory
            and self._away_min(number, order) + rules.access / MINUTE <= rules.max_travel_min
        ]

    def _takers(self, order: Job) -> list[int]:
        near, task = self._in_range(order), self.tasks[order.request]
        takers = [number for number in near if self._takes(self.stations[number], task)]
        return takers or [number for number in near if self.stations[number].is_open]

    def _nobody_takes(self, order: Job) -> None:
        openings = [
            day + start for number in self._in_range(order)
            for start, _ in self.stations[number].open_spans
            for day in (0, DAY) if day + start > self.now
        ]
        if openings:
            self._later(min(openings), order)
        else:
            self._cancel(order, "no_point")

    def _offer(self, order: Job) -> None:
        task, rules = self.tasks[order.request], self.rules
        forced = self._made(order) >= 2 * rules.max_offers
        takers = self._takers(order)
        if not takers:
            self._nobody_takes(order)
            return
        if not forced:
            takers = self._not_again(order, takers)
        rule = "least_delay" if forced else rules.choose_point
        point = min(takers, key=lambda number: (self._point_score(rule, number, order), number))
        order.tried.append(point)
        order.asked = (point, self.now)
        if forced:
            self._answers(order, "escalated")
            return
        order.state = "offered"
        count = self._made(order)
        delay = task.delays[count]
        result = "accepted" if task.accepts[count] else "rejected"
        if delay > rules.timeout:
            self.agenda.add(
                self.now + rules.timeout, EXPIRY, REQUEST, order.request,
                lambda: self._answers_if(order, count, "timed_out"),
            )
        elif delay:
            self.agenda.add(
                self.now + delay, REACTION, POINT, point,
                lambda: self._answers_if(order, count, result),
            )
        else:
            self._answers(order, result)

    def _not_again(self, order: Job, takers: list[int]) -> list[int]:
        """Those not asked yet; when all were, a new turn begins with any but the last."""
        fresh = [number for number in takers if number not in order.tried]
        if fresh or len(takers) == 1:
            return fresh or takers
        order.tried = order.tried[-1:]
        return [number for number in takers if number not in order.tried]

    def _takes(self, station: Station, task: Task) -> bool:
        if task.window is None or self.now > task.window[1]:
            return station.is_open
        opens, closes = max(self.now, task.window[0]), task.window[1]
        return any(start <= closes and end > opens for start, end in station.open_spans)

    def _away_min(self, number: int, order: Job) -> float:
        task = self.tasks[order.request]
        return self._minutes(self.stations[number].spot, task.home, task.zone)

    def _point_score(self, rule: str, number: int, order: Job) -> float:
        rules = self.rules
        travel = self._away_min(number, order) * self._slow() + rules.access / MINUTE
        task, station = self.tasks[order.request], self.stations[number]
        team = [c for c in self.carers if c.point == number and self._can(c, order)]
        free = sum(c.doing == "free" for c in team)
        if rule == "own_town":
            return travel + (0 if station.zone == task.zone else FAR)
        if rule == "nearest_free":
            return travel + (0 if free else FAR)
        if rule in ("least_delay", "score"):
            on_duty = sum(c.doing != "off" for c in team)
            queued = sum(o.waiting and o.point == number for o in self.orders)
            mean = (station.busy + self.cares[task.service].mean) / (station.visits + 1) / MINUTE
            wait = max(0, queued + 1 - free) * mean / on_duty if on_duty else FAR
            if rule == "least_delay":
                return travel + wait
            features = {
                "travel_min": travel,
                "wait_min": wait,
                "late_min": max(0.0, (self.now - task.due) / MINUTE + (travel + wait)),
                "border": float(station.zone != task.zone),
                "load": queued / max(on_duty, 1),
                "not_free": float(not free),
            }
            total = 0.0
            for name, feature in features.items():
                total += rules.point_weights.get(name, 0.0) * feature
            return total
        return travel

    def _answers_if(self, order: Job, count: int, result: str) -> None:
        if order.state == "offered" and self._made(order) == count:
            self._answers(order, result)

    def _answers(self, order: Job, result: str) -> None:
        order.offers.append((*order.asked, self.now, result))
        if result in ("accepted", "escalated"):
            order.state, order.accepted, order.point = "accepted", self.now, order.asked[0]
            self._accepted(order)
        else:
            order.state = "pending"
            if self._made(order) == self.rules.max_offers:
                self._later(self.now + self.rules.retry, order)
            else:
                self._offer(order)

    def _later(self, time: int, order: Job) -> None:
        self.agenda.add(
            time, REACTION, REQUEST, order.request,
            lambda: self._offer(order) if order.state == "pending" else None,
        )

    def _accepted(self, order: Job) -> None:
        task = self.tasks[order.request]
        eligible = self.now
        if task.window is not None:
            hour = min(task.window[0] // HOUR, len(self.rules.slow) - 1)
            minutes = self._minutes(self.stations[order.point].spot, task.home, task.zone)
            way = round(minutes * self.rules.slow[hour] * MINUTE) + self.rules.access
            eligible = max(self.now, task.window[0] - way)
        if eligible > self.now:
            self.agenda.add(
                eligible, REACTION, REQUEST, order.request,
                lambda: self._joins(order) if order.state == "accepted" else None,
            )
        else:
            self._joins(order)
