"""A second implementation of orders, offers, caregivers and crews, slow and obvious.

As in :mod:`tests.naive`: one plain list of what is to come, and every decision looks at everybody
and everything anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import hypot, sqrt

from tests.naive import (
    ARRIVAL,
    CAREGIVER,
    EXPIRY,
    HOTLINE,
    NEVER,
    POINT,
    REACTION,
    RELEASE,
    REQUEST,
    ROSTER,
    Agenda,
    Line,
    Shift,
    due_break,
)

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
FAR = 1e6
Spot = tuple[float, float, int]
"""Kilometres east and north, and the row of the travel matrix."""
Part = tuple[int, str, int, int, int]
"""Of a time sheet: caregiver, state, from, until, order or -1."""


@dataclass
class Care:
    """A service."""

    mean: int
    crew: int = 1
    priority: int = 5
    door: int = 0


@dataclass
class Task:
    """One request; offers' delays and whether each would be accepted are listed."""

    time: int
    service: int
    home: Spot
    duration: int
    zone: int = 0
    noise_out: float = 1.0
    noise_back: float = 1.0
    no_show: bool = False
    patience: int = NEVER
    due: int = NEVER
    window: tuple[int, int] | None = None
    delays: list[int] = field(default_factory=lambda: [0] * 6)
    accepts: list[bool] = field(default_factory=lambda: [True] * 6)


@dataclass
class Station:
    """A service point."""

    spot: Spot
    services: set[int]
    zone: int = 0
    open_spans: list[tuple[int, int]] = field(default_factory=lambda: [(0, DAY)])
    """of every day"""
    is_open: bool = False
    gathers: Job | None = None
    overdue: list[Job] = field(default_factory=list)
    busy: int = 0
    visits: int = 0


@dataclass
class Rules:
    """Settings of dispatch and of travel; times in milliseconds."""

    min_per_km: float
    choose_point: str = "nearest"
    choose_order: str = "priority"
    choose_caregiver: str = "nearest"
    timeout: int = NEVER
    max_offers: int = 3
    retry: int = 0
    max_travel_min: float = 1e9
    borrow_km: float = 0.0
    gather_after: int = NEVER
    overtime: int = 0
    goes_back: bool = True
    access: int = 0
    roads: tuple[float, ...] = (1.0, 1.0)
    """road kilometres per straight kilometre, by zone"""
    slow: tuple[float, ...] = (1.0,) * 24
    matrix: tuple[tuple[float, ...], ...] = ()
    """minutes from row to row, instead of by distance"""


@dataclass
class Job:
    """An order, and what became of it; -1 where it never happened."""

    number: int
    request: int
    created: int
    state: str = "pending"
    accepted: int = -1
    eligible: int = -1
    gathering: int = -1
    departed: int = -1
    started: int = -1
    ended: int = -1
    cancelled: int = -1
    reason: str = "none"
    point: int = -1
    borrowed: bool = False
    offers: list[tuple[int, int, int, str]] = field(default_factory=list)
    """(point, offered, closed, result)"""
    asked: tuple[int, int] = (-1, -1)
    tried: list[int] = field(default_factory=list)
    waiting: bool = False
    held: list[Carer] = field(default_factory=list)
    gathered: bool = False
    """its crew was held one by one"""


@dataclass(eq=False)
class Carer:
    """A caregiver, and what he or she is doing: off, free, held or busy."""

    number: int
    point: int
    services: set[int]
    shifts: list[Shift]
    doing: str = "off"
    until: int = -1
    breaks: list[tuple[int, int, int]] = field(default_factory=list)
    line: Line = field(default_factory=lambda: Line(-1, -1))
    where: Spot = (0.0, 0.0, 0)
    back: tuple[Spot, int, int] | None = None
    """on the way back: from where, left when, there when"""
    last: tuple[float, int] = (1.0, 0)
    """noise of the way back from the last home, and its zone"""
    free_since: int = -1
    held_since: int = -1
    busy: int = 0


