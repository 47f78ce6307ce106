"""Places as the model looks them up: rows of places by number, and which services take which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sim.scenario.days import day, days, open_spans
from sim.scenario.schema import Scenario
from sim.scenario.sections import organisations
from sim.scenario.shock_effects import point_shut, without
from sim.words.kinds import NEVER, NONE

Spans = list[tuple[int, int]]


class Stay(NamedTuple):
    """What a place service asks for."""

    waits: bool
    """whoever finds all taken is put on the waitlist"""
    by_grade: bool
    """assessed grade goes before first come there"""
    at: dict[int, tuple[int, ...]]
    """point -> rows of places taken at once, of points that offer the service and have them all"""
    hours: dict[int, Spans]
    """point -> when all of those rows are open"""
    spans: dict[int, Spans]
    """point -> when one may go in: they are open, and no shock closes the point"""


class Ward(NamedTuple):
    """A row of ``places.csv``."""

    point: int
    places: int
    per_carer: int
    skill: str


class Wards(NamedTuple):
    """Everything about places that never changes during a run."""

    wards: tuple[Ward, ...]
    stays: dict[int, Stay]
    """[service] of mode place"""
    mode: int
    """travel mode of the clients"""


def wards(scenario: Scenario) -> Wards:
    """Compile the places of a scenario; every name becomes a position."""
    points = [p.id for p in scenario.points]
    rows = tuple(
        Ward(points.index(r.point), r.count, r.places_per_carer, r.carer_skill)
        for r in scenario.places
    )
    after = scenario.time.start + timedelta(days=scenario.horizon_days)
    calendar = [*days(scenario), *(day(scenario, after + timedelta(days=n)) for n in range(62))]
    opens = [_for_ever(open_spans(r.open, calendar), len(calendar)) for r in scenario.places]
    number = {(r.point, r.kind): n for n, r in enumerate(scenario.places)}
    services = [s.id for s in scenario.services]
    stays = {}
    for row in scenario.admissions:
        at, hours, spans = {}, {}, {}
        service = scenario.services[services.index(row.id)]
        for place, (point, run_by) in enumerate(
            zip(scenario.points, organisations.of_points(scenario), strict=True)
        ):
            found = [number.get((point.id, kind), NONE) for kind in row.kinds]
            if organisations.offers(service, point, run_by) and NONE not in found:
                at[place] = tuple(found)
                hours[place] = _common([opens[n] for n in found])
                spans[place] = without(hours[place], point_shut(scenario, point.id))
        stays[services.index(row.id)] = Stay(
            row.waitlist != "none", row.waitlist == "grade", at, hours, spans
        )
    client = scenario.travel.client_mode
    return Wards(rows, stays, list(scenario.travel.modes).index(client) if client else 0)


def span_at(spans: Spans, moment: int) -> tuple[int, int] | None:
    """The span that holds the moment, its end not included; None between two."""
    i = bisect_right(spans, (moment, NEVER)) - 1
    return spans[i] if i >= 0 and moment < spans[i][1] else None


def next_opening(spans: Spans, now: int) -> int:
    """When the first span after ``now`` begins; NEVER if there is none."""
    i = bisect_right(spans, (now, NEVER))
    return spans[i][0] if i < len(spans) else NEVER


def _for_ever(spans: Spans, known_days: int) -> Spans:
    """What is open to the end of the days that are worked out does not close there."""
    end = known_days * 24 * 3_600_000
    return [(start, NEVER if stop >= end else stop) for start, stop in spans]


def _common(several: Sequence[Spans]) -> Spans:
    """When all are open."""
    found = several[0]
    for spans in several[1:]:
        both = [(max(a, c), min(b, d)) for a, b in found for c, d in spans]
        found = [span for span in both if span[0] < span[1]]
    return found
