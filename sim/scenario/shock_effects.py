"""Shocks at work: when each lasts, and what it multiplies, closes or takes away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from sim.scenario.days import Day
from sim.scenario.schema import Scenario
from sim.scenario.sections.experts import ExpertGroup
from sim.scenario.sections.quantities import Interval
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.shocks import Shock
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.words.kinds import DAY, HOUR


def span(scenario: Scenario, shock: Shock) -> Interval:
    """From when until when it lasts, in milliseconds from the scenario's first midnight."""
    midnight = dt.datetime.combine(scenario.time.start, dt.time())
    tick = dt.timedelta(milliseconds=1)
    return (shock.begins - midnight) // tick, (shock.ends - midnight) // tick


def acting(scenario: Scenario) -> Iterator[tuple[str, Shock, Interval]]:
    """Name, shock and span of those that are on, in the order of the file."""
    return (
        (name, shock, span(scenario, shock))
        for name, shock in scenario.shocks.items() if shock.on
    )


def meets(shock: Shock, stream: Stream) -> bool:
    """Whether it is about the stream's requests, at least those from some zones."""
    return (
        (not shock.streams or stream.id in shock.streams)
        and (not shock.channels or stream.channel in shock.channels)
        and (not shock.groups or stream.group in shock.groups)
    )


def hits(shock: Shock, scenario: Scenario) -> list[bool]:
    """Of each zone, whether requests from there are meant."""
    return [not shock.zones or zone.id in shock.zones for zone in scenario.zones]


def attendance(
    scenario: Scenario, group: OperatorGroup | CaregiverGroup | ExpertGroup, start: int
) -> float:
    """What shocks multiply the chance by that somebody of the group comes to a shift that begins at
    ``start``, in milliseconds from the first midnight."""
    factor = 1.0
    for _, shock, (first, last) in acting(scenario):
        if first <= start < last and concerns(shock, group):
            factor *= shock.attendance_factor
    return factor


def concerns(shock: Shock, group: OperatorGroup | CaregiverGroup | ExpertGroup) -> bool:
    """Whether it is about the group's attendance."""
    role = "operator" if isinstance(group, OperatorGroup) else (
        "expert" if isinstance(group, ExpertGroup) else "caregiver")
    point = group.point if isinstance(group, CaregiverGroup) else ""
    return (
        (not shock.roles or role in shock.roles)
        and (not shock.staff or group.id in shock.staff)
        and (not shock.staff_points or point in shock.staff_points)
    )


def speed(scenario: Scenario, days: int) -> list[float]:
    """Factor on every travel speed in each hour of so many days."""
    factors = [1.0] * (24 * days)
    for _, shock, (first, last) in acting(scenario):
        if shock.speed_factor != 1:
            for hour in range(max(0, first // HOUR), min(24 * days, last // HOUR)):
                factors[hour] *= shock.speed_factor
    return factors


def hotline_shut(scenario: Scenario) -> list[Interval]:
    """When shocks close the hotline."""
    return [when for _, shock, when in acting(scenario) if shock.hotline_closed]


def point_shut(scenario: Scenario, point: str) -> list[Interval]:
    """When shocks close a point."""
    return [when for _, shock, when in acting(scenario) if point in shock.points_closed]


def without(spans: Sequence[Interval], shut: Iterable[Interval]) -> list[Interval]:
    """Rising spans with these stretches cut out."""
    left = list(spans)
    for first, last in shut:
        left = [
            part
            for start, end in left
            for part in ((start, min(end, first)), (max(start, last), end))
            if part[0] < part[1]
        ]
    return left


def known(scenario: Scenario, stream: Stream, days: Sequence[Day]) -> list[float]:
    """Share of the stream's demand that an opening hotline has already, mean over each hour of
    ``days``; 1 where the hotline is not new."""
    return [
        (at_time(scenario, stream, since) + at_time(scenario, stream, since + HOUR)) / 2
        for day in days
        for since in range(
            (day.date - scenario.time.start).days * DAY,
            (day.date - scenario.time.start).days * DAY + DAY, HOUR,
        )
    ]


def at_time(scenario: Scenario, stream: Stream, time: float) -> float:
    """Share of the stream's demand at a time in milliseconds from the first midnight."""
    opening = scenario.opening
    if not opening.ramp_days or (opening.streams and stream.id not in opening.streams):
        return 1.0
    grown = min(1.0, max(0.0, time / (opening.ramp_days * DAY)))
    return opening.start_share + (1 - opening.start_share) * grown
