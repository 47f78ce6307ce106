"""The scenario as the processes look things up: by number, in plain lists and arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.geography import Place, Trips, centre, project
from sim.model.meals.meal_plan import MealPlan, meal_plan
from sim.scenario.days import Day, day, days, open_spans
from sim.scenario.schema import Scenario
from sim.scenario.sections import organisations
from sim.scenario.shock_effects import hotline_shut, point_shut, speed, without
from sim.words.kinds import MINUTE, ServiceMode

Spans = list[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Plan:
    """What never changes during a run."""

    trips: Trips
    points: tuple[Place, ...]
    point_zone: NDArray[np.int64]
    point_mode: NDArray[np.int64]
    """travel mode of a point's first caregivers, by which its distance is judged"""
    point_open: tuple[Spans, ...]
    accept_prob: tuple[float, ...]
    offering: tuple[NDArray[np.int64], ...]
    """[service] -> numbers of the points that offer it"""
    offers: NDArray[np.bool_]
    """[service, point] -> whether it is offered; a delivery only where a kitchen supplies it"""
    serves: NDArray[np.bool_]
    """[zone, point] -> whether homes there are in the territory of the point's organisation"""
    everywhere: bool
    """every point serves every zone"""
    price: tuple[tuple[float, ...], ...]
    """[service][point] -> yuan paid for an order of the service done by the point"""
    able: tuple[tuple[bool, ...], ...]
    """[caregiver group][service] -> has the skill and the grade, and it is none that
    the group leaves to others"""
    mode: tuple[int, ...]
    """[caregiver group] -> travel mode"""
    mean_service: tuple[int, ...]
    """[service] -> mean milliseconds at the home"""
    crew: tuple[int, ...]
    priority: tuple[int, ...]
    emergency: tuple[bool, ...]
    """[service] -> its class makes it an emergency"""
    ready: tuple[bool, ...]
    """[caregiver group] -> can do every emergency service that the own point offers"""
    visits: tuple[bool, ...]
    """[service] -> somebody goes to the home"""
    places: tuple[bool, ...]
    """[service] -> the client comes and occupies a place"""
    delivers: tuple[bool, ...]
    """[service] -> it is brought on rounds"""
    meals: MealPlan
    no_show_prob: tuple[float, ...]
    door: tuple[int, ...]
    hotline_open: Spans
    usual: dict[int, int]
    """[stream] -> the point its clients are used to, where they are used to one"""

    def candidates(self, service: int, zone: int) -> NDArray[np.int64]:
        """Numbers of the points that may be asked for a service at a home in a zone."""
        offering = self.offering[service]
        return offering if self.everywhere else offering[self.serves[zone, offering]]


