"""The calendar at work: what each simulated date is, and when something is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.scenario.schema import Scenario
from sim.scenario.sections.calendar import CalendarRow
from sim.scenario.sections.quantities import Interval, WeeklyHours
from sim.scenario.sections.requests import Stream
from sim.words.kinds import DAY, DayKind

WEDNESDAY, SUNDAY = 2, 6


@dataclass(frozen=True)
class Day:
    """One date of the horizon."""

    date: dt.date
    weekday: int
    """Monday 0; the weekday that hours, shapes and shifts follow: a holiday is a Sunday, an
    adjusted workday a Wednesday"""
    holiday: bool
    speed_factor: float
    """multiplies every travel speed"""
    attendance_factor: float
    """multiplies the chance that a rostered person comes"""


def day(scenario: Scenario, date: dt.date) -> Day:
    """What ``date`` is; factors of calendar rows that overlap are multiplied."""
    weekday, holiday = effective(scenario.calendar, date)
    speed = attendance = 1.0
    for row in _rows(scenario.calendar, date):
        speed *= row.speed_factor
        attendance *= row.attendance_factor
    return Day(date, weekday, holiday, speed, attendance)


def effective(calendar: Iterable[CalendarRow], date: dt.date) -> tuple[int, bool]:
    """The weekday that ``date`` follows, and whether it is a holiday."""
    kinds = {row.kind for row in _rows(calendar, date)}
    if DayKind.HOLIDAY in kinds:
        return SUNDAY, True
    return (WEDNESDAY if DayKind.ADJUSTED_WORKDAY in kinds else date.weekday()), False


def days(scenario: Scenario) -> tuple[Day, ...]:
    """Every date of the horizon, warm-up and cool-down included; the first is ``time.start``."""
    start = scenario.time.start
    return tuple(day(scenario, start + dt.timedelta(days=n)) for n in range(scenario.horizon_days))


def demand_factor(scenario: Scenario, stream: Stream, date: dt.date) -> float:
    """What the calendar multiplies the stream's rate by on ``date``; growth is not included."""
    factor = 1.0
    for row in _rows(scenario.calendar, date):
        if not row.streams or stream.id in row.streams:
            factor *= row.demand_factor
    return factor


def open_spans(hours: WeeklyHours, days: Sequence[Day]) -> list[Interval]:
    """When something is open, in ms from the first day's midnight: disjoint, rising, merged."""
    spans: list[Interval] = []
    for number, today in enumerate(days):
        for start, end in hours.days[today.weekday]:
            first, last = number * DAY + start, number * DAY + end
            if spans and first <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], last))
            else:
                spans.append((first, last))
    return spans


def _rows(calendar: Iterable[CalendarRow], date: dt.date) -> Iterable[CalendarRow]:
    return (row for row in calendar if row.first <= date <= row.last)
