"""Planned travel, worked out again from the reference tables, and where everybody was."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.check.ground.facts import Facts, Floats, Ints, has, take
from sim.check.ground.shock_effects import speed
from sim.check.staff.duties import duty_of
from sim.words.kinds import DAY, HOUR, MINUTE, NONE, IdleReason, StaffState, WhenIdle

TOLERANCE = 2
"""Milliseconds by which a planned trip worked out again may differ: the model rounds each leg."""


@dataclass(frozen=True, eq=False)
class Roads:
    """Noise-free trips to homes: arrays in, minutes and kilometres out."""

    detour: float
    access_min: float
    slow: Floats
    """factor on travel time in each hour of the run"""
    road_factor: Floats
    """of each zone"""
    kmh: Floats
    """of each caregiver; operators go nowhere"""
    minutes: Floats | None
    """the matrix over zones, then points; None where distance decides"""

    @classmethod
    def of(cls, f: Facts) -> Roads:
        ids = pd.Index([*f.text("zones", "zone"), *f.text("points", "point")])
        return cls(
            f.settings["travel.detour"],
            f.settings["travel.access_min"],
            slow_hours(f),
            f.column("zones", "road_factor").astype(float),
            np.where(f.column("staff", "kmh") > 0, f.column("staff", "kmh"), np.nan),
            _matrix(f, ids) if f.settings["travel.by_matrix"] else None,
        )

    def km(self, x: Floats, y: Floats, home_x: Floats, home_y: Floats, zone: Ints) -> Floats:
        straight = np.hypot(home_x - x, home_y - y)
        return np.asarray(straight * self.detour * take(self.road_factor, zone, 1.0))

    def planned(
        self, km: Floats, row: Ints, zone: Ints, kmh: Floats, leaving: Ints | None
    ) -> Floats:
        """Milliseconds to a home, access included; ``row`` is the matrix row of the start.

        Without a time of ``leaving``, at speed factor 1.
        """
        minutes = km * 60 / kmh if self.minutes is None else self.minutes[row, zone]
        if leaving is not None:
            minutes = minutes * self.slow[np.clip(leaving // HOUR, 0, len(self.slow) - 1)]
        return np.asarray((minutes + self.access_min) * MINUTE)


    def at_once(
        self, x: float, y: float, row: int, to_x: float, to_y: float, to_row: int, kmh: float
    ) -> bool:
        """Whether a way is so short that it takes less than a millisecond."""
        if self.minutes is not None:
            return bool(self.minutes[row, to_row] * MINUTE < 1)
        return bool(math.hypot(to_x - x, to_y - y) * self.detour / kmh * HOUR < 1)


def slowness(f: Facts, moments: Ints) -> Floats:
    """Factor on travel time for whoever leaves at each moment."""
    hours = f.once("slow hours", slow_hours)
    return np.asarray(hours[np.clip(moments // HOUR, 0, len(hours) - 1)])


def slow_hours(f: Facts) -> Floats:
    """Factor on travel time in each hour of the run, from the speed of the hour, the date and
    shocks."""
    by_hour = np.array(f.settings["travel.speed_by_hour"], dtype=float)
    by_day = np.ones(f.horizon // DAY)
    day = f.ms("days", "date") // DAY
    within = (day >= 0) & (day < len(by_day))
    by_day[day[within]] = f.column("days", "speed_factor")[within]
    return np.asarray(1 / (np.outer(by_day, by_hour).ravel() * speed(f)))


def _matrix(f: Facts, ids: pd.Index) -> Floats:
    """Minutes from place to place, from the rows ``start, end, minutes``."""
    matrix = np.full((len(ids), len(ids)), np.nan)
    rows = ids.get_indexer(f.text("minutes", "start"))
    matrix[rows, ids.get_indexer(f.text("minutes", "end"))] = f.column("minutes", "minutes")
    return matrix


@dataclass(frozen=True, eq=False)
class Homes:
    """Where each order is to be done, one entry an order."""

    x: Floats
    y: Floats
    zone: Ints

    @classmethod
    def of(cls, f: Facts) -> Homes:
        request = f.row_of("orders", "request", "requests")
        return cls(
            take(f.column("requests", "x_km"), request, np.nan),
            take(f.column("requests", "y_km"), request, np.nan),
            f.place("orders", "zone", "zones"),
        )


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where a caregiver is as each line of the time sheet begins."""

    x: Floats
    y: Floats
    row: Ints
    """row of the travel matrix: zones, then points"""


