"""Who is on duty from moment to moment, absence taken as a chance.

A break is taken as beginning when its window opens, which is what somebody free does. The number
of those who come has the distribution of a sum of unlike coins (Poisson-binomial).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.scenario.days import day
from sim.scenario.schema import Scenario
from sim.scenario.shock_effects import attendance
from sim.theory.chains import Floats
from sim.words.kinds import DAY, HOUR, StaffRole
from sim.workload.roster import duties, people

NODES = 12
"""At most so many levels of attendance."""


@dataclass(frozen=True)
class Stretch:
    """A span in which the same people are rostered; milliseconds from the first midnight."""

    start: int
    end: int
    present: tuple[float, ...]
    """each rostered person's chance to have come"""
    leaving: tuple[float, ...]
    """the same of those who were on duty just before and are no longer; whoever begins the next
    shift at once stays"""
    resting: float
    """expected number on a break"""


def stretches(scenario: Scenario, role: StaffRole, cuts: Collection[int]) -> list[Stretch]:
    """The whole horizon in stretches without a change, also cut at every one of ``cuts``."""
    begins, ends = defaultdict(list), defaultdict(list)
    for span in spans(scenario, role):
        begins[max(0, span.start)].append(span)
        ends[span.end].append(span)
    horizon = scenario.horizon_days * DAY
    edges = sorted({0, horizon, *begins, *ends, *cuts})
    there: set[Span] = set()
    found: list[Stretch] = []
    for start, end in pairwise(edge for edge in edges if edge <= horizon):
        gone = there & set(ends[start])
        there = there - gone | set(begins[start])
        working = [span for span in there if not span.resting]
        stay = {span.person for span in working}
        found.append(Stretch(
            start, end,
            tuple(sorted(span.chance for span in working)),
            tuple(sorted(
                span.chance for span in gone if not span.resting and span.person not in stay)),
            math.fsum(span.chance for span in there if span.resting),
        ))
    return found


def caregivers_present(scenario: Scenario) -> Floats:
    """[point, hour of the horizon]: expected number of caregivers on duty."""
    persons = people(scenario)
    held = np.zeros((len(scenario.points), scenario.horizon_days * 24))
    for start, end, person, chance, resting in spans(scenario, StaffRole.CAREGIVER):
        if resting:
            continue
        for hour in range(max(0, start) // HOUR, min(-(-end // HOUR), held.shape[1])):
            inside = min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)
            held[persons[person].point, hour] += chance * inside / HOUR
    return held


class Span(NamedTuple):
    """A piece of a shift, between breaks or one of them; milliseconds."""

    start: int
    end: int
    person: int
    """position in :func:`sim.workload.roster.people`"""
    chance: float
    """that this person comes"""
    resting: bool


def spans(scenario: Scenario, role: StaffRole) -> Iterator[Span]:
    """Every piece of every shift of the horizon."""
    persons = people(scenario)
    groups = scenario.operators if role == StaffRole.OPERATOR else scenario.caregivers
    for duty in duties(scenario, 0, 0):
        if persons[duty.person].role != role:
            continue
        date = scenario.time.start + timedelta(days=duty.date_ms // DAY)
        group = groups[persons[duty.person].group]
        chance = (1 - group.absence_prob) * day(scenario, date).attendance_factor
        chance *= attendance(scenario, group, duty.start)
        start = duty.start
        for opens, _, length in duty.breaks:
            begun = max(start, opens)
            if begun > start:
                yield Span(start, begun, duty.person, chance, False)
            yield Span(begun, begun + length, duty.person, chance, True)
            start = begun + length
        if duty.end > start:
            yield Span(start, duty.end, duty.person, chance, False)


@dataclass(frozen=True)
class Level:
    """One level of attendance over a row of stretches."""

    weight: float
    staff: tuple[int, ...]
    """on duty, one entry a stretch"""
    leaving: tuple[int, ...]
    """of those on duty before, who leave as the stretch begins"""


def levels(
    row: Sequence[tuple[tuple[float, ...], tuple[float, ...]]]
) -> list[Level]:
    """Attendance from the worst to the best, weights adding up to 1; ``row`` holds every stretch's
    :attr:`Stretch.present` and :attr:`Stretch.leaving`.

    At a level u each number on duty is the u-quantile of its own distribution, so that every
    stretch has its exact distribution of staff, and who misses a shift misses all of it; that a
    bad morning comes with a bad evening is the price. All levels at which some number changes are
    taken if there are at most ``NODES``, else the narrowest are joined to a neighbour.
    """
    tables = {chances: _at_most(chances) for pair in row for chances in pair}
    cuts = sorted({round(c, 12) for table in tables.values() for c in table if 1e-9 < c < 1 - 1e-9})
    edges = [0.0, *cuts, 1.0]
    while len(edges) > NODES + 1:
        widths = [after - before for before, after in pairwise(edges)]
        n = widths.index(min(widths))
        first = n == 0 or (n + 1 < len(widths) and widths[n + 1] < widths[n - 1])
        del edges[n + 1 if first else n]
    found: list[Level] = []
    for low, high in pairwise(edges):
        middle = (low + high) / 2
        counts = {
            chances: int(np.searchsorted(table, middle)) for chances, table in tables.items()
        }
        staff = [counts[present] for present, _ in row]
        before = [0, *staff[:-1]]
        leaving = [
            min(max(counts[gone], b - now), b)
            for (_, gone), b, now in zip(row, before, staff, strict=True)
        ]
        found.append(Level(high - low, tuple(staff), tuple(leaving)))
    return found


@lru_cache(maxsize=4096)
def _at_most(chances: tuple[float, ...]) -> tuple[float, ...]:
    """P(at most 0, 1, 2, ... come)."""
    p = np.ones(1)
    for chance in chances:
        p = np.convolve(p, [1 - chance, chance])
    return tuple(np.cumsum(p).tolist())