@dataclass
class Outing:
    """One caregiver's part in an order."""

    order: int
    caregiver: int
    held: int
    departed: int
    arrived: int
    started: int
    ended: int
    no_show: bool
    start: Spot
    gathered: bool

    def parts(self) -> list[Part]:
        held = "gathering" if self.gathered else "reserved"
        return [
            (self.caregiver, held, self.held, self.departed, self.order),
            (self.caregiver, "travel", self.departed, self.arrived, self.order),
            (self.caregiver, "early_wait", self.arrived, self.started, self.order),
            (self.caregiver, "service", self.started, self.ended, self.order),
        ]


class Dispatch:
    """Runs the tasks; ``orders``, ``outings``, ``returns`` and ``sheet`` say what became of it."""

    def __init__(
        self, tasks: Sequence[Task], carers: Sequence[Carer], stations: Sequence[Station],
        cares: Sequence[Care], rules: Rules, until: int = 86_400_000,
    ) -> None:
        self.tasks, self.carers, self.stations = tasks, carers, stations
        self.cares, self.rules = cares, rules
        self.orders: list[Job] = []
        self.outings: list[Outing] = []
        self.returns: list[tuple[int, int, int]] = []
        self.sheet: list[Line] = []
        self.releases: list[Part] = []
        self.agenda = Agenda()
        for carer in carers:
            self._next_shift(carer)
        for number, station in enumerate(stations):
            for start, end in station.open_spans:
                for time, is_open in ((start, True), (end, False)):
                    self.agenda.add(
                        time, ROSTER, POINT, number,
                        lambda s=station, o=is_open: setattr(s, "is_open", o),
                    )
        for hour in range(1, len(rules.slow)):
            if rules.slow[hour] < rules.slow[hour - 1]:
                self.agenda.add(hour * HOUR, ROSTER, HOTLINE, 1, self._roads_clear)
        for number, task in enumerate(tasks):
            self.agenda.add(task.time, ARRIVAL, REQUEST, number, lambda n=number: self._asks(n))
        self.agenda.play(until, self._check)

    @property
    def now(self) -> int:
        return self.agenda.now

    # the road

    def _minutes(self, start: Spot, end: Spot, zone: int) -> float:
        if self.rules.matrix:
            return self.rules.matrix[start[2]][end[2]]
        dx, dy = start[0] - end[0], start[1] - end[1]
        return sqrt(dx * dx + dy * dy) * self.rules.roads[zone] * self.rules.min_per_km

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
            self.agenda.add(
                begin + task.patience, EXPIRY, REQUEST, request, lambda: self._gives_up(order)
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

    def _offer(self, order: Job) -> None:
        task, rules = self.tasks[order.request], self.rules
        forced = len(order.offers) >= 2 * rules.max_offers
        near = [
            number for number, station in enumerate(self.stations)
            if task.service in station.services
            and self._away_min(number, order) + rules.access / MINUTE <= rules.max_travel_min
        ]
        takers = [number for number in near if self._takes(self.stations[number], task)]
        if not takers:
            openings = [
                day + start for number in near for start, _ in self.stations[number].open_spans
                for day in (0, DAY) if day + start > self.now
            ]
            if openings:
                self._later(min(openings), order)
            else:
                self._cancel(order, "no_point")
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
        delay = task.delays[len(order.offers)]
        count = len(order.offers)
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
        travel = self._away_min(number, order) * self._slow() + self.rules.access / MINUTE
        task, station = self.tasks[order.request], self.stations[number]
        team = [c for c in self.carers if c.point == number and task.service in c.services]
        free = sum(c.doing == "free" for c in team)
        if rule == "own_town":
            return travel + (0 if station.zone == task.zone else FAR)
        if rule == "nearest_free":
            return travel + (0 if free else FAR)
        if rule == "least_delay":
            on_duty = sum(c.doing != "off" for c in team)
            queued = sum(o.waiting and o.point == number for o in self.orders)
            mean = (station.busy + self.cares[task.service].mean) / (station.visits + 1) / MINUTE
            return travel + (max(0, queued + 1 - free) * mean / on_duty if on_duty else FAR)
        return travel

    def _answers_if(self, order: Job, count: int, result: str) -> None:
        if order.state == "offered" and len(order.offers) == count:
            self._answers(order, result)

    def _answers(self, order: Job, result: str) -> None:
        order.offers.append((*order.asked, self.now, result))
        if result in ("accepted", "escalated"):
            order.state, order.accepted, order.point = "accepted", self.now, order.asked[0]
            self._accepted(order)
        else:
            order.state = "pending"
            if len(order.offers) == self.rules.max_offers:
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

    # matching

    def _joins(self, order: Job) -> None:
        """An order may be taken from now on."""
        order.eligible = self.now
        if not self._is_taken(order):
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
        return self.rules.borrow_km > 0 and away <= self.rules.borrow_km

    def _best_crew(self, order: Job, free: list[Carer]) -> list[Carer]:
        """The first group, best members first, of which all can make it together."""
        able = sorted(
            (c for c in free if self._can(c, order)),
            key=lambda c: (self._carer_score(c, order), c.number),
        )
        for crew in combinations(able, self._crew_size(order)):
            if self._make_it(crew, order):
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

    def _order_score(self, order: Job, carer: Carer) -> tuple[float, ...]:
        task = self.tasks[order.request]
        return {
            "priority": (self.cares[task.service].priority, order.created, order.number),
            "fcfs": (order.created, order.number),
            "earliest_due": (task.due, order.number),
            "nearest": (self._planned(carer, order), order.number),
        }[self.rules.choose_order]

    def _finds_work(self, carer: Carer) -> None:
        """A free caregiver: a crew that is gathering, the own point's orders, other points'."""
        if self._is_enlisted(carer):
            return
        waiting = [order for order in self.orders if order.waiting]
        for order in sorted(waiting, key=lambda order: self._order_score(order, carer)):
            if order.point == carer.point and carer.doing == "free":
                single = self._crew_size(order) == 1
                free = [c for c in self.carers if c.point == carer.point and c.doing == "free"]
                if crew := self._best_crew(order, [carer] if single else free):
                    self._send(order, crew)
        for order in sorted(waiting, key=lambda order: self._order_score(order, carer)):
            if (
                carer.doing == "free" and order.waiting and order.point != carer.point
                and carer in self._helpers(order) and self._best_crew(order, [carer])
            ):
                self._send(order, [carer])

    def _roads_clear(self) -> None:
        for point in range(len(self.stations)):
            for carer in self.carers:
                if carer.doing == "free" and carer.point == point:
                    self._finds_work(carer)

    def parts(self) -> list[Part]:
        """What everybody did but for plain idleness, cut at the shift's end."""
        parts = [part for outing in self.outings for part in outing.parts()] + self.releases
        parts += [(who, "return", start, end, -1) for who, start, end in self.returns]
        parts += [
            (line.person, "break", start, end, -1)
            for line in self.sheet for start, end in line.rests
        ]
        return sorted(
            (who, state, start, end, order)
            for who, state, first, last, order in parts
            for line in self.sheet if line.person == who
            and line.signed_in <= first and (last <= line.signed_out or line.signed_out < 0)
            for start, end in ((first, min(last, line.end)), (max(first, line.end), last))
            if start < end
        )

    def _check(self) -> None:
        """No order is left that somebody free could take now.

        Who is on the way back may have come near enough in between; that is seen on arrival.
        """
        for order in self.orders:
            if order.waiting:
                team = [c for c in self.carers if c.point == order.point and c.doing == "free"]
                for free in (team, self._helpers(order)):
                    there = [carer for carer in free if carer.back is None]
                    assert not self._best_crew(order, there), (self.now, order)

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
        for carer, there in zip(crew, arrived, strict=True):
            carer.doing = "busy"
            outing = Outing(
                order.number, carer.number, carer.held_since, self.now, there, started, ended,
                task.no_show, carer.where, order.gathered,
            )
            self.outings.append(outing)
            self.agenda.add(
                ended, RELEASE, CAREGIVER, carer.number, lambda o=outing: self._visit_over(o)
            )

    def _visit_over(self, outing: Outing) -> None:
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
        """Whether as many of those on duty as are needed could make it from the point."""
        end = self._end(self._planned_from(self.stations[point].spot, order), order)
        return self._crew_size(order) <= sum(
            c.point == point and c.doing != "off" and self._can(c, order)
            and end <= self._latest(c)
            for c in self.carers
        )

    def _is_enlisted(self, carer: Carer) -> bool:
        self._reviews(carer.point)
        self._begins_to_gather(carer.point)
        if carer.doing == "free":
            self._enlist(carer)
        return carer.doing != "free"

    def _enlist(self, carer: Carer) -> None:
        order = self.stations[carer.point].gathers
        if (
            order is None or not self._can(carer, order)
            or not self._make_it([*order.held, carer], order)
        ):
            return
        self._hold(carer)
        order.held.append(carer)
        if len(order.held) == self._crew_size(order):
            self.stations[carer.point].gathers = None
            self._sets_out_in_time(order, order.held)
            self._begins_to_gather(carer.point)

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

    # shifts

    def _next_shift(self, carer: Carer) -> None:
        if carer.shifts:
            self.agenda.add(
                max(self.now, carer.shifts[0].start), ROSTER, CAREGIVER, carer.number,
                lambda: self._signs_in(carer),
            )

    def _signs_in(self, carer: Carer) -> None:
        shift = carer.shifts.pop(0)
        carer.line = Line(carer.number, self.now, end=shift.end)
        self.sheet.append(carer.line)
        carer.until, carer.breaks = shift.end, list(shift.breaks)
        carer.where, carer.busy = self.stations[carer.point].spot, 0
        looks: list[tuple[int, int, Callable[[], None]]] = [
            (shift.end, ROSTER, lambda: self._shift_ends(carer))
        ]
        looks += [(first, EXPIRY, lambda: self._break_due(carer)) for first, _, _ in shift.breaks]
        for time, rank, happens in looks:
            if time > self.now:
                self.agenda.add(time, rank, CAREGIVER, carer.number, happens)
        self._comes_free(carer)

    def _shift_ends(self, carer: Carer) -> None:
        order = self.stations[carer.point].gathers
        if carer.doing == "free":
            self._stops(carer)
            self._leaves(carer)
        elif order is not None and carer in order.held:
            self._lets_go(carer, order)
            self._leaves(carer)

    def _break_due(self, carer: Carer) -> None:
        if carer.doing == "free" and (rest := due_break(carer.breaks, carer.line, self.now)):
            self._stops(carer)
            self._rests(carer, rest)

    def _rests(self, carer: Carer, length: int) -> None:
        carer.doing = "busy"
        self.agenda.add(
            self.now + length, RELEASE, CAREGIVER, carer.number, lambda: self._comes_free(carer)
        )

    def _leaves(self, carer: Carer) -> None:
        carer.doing = "off"
        carer.line.signed_out = self.now
        carer.line.missed += len(carer.breaks)
        self._reviews(carer.point)
        self._next_shift(carer)

    def _comes_free(self, carer: Carer) -> None:
        if self.now >= carer.until:
            self._leaves(carer)
        elif rest := due_break(carer.breaks, carer.line, self.now):
            self._rests(carer, rest)
        else:
            carer.doing, carer.free_since = "free", self.now
            self._finds_work(carer)
            if carer.doing == "free" and self.rules.goes_back:
                self._goes_back(carer)

    def _goes_back(self, carer: Carer) -> None:
        spot = self.stations[carer.point].spot
        noise, zone = carer.last
        way = round(self._minutes(carer.where, spot, zone) * self._slow() * MINUTE * noise)
        if carer.where == spot or way == 0:
            carer.where = spot
            return
        trip = carer.back = (carer.where, self.now, self.now + way)

        def is_back() -> None:
            if carer.back is trip:
                carer.back, carer.where = None, spot
                self.returns.append((carer.number, trip[1], trip[2]))
                self._finds_work(carer)

        self.agenda.add(self.now + way, RELEASE, CAREGIVER, carer.number, is_back)
