"""What a scenario asks of its service points, and what theory expects of them hour by hour.

Each home's visits are laid to the nearest point that offers the service within
``dispatch.max_travel_min``, by planned travel at speed factor 1, the way out only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.geography import cells, centre, project
from sim.model.plan import Plan, plan
from sim.scenario.days import Day, days
from sim.scenario.schema import Scenario
from sim.scenario.sections.plans import CarePlan, as_stream
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.services import Service
from sim.theory.chains import Floats
from sim.theory.demand import false_alarms
from sim.theory.erlang import erlang_c
from sim.theory.presence import caregivers_present
from sim.words.kinds import HOUR, MINUTE, ServiceMode
from sim.workload.arrivals import booked_window, expected_per_hour, people
from sim.workload.sampling import sample

GRID = 12
"""A zone's homes are judged by the centres of so many by so many equal cells."""
LEADS, MOMENTS = 200, 12
"""So many leads, and moments of an hour, stand for all."""


@dataclass(frozen=True)
class Laid:
    """A stream's visits laid to the points."""

    stream: Stream
    service: Service
    wanted: float
    """share of the requests that want a visit: those that are no false alarm"""
    share: Floats
    """[point] of the visits; the last entry is of homes that no point reaches"""
    minutes: Floats
    """[point] mean planned travel to them"""
    plan: CarePlan | None = None
    """the care plan that ``stream`` stands for"""

    @property
    def visit_h(self) -> float:
        """Mean hours at the home."""
        return self.service.duration.mean_ms / HOUR if self.service.duration else 0.0

    def per_hour(self, scenario: Scenario, dates: Sequence[Day]) -> Floats:
        """Expected visits asked for in each hour; those of a plan evenly within its hours."""
        if self.plan is None:
            return expected_per_hour(scenario, self.stream, dates) * self.wanted
        clock = np.arange(24) * HOUR
        inside = (clock + HOUR > self.plan.opens) & (clock < self.plan.closes)
        per_day = self.plan.per_day(float(people(scenario, self.stream).sum()))
        return np.tile(np.where(inside, per_day / inside.sum(), 0.0), len(dates))


def laid_out(scenario: Scenario) -> Iterator[Laid]:
    """Every stream and care plan that asks for visits."""
    county = plan(scenario)
    minutes = _minutes(scenario, county)
    position = {service.id: n for n, service in enumerate(scenario.services)}
    sources: list[tuple[Stream, CarePlan | None]] = [
        *((stream, None) for stream in scenario.requests),
        *((as_stream(care), care) for care in scenario.plans),
    ]
    for stream, care in sources:
        service = scenario.services[position[stream.service]]
        if service.mode != ServiceMode.VISIT:
            continue
        asking = people(scenario, stream)
        weight = np.repeat(asking / max(1, asking.sum()), GRID * GRID) / (GRID * GRID)
        offering = np.full_like(minutes, np.inf)
        offered = county.offering[position[service.id]]
        offering[:, offered] = minutes[:, offered]
        offering[offering > scenario.dispatch.max_travel_min] = np.inf
        nearest, travel = _nearest(offering)
        share = np.bincount(nearest, weight, len(scenario.points) + 1).astype(float)
        spent = np.bincount(nearest, weight * travel, len(share))
        yield Laid(
            stream, service, 1 - false_alarms(stream), share,
            np.divide(spent, share, out=np.zeros(len(share)), where=share > 0),
            care,
        )


def expected_points(scenario: Scenario) -> pd.DataFrame:
    """One row a point and hour of the week that the counted days touch, the mean over them.

    ``point``, ``hour_of_week``, ``weekday``, ``hour``; ``visits`` that begin in the hour: with the
    request, or with the window for what is booked; ``work_h``: caregivers' hours that they take,
    travel and crews included; ``offered_load_erlang``: caregivers on a visit if nobody ever waited
    (M_t/G/inf, mean durations); ``caregivers``: expected on duty, absences and breaks taken off;
    ``load``: offered load / caregivers; ``waits``, ``wait_min``: share and mean wait of orders by
    the modified offered load, M/M/c with that load and staff as if it lasted: missing where
    fewer than one caregiver is on duty, 1 and infinite where the load is not carried.

    What is left out of it is listed by :func:`sim.theory.assumptions.not_holding_at_points`.
    """
    dates = days(scenario)
    hours = 24 * len(dates)
    shape = (len(scenario.points), hours)
    visits, work, load = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for laid in laid_out(scenario):
        rate = laid.per_hour(scenario, dates)
        begun = _begun(rate, laid)
        for point in np.flatnonzero(laid.share[:-1]):
            each = begun * laid.share[point]
            length = laid.visit_h + laid.minutes[point] * MINUTE / HOUR
            visits[point] += each
            work[point] += each * length * laid.service.crew
            load[point] += np.convolve(each, _in_hand(length))[:hours] * laid.service.crew
    return _table(scenario, visits, work, load, caregivers_present(scenario))


