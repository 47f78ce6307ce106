"""Shocks as a second implementation, slow and obvious: for each moment, person or request, every
shock is gone through anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from sim.scenario.schema import Scenario
from sim.streams import Purpose, generator, hashed_uniform, key
from tests.naive import DAY, HOUR

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Blow:
    """A shock; times in milliseconds. Empty lists mean all."""

    name: str
    begins: int
    ends: int
    on: bool = True
    demand: float = 1.0
    talk: float = 1.0
    service: float = 1.0
    attendance: float = 1.0
    streams: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    staff_points: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    hotline: bool = False
    lines: int = 0

    def lasts(self, moment: int) -> bool:
        return self.on and self.begins <= moment < self.ends

    def means(self, stream: str, zone: str) -> bool:
        return (not self.streams or stream in self.streams) and (
            not self.zones or zone in self.zones)


def still_open(hours: Spans, blows: Sequence[Blow]) -> Spans:
    """The hours but for the time in which one of these lasts, looked at piece by piece."""
    left: Spans = []
    for start, end in hours:
        edges = {start, end, *(t for b in blows for t in (b.begins, b.ends) if start < t < end)}
        rising = sorted(edges)
        before = False
        for first, last in pairwise(rising):
            shut = any(blow.lasts(first) for blow in blows)
            if not shut and before:
                left[-1] = (left[-1][0], last)
            elif not shut:
                left.append((first, last))
            before = not shut
    return left


# -- who comes -------------------------------------------------------------------------------------


def roster(scenario: Scenario, blows: Sequence[Blow], seed: int) -> list[tuple[int, int, bool]]:
    """(person, date, absent) of every shift that touches the run, of plain daily shifts."""
    shifts = {shift.id: shift for shift in scenario.shifts}
    found, number = [], 0
    for role, groups in (("operator", scenario.operators), ("caregiver", scenario.caregivers)):
        for group in groups:
            for member in range(1, group.count + 1):
                for name in group.shifts:
                    for date in range(-1, scenario.horizon_days):
                        if date * DAY + shifts[name].until <= 0:
                            continue
                        chance = 1 - group.absence_prob
                        for blow in blows:
                            if blow.lasts(date * DAY + shifts[name].start) and (
                                (not blow.roles or role in blow.roles)
                                and (not blow.staff or group.id in blow.staff)
                                and (not blow.staff_points
                                     or getattr(group, "point", "") in blow.staff_points)
                            ):
                                chance *= blow.attendance
                        day = scenario.time.start + dt.timedelta(days=date)
                        luck = hashed_uniform(
                            seed, 0, np.array([key(f"{group.id}-{member}")]),
                            np.array([day.toordinal()]))[0]
                        found.append((number, date * DAY, bool(luck >= chance)))
                number += 1
    return found


# -- who asks --------------------------------------------------------------------------------------

Asked = tuple[int, int, int, int, int]
"""Time, stream, zone, talk and time at the home."""


def requests(
    scenario: Scenario, ordinary: Sequence[Asked], blows: Sequence[Blow], seed: int,
    talk: int, service: int,
) -> list[Asked]:
    """What comes of the requests of ordinary days, and those that shocks add; every call takes
    ``talk`` and every visit ``service`` but for shocks. Streams ask evenly all day, all groups are
    elders."""
    kept: list[Asked] = []
    zones = [zone.id for zone in scenario.zones]
    elders = [zone.pop["elder"] for zone in scenario.zones]
    for code, stream in enumerate(scenario.requests):
        parts = [(stream.id, [(a[0], a[2]) for a in ordinary if a[1] == code])]
        for n, blow in enumerate(blows):
            if blow.on and blow.demand > 1:
                rates = np.zeros((blow.ends // HOUR - blow.begins // HOUR, len(zones)))
                for hour in range(len(rates)):
                    for z, zone in enumerate(zones):
                        time = blow.begins + hour * HOUR
                        rate = stream.per_day / 24 * elders[z] / sum(elders)
                        for other in blows[:n]:
                            if other.lasts(time) and other.means(stream.id, zone):
                                rate *= other.demand
                        means = blow.means(stream.id, zone)
                        rates[hour, z] = rate * (blow.demand - 1) if means else 0.0
                parts.append((f"{stream.id}|{blow.name}", _added(
                    f"{stream.id}|{blow.name}", rates, blow.begins, seed)))
        for at, (name, rows) in enumerate(parts):
            made_by = -1 if at == 0 else next(
                n for n, blow in enumerate(blows) if name == f"{stream.id}|{blow.name}")
            coins = [
                generator(seed, 0, Purpose.SHOCK_COIN, name, key(blow.name)).random(len(rows))
                for blow in blows
            ]
            for row, (time, z) in enumerate(rows):
                stays, length, visit = True, talk, service
                for n, blow in enumerate(blows):
                    if blow.lasts(time) and blow.means(stream.id, zones[z]):
                        if n > made_by and blow.demand < 1:
                            stays = stays and coins[n][row] < blow.demand
                        length, visit = round(length * blow.talk), round(visit * blow.service)
                if stays:
                    kept.append((time, code, z, length, visit))
    return sorted(kept)


def _added(name: str, rates: Any, begins: int, seed: int) -> list[tuple[int, int]]:
    """Time and zone of what a shock adds, by time."""
    numbers = generator(seed, 0, Purpose.SHOCK_NUMBER, name).poisson(rates)
    cells = [
        (hour, z) for hour in range(rates.shape[0]) for z in range(rates.shape[1])
        for _ in range(numbers[hour, z])
    ]
    moments = generator(seed, 0, Purpose.SHOCK_MOMENT, name).integers(0, HOUR, len(cells))
    rows = [
        (begins + hour * HOUR + int(moment), z)
        for (hour, z), moment in zip(cells, moments, strict=True)
    ]
    return sorted(rows, key=lambda row: row[0])