def plan(scenario: Scenario) -> Plan:
    """Compile a scenario; every name becomes a position."""
    zones = [z.id for z in scenario.zones]
    origin = centre([z.lat for z in scenario.zones], [z.lon for z in scenario.zones])
    calendar = _beyond(scenario)
    modes = list(scenario.travel.modes)
    services = scenario.services
    meals = meal_plan(scenario, calendar)
    run_by = list(zip(scenario.points, organisations.of_points(scenario), strict=True))
    offers = np.array([
        [organisations.offers(s, *point) and (s.mode != ServiceMode.DELIVERY or bool(filled))
         for point, filled in zip(run_by, behind, strict=True)]
        for s, behind in zip(services, meals.behind, strict=True)
    ], dtype=bool).reshape(len(services), len(scenario.points))
    serves = np.array([
        [organisations.serves(zone, organisation) for _, organisation in run_by] for zone in zones
    ], dtype=bool).reshape(len(zones), len(scenario.points))
    points = tuple(
        Place(*project(p.lat, p.lon, *origin), len(zones) + number)
        for number, p in enumerate(scenario.points)
    )
    able = tuple(
        tuple(
            g.grade >= s.grade and (not s.skill or s.skill in g.skills)
            and (not g.services or s.id in g.services)
            for s in services
        )
        for g in scenario.caregivers
    )
    emergency = tuple(s.priority <= scenario.dispatch.emergency_priority for s in services)
    first_mode = {g.point: modes.index(g.mode) for g in reversed(scenario.caregivers)}
    return Plan(
        trips=_trips(scenario),
        points=points,
        point_zone=np.array([zones.index(p.zone) for p in scenario.points], dtype=np.int64),
        point_mode=np.array([first_mode.get(p.id, 0) for p in scenario.points], dtype=np.int64),
        point_open=tuple(
            without(open_spans(p.open, calendar), point_shut(scenario, p.id))
            for p in scenario.points
        ),
        accept_prob=tuple(organisations.acceptance(*point) for point in run_by),
        offering=tuple(np.flatnonzero(row) for row in offers),
        offers=offers,
        serves=serves,
        everywhere=bool(serves.all()),
        price=tuple(
            tuple(organisations.price(s, *point) for point in run_by) for s in services
        ),
        able=able,
        mode=tuple(modes.index(g.mode) for g in scenario.caregivers),
        mean_service=tuple(round(s.duration.mean_ms) if s.duration else 0 for s in services),
        crew=tuple(s.crew for s in services),
        priority=tuple(s.priority for s in services),
        emergency=emergency,
        ready=_ready(scenario, able, emergency, offers),
        visits=tuple(s.mode == ServiceMode.VISIT for s in services),
        places=tuple(s.mode == ServiceMode.PLACE for s in services),
        delivers=tuple(s.mode == ServiceMode.DELIVERY for s in services),
        meals=meals,
        no_show_prob=tuple(s.no_show_prob for s in services),
        door=tuple(round(s.door_min * MINUTE) for s in services),
        hotline_open=without(
            open_spans(scenario.hotline.open, calendar), hotline_shut(scenario)
        ),
        usual=usual_points(scenario),
    )


def usual_points(scenario: Scenario) -> dict[int, int]:
    """The point, if any, that the clients of each care plan are used to, by stream."""
    points = [point.id for point in scenario.points]
    return {
        stream: points.index(plan.point)
        for stream, plan in enumerate(scenario.plans, len(scenario.requests)) if plan.point
    }


def _ready(
    scenario: Scenario, able: tuple[tuple[bool, ...], ...], emergency: tuple[bool, ...],
    offers: NDArray[np.bool_],
) -> tuple[bool, ...]:
    visits = [s.mode == ServiceMode.VISIT for s in scenario.services]
    urgent = offers & (np.array(emergency, dtype=bool) & np.array(visits, dtype=bool))[:, None]
    points = [p.id for p in scenario.points]
    found = []
    for group, can in zip(scenario.caregivers, able, strict=True):
        wanted = np.flatnonzero(urgent[:, points.index(group.point)])
        found.append(len(wanted) > 0 and all(can[s] for s in wanted))
    return tuple(found)


def _beyond(scenario: Scenario) -> list[Day]:
    """The days of the run and the next two months: an opening after the end is still to come."""
    after = scenario.time.start + timedelta(days=scenario.horizon_days)
    return [*days(scenario), *(day(scenario, after + timedelta(days=n)) for n in range(62))]


def _trips(scenario: Scenario) -> Trips:
    travel = scenario.travel
    calendar = days(scenario)
    shocked = speed(scenario, len(calendar))
    slow = [
        1 / (factor * day.speed_factor * shocked[24 * number + hour])
        for number, day in enumerate(calendar)
        for hour, factor in enumerate(travel.speed_by_hour)
    ]
    ids = [*(z.id for z in scenario.zones), *(p.id for p in scenario.points)]
    matrix: Any = ()
    if travel.minutes:
        matrix = tuple(tuple(travel.minutes[a][b] for b in ids) for a in ids)
    return Trips(
        detour=travel.detour,
        road_factor=tuple(z.road_factor for z in scenario.zones),
        min_per_km=tuple(60 / m.kmh for m in travel.modes.values()),
        access=round(travel.access_min * MINUTE),
        slow=tuple(slow),
        matrix=matrix,
    )
