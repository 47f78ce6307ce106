"""A point's house: places that are free or taken, and the caregivers tied to those taken.

As many caregivers as the taken places need are tied to the house; the others go out. Who is tied
is not free for visits. Only somebody free in the house is tied, never somebody on the road; where
too few are there, nobody more is taken in, and whoever is next free in the house is tied first.
Nobody stays after the shift for the house. A tied caregiver's break begins when it is due if
somebody free in the house stands in, else as soon as somebody does or the house needs fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from math import lcm
from typing import TYPE_CHECKING

from sim.model.places.wards import Ward
from sim.model.shift import BREAK, LEAVE
from sim.words.kinds import NONE

if TYPE_CHECKING:
    from sim.model.caregiver import Caregiver
    from sim.model.point import Point


class Pool:
    """Caregivers of one skill who look after places of one house."""

    def __init__(self, skill: str, ratios: Sequence[int], able: Sequence[bool]) -> None:
        self.skill = skill
        self.able = able
        """[caregiver group] -> has the skill"""
        self.whole = lcm(*ratios)
        """parts that one caregiver counts for"""
        self.load = 0
        """parts that the taken places count for"""
        self.tied: list[Caregiver] = []

    def missing(self, now: int, more: int = 0) -> int:
        """How many caregivers too few are tied, if the taken places counted for ``more`` parts;
        below 0: too many. Whose shift ends at this very moment counts no more."""
        stay = sum(me.ends > now for me in self.tied)
        return -(-(self.load + more) // self.whole) - stay


class House:
    """The places of one point."""

    def __init__(
        self, point: Point, wards: dict[int, Ward], skills: Sequence[tuple[str, ...]],
        has_room: Callable[[House], None],
    ) -> None:
        self.point = point
        self.clock = point.clock
        self.wards = wards
        """by number"""
        self.has_room = has_room
        """told when there may be hands for one more"""
        self.empty = {n: list(range(1, ward.places + 1)) for n, ward in wards.items()}
        for numbers in self.empty.values():
            heapify(numbers)
        cared = [ward for ward in wards.values() if ward.per_carer]
        self.pools = {
            skill: Pool(
                skill, [w.per_carer for w in cared if w.skill == skill],
                [not skill or skill in own for own in skills],
            )
            for skill in dict.fromkeys(ward.skill for ward in cared)
        }

    # -- places -------------------------------------------------------------------------------

    def helpers(self, rows: Sequence[int]) -> list[tuple[Pool, Caregiver]] | None:
        """Who has to be tied if one place of each row is taken now; None if that cannot be."""
        if not all(self.empty[n] for n in rows):
            return None
        more: dict[str, int] = {}
        for n in rows:
            ward = self.wards[n]
            if ward.per_carer:
                parts = self.pools[ward.skill].whole // ward.per_carer
                more[ward.skill] = more.get(ward.skill, 0) + parts
        wanted = [
            pool for skill, parts in more.items() if (pool := self.pools[skill])
            for _ in range(pool.missing(self.clock.now, parts))
        ]
        return _staffed(wanted, self._at_hand()) if wanted else []

    def take(self, rows: Sequence[int], helpers: Sequence[tuple[Pool, Caregiver]]) -> list[int]:
        """Take the lowest free place of each row, and tie who is needed; the places' numbers."""
        for pool, me in helpers:
            self._tie(pool, me)
        return [self._fill(n) for n in rows]

    def _fill(self, row: int) -> int:
        self._count(row, 1)
        return heappop(self.empty[row])

    def give_back(self, rows: Sequence[int], numbers: Sequence[int]) -> None:
        """Somebody leaves; caregivers stay tied until :meth:`lets_go_of_spare`."""
        for row, number in zip(rows, numbers, strict=True):
            heappush(self.empty[row], number)
            self._count(row, -1)

    def _count(self, row: int, places: int) -> None:
        ward = self.wards[row]
        if ward.per_carer:
            pool = self.pools[ward.skill]
            pool.load += places * (pool.whole // ward.per_carer)

    # -- caregivers ---------------------------------------------------------------------------

    def _at_hand(self) -> list[Caregiver]:
        """Who is free in the house and stays on duty, by number."""
        free, here, now = self.point.free, self.point.place, self.clock.now
        return [
            me for number in sorted(free)
            if (me := free[number]).where is here and me.returning is None and me.ends > now
        ]

    def claims(self, me: Caregiver) -> bool:
        """Whether a free caregiver is tied, for want of one or so that somebody can rest."""
        if me.where is not self.point.place or me.returning is not None:
            return False
        now = self.clock.now
        for pool in self.pools.values():
            if pool.able[me.group] and pool.missing(now) > 0:
                self._tie(pool, me)
                return True
        for pool in self.pools.values():
            for other in pool.tied if pool.able[me.group] else ():
                if other.takes_break(now):
                    self._tie(pool, me)
                    self._untie(pool, other)
                    other.told(BREAK)
                    return True
        return False

    def has_hands(self) -> None:
        """Somebody more is there: tied where too few were, or free and wanted by nothing else."""
        self.has_room(self)

    def lets_go_of_spare(self) -> None:
        """Let go of the highest-numbered of the tied that the house no longer needs."""
        for pool in self.pools.values():
            while pool.missing(self.clock.now) < 0:
                me = max(pool.tied, key=lambda other: other.number)
                self._untie(pool, me)
                self.point.resumes(me)

    def shift_ends(self, me: Caregiver) -> None:
        """The shift of somebody who may be tied ends: go home, and let another stand in."""
        pool = self._pool_of(me)
        if pool is not None:
            self._untie(pool, me)
            me.told(LEAVE)
            for other in self._at_hand():
                if pool.missing(self.clock.now) > 0 and pool.able[other.group]:
                    self._tie(pool, other)

    def break_due(self, me: Caregiver) -> None:
        """A break of somebody who may be tied is due: begin it if another can stand in."""
        pool = self._pool_of(me)
        if pool is None:
            return
        able = [other for other in self._at_hand() if pool.able[other.group]]
        if able and me.takes_break(self.clock.now):
            self._tie(pool, able[0])
            self._untie(pool, me)
            me.told(BREAK)

    def closing_books(self) -> None:
        """Who is tied when the run ends stays so."""
        for pool in self.pools.values():
            for me in pool.tied:
                self._write(me, NONE)

    def _pool_of(self, me: Caregiver) -> Pool | None:
        return next((pool for pool in self.pools.values() if me in pool.tied), None)

    def _tie(self, pool: Pool, me: Caregiver) -> None:
        self.point.takes(me)
        me.held_since = self.clock.now
        pool.tied.append(me)

    def _untie(self, pool: Pool, me: Caregiver) -> None:
        pool.tied.remove(me)
        self._write(me, self.clock.now)

    def _write(self, me: Caregiver, until: int) -> None:
        lines = self.point.journal.care
        lines.add(lines.pack(me.number, me.held_since, until))


def _staffed(
    wanted: Sequence[Pool], there: Sequence[Caregiver]
) -> list[tuple[Pool, Caregiver]] | None:
    """Somebody able for each wanted place in a pool, the lowest numbers first; None if too few."""
    if not wanted:
        return []
    pool, *others = wanted
    for me in there:
        if pool.able[me.group]:
            rest = _staffed(others, [other for other in there if other is not me])
            if rest is not None:
                return [(pool, me), *rest]
    return None
