"""Who works when: people, their shifts on each date, and who stays away.

Absence belongs to the person and the date, so hiring somebody leaves everybody else's as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sim.scenario.days import Day, day, days
from sim.scenario.schema import Scenario
from sim.scenario.sections.experts import ExpertGroup
from sim.scenario.sections.shifts import Shift
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.scenario.shock_effects import attendance as shocked
from sim.streams import hashed_uniform, key
from sim.words.kinds import DAY, HOUR, NONE, StaffRole
from sim.workload.posts import YEAR, Gap, gaps

Span = tuple[int, int, int]
"""Start and end of a break's window, and the break's length, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a staff group."""

    number: int
    """dense from 0: operators, caregivers, experts"""
    id: str
    """group and 1-based number in it: ``xinhu-day-3``"""
    role: StaffRole
    group: int
    """position in the scenario's operators, caregivers or experts"""
    point: int
    """position of the home point; ``NONE`` but for caregivers"""
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
    are on then; volunteers also with 1 - come_prob, and everybody on days of training. Posts that
    are empty then have no shift, and nobody has more hours than the most a week or a month.
    """
    calendar = _calendar(scenario)
    rows = {(role, group): row for role, group, row in _groups(scenario)}
    shifts = {shift.id: position for position, shift in enumerate(scenario.shifts)}
    rostered: list[tuple[Person, int, int, int]] = []
    attendance: list[float] = []
    everybody = people(scenario)
    for person in everybody:
        row = rows[person.role, person.group]
        own_key = key(person.id)
        empty = gaps(scenario, row, person.id, seed, replication)
        for position in (shifts[name] for name in row.shifts):
            shift = scenario.shifts[position]
            for midnight, date in calendar:
                if (
                    shift.runs(date.weekday, date.holiday) and midnight + shift.until > 0
                    and not (empty and _is_empty(empty, midnight // DAY))
                ):
                    rostered.append((person, position, midnight, own_key))
                    attendance.append(
                        (1 - row.absence_prob) * _willing(row) * date.attendance_factor
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
    found.sort(key=lambda duty: (duty.start, duty.person))
    return tuple(within_hours(scenario, everybody, found))


def _is_empty(gaps: list[Gap], day: int) -> bool:
    """Whether nobody works in a post on a day; on the one before the run as on its first."""
    return any(gap.first <= max(0, day) < gap.last for gap in gaps)


def _willing(row: OperatorGroup | CaregiverGroup | ExpertGroup) -> float:
    """Chance of coming, absence apart: volunteers come as they can, everybody has training."""
    come = row.come_prob if isinstance(row, CaregiverGroup) else 1.0
    return come * (1 - min(1.0, row.training_days_per_year / YEAR))


def within_hours(
    scenario: Scenario, everybody: Sequence[Person], found: Sequence[Duty]
) -> Iterator[Duty]:
    """The duties but for those that would take somebody beyond the most hours of a week (from
    Monday) or a calendar month; who is absent uses none."""
    limits = {
        person.number: (group.max_hours_per_week, group.max_hours_per_month)
        for person in everybody if person.role == StaffRole.CAREGIVER
        for group in [scenario.caregivers[person.group]]
        if group.max_hours_per_week or group.max_hours_per_month
    }
    used: dict[tuple[int, ...], float] = {}
    for duty in found:
        limit = limits.get(duty.person)
        if limit is None or duty.absent:
            yield duty
            continue
        date = scenario.time.start + timedelta(days=duty.date_ms // DAY)
        week = (duty.person, *date.isocalendar()[:2], 0)
        month = (duty.person, date.year, date.month)
        hours = (duty.end - duty.start) / HOUR
        spans = [(span, most) for span, most in zip((week, month), limit, strict=True) if most]
        if all(used.get(span, 0.0) + hours <= most for span, most in spans):
            for span, _ in spans:
                used[span] = used.get(span, 0.0) + hours
            yield duty


def _woman(share: float, member: int) -> bool:
    """Women are spread evenly over a group's members, so that one more changes nobody."""
    return math.floor(member * share + 0.5) > math.floor((member - 1) * share + 0.5)


def _groups(
    scenario: Scenario,
) -> Iterator[tuple[StaffRole, int, OperatorGroup | CaregiverGroup | ExpertGroup]]:
    for group, operators in enumerate(scenario.operators):
        yield StaffRole.OPERATOR, group, operators
    for group, caregivers in enumerate(scenario.caregivers):
        yield StaffRole.CAREGIVER, group, caregivers
    for group, experts in enumerate(scenario.experts):
        yield StaffRole.EXPERT, group, experts


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
