"""What a scenario asks of its operators and caregivers, before anything is simulated.

Expected values of first attempts only: redials, chasing calls, call-backs, messages and lost
callers are what the simulation adds.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.geography import cells, centre, project
from sim.model.plan import Plan, plan
from sim.scenario.days import Day, days
from sim.scenario.rows import Stream
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, MINUTE, Channel, ServiceMode, StaffRole
from sim.workload.arrivals import expected_per_hour, people
from sim.workload.roster import duties
from sim.workload.roster import people as everybody

GRID = 12
"""A zone's homes are judged by the centres of so many by so many equal cells."""
RINGS = (Channel.PHONE, Channel.BUTTON)


def staff(scenario: Scenario) -> pd.DataFrame:
    """One row a staff group: role, id, place, people, shifts, paid hours a week of one person."""
    shifts = {shift.id: shift for shift in scenario.shifts}
    rows = [
        (role, group.id, getattr(group, "point", ""), group.count, " | ".join(group.shifts),
         " | ".join(group.skills),
         sum((shift.until - shift.start) * len(shift.days) / HOUR
             for shift in map(shifts.__getitem__, group.shifts)))
        for role, groups in (
            (StaffRole.OPERATOR, scenario.operators), (StaffRole.CAREGIVER, scenario.caregivers))
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
    calls, seconds = np.zeros(24), np.zeros(24)
    for stream in scenario.requests:
        if stream.channel in RINGS:
            rate = expected_per_hour(scenario, stream, dates).reshape(-1, 24).mean(axis=0)
            calls += rate
            seconds += rate * handling_s(scenario, stream)
    return pd.DataFrame({
        "hour": range(24),
        "calls": calls,
        "erlangs": seconds / 3600,
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
    county = plan(scenario)
    dates = counted(scenario)
    minutes = _minutes(scenario, county)
    rows = np.zeros((len(scenario.points) + 1, 3))
    position = {service.id: n for n, service in enumerate(scenario.services)}
    for stream in scenario.requests:
        service = scenario.services[position[stream.service]]
        if service.mode != ServiceMode.VISIT or service.duration is None:
            continue
        rate = expected_per_hour(scenario, stream, dates).sum() / len(dates)
        wanted = rate * (1 - _false_alarms(stream))
        asking = people(scenario, stream)
        weight = np.repeat(asking / max(1, asking.sum()), GRID * GRID) / (GRID * GRID)
        offering = np.full_like(minutes, np.inf)
        offered = county.offering[position[service.id]]
        offering[:, offered] = minutes[:, offered]
        offering[offering > scenario.dispatch.max_travel_min] = np.inf
        nearest, travel = _nearest(offering)
        visits = np.bincount(nearest, wanted * weight, len(rows))
        hours = np.bincount(nearest, wanted * weight * travel / 60, len(rows)) * service.crew
        rows += np.column_stack(
            [visits, visits * service.crew * service.duration.mean_ms / HOUR, hours])
    table = pd.DataFrame(rows, columns=["visits", "visit_hours", "travel_hours"])
    table.insert(0, "point", [*(point.id for point in scenario.points), ""])
    table["rostered_hours"] = [*_rostered(scenario), 0.0]
    work = table["visit_hours"] + table["travel_hours"]
    table["ratio"] = work / table["rostered_hours"].where(table["rostered_hours"] > 0)
    return table


def counted(scenario: Scenario) -> tuple[Day, ...]:
    """The days that are counted."""
    first = scenario.time.warm_up_days
    return days(scenario)[first:first + scenario.time.days]


def handling_s(scenario: Scenario, stream: Stream) -> float:
    """Mean seconds of talk and wrap-up of a stream's call."""
    shares = stream.share or dict.fromkeys(scenario.callers, 1.0)
    total = sum(shares.values())
    talk = sum(
        share / total * scenario.callers[caller].talk.mean_ms for caller, share in shares.items())
    false = _false_alarms(stream)
    talk = (1 - false) * talk + false * scenario.hotline.verify_talk.mean_ms
    return (talk + scenario.hotline.wrap_up.mean_ms) / 1000


def _false_alarms(stream: Stream) -> float:
    """Share of requests with no need behind them: only who rings can raise one."""
    return stream.false_prob if stream.channel in RINGS else 0.0


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


def _minutes(scenario: Scenario, county: Plan) -> NDArray[np.float64]:
    """(cells, points): planned minutes from each point to each cell of each zone."""
    origin = centre([z.lat for z in scenario.zones], [z.lon for z in scenario.zones])
    squares = [
        cells(*project(zone.lat, zone.lon, *origin), zone.area_km2, GRID)
        for zone in scenario.zones
    ]
    x, y = (np.concatenate(axis) for axis in zip(*squares, strict=True))
    numbers = np.repeat(np.arange(len(scenario.zones)), GRID * GRID)
    moving = county.trips.minutes_from(county.points, county.point_mode, x, y, numbers)
    return moving + county.trips.access / MINUTE


def _nearest(minutes: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest point to each cell and the minutes there; the last place is "nobody", 0 min."""
    nobody = minutes.shape[1]
    if nobody == 0:
        return np.zeros(len(minutes), dtype=np.int64), np.zeros(len(minutes))
    nearest = minutes.argmin(axis=1)
    travel = minutes.min(axis=1)
    reached = np.isfinite(travel)
    return np.where(reached, nearest, nobody), np.where(reached, travel, 0.0)
