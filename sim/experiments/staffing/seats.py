"""How many seats each stretch needs, whatever the patterns, found by simulation.

A stretch is judged while the others near it have plenty, so that it fails by itself alone;
stretches that lie far enough apart are judged in the same run. What fails then is known for every
roster: as few people in the stretch, and no more than plenty just before it, fail too. This rests
on more people never making a stretch worse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.experiments.staffing.bench import Bench
from sim.experiments.staffing.cover import Cut, Term
from sim.experiments.staffing.stretches import Stretch
from sim.experiments.staffing.week import Week, memory_ms
from sim.measures.counting.groups import Ints

PLENTY = 3
"""Seats more than theory asks for, or half as many again."""
ROUNDS = 16
"""Runs of one colour, at most."""


@dataclass(frozen=True, eq=False)
class Needed:
    """Seats with which every stretch meets its targets, and what is known not to do."""

    seats: Ints
    """(desk, slot)"""
    cuts: tuple[Cut, ...]


def needed(bench: Bench, start: Ints) -> Needed:
    """Fewest seats of every stretch, found from ``start`` (desk, slot)."""
    start = np.maximum(start, _least(bench.week))
    plenty = start + np.maximum(PLENTY, -(-start // 2))
    offsets = np.zeros(len(bench.parts), dtype=np.int64)
    cuts: list[Cut] = []
    colour_of = colours(bench)
    for colour in range(colour_of.max() + 1):
        found, failing = _fewest(bench, start, plenty, np.flatnonzero(colour_of == colour).tolist())
        for number, offset in found.items():
            offsets[number] = offset
        cuts += failing
    seats = _seats(bench, start, offsets)
    for _ in range(ROUNDS):
        trial = bench.try_seats(seats)
        if trial.feasible:
            break
        failed = np.flatnonzero(trial.failed).tolist()
        cuts += [seat_cut(bench, number, seats) for number in failed]
        offsets[trial.failed] += 1
        seats = _seats(bench, start, offsets)
    return Needed(seats, tuple(cuts))


def colours(bench: Bench) -> Ints:
    """A number for each stretch: two of the same are so far apart that a crowd in the first is no
    longer felt in the second, and at the same desk."""
    apart = 1 + math.ceil(memory_ms(bench.resolved.scenario) / bench.week.slot_ms)
    found, desk, place = [], -1, 0
    for part in bench.parts:
        place = place + 1 if part.desk == desk else 0
        desk = part.desk
        found.append(desk * apart + place % apart)
    return np.array(found, dtype=np.int64)


def seat_cut(bench: Bench, number: int, seats: Ints) -> Cut:
    """After these seats failed a stretch: in it, or just before it, a roster has more people for
    its calls."""
    desk, week = bench.parts[number].desk, bench.week
    return tuple(
        Term(week.able[desk], atom, int(seats[desk, week.atom_slot[atom]]) + 1)
        for atom in felt(bench, number)
    )


def roster_cut(bench: Bench, number: int, counts: Ints) -> Cut:
    """After so many people of each pattern failed a stretch: in it, or just before it, there are
    more of those who can work at the same desks."""
    week = bench.week
    terms = []
    for able in np.unique(week.able, axis=1).T:
        alike = (week.able == able[:, None]).all(axis=0)
        there = (counts * alike) @ week.covers
        terms += [Term(alike, atom, int(there[atom]) + 1) for atom in felt(bench, number)]
    return tuple(terms)


def felt(bench: Bench, number: int) -> list[int]:
    """The atoms of a stretch, and those so shortly before it that their crowds are felt in it."""
    part, week = bench.parts[number], bench.week
    back = math.ceil(memory_ms(bench.resolved.scenario) / week.slot_ms)
    slots = {(part.first - n) % week.slots for n in range(1, back + 1)}
    slots |= set(range(part.first, part.last + 1))
    return [atom for atom, slot in enumerate(week.atom_slot.tolist()) if slot in slots]


@dataclass
class _Bracket:
    """What is known of one stretch: offsets from the start that fail, and that do."""

    floor: int
    """the least that is allowed"""
    fails: int | None = None
    does: int | None = None
    step: int = 1

    @property
    def known(self) -> bool:
        below = self.floor - 1 if self.fails is None else self.fails
        return self.does is not None and self.does == below + 1

    def probe(self) -> int:
        """What to try next: steps that double until both are known, then the middle."""
        if self.does is None and self.fails is None:
            return max(self.floor, 0)
        if self.does is None:
            return self._far(int(self.fails or 0), self.step)
        if self.fails is None:
            return max(self.floor, self._far(self.does, -self.step))
        return (self.fails + self.does) // 2

    @property
    def settled(self) -> int:
        """The fewest that do, or, where all that was tried failed, one more than that."""
        return self.does if self.does is not None else (self.fails or 0) + 1

    def _far(self, known: int, step: int) -> int:
        self.step *= 2
        return known + step

    def saw(self, offset: int, failed: bool) -> None:
        if failed:
            self.fails = offset
        else:
            self.does = offset


def _fewest(
    bench: Bench, start: Ints, plenty: Ints, mine: list[int]
) -> tuple[dict[int, int], list[Cut]]:
    """For each of some stretches far apart, the fewest seats, as an offset from ``start``, with
    plenty everywhere else; and the cuts of all that failed."""
    brackets = {
        n: _Bracket(-int((start - _least(bench.week))[_at(bench.parts[n])].max())) for n in mine
    }
    cuts: list[Cut] = []
    for _ in range(ROUNDS):
        probes = {n: each.probe() for n, each in brackets.items() if not each.known}
        if not probes:
            break
        seats = plenty.copy()
        for n, offset in probes.items():
            at = _at(bench.parts[n])
            seats[at] = np.maximum(start[at] + offset, _least(bench.week)[at])
        trial = bench.try_seats(seats)
        for n, offset in probes.items():
            brackets[n].saw(offset, bool(trial.failed[n]))
        cuts += [seat_cut(bench, n, seats) for n in probes if trial.failed[n]]
    return {n: each.settled for n, each in brackets.items()}, cuts


def _seats(bench: Bench, start: Ints, offsets: Ints) -> Ints:
    seats = start.copy()
    for part, offset in zip(bench.parts, offsets.tolist(), strict=True):
        at = _at(part)
        seats[at] = np.maximum(start[at] + offset, _least(bench.week)[at])
    return seats


def _at(part: Stretch) -> tuple[int, slice]:
    return part.desk, slice(part.first, part.last + 1)


def _least(week: Week) -> Ints:
    """(desk, slot): one seat wherever the hotline is open, at the desk that most can work at."""
    least = np.zeros((len(week.desks), week.slots), dtype=np.int64)
    least[0] = 1
    return least
