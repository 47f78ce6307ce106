"""Who works when: people, their shifts on each date, and who stays away.

Absence belongs to the person and the date, so hiring somebody leaves everybody else's as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sim.scenario.days import Day, day, days
from sim.scenario.rows import CaregiverGroup, OperatorGroup, Shift
from sim.scenario.schema import Scenario
from sim.scenario.shocked import attendance as shocked
from sim.streams import hashed_uniform, key
from sim.words.kinds import DAY, NONE, StaffRole

Span = tuple[int, int, int]
"""Start and end of a break's window, and the break's length, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a staff group."""

    number: int
    """dense from 0, operators first"""
    id: str
    """group and 1-based number in it: ``xinhu-day-3``"""
    role: StaffRole
    group: int
    """position in the scenario's operators or caregivers"""
    point: int
    """position of the home point; ``NONE`` for operators"""
    woman: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of one person; times in milliseconds from the scenario's first midnight."""

    person: int
    shift: int
    """position in the scenario's shifts"""
    date_ms: int
    """midnight of the date the shift begins; -DAY for the day before the first"""
    start: int
    end: int
    breaks: tuple[Span, ...]
    """the earliest first"""
    absent: bool


def people(scenario: Scenario) -> tuple[Person, ...]:
    """Everybody employed, in order of number."""
    points = {point.id: position for position, point in enumerate(scenario.points)}
    found: list[Person] = []
    for role, group, row in _groups(scenario):
        point = points[row.point] if isinstance(row, CaregiverGroup) else NONE
        for member in range(1, row.count + 1):
            woman = not isinstance(row, CaregiverGroup) or _woman(row.women_share, member)
            found.append(Person(len(found), f"{row.id}-{member}", role, group, point, woman))
    return tuple(found)


def duties(scenario: Scenario, seed: int, replication: int) -> tuple[Duty, ...]:
    """Every shift that touches the horizon, by start and then person, the absent ones marked.

    Shifts that began the day before and reach past the first midnight are there, with a negative
    start; the last ones may end after the horizon. A person stays away with probability
    1 - (1 - absence_prob) * attendance_factor of the date the shift begins and of the shocks that
    are on then.
    """
    calendar = _calendar(scenario)
    rows = {(role, group): row for role, group, row in _groups(scenario)}
    shifts = {shift.id: position for position, shift in enumerate(scenario.shifts)}
    rostered: list[tuple[Person, int, int, int]] = []
    attendance: list[float] = []
    for person in people(scenario):
        row = rows[person.role, person.group]
        own_key = key(person.id)
        for position in (shifts[name] for name in row.shifts):
            shift = scenario.shifts[position]
            for midnight, date in calendar:
                if shift.runs(date.weekday, date.holiday) and midnight + shift.until > 0:
                    rostered.append((person, position, midnight, own_key))
                    attendance.append(
                        (1 - row.absence_prob) * date.attendance_factor
                        * shocked(scenario, row, midnight + shift.start)
                    )
    first = scenario.time.start.toordinal()
    ordinals = np.array([first + midnight // DAY for _, _, midnight, _ in rostered], dtype=np.int64)
    keys = np.array([own_key for *_, own_key in rostered], dtype=np.int64)
    absent = hashed_uniform(seed, replication, keys, ordinals) >= np.array(attendance)
    found = [
        _duty(person, position, scenario.shifts[position], midnight, away)
        for (person, position, midnight, _), away in zip(rostered, absent.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda duty: (duty.start, duty.person)))


def _woman(share: float, member: int) -> bool:
    """Women are spread evenly over a group's members, so that one more changes nobody."""
    return math.floor(member * share + 0.5) > math.floor((member - 1) * share + 0.5)


def _groups(
    scenario: Scenario,
) -> Iterator[tuple[StaffRole, int, OperatorGroup | CaregiverGroup]]:
    for group, operators in enumerate(scenario.operators):
        yield StaffRole.OPERATOR, group, operators
    for group, caregivers in enumerate(scenario.caregivers):
        yield StaffRole.CAREGIVER, group, caregivers


def _calendar(scenario: Scenario) -> list[tuple[int, Day]]:
    """Midnight and calendar day of every date of the horizon and of the one before."""
    before = day(scenario, scenario.time.start - timedelta(days=1))
    return [((i - 1) * DAY, date) for i, date in enumerate((before, *days(scenario)))]


def _duty(person: Person, position: int, shift: Shift, midnight: int, absent: bool) -> Duty:
    return Duty(
        person=person.number,
        shift=position,
        date_ms=midnight,
        start=midnight + shift.start,
        end=midnight + shift.until,
        breaks=tuple((midnight + a, midnight + b, length) for a, b, length in shift.rests),
        absent=absent,
    )
