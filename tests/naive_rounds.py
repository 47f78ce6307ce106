"""A second implementation of kitchens and delivery rounds beside plain visits, slow and obvious.

As in :mod:`tests.naive`: one plain list of what is to come; every decision looks at everybody and
everything anew, and who could take what is found by trying all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from tests.naive import (
    ARRIVAL,
    CAREGIVER,
    DAY,
    EXPIRY,
    HOUR,
    MINUTE,
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

Spot = tuple[float, float, int]
AHEAD = 7


@dataclass
class Item:
    """A service: a visit, or with ``size`` a delivery."""

    mean: int
    priority: int
    door: int
    size: int = 0
    wait: int = 0
    lead: int = 0
    cut_off: int = DAY
    refuses: bool = False


@dataclass
class Cook:
    """A kitchen; ``spans`` in milliseconds from the run's start."""

    point: int
    points: list[int]
    items: set[int]
    capacity: int
    spans: list[tuple[int, int]]
    collect: float = 0.0
    carry: float = 0.0


@dataclass
class Ask:
    """One request."""

    time: int
    item: int
    home: Spot
    duration: int
    zone: int = 0
    noise_out: float = 1.0
    noise_back: float = 1.0
    no_show: bool = False
    patience: int = NEVER
    window: int | None = None
    """booked: when it opens"""
    coin: float = 1.0
    carry: int = 0


@dataclass
class World:
    """Everything else."""

    spots: list[Spot]
    zones: list[int]
    """of the points"""
    items: list[Item]
    cooks: list[Cook]
    min_per_km: float
    choose_point: str = "nearest"
    choose_order: str = "priority"
    choose_caregiver: str = "nearest"
    access: int = 0
    overtime: int = 0
    roads: tuple[float, ...] = (1.0, 1.0)
    slow: tuple[float, ...] = (1.0,) * 24
    matrix: tuple[tuple[float, ...], ...] = ()
    max_travel_min: float = 1e9


@dataclass(eq=False)
class Job:
    """An order; -1 where it never happened."""

    number: int
    ask: Ask
    created: int
    state: str = "pending"
    reason: str = "none"
    point: int = -1
    accepted: int = -1
    eligible: int = -1
    departed: int = -1
    started: int = -1
    ended: int = -1
    cancelled: int = -1
    cook: int = -1
    left: int = -1
    ready: int = -1
    stop: int = NEVER
    hand: str = "delivered"
    round: int = -1
    place: int = -1
    open_round: bool = False
    waiting: bool = False


@dataclass(eq=False)
class Trip:
    """A closed round."""

    number: int
    point: int
    cook: int
    item: int
    opened: int
    closed: int
    cause: str
    jobs: list[Job]
    count: int
    first: tuple[int, int]
    """number and creation of its first order"""
    caregiver: int = -1
    departed: int = -1
    ended: int = -1
    planned: int = 0
    waiting: bool = True


@dataclass(eq=False)
class Carer:
    number: int
    point: int
    items: set[int]
    shifts: list[Shift]
    doing: str = "off"
    until: int = -1
    breaks: list[tuple[int, int, int]] = field(default_factory=list)
    line: Line = field(default_factory=lambda: Line(-1, -1))
    where: Spot = (0.0, 0.0, 0)
    back: tuple[Spot, int, int] | None = None
    last: tuple[float, int] = (1.0, 0)
    free_since: int = -1
    busy: int = 0


Leg = tuple[int, int, int, int, int, int, int, bool, float, float, float, int]
"""order, caregiver, departed, arrived, started, ended, turned, no_show, from x, y, km, planned"""


