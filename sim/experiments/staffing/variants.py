"""The county with other operators: so many of each pattern, or so many seats in each slot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from sim.experiments.staffing.week import HOLIDAY, Week
from sim.measures.counting.groups import Ints
from sim.scenario.load import Resolved, rebuild
from sim.scenario.sections.quantities import WEEKDAYS
from sim.words.kinds import DAY, HOUR, MINUTE

SUNDAY = HOLIDAY - 1
Raw = dict[str, Any]


def rostered(resolved: Resolved, counts: Sequence[int]) -> Resolved:
    """With so many people of each row of ``operators.csv``."""
    rows = {
        row_id: {**row, "count": int(count)}
        for (row_id, row), count in zip(resolved.raw["operators"].items(), counts, strict=True)
    }
    return _with(resolved, {"operators": rows})


def seated(resolved: Resolved, week: Week, seats: Ints) -> Resolved:
    """With so many people at each desk in each slot, (desk, slot), whatever the patterns: nobody
    has a break, and nobody is absent but by the calendar's ``attendance_factor``. They take all
    calls of their desk, and those that everybody takes.

    A holiday cannot have more than a Sunday: where it needs more, the Sunday has them too. Days
    that are not counted have the most of any that are.
    """
    shifts: Raw = {}
    operators: Raw = {}
    for desk, skills in enumerate(week.desks):
        for level, runs in enumerate(_layers(week, seats[desk])):
            mine = {"-".join(["seat", *row.values()]).replace(":", ""): row for row in runs}
            shifts |= mine
            operators[f"seat-{desk}-{level}"] = {
                "count": 1,
                "skills": " | ".join(skill for skill in skills if skill),
                "shifts": " | ".join(mine),
            }
    if len(operators) < len(week.desks):
        # Somebody must know each skill that calls ask for, even where nobody is on duty.
        rows = resolved.raw["operators"].items()
        operators |= {row_id: {**row, "count": 0} for row_id, row in rows}
    return _with(resolved, {"operators": operators, "shifts": {**resolved.raw["shifts"], **shifts}})


def _layers(week: Week, seats: Ints) -> Iterator[list[Raw]]:
    """For the first seat, the second, ...: the shifts in which it is taken, as rows."""
    days = _by_day(week, seats)
    per_day = days.shape[1]
    for level in range(int(seats.max(initial=0))):
        rows: list[Raw] = []
        for day in range(HOLIDAY):
            taken = (days[day] > level).astype(np.int64)
            if day == SUNDAY:
                taken += days[HOLIDAY] > level
            edges = [0, *(np.flatnonzero(np.diff(taken)) + 1), per_day]
            rows += [
                _shift(day, first * week.slot_ms, last * week.slot_ms, bool(taken[first] == 2))
                for first, last in pairwise(edges) if taken[first]
            ]
        yield rows


def _by_day(week: Week, seats: Ints) -> Ints:
    """(kind of day, slot of the day)."""
    days = np.zeros((HOLIDAY + 1, DAY // week.slot_ms), dtype=np.int64)
    days[week.kind, week.start // week.slot_ms] = seats
    absent = [day for day in range(HOLIDAY + 1) if day not in week.kinds]
    if HOLIDAY in week.kinds:
        days[SUNDAY] = np.maximum(days[SUNDAY], days[HOLIDAY])
    days[absent] = days.max(axis=0)
    return days


def _shift(day: int, start: int, end: int, on_holidays: bool) -> Raw:
    return {
        "start": _clock(start),
        "end": _clock(end),
        "days": WEEKDAYS[day],
        "on_holidays": "yes" if on_holidays else "no",
    }


def _clock(time: int) -> str:
    return f"{time // HOUR:02}:{time % HOUR // MINUTE:02}"


def _with(resolved: Resolved, tables: Raw) -> Resolved:
    raw = {**resolved.raw, **tables}
    return replace(resolved, raw=raw, scenario=rebuild(raw))
