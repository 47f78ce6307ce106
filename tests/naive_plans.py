"""The visits of a care plan, the slow and obvious way: client by client, date by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from sim.scenario.days import day
from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import CarePlan
from sim.words.kinds import DAY

Row = tuple[int, int, int, int]
"""time, client, opens, closes"""


def visits(scenario: Scenario, plan: CarePlan, phases: Sequence[tuple[int, Fraction]]) -> list[Row]:
    """Every visit that begins in the run; ``phases``: client and place in the period."""
    start = scenario.time.start
    found = []
    allowed = periods(scenario, plan)
    for client, phase in phases:
        for dates in allowed:
            days = [(date - start).days for date in dates]
            for k, first in enumerate(firsts := first_dates(plan, len(days), phase)):
                last = firsts[k + 1] - 1 if k + 1 < len(firsts) else len(days) - 1
                begin, end = days[first], days[first if plan.within == "day" else last]
                if 0 <= begin < scenario.horizon_days:
                    found.append(
                        (begin * DAY, client, begin * DAY + plan.opens, end * DAY + plan.closes))
    return sorted(found)


def first_dates(plan: CarePlan, dates: int, phase: Fraction) -> list[int]:
    """The dates that hold the points phase, 1 + phase, 2 + phase ... of an even division."""
    if not dates:
        return []
    usable = dates - plan.spare_days
    if usable < min(plan.visits, dates):
        usable = min(plan.visits, dates)
    count = min(plan.visits, usable)
    marks = [(k + phase) * Fraction(usable, count) for k in range(count)]
    return [date for date in range(usable) if any(date <= mark < date + 1 for mark in marks)]


def periods(scenario: Scenario, plan: CarePlan) -> list[list[dt.date]]:
    """The allowed dates of each week, month or year of which a date lies in the run."""
    start = scenario.time.start
    run = [start + dt.timedelta(days=n) for n in range(scenario.horizon_days)]
    around = [start + dt.timedelta(days=n) for n in range(-370, scenario.horizon_days + 370)]
    name = {
        "week": lambda date: date.isocalendar()[:2], "month": lambda date: (date.year, date.month),
        "year": lambda date: date.year,
    }[plan.per]
    return [
        [d for d in around if name(d) == period and day(scenario, d).weekday in plan.days]
        for period in sorted({name(date) for date in run})
    ]