def _table(
    scenario: Scenario, visits: Floats, work: Floats, load: Floats, caregivers: Floats
) -> pd.DataFrame:
    first = 24 * scenario.time.warm_up_days
    counted = np.arange(first, first + 24 * scenario.time.days)
    hour_of_week = (counted + 24 * scenario.time.start.weekday()) % 168
    n = np.bincount(hour_of_week, minlength=168)
    rows = []
    for number, point in enumerate(scenario.points):
        week = [
            np.bincount(hour_of_week, series[number][counted], 168)[n > 0] / n[n > 0]
            for series in (visits, work, load, caregivers)
        ]
        length = float(load[number].sum()) / (float(visits[number].sum()) or 1.0)
        for hour, begun, hours, busy, staff in zip(np.flatnonzero(n), *week, strict=True):
            rows.append((
                point.id, hour, hour // 24, hour % 24, begun, hours, busy, staff,
                *_waiting(busy, staff, length),
            ))
    return pd.DataFrame(rows, columns=[
        "point", "hour_of_week", "weekday", "hour", "visits", "work_h", "offered_load_erlang",
        "caregivers", "load", "waits", "wait_min",
    ])


def _waiting(load: float, caregivers: float, length: float) -> tuple[float, float, float]:
    """Load of each, share that waits, minutes waited; ``length``: mean hours of a visit."""
    each = load / caregivers if caregivers > 0 else math.nan
    if caregivers < 1:
        return each, math.nan, math.nan
    waits = erlang_c(caregivers, load)
    if load >= caregivers:
        return each, waits, math.inf
    return each, waits, waits * length / (caregivers - load) * (HOUR / MINUTE)


def _begun(rate: Floats, laid: Laid) -> Floats:
    """Expected visits to begin in each hour, from the expected requests in each."""
    stream, service = laid.stream, laid.service
    if stream.lead is None:
        return rate
    leads = np.sort(sample(stream.lead, np.random.default_rng(0), 50 * LEADS))[25::50]
    found = np.zeros(len(rate))
    for hour in range(24):
        moments = hour * HOUR + np.arange(MOMENTS) * HOUR // MOMENTS
        opens, _ = booked_window(
            np.repeat(moments, LEADS), np.tile(leads, MOMENTS), stream.slots,
            round(service.lead_h * HOUR), service.cut_off, 0,
        )
        kernel = np.bincount(opens // HOUR) / len(opens)
        asked = np.zeros(len(rate))
        asked[::24] = rate[hour::24]
        found += np.convolve(asked, kernel)[: len(rate)]
    return found


def _in_hand(length: float) -> Floats:
    """Hours of a visit of this length (hours), begun at any moment of hour 0, that fall into hours
    0, 1, ..."""
    edges = np.arange(math.ceil(length) + 2, dtype=float)

    def area(x: Floats) -> Floats:
        return np.where(x < length, x * x / 2, length * x - length * length / 2)

    done = area(edges) - area(np.maximum(edges - 1, 0.0))
    return np.asarray(np.diff(done))


def _minutes(scenario: Scenario, county: Plan) -> Floats:
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


def _nearest(minutes: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The nearest point to each cell and the minutes there; the last place is "nobody", 0 min."""
    nobody = minutes.shape[1]
    if nobody == 0:
        return np.zeros(len(minutes), dtype=np.int64), np.zeros(len(minutes))
    nearest = minutes.argmin(axis=1)
    travel = minutes.min(axis=1)
    reached = np.isfinite(travel)
    return np.where(reached, nearest, nobody), np.where(reached, travel, 0.0)
