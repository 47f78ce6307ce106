"""People, duties and absences, against dates worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats
from small_county import county, raw

from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, MINUTE, NONE, StaffRole
from sim.workload.roster import Duty, duties, people

ALPHA = 1e-4


def staffed(shifts: list[dict[str, Any]], **sections: Any) -> Scenario:
    """One operator who works all of ``shifts``; Monday 3 March 2025 and the six days after."""
    names = "|".join(shift["id"] for shift in shifts)
    operators = [{"id": "ops", "count": 1, "shifts": names}]
    return county(shifts=shifts, operators=operators, caregivers=[], **sections)


def spans(scenario: Scenario) -> list[tuple[float, float]]:
    """Start and end of each duty in hours."""
    return [(duty.start / HOUR, duty.end / HOUR) for duty in duties(scenario, 1, 0)]


def test_people_are_numbered_operators_first() -> None:
    base = raw()
    base["operators"].append({"id": "night", "count": 1, "shifts": "day"})
    found = people(Scenario.model_validate(base))
    assert [person.number for person in found] == list(range(5))
    assert [person.id for person in found] == ["ops-1", "ops-2", "night-1", "carers-1", "carers-2"]
    assert [person.role for person in found] == [StaffRole.OPERATOR] * 3 + [StaffRole.CAREGIVER] * 2
    assert [person.group for person in found] == [0, 0, 1, 0, 0]
    assert [person.point for person in found] == [NONE] * 3 + [0] * 2


def test_day_shift() -> None:
    shift = {"id": "day", "start": "08:00", "end": "18:00", "days": "Mon Wed-Thu"}
    assert spans(staffed([shift])) == [(8, 18), (56, 66), (80, 90)]


def test_night_shift_begins_the_day_before() -> None:
    night = {"id": "night", "start": "22:00", "end": "06:00"}
    assert spans(staffed([night])) == [(24 * d - 2, 24 * d + 6) for d in range(8)]
    sundays = {**night, "days": "Sun"}
    assert spans(staffed([sundays])) == [(-2, 6), (24 * 7 - 2, 24 * 7 + 6)]
    first = duties(staffed([night]), 1, 0)[0]
    assert first.date_ms == -DAY


def test_a_shift_that_ends_at_midnight_does_not_reach_past_it() -> None:
    for start, end in (("16:00", "24:00"), ("16:00", "00:00")):
        late = {"id": "late", "start": start, "end": end}
        assert spans(staffed([late])) == [(24 * d + 16, 24 * d + 24) for d in range(7)]
    whole = {"id": "whole", "start": "08:00", "end": "08:00"}
    assert spans(staffed([whole]))[0] == (-16, 8)


def test_holidays_and_adjusted_workdays() -> None:
    day = {"id": "day", "start": "08:00", "end": "18:00", "days": "Mon-Fri"}
    sunday = {"id": "sunday", "start": "09:00", "end": "12:00", "days": "Sun"}
    office = {"id": "office", "start": "19:00", "end": "20:00", "on_holidays": "no"}
    calendar = [
        {"id": "h", "first": "2025-03-05", "last": "2025-03-05", "kind": "holiday"},
        {"id": "w", "first": "2025-03-08", "last": "2025-03-08", "kind": "adjusted_workday"},
    ]
    scenario = staffed([day, sunday, office], calendar=calendar)
    days_of = {name: [] for name in ("day", "sunday", "office")}
    for duty in duties(scenario, 1, 0):
        days_of[scenario.shifts[duty.shift].id].append(duty.date_ms // DAY)
    assert days_of["day"] == [0, 1, 3, 4, 5]
    assert days_of["sunday"] == [2, 6]
    assert days_of["office"] == [0, 1, 3, 4, 5, 6]


def test_the_day_before_follows_the_calendar_too() -> None:
    night = {"id": "night", "start": "22:00", "end": "06:00", "on_holidays": "no"}
    calendar = [{"id": "h", "first": "2025-03-02", "last": "2025-03-02", "kind": "holiday"}]
    assert spans(staffed([night], calendar=calendar))[0] == (22, 30)


def test_breaks_by_day_and_over_midnight() -> None:
    day = {"id": "day", "start": "08:00", "end": "18:00", "breaks": "11:30-13:00/30|16:00-17:00/10"}
    night = {
        "id": "night",
        "start": "20:00",
        "end": "06:00",
        "breaks": "23:30-00:30/20|02:00-03:00/15",
    }
    found = {d.shift: d for d in duties(staffed([day, night]), 1, 0) if d.date_ms == DAY}
    hours = [(a / HOUR - 24, b / HOUR - 24, length / MINUTE) for a, b, length in found[0].breaks]
    assert hours == [(11.5, 13, 30), (16, 17, 10)]
    hours = [(a / HOUR - 24, b / HOUR - 24, length / MINUTE) for a, b, length in found[1].breaks]
    assert hours == [(23.5, 24.5, 20), (26, 27, 15)]


def test_breaks_come_in_order_however_they_are_written() -> None:
    night = {
        "id": "night",
        "start": "20:00",
        "end": "06:00",
        "breaks": "02:00-03:00/15|21:00-22:00/10|23:30-00:30/20",
    }
    first = duties(staffed([night]), 1, 0)[0]
    assert [(a / HOUR, b / HOUR) for a, b, _ in first.breaks] == [(-3, -2), (-0.5, 0.5), (2, 3)]


def test_sorted_by_start_then_person() -> None:
    base = raw()
    base["shifts"].append({"id": "early", "start": "06:00", "end": "07:00"})
    base["operators"][0]["shifts"] = "day|early"
    found = duties(Scenario.model_validate(base), 1, 0)
    keys = [(duty.start, duty.person) for duty in found]
    assert keys == sorted(keys)
    assert len(found) == 7 * (2 * 2 + 2)


def crowd(absence: float, count: int = 200, operators: Any = None, **sections: Any) -> Scenario:
    row = {"id": "carers", "point": "p", "count": count, "shifts": "day", "mode": "bike"}
    return county(
        time={"start": "2025-03-03", "days": 49, "cool_down_days": 1},
        operators=operators or [],
        caregivers=[{**row, "absence_prob": absence}],
        **sections,
    )


def away(scenario: Scenario, seed: int = 1, replication: int = 0) -> dict[tuple[str, int], bool]:
    names = [person.id for person in people(scenario)]
    found: tuple[Duty, ...] = duties(scenario, seed, replication)
    return {(names[duty.person], duty.date_ms): duty.absent for duty in found}


@pytest.mark.parametrize("absence", [0.0, 0.05, 0.3, 1.0])
def test_absence_frequency(absence: float) -> None:
    """n = 10,000 duties: in all, and spread over people and dates as independence has it."""
    table = np.array([gone for _, gone in sorted(away(crowd(absence)).items())]).reshape(200, 50)
    if absence in (0, 1):
        assert (table == bool(absence)).all()
        return
    assert stats.binomtest(int(table.sum()), table.size, absence).pvalue > ALPHA
    for axis in (0, 1):
        counts, n = table.sum(axis=axis), table.shape[axis]
        statistic = ((counts - n * absence) ** 2 / (n * absence * (1 - absence))).sum()
        assert ALPHA / 2 < stats.chi2(len(counts)).sf(statistic) < 1 - ALPHA / 2


def test_attendance_factor() -> None:
    """n = 1,400 duties of one week: present with 0.9 x 0.7; those away without it stay away."""
    season = {"id": "s", "first": "2025-03-10", "last": "2025-03-16", "kind": "season"}
    plain = away(crowd(0.1))
    flu = away(crowd(0.1, calendar=[{**season, "attendance_factor": 0.7}]))
    week = {k for k in flu if 7 * DAY <= k[1] < 14 * DAY}
    assert len(week) == 1400
    assert stats.binomtest(sum(flu[k] for k in week), 1400, 1 - 0.63).pvalue > ALPHA
    assert all(flu[k] for k in plain if plain[k])
    assert all(flu[k] == plain[k] for k in plain if k not in week)


def test_absence_belongs_to_the_person_and_the_date() -> None:
    before = away(crowd(0.3))
    operators = [{"id": "more", "count": 3, "shifts": "day", "absence_prob": 0.5}]
    more = away(crowd(0.3, count=220, operators=operators))
    assert len(more) == len(before) + 23 * 50
    assert all(more[k] == gone for k, gone in before.items())
    shifted = crowd(0.3).model_copy(
        update={"time": crowd(0.3).time.model_copy(update={"start": dt.date(2025, 3, 10)})}
    )
    later = away(shifted)
    shared = [k for k in before if k[1] >= 7 * DAY]
    assert all(later[k[0], k[1] - 7 * DAY] == before[k] for k in shared)


def test_absence_differs_by_seed_and_replication() -> None:
    tables = [away(crowd(0.3), seed, rep) for seed, rep in ((1, 0), (1, 0), (1, 1), (2, 0))]
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]
    assert tables[0] != tables[3]


def test_nobody_employed() -> None:
    scenario = county(operators=[], caregivers=[])
    assert people(scenario) == ()
    assert duties(scenario, 1, 0) == ()
