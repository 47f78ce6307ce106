"""What a scenario asks of its operators and caregivers, before anything is simulated.

Expected values of first attempts only: redials, chasing calls, call-backs, messages and lost
callers are what the simulation adds.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scenario.days import Day
from sim.scenario.schema import Scenario
from sim.theory.demand import calls, counted
from sim.theory.points import laid_out
from sim.words.kinds import DAY, HOUR, MINUTE, StaffRole
from sim.workload.roster import duties
from sim.workload.roster import people as everybody


def staff(scenario: Scenario) -> pd.DataFrame:
    """One row a staff group: role, id, place, people, shifts, paid hours a week of one person."""
    shifts = {shift.id: shift for shift in scenario.shifts}
    rows = [
        (role, group.id, getattr(group, "point", ""), group.count, " | ".join(group.shifts),
         " | ".join(group.skills),
         sum((shift.until - shift.start) * len(shift.days) / HOUR
             for shift in map(shifts.__getitem__, group.shifts)))
        for role, groups in (
            (StaffRole.OPERATOR, scenario.operators), (StaffRole.CAREGIVER, scenario.caregivers),
            (StaffRole.EXPERT, scenario.experts))
        for group in groups
    ]
    return pd.DataFrame(
        rows, columns=["role", "id", "point", "count", "shifts", "skills", "hours_per_week"])


def hotline_load(scenario: Scenario) -> pd.DataFrame:
    """One row an hour of the day, a mean over the counted days.

    ``calls``: first attempts expected; ``erlangs``: calls times mean talk and wrap-up, per hour;
    ``operators``: rostered, absences and breaks not taken off; ``open``: share of the hour in
    which the hotline is open.
    """
    dates = counted(scenario)
    asked = calls(scenario, dates)
    return pd.DataFrame({
        "hour": range(24),
        "calls": asked.rate.reshape(-1, 24).mean(axis=0),
        "erlangs": (asked.rate * asked.handling_h).reshape(-1, 24).mean(axis=0),
        "operators": _on_duty(scenario),
        "open": _open(scenario, dates),
    })


def point_load(scenario: Scenario) -> pd.DataFrame:
    """One row a point, and one (``point`` empty) for homes that no point serves; means per day.

    Each home's visits are laid to the nearest point that offers the service within
    ``max_travel_min``: ``visits``; ``visit_hours``: caregivers' hours at homes; ``travel_hours``:
    out to them from the point, by planned travel; ``rostered_hours``: the point's caregivers'
    shifts less breaks, absences not taken off; ``ratio``: work / rostered.
    """
    dates = counted(scenario)
    rows = np.zeros((len(scenario.points) + 1, 3))
    for laid in laid_out(scenario):
        visits = laid.per_hour(scenario, dates).sum() / len(dates) * laid.share
        hours = visits * laid.service.crew
        rows += np.column_stack(
            [visits, hours * laid.visit_h, hours * laid.minutes * MINUTE / HOUR])
    table = pd.DataFrame(rows, columns=["visits", "visit_hours", "travel_hours"])
    table.insert(0, "point", [*(point.id for point in scenario.points), ""])
    table["rostered_hours"] = [*_rostered(scenario), 0.0]
    work = table["visit_hours"] + table["travel_hours"]
    table["ratio"] = work / table["rostered_hours"].where(table["rostered_hours"] > 0)
    return table


def _window(scenario: Scenario) -> tuple[int, int]:
    start = scenario.time.warm_up_days * DAY
    return start, start + scenario.time.days * DAY


def _on_duty(scenario: Scenario) -> NDArray[np.float64]:
    """Operators rostered in each hour of the day, mean over the counted days."""
    first, last = _window(scenario)
    operator = [person.role == StaffRole.OPERATOR for person in everybody(scenario)]
    held = np.zeros(24)
    for (start, end), group in groupby(
        (max(d.start, first), min(d.end, last))
        for d in duties(scenario, 0, 0) if operator[d.person]
    ):
        held += len(list(group)) * _by_hour(start, end)
    return held / scenario.time.days


def _by_hour(start: int, end: int) -> NDArray[np.float64]:
    """How much of ``[start, end)`` lies in each hour of the day, in hours."""
    held = np.zeros(24)
    for hour in range(start // HOUR, -(-end // HOUR)):
        held[hour % 24] += (min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)) / HOUR
    return held


def _open(scenario: Scenario, dates: tuple[Day, ...]) -> NDArray[np.float64]:
    spans = [span for date in dates for span in scenario.hotline.open.days[date.weekday]]
    held = sum((_by_hour(start, end) for start, end in spans), np.zeros(24))
    return held / len(dates)


def _rostered(scenario: Scenario) -> list[float]:
    """Each point's caregiver hours per day, breaks taken off."""
    first, last = _window(scenario)
    persons = everybody(scenario)
    hours = [0.0] * len(scenario.points)
    for duty in duties(scenario, 0, 0):
        point = persons[duty.person].point
        if persons[duty.person].role == StaffRole.CAREGIVER and first <= duty.start < last:
            rest = sum(length for *_, length in duty.breaks)
            hours[point] += (duty.end - duty.start - rest) / HOUR
    return [total / scenario.time.days for total in hours]