class Kitchens:
    """Plays the requests; ``jobs``, ``trips``, ``legs``, ``returns`` and ``sheet`` say what came of
    it."""

    def __init__(
        self, asks: Sequence[Ask], carers: Sequence[Carer], world: World, until: int
    ) -> None:
        self.world, self.carers, self.until = world, carers, until
        self.jobs: list[Job] = []
        self.trips: list[Trip] = []
        self.legs: list[Leg] = []
        self.returns: list[tuple[int, int, int]] = []
        self.sheet: list[Line] = []
        self.batches: set[tuple[int, int, int, bool]] = set()
        self.stops: set[tuple[int, int]] = set()
        self.generation: dict[tuple[int, int, int], int] = {}
        self.opened: dict[tuple[int, int, int], int] = {}
        self.agenda = Agenda()
        for number, ask in enumerate(asks):
            self.agenda.add(ask.time, ARRIVAL, REQUEST, number, lambda a=ask, n=number:
                            self._asks(n, a))
        for carer in carers:
            self._next_shift(carer)
        self.agenda.play(until)

    @property
    def now(self) -> int:
        return self.agenda.now

    # the road

    def _slow(self, time: int) -> float:
        return self.world.slow[min(time // HOUR, len(self.world.slow) - 1)]

    def _km(self, start: Spot, end: Spot, zone: int) -> float:
        dx, dy = start[0] - end[0], start[1] - end[1]
        return sqrt(dx * dx + dy * dy) * self.world.roads[zone]

    def _minutes(self, start: Spot, end: Spot, zone: int) -> float:
        if self.world.matrix:
            return self.world.matrix[start[2]][end[2]]
        return self._km(start, end, zone) * self.world.min_per_km

    def _way(self, start: Spot, ask: Ask, time: int) -> int:
        minutes = self._minutes(start, ask.home, ask.zone)
        return round(minutes * self._slow(time) * MINUTE) + self.world.access

    def _spot(self, carer: Carer) -> Spot:
        if carer.back is None:
            return carer.where
        return self._between(carer.back[0], self.world.spots[carer.point],
                             (self.now - carer.back[1]) / (carer.back[2] - carer.back[1]))

    def _between(self, start: Spot, end: Spot, done: float) -> Spot:
        if self.world.matrix:
            return start if done < 0.5 else end
        return (start[0] + done * (end[0] - start[0]), start[1] + done * (end[1] - start[1]),
                end[2])

    # orders

    def _asks(self, number: int, ask: Ask) -> None:
        job = Job(len(self.jobs), ask, self.now)
        self.jobs.append(job)
        if ask.patience < NEVER:
            begin = self.now if ask.window is None else max(self.now, ask.window)
            self.agenda.add(begin + ask.patience, EXPIRY, REQUEST, number,
                            lambda: self._gives_up(job))
        if self.world.items[ask.item].size:
            self._orders_meal(job)
            return
        near = self._near(job)
        if not near:
            self._cancel(job, "no_point")
            return
        job.point = self._choose(job, near)
        job.state = "accepted"
        job.accepted = job.eligible = self.now
        job.waiting = True
        self._offer(job)

    def _near(self, job: Job) -> list[int]:
        world = self.world
        return [
            n for n, spot in enumerate(world.spots)
            if self._minutes(spot, job.ask.home, job.ask.zone)
            <= world.max_travel_min - world.access / MINUTE
        ]

    def _choose(self, job: Job, points: list[int]) -> int:
        def score(n: int) -> tuple[bool, float, int]:
            far = self._minutes(self.world.spots[n], job.ask.home, job.ask.zone)
            bad = False
            if self.world.choose_point == "own_town":
                bad = self.world.zones[n] != job.ask.zone
            if self.world.choose_point == "nearest_free":
                bad = not any(c.doing == "free" and c.point == n and job.ask.item in c.items
                              for c in self.carers)
            return bad, far * self._slow(self.now), n

        return min(points, key=score)

    def _gives_up(self, job: Job) -> None:
        if job.state == "accepted" and job.departed < 0:
            self._cancel(job, "gave_up")

    def _cancel(self, job: Job, reason: str) -> None:
        job.state, job.reason, job.cancelled = "cancelled", reason, self.now
        job.waiting = False
        if job.open_round:
            job.open_round = False
            pool = (job.point, job.cook, job.ask.item)
            if not self._pool(pool):
                self.generation[pool] = self.generation.get(pool, 0) + 1
        for trip in self.trips:
            if trip.waiting and job in trip.jobs:
                trip.jobs.remove(job)
                if trip.jobs:
                    self._offer(trip)
                else:
                    trip.waiting, trip.ended = False, self.now

    # kitchens

    def _orders_meal(self, job: Job) -> None:
        item = self.world.items[job.ask.item]
        supplied = {
            p for cook in self.world.cooks if job.ask.item in cook.items for p in cook.points
        }
        near = [n for n in self._near(job) if n in supplied]
        if not near:
            self._cancel(job, "no_point")
            return
        window = job.ask.window
        if window is None:
            late = self.now % DAY > item.cut_off
        else:
            late = self.now > window - item.lead
            late = late or self.now > window // DAY * DAY + item.cut_off
        if late and item.refuses:
            self._cancel(job, "after_cut_off")
            return
        for day in range(AHEAD + 1):
            if (day == 0 and late) or (day > 0 and item.refuses):
                continue
            can = {}
            for n in near:
                for number, cook in enumerate(self.world.cooks):
                    served = self._served(cook, job, day)
                    if n in cook.points and job.ask.item in cook.items and served is not None:
                        sold = sum(
                            other.cook == number and other.left // DAY == served[0] // DAY
                            for other in self.jobs if other.cook >= 0
                        )
                        if sold < cook.capacity:
                            can[n] = (number, *served)
                            break
            if can:
                point = self._choose(job, list(can))
                self._taken(job, point, *can[point])
                return
        self._cancel(job, "kitchens_full")

    def _served(self, cook: Cook, job: Job, day: int) -> tuple[int, int] | None:
        """When the meal would leave, and when the kitchen then stops."""
        if job.ask.window is not None:
            wish = job.ask.window + day * DAY
            for start, end in cook.spans:
                if start <= wish < end:
                    return wish, end
            return None
        today = self.now // DAY * DAY + day * DAY
        earliest = max(self.now, today)
        for start, end in cook.spans:
            leaves = max(start, earliest)
            if leaves < end and leaves < today + DAY:
                return leaves, end
        return None

    def _taken(self, job: Job, point: int, number: int, left: int, stop: int) -> None:
        world = self.world
        cook = world.cooks[number]
        job.state, job.accepted, job.point = "accepted", self.now, point
        job.cook, job.left, job.stop = number, left, stop
        way = 0
        if point != cook.point:
            minutes = self._minutes(
                world.spots[cook.point], world.spots[point], world.zones[point])
            way = round(minutes * self._slow(left) * MINUTE)
        job.ready = left + way
        if job.ask.coin < cook.collect:
            job.hand = "collected"
        elif job.ask.coin < cook.collect + cook.carry:
            job.hand = "carried"
        if stop < self.until and (number, stop) not in self.stops:
            self.stops.add((number, stop))
            self.agenda.add(stop, ROSTER, POINT, cook.point, lambda: self._stop(number, stop))
        batch = (job.ready, number, job.ask.item, job.ask.window is not None)
        if job.ready <= self.now and job.ask.window is None:
            self._come([job])
        elif (point, *batch) not in self.batches:
            self.batches.add((point, *batch))
            self.agenda.add(job.ready, REACTION, POINT, point, lambda: self._come([
                other for other in self.jobs
                if other.state == "accepted" and other.point == point and other.eligible < 0
                and (other.ready, other.cook, other.ask.item, other.ask.window is not None) == batch
            ]))

    def _stop(self, number: int, stop: int) -> None:
        for job in self.jobs:
            mine = job.cook == number and job.stop == stop
            if mine and job.state != "cancelled" and (job.departed < 0 or job.started < 0):
                self._cancel(job, "kitchen_stopped")

    def _come(self, jobs: list[Job]) -> None:
        for job in jobs:
            job.eligible = self.now
        for job in jobs:
            if job.hand != "delivered":
                job.departed = self.now
                there = self.now + (job.ask.carry if job.hand == "carried" else 0)
                if there <= job.stop:
                    job.started = there
                    job.ended = there + (job.ask.duration if job.hand == "carried" else 0)
        left = [job for job in jobs if job.hand == "delivered"]
        if left and left[0].ask.window is not None:
            size = self.world.items[left[0].ask.item].size
            while left:
                chosen = self._route(left, size)
                left = [job for job in left if job not in chosen]
                self._close(chosen, self.now, "wave")
            return
        for job in left:
            pool = (job.point, job.cook, job.ask.item)
            item = self.world.items[job.ask.item]
            if not self._pool(pool):
                self.opened[pool] = self.now
                turn = self.generation.get(pool, 0)
                self.agenda.add(self.now + item.wait, REACTION, POINT, job.point,
                                lambda p=pool, t=turn: self._waited(p, t))
            job.open_round = True
            if len(self._pool(pool)) == item.size:
                self._closes(pool, "full")

    def _pool(self, pool: tuple[int, int, int]) -> list[Job]:
        return [j for j in self.jobs if j.open_round and (j.point, j.cook, j.ask.item) == pool]

    def _waited(self, pool: tuple[int, int, int], turn: int) -> None:
        if self.generation.get(pool, 0) == turn:
            self._closes(pool, "waited")

    def _closes(self, pool: tuple[int, int, int], cause: str) -> None:
        jobs = self._pool(pool)
        for job in jobs:
            job.open_round = False
        self.generation[pool] = self.generation.get(pool, 0) + 1
        self._close(jobs, self.opened[pool], cause)

    def _close(self, jobs: list[Job], opened: int, cause: str) -> None:
        first = min(jobs, key=lambda job: job.number)
        trip = Trip(
            len(self.trips), first.point, first.cook, first.ask.item, opened, self.now, cause,
            list(jobs), len(jobs), (first.number, first.created),
        )
        self.trips.append(trip)
        for job in jobs:
            job.round = trip.number
        self._offer(trip)

    def _route(self, jobs: list[Job], size: int) -> list[Job]:
        here = self.world.spots[jobs[0].point]
        left, found = sorted(jobs, key=lambda job: job.number), []
        while left and len(found) < size:
            nearest = min(left, key=lambda job: self._far(here, job))
            left.remove(nearest)
            found.append(nearest)
            here = nearest.ask.home
        return found

    def _far(self, here: Spot, job: Job) -> float:
        if self.world.matrix:
            return self.world.matrix[here[2]][job.ask.home[2]]
        return self._km(here, job.ask.home, job.ask.zone)

    # who goes

    def _plan(self, carer: Carer, what: Job | Trip) -> tuple[int, int] | None:
        """Planned way to the first door, and planned end; None where it is out of the question."""
        item = what.ask.item if isinstance(what, Job) else what.item
        if carer.doing != "free" or carer.point != what.point or item not in carer.items:
            return None
        mean = self.world.items[item].mean
        if isinstance(what, Job):
            way = self._way(self._spot(carer), what.ask, self.now)
            end = self.now + way + mean
        else:
            if carer.back is not None or carer.where != self.world.spots[carer.point]:
                return None
            if any(job.stop <= self.now for job in what.jobs):
                return None
            way, end, here = 0, self.now, carer.where
            for job in self._route(what.jobs, len(what.jobs)):
                end += self._way(here, job.ask, end) + mean
                here = job.ask.home
        return (way, end) if end <= carer.until + self.world.overtime else None

    def _offer(self, what: Job | Trip) -> None:
        """The best of those who could go now goes."""
        able = [(c, plan) for c in self.carers if (plan := self._plan(c, what)) is not None]
        if able:
            carer, (_, end) = min(able, key=lambda pair: (
                pair[1][0] if self.world.choose_caregiver == "nearest" else pair[0].free_since,
                pair[0].number,
            ))
            self._sends(carer, what, end)

    def _finds_work(self, carer: Carer) -> None:
        waiting: list[Job | Trip] = [
            job for job in self.jobs if job.waiting and job.point == carer.point]
        waiting += [trip for trip in self.trips if trip.waiting]

        def score(what: Job | Trip) -> tuple[float, int]:
            if isinstance(what, Job):
                first, item, home, zone = (
                    (what.number, what.created), what.ask.item, what.ask.home, what.ask.zone)
            else:
                first, item = what.first, what.item
                home, zone = self.world.spots[what.point], self.world.zones[what.point]
            if self.world.choose_order == "nearest":
                minutes = self._minutes(self._spot(carer), home, zone)
                way = round(minutes * self._slow(self.now) * MINUTE) + self.world.access
                return float(way), first[0]
            level = self.world.items[item].priority
            return (level * 1e13 if self.world.choose_order == "priority" else 0.0) + first[1], (
                first[0])

        for what in sorted(waiting, key=score):
            plan = self._plan(carer, what)
            if plan is not None:
                self._sends(carer, what, plan[1])
                return

    def _sends(self, carer: Carer, what: Job | Trip, end: int) -> None:
        what.waiting = False
        if carer.back is not None:
            carer.where = self._spot(carer)
            if carer.back[1] < self.now:
                self.returns.append((carer.number, carer.back[1], self.now))
            carer.back = None
        carer.doing = "busy"
        left = self.now
        if isinstance(what, Job):
            over = self._visits(carer, what, self.now, self.now, NEVER)
        else:
            what.caregiver, what.departed, what.planned = carer.number, self.now, end - self.now
            stop = min(job.stop for job in what.jobs)
            stop = stop if stop < self.until else NEVER
            over = self.now
            for place, job in enumerate(self._route(what.jobs, len(what.jobs))):
                job.place = place
                job.departed = left
                if over < stop:
                    over = self._visits(carer, job, over, left, stop)
            what.ended = over
        self.agenda.add(over, RELEASE, CAREGIVER, carer.number, lambda: self._over(carer, left))

    def _visits(self, carer: Carer, job: Job, sets_out: int, left: int, stop: int) -> int:
        ask, access, start = job.ask, self.world.access, carer.where
        planned = self._way(start, ask, sets_out)
        arrived = sets_out + access + round((planned - access) * ask.noise_out)
        km = self._km(start, ask.home, ask.zone)
        carer.last = (ask.noise_back, ask.zone)
        job.departed = left
        if arrived > stop:
            road = planned - access
            done = min(1.0, (stop - sets_out) / road) if road else 1.0
            carer.where = self._between(start, ask.home, done)
            self.legs.append((job.number, carer.number, sets_out, -1, -1, -1, stop, False,
                              start[0], start[1], km * done, planned))
            return stop
        door = self.world.items[ask.item].door
        ended = arrived + (door if ask.no_show else ask.duration)
        job.started, job.ended = arrived, ended
        job.state = "no_show" if ask.no_show else "completed"
        carer.where = ask.home
        self.legs.append((job.number, carer.number, sets_out, arrived, arrived, ended, -1,
                          ask.no_show, start[0], start[1], km, planned))
        return ended

    def _over(self, carer: Carer, left: int) -> None:
        carer.busy += self.now - left
        self._comes_free(carer)

    # shifts

    def _next_shift(self, carer: Carer) -> None:
        if carer.shifts:
            self.agenda.add(max(self.now, carer.shifts[0].start), ROSTER, CAREGIVER, carer.number,
                            lambda: self._signs_in(carer))

    def _signs_in(self, carer: Carer) -> None:
        shift = carer.shifts.pop(0)
        carer.line = Line(carer.number, self.now, end=shift.end)
        self.sheet.append(carer.line)
        carer.until, carer.breaks = shift.end, list(shift.breaks)
        carer.where, carer.busy = self.world.spots[carer.point], 0
        if shift.end > self.now:
            self.agenda.add(shift.end, ROSTER, CAREGIVER, carer.number,
                            lambda: self._shift_ends(carer))
        for first, _, _ in shift.breaks:
            if first > self.now:
                self.agenda.add(first, EXPIRY, CAREGIVER, carer.number,
                                lambda: self._break_due(carer))
        self._comes_free(carer)

    def _stays(self, carer: Carer) -> None:
        if carer.back is not None:
            if carer.back[1] < self.now:
                self.returns.append((carer.number, carer.back[1], self.now))
            carer.where, carer.back = self._spot(carer), None

    def _shift_ends(self, carer: Carer) -> None:
        if carer.doing == "free":
            self._stays(carer)
            self._leaves(carer)

    def _break_due(self, carer: Carer) -> None:
        if carer.doing == "free" and (rest := due_break(carer.breaks, carer.line, self.now)):
            self._stays(carer)
            self._rests(carer, rest)

    def _rests(self, carer: Carer, length: int) -> None:
        carer.doing = "busy"
        self.agenda.add(self.now + length, RELEASE, CAREGIVER, carer.number,
                        lambda: self._comes_free(carer))

    def _leaves(self, carer: Carer) -> None:
        carer.doing = "off"
        carer.line.signed_out = self.now
        carer.line.missed += len(carer.breaks)
        self._next_shift(carer)

    def _comes_free(self, carer: Carer) -> None:
        if self.now >= carer.until:
            self._leaves(carer)
        elif rest := due_break(carer.breaks, carer.line, self.now):
            self._rests(carer, rest)
        else:
            carer.doing, carer.free_since = "free", self.now
            self._finds_work(carer)
            if carer.doing == "free":
                self._goes_back(carer)

    def _goes_back(self, carer: Carer) -> None:
        spot = self.world.spots[carer.point]
        if carer.where == spot:
            return
        noise, zone = carer.last
        minutes = self._minutes(carer.where, spot, zone)
        way = round(minutes * self._slow(self.now) * MINUTE * noise)
        if way == 0:
            carer.where = spot
            self._finds_work(carer)
            return
        trip = carer.back = (carer.where, self.now, self.now + way)

        def is_back() -> None:
            if carer.back is trip:
                carer.back, carer.where = None, spot
                self.returns.append((carer.number, trip[1], trip[2]))
                self._finds_work(carer)

        self.agenda.add(self.now + way, RELEASE, CAREGIVER, carer.number, is_back)
