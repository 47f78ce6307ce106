"""A second, slow and obvious implementation of places, the waitlist and caregivers of the house.

Every list is gone through from its beginning, who is needed is counted anew each time, and all that
happens at one moment is done in the order of the event ranks. Times are milliseconds; every trip,
visit, break and stay lasts a while, so that nothing that begins at a moment also ends then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations
from math import ceil

from sim.words.kinds import NEVER
from tests.naive import Shift

Spans = list[tuple[int, int]]


@dataclass
class Row:
    """Places of one kind at one point."""

    point: int
    kind: str
    count: int
    spans: Spans
    ratio: int = 0
    skill: str = ""
    residents: list[int] = field(default_factory=list)
    """when those there at the start leave"""
    shut: Spans = field(default_factory=list)
    """when a shock closes the point: nobody goes in"""


@dataclass
class Wish:
    """One request: for a place, or (no kinds) for a visit."""

    time: int
    zone: int
    kinds: tuple[str, ...]
    duration: int
    patience: int = NEVER
    window: tuple[int, int] | None = None
    assessment: int = 0
    grade: int = 0
    waits: bool = False
    by_grade: bool = False


@dataclass
class Helper:
    """A caregiver."""

    number: int
    point: int
    skilled: bool
    shifts: list[Shift]
    state: str = "off"
    """off, free, visit, break or tied"""
    row: int = 0
    """where: row of the matrix"""
    back: tuple[int, int] | None = None
    """on the way back: since, until"""
    until: int = 0
    """end of the visit or break"""
    ends: int = 0
    breaks: list[tuple[int, int, int]] = field(default_factory=list)
    alarms: list[int] = field(default_factory=list)
    pool: str = ""
    """skill for which tied"""
    since: int = 0
    """tied since"""
    order_tied: int = 0
    """how many were tied before"""
    next_shift: int = 0


@dataclass
class Found:
    """What came out."""

    stays: list[tuple[int, int, str, int, int, int, int]] = field(default_factory=list)
    """order, point, kind, place, held, entered, left"""
    listed: dict[int, tuple[int, int]] = field(default_factory=dict)
    """order -> since, until (-1: still there)"""
    state: dict[int, str] = field(default_factory=dict)
    cancelled: dict[int, int] = field(default_factory=dict)
    visits: list[tuple[int, int, int, int]] = field(default_factory=list)
    """order, caregiver, departed, ended"""
    care: list[tuple[int, int, int]] = field(default_factory=list)
    """caregiver, from, until (-1: at the end)"""


class County:
    """Plays one case; ``matrix``: seconds from row to row, zones first and then points."""

    def __init__(
        self, rows: list[Row], wishes: list[Wish], helpers: list[Helper],
        matrix: list[list[int]], zones: int, mean_visit: int, max_travel: int,
    ) -> None:
        self.rows, self.wishes, self.helpers, self.matrix = rows, wishes, helpers, matrix
        self.zones, self.mean_visit, self.max_travel = zones, mean_visit, max_travel
        self.found = Found()
        self.now = 0
        self.times: set[int] = {0}
        self.here: list[tuple[int, list[tuple[int, int]], int]] = []
        """who has places: leaves, (row, place) of each, order; in the order given"""
        self.waitlist: list[int] = []
        self.wakes: list[tuple[int, int]] = []
        self.visits_waiting: list[int] = []
        self.ties = 0
        self.over: set[int] = set()
        """orders somebody has set out for, or that are cancelled"""

    # -- time ---------------------------------------------------------------------------------

    def run(self, end: int) -> Found:
        for n, row in enumerate(self.rows):
            for left in row.residents:
                self._move_in(n, left)
            self.times |= {start for start, _ in row.spans} | {end for _, end in row.shut}
        for wish in self.wishes:
            self.times.add(wish.time)
        for helper in self.helpers:
            for shift in helper.shifts:
                self.times |= {shift.start, shift.end}
        while self.times and min(self.times) < end:
            self.now = min(self.times)
            self._moment()
            self.times = {time for time in self.times if time > self.now}
        for helper in self.helpers:
            if helper.state == "tied":
                self.found.care.append((helper.number, helper.since, -1))
        for order in self.waitlist:
            since, _ = self.found.listed[order]
            self.found.listed[order] = (since, -1)
            self.found.state[order] = "waitlisted"
        return self.found

    def _moment(self) -> None:
        now = self.now
        for helper in self.helpers:
            if helper.state != "off" and helper.ends == now:
                self._shift_ends(helper)
            self._comes(helper)
        for point in sorted({row.point for row in self.rows}):
            if any(
                _open(row, now) and now in [*(t for t, _ in row.spans), *(t for _, t in row.shut)]
                for row in self._of(point)
            ):
                self._fill(point)
        for helper in self.helpers:
            if helper.state in ("visit", "break") and helper.until == now:
                self._free(helper)
            elif helper.back and helper.back[1] == now:
                helper.back, helper.row = None, self.zones + helper.point
                self._match(helper)
        for point in sorted({row.point for row in self.rows}):
            for stay in [s for s in self.here if s[0] == now and self._at(s) == point]:
                self.here.remove(stay)
                self._fill(point)
                self._spare(point)
        for helper in self.helpers:
            for _ in [time for time in helper.alarms if time == now]:
                self._break_due(helper)
        for order, wish in enumerate(self.wishes):
            begin = max(wish.time, wish.window[1]) if wish.window else wish.time
            if wish.patience < NEVER and begin + wish.patience == now > wish.time:
                self._gives_up(order)
        for order, wish in enumerate(self.wishes):
            if wish.time == now:
                self._asks(order)
                if wish.patience == 0 and not (wish.window and wish.window[1] > now):
                    self._gives_up(order)
        for order in sorted(order for time, order in self.wakes if time == now):
            if order not in self.over:
                self._looks(order)

    # -- places -------------------------------------------------------------------------------

    def _of(self, point: int) -> Iterator[Row]:
        return (row for row in self.rows if row.point == point)

    def _at(self, stay: tuple[int, list[tuple[int, int]], int]) -> int:
        return self.rows[stay[1][0][0]].point

    def _move_in(self, row: int, left: int) -> None:
        place = self._lowest(row)
        assert place is not None
        self.here.append((left, [(row, place)], -1))
        self.found.stays.append((-1, self.rows[row].point, self.rows[row].kind, place, 0, 0, left))
        self.times.add(left)

    def _lowest(self, row: int) -> int | None:
        taken = {place for _, places, _ in self.here for n, place in places if n == row}
        free = [p for p in range(1, self.rows[row].count + 1) if p not in taken]
        return free[0] if free else None

    def _wanted(self, order: int, point: int) -> list[int]:
        """Rows of places wanted at a point; none where it lacks one."""
        found = [
            n for kind in self.wishes[order].kinds for n, row in enumerate(self.rows)
            if row.point == point and row.kind == kind
        ]
        return found if len(found) == len(self.wishes[order].kinds) else []

    def _near(self, order: int) -> list[tuple[int, int]]:
        zone = self.wishes[order].zone
        ways = [
            (self.matrix[zone][self.zones + point], point)
            for point in sorted({row.point for row in self.rows}) if self._wanted(order, point)
        ]
        return sorted(way for way in ways if way[0] <= self.max_travel)

    def _asks(self, order: int) -> None:
        wish = self.wishes[order]
        if wish.patience < NEVER:
            begin = max(wish.time, wish.window[1]) if wish.window else wish.time
            self.times.add(begin + wish.patience)
        if not wish.kinds:
            self._visit_asked(order)
            return
        near = self._near(order)
        if not near:
            self._ends(order, "cancelled")
            return
        ready = self.now + wish.assessment
        if wish.window:
            ready = max(ready, wish.window[0] - near[0][0])
        if ready > self.now:
            self._wake(ready, order)
        else:
            self._looks(order)

    def _wake(self, time: int, order: int) -> None:
        self.wakes.append((time, order))
        self.times.add(time)

    def _looks(self, order: int) -> None:
        near = self._near(order)
        if any(self._goes(order, way, point) for way, point in near):
            return
        if self.wishes[order].waits:
            self.waitlist.append(order)
            self.found.listed[order] = (self.now, -1)
        elif any(self._times(order, way, point) for way, point in near):
            self._ends(order, "refused")
        else:
            later = [
                time for _, point in near for time in self._openings(self._wanted(order, point))
                if time > self.now
            ]
            if later:
                self._wake(min(later), order)

    def _openings(self, rows: list[int]) -> list[int]:
        """When one may go into all of these, and could not just before."""
        starts = {start for n in rows for start, _ in self.rows[n].spans}
        starts |= {end for n in rows for _, end in self.rows[n].shut}
        return [t for t in starts if all(_open(self.rows[n], t) for n in rows)]

    def _times(self, order: int, way: int, point: int) -> tuple[int, int] | None:
        """When the client would go in, and when the first of the places closes then."""
        wish = self.wishes[order]
        goes_in = self.now + way
        if wish.window:
            goes_in = max(goes_in, wish.window[0])
        if not all(_open(self.rows[n], goes_in) for n in self._wanted(order, point)):
            return None
        spans = [
            [end for start, end in self.rows[n].spans if start <= goes_in < end]
            for n in self._wanted(order, point)
        ]
        return (goes_in, min(min(ends) for ends in spans)) if all(spans) else None

    def _goes(self, order: int, way: int, point: int) -> bool:
        rows, times = self._wanted(order, point), self._times(order, way, point)
        places = [self._lowest(n) for n in rows]
        hands = self._hands(point, rows)
        if times is None or None in places or hands is None:
            return False
        goes_in, closes = times
        left = min(goes_in + self.wishes[order].duration, closes)
        for helper in hands:
            self._tie(helper)
        self.here.append((left, [(n, p or 0) for n, p in zip(rows, places, strict=True)], order))
        for n, place in zip(rows, places, strict=True):
            self.found.stays.append(
                (order, point, self.rows[n].kind, place or 0, self.now, goes_in, left))
        self.times.add(left)
        self.over.add(order)
        self.found.state[order] = "given"
        return True

    def _fill(self, point: int) -> None:
        def turn(order: int) -> tuple[int, int, int]:
            wish = self.wishes[order]
            return -wish.grade if wish.by_grade else 0, self.found.listed[order][0], order

        for order in sorted(self.waitlist, key=turn):
            for way, near in self._near(order):
                if near == point and self._goes(order, way, point):
                    self._unlist(order)

    def _unlist(self, order: int) -> None:
        self.waitlist.remove(order)
        self.found.listed[order] = (self.found.listed[order][0], self.now)

    def _gives_up(self, order: int) -> None:
        if order not in self.over:
            self._ends(order, "cancelled")

    def _ends(self, order: int, state: str) -> None:
        if order in self.waitlist:
            self._unlist(order)
        if order in self.visits_waiting:
            self.visits_waiting.remove(order)
        self.over.add(order)
        self.found.state[order] = state
        self.found.cancelled[order] = self.now

    # -- caregivers of the house --------------------------------------------------------------

    def _skills(self, point: int) -> list[str]:
        return list(dict.fromkeys(row.skill for row in self._of(point) if row.ratio))

    def _need(self, point: int, skill: str, more: list[int]) -> int:
        """Caregivers needed for the places taken and one more in each of the rows ``more``."""
        load = Fraction(0)
        for n in [n for _, places, _ in self.here for n, _ in places] + more:
            row = self.rows[n]
            if row.point == point and row.ratio and row.skill == skill:
                load += Fraction(1, row.ratio)
        return ceil(load)

    def _tied(self, point: int, skill: str) -> list[Helper]:
        """Whose shift ends at this very moment counts no more."""
        mine = (point, skill)
        return [h for h in self.helpers if h.state == "tied" and (h.point, h.pool) == mine
                and h.ends > self.now]

    def _at_hand(self, point: int) -> list[Helper]:
        return [h for h in self.helpers if h.state == "free" and h.point == point
                and h.back is None and h.row == self.zones + point and h.ends > self.now]

    def _hands(self, point: int, rows: list[int]) -> list[Helper] | None:
        """Who is to be tied so that one more place of each row can be looked after."""
        wanted: list[str] = []
        touched = dict.fromkeys(self.rows[n].skill for n in rows if self.rows[n].ratio)
        for skill in touched:
            lack = self._need(point, skill, rows) - len(self._tied(point, skill))
            wanted += [skill] * lack
        for some in permutations(self._at_hand(point), len(wanted)):
            if all(not skill or h.skilled for h, skill in zip(some, wanted, strict=True)):
                for helper, skill in zip(some, wanted, strict=True):
                    helper.pool = skill
                return list(some)
        return None

    def _tie(self, helper: Helper) -> None:
        helper.state, helper.since = "tied", self.now
        helper.order_tied = self.ties = self.ties + 1

    def _untie(self, helper: Helper) -> None:
        self.found.care.append((helper.number, helper.since, self.now))

    def _claims(self, helper: Helper) -> bool:
        point = helper.point
        if helper not in self._at_hand(point):
            return False
        fit = [skill for skill in self._skills(point) if not skill or helper.skilled]
        for skill in fit:
            if self._need(point, skill, []) > len(self._tied(point, skill)):
                helper.pool = skill
                self._tie(helper)
                return True
        for skill in fit:
            for other in sorted(self._tied(point, skill), key=lambda h: h.order_tied):
                rest = self._break(other)
                if rest:
                    helper.pool = skill
                    self._tie(helper)
                    self._untie(other)
                    self._rests(other, rest)
                    return True
        return False

    def _spare(self, point: int) -> None:
        for skill in self._skills(point):
            while len(self._tied(point, skill)) > self._need(point, skill, []):
                helper = max(self._tied(point, skill), key=lambda h: h.number)
                self._untie(helper)
                self._free(helper)

    # -- caregivers ---------------------------------------------------------------------------

    def _comes(self, helper: Helper) -> None:
        """Sign in, if off duty and the next shift has begun."""
        while helper.state == "off" and helper.next_shift < len(helper.shifts):
            shift = helper.shifts[helper.next_shift]
            if shift.start > self.now:
                return
            helper.next_shift += 1
            helper.ends, helper.breaks = shift.end, sorted(shift.breaks)
            helper.alarms += [start for start, _, _ in helper.breaks if start > self.now]
            self.times |= set(helper.alarms)
            helper.row = self.zones + helper.point
            self._free(helper)

    def _leaves(self, helper: Helper) -> None:
        helper.state, helper.back = "off", None

    def _shift_ends(self, helper: Helper) -> None:
        if helper.state == "free":
            self._leaves(helper)
        elif helper.state == "tied":
            self._untie(helper)
            self._leaves(helper)
            skill = helper.pool
            for other in self._at_hand(helper.point):
                lack = self._need(helper.point, skill, []) - len(self._tied(helper.point, skill))
                if lack > 0 and (not skill or other.skilled):
                    other.pool = skill
                    self._tie(other)

    def _break(self, helper: Helper) -> int:
        """The length of a break that is due, which it then is no longer."""
        while helper.breaks and helper.breaks[0][1] < self.now:
            helper.breaks.pop(0)
        if helper.breaks and helper.breaks[0][0] <= self.now:
            return helper.breaks.pop(0)[2]
        return 0

    def _rests(self, helper: Helper, length: int) -> None:
        helper.state, helper.until = "break", self.now + length
        self.times.add(helper.until)

    def _break_due(self, helper: Helper) -> None:
        if helper.state == "free":
            rest = self._break(helper)
            if rest:
                self._stop(helper)
                self._rests(helper, rest)
        elif helper.state == "tied":
            able = [h for h in self._at_hand(helper.point) if not helper.pool or h.skilled]
            rest = self._break(helper) if able else 0
            if rest:
                able[0].pool = helper.pool
                self._tie(able[0])
                self._untie(helper)
                self._rests(helper, rest)

    def _free(self, helper: Helper) -> None:
        """Done with something: go home, rest, or find something to do, else go back."""
        if self.now >= helper.ends:
            self._leaves(helper)
            self._comes(helper)
            return
        rest = self._break(helper)
        if rest:
            self._rests(helper, rest)
            return
        helper.state = "free"
        self._match(helper)
        if helper.state == "free" and helper.back is None and helper.row < self.zones:
            way = self.matrix[helper.row][self.zones + helper.point]
            helper.back = (self.now, self.now + way)
            self.times.add(helper.back[1])

    def _match(self, helper: Helper) -> None:
        if self._claims(helper):
            self._fill(helper.point)
            return
        for order in list(self.visits_waiting) if helper.point == 0 else []:
            if helper.state == "free" and self._fits(helper, order):
                self.visits_waiting.remove(order)
                self._sets_out(helper, order)
        if helper.state == "free" and self._skills(helper.point):
            self._fill(helper.point)

    def _where(self, helper: Helper) -> int:
        """Row of the matrix; on the way back that of the nearer end."""
        if helper.back is None:
            return helper.row
        since, until = helper.back
        half = self.now - since < Fraction(until - since, 2)
        return helper.row if half else self.zones + helper.point

    def _stop(self, helper: Helper) -> None:
        helper.row, helper.back = self._where(helper), None

    def _way(self, helper: Helper, order: int) -> int:
        return self.matrix[self._where(helper)][self.wishes[order].zone]

    def _fits(self, helper: Helper, order: int) -> bool:
        return self.now + self._way(helper, order) + self.mean_visit <= helper.ends

    def _visit_asked(self, order: int) -> None:
        if self.matrix[self.zones][self.wishes[order].zone] > self.max_travel:
            self._ends(order, "cancelled")
            return
        free = [h for h in self.helpers if h.state == "free" and h.point == 0]
        fit = [h for h in free if self._fits(h, order)]
        if fit:
            self._sets_out(min(fit, key=lambda h: (self._way(h, order), h.number)), order)
        else:
            self.visits_waiting.append(order)

    def _sets_out(self, helper: Helper, order: int) -> None:
        wish = self.wishes[order]
        helper.until = self.now + self._way(helper, order) + wish.duration
        helper.back, helper.row, helper.state = None, wish.zone, "visit"
        self.found.visits.append((order, helper.number, self.now, helper.until))
        self.times.add(helper.until)
        self.over.add(order)
        self.found.state[order] = "visited"


def _open(row: Row, moment: int) -> bool:
    shut = any(start <= moment < end for start, end in row.shut)
    return not shut and any(start <= moment < end for start, end in row.spans)