def share_done(f: Facts) -> Floats:
    """Of each visit the share of its road that was driven: all of it, or by plan as much as lay
    behind when the caregiver was called away."""
    turned, departed = f.ms("visits", "turned_back"), f.ms("visits", "departed")
    road = (f.column("visits", "planned_min") - f.settings["travel.access_min"]) * MINUTE
    away = has(turned)
    part = np.where(away, turned - np.where(away, departed, 0), 0) / np.where(road > 0, road, 1)
    return np.where(away & (road > 0), np.minimum(1.0, part), 1.0)


def _turned(f: Facts) -> dict[tuple[int, int, int], float]:
    """(person, order, departure) -> share of the road driven, of trips that ended on the way."""
    away = np.flatnonzero(has(f.ms("visits", "turned_back")))
    keys = zip(
        f.place("visits", "caregiver", "staff")[away].tolist(),
        f.row_of("visits", "order", "orders")[away].tolist(),
        f.ms("visits", "departed")[away].tolist(), strict=True,
    )
    return dict(zip(keys, share_done(f)[away].tolist(), strict=True))


def whereabouts(f: Facts) -> Whereabouts:
    """Follow every caregiver through the time sheet: out to homes, back towards the point.

    Each shift begins at the point; who is stopped on the way back is as far along as the
    kilometres say, who is called away on the way out as far as planned (by matrix: at the nearer
    end).
    """
    return f.once("whereabouts", _follow)


def _follow(f: Facts) -> Whereabouts:
    roads, homes = Roads.of(f), Homes.of(f)
    zones = len(f.table("zones"))
    points = list(zip(f.column("points", "x_km").tolist(), f.column("points", "y_km").tolist(),
                      strict=True))
    home_x, home_y, home_zone = homes.x.tolist(), homes.y.tolist(), homes.zone.tolist()
    start = f.ms("timesheet", "start")
    duty = duty_of(f, f.place("timesheet", "staff", "staff"), start)
    state_code = f.code("timesheet", "state", StaffState)
    # A way back that takes no time leaves no line: whoever has nothing to do is at the point.
    rests = (
        (f.settings["dispatch.when_idle"] == str(WhenIdle.RETURN))
        & (state_code == StaffState.IDLE)
        & (f.code("timesheet", "reason", IdleReason) != IdleReason.RESERVED)
    )
    staff = f.place("timesheet", "staff", "staff")
    kmh = roads.kmh[staff]
    turned = _turned(f)
    lines = list(zip(
        duty.tolist(), f.place("timesheet", "point", "points").tolist(), state_code.tolist(),
        f.row_of("timesheet", "order", "orders").tolist(), f.column("timesheet", "km").tolist(),
        rests.tolist(), kmh.tolist(), staff.tolist(), start.tolist(), strict=True,
    ))
    x, y, row = np.zeros(len(lines)), np.zeros(len(lines)), np.zeros(len(lines), dtype=np.int64)
    before, zone = NONE, NONE
    here_x, here_y, here_row = 0.0, 0.0, 0
    for i in np.lexsort((start, duty)).tolist():
        on, at, state, order, km, rest, speed, person, since = lines[i]
        if at == NONE or on == NONE:
            continue
        point_x, point_y = points[at]
        if on != before:
            before, here_x, here_y, here_row = on, point_x, point_y, zones + at
        if rest and roads.at_once(here_x, here_y, here_row, point_x, point_y, zones + at, speed):
            here_x, here_y, here_row = point_x, point_y, zones + at
        x[i], y[i], row[i] = here_x, here_y, here_row
        if state == StaffState.TRAVEL and order != NONE:
            zone = home_zone[order]
            done = turned.get((person, order, since), 1.0)
            if done == 1 or (roads.minutes is not None and done >= 0.5):
                here_x, here_y, here_row = home_x[order], home_y[order], zone
            elif roads.minutes is None:
                here_x += done * (home_x[order] - here_x)
                here_y += done * (home_y[order] - here_y)
        elif state == StaffState.RETURN:
            factor = roads.detour * (roads.road_factor[zone] if zone != NONE else 1.0)
            way = math.hypot(point_x - here_x, point_y - here_y) * factor
            done = min(1.0, km / way) if way else 1.0
            if roads.minutes is None or done > 1 - 1e-9:
                here_x += done * (point_x - here_x)
                here_y += done * (point_y - here_y)
                here_row = zones + at
            elif done >= 0.5:
                here_x, here_y, here_row = point_x, point_y, zones + at
    return Whereabouts(x, y, row)
