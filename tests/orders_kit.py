"""The scenario of the row-by-row test of orders, and the comparison itself.

A kilometre takes a second, services and windows take a few: many things happen at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sim.geography import centre, project
from sim.log import Result
from sim.model.county import simulate
from sim.scenario.schema import Scenario
from sim.scenario.sections.grabbing import Grab
from sim.scenario.sections.organisations import Organisation
from sim.scenario.sections.quantities import Distribution, WeeklyHours
from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import DAY, MINUTE, NEVER, GrabBy, OfferMode, WhenIdle
from tests.naive import Shift
from tests.naive_county import Dispatch
from tests.naive_facts import Care, Carer, Rules, Spot, Station, Task
from tests.row_kit import SECOND, Log, duties, lines_of_model, lines_of_naive, played
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

PLAIN, NURSING, PAIR, NURSES = range(4)
CARES = [
    Care(4 * SECOND, priority=5, door=2 * SECOND),
    Care(3 * SECOND, priority=2, door=2 * SECOND),
    Care(3 * SECOND, crew=2, priority=5, door=2 * SECOND),
    Care(2 * SECOND, crew=2, priority=2, door=2 * SECOND),
]
NEEDS = ("", "nurse", "", "nurse")
POINTS = 3
ONE_POINT = ("all", "s3", "s3")
"""Services of the points where only the first one is asked: nobody needs two nurses."""
MEMBERS = 2
"""people in each group; a point has a plain group and one of nurses"""


REACTION = Distribution(dist="empirical", values_s=[0, 1, 2, 3, 5, 8])  # type: ignore[call-arg]
"""of points and caregivers to an order they are shown"""
NO_POINT_WEIGHTS = dict.fromkeys(PointWeights.model_fields, 0.0)
NO_ORDER_WEIGHTS = dict.fromkeys(OrderWeights.model_fields, 0.0)


@lru_cache
def county() -> Scenario:
    """Three points, each with people who can do everything and people who cannot nurse."""
    changes: dict[str, Any] = {
        "time.days": 1, "time.cool_down_days": 0, "services": {}, "requests": {}, "points": {},
        "caregivers": {}, "operators.desk.count": 1, "travel.detour": 1.0,
        "travel.modes.ebike.kmh": 3600,
        "zones.town.lat": 37.45, "zones.town.lon": 116.3,
        "zones.village": {
            "name_zh": "村", "name_en": "Village", "lat": 37.45, "lon": 116.36, "area_km2": 9.0,
            "population": 100, "pop_elder": 100,
        },
    }
    for number, (care, skill) in enumerate(zip(CARES, NEEDS, strict=True)):
        changes["services"][f"s{number}"] = {
            "name_zh": "照护", "name_en": "Care", "mode": "visit", "duration_dist": "constant",
            "duration_value_s": care.mean / SECOND, "crew": care.crew, "priority": care.priority,
            "skill": skill, "no_show_prob": 0.5, "door_min": care.door / MINUTE,
        }
        changes["requests"][f"r{number}"] = {
            "channel": "plan", "service": f"s{number}", "group": "elder", "per_day": 1,
        }
    for number, (lat, lon) in enumerate([(37.45, 116.33), (37.48, 116.36), (37.45, 116.38)]):
        changes["points"][f"p{number}"] = {
            "name_zh": "站", "name_en": "Point", "zone": "village" if number else "town",
            "lat": lat, "lon": lon, "open": "always", "services": "all", "accept_prob": 0.5,
        }
        for kind, skills in (("plain", ""), ("nurse", "nurse")):
            changes["caregivers"][f"p{number}-{kind}"] = {
                "point": f"p{number}", "count": MEMBERS, "shifts": "round", "mode": "ebike",
                "skills": skills,
            }
    return build(raw_small(), **changes)


@lru_cache
def spots() -> list[Spot]:
    """Where the points are."""
    zones, points = county().zones, county().points
    origin = centre([z.lat for z in zones], [z.lon for z in zones])
    return [
        (*project(p.lat, p.lon, *origin), len(zones) + n) for n, p in enumerate(points)
    ]


def with_rules(
    rules: Rules, hours: Sequence[list[tuple[int, int]]], services: Sequence[str]
) -> Scenario:
    """The county under these rules; ``hours`` and ``services`` of each point."""
    scenario = county()
    dispatch = scenario.dispatch.model_copy(update={
        "choose_point": rules.choose_point, "choose_order": rules.choose_order,
        "choose_caregiver": rules.choose_caregiver,
        "offer_timeout_min": min(rules.timeout, 1000 * DAY) / MINUTE,
        "max_offers": rules.max_offers, "retry_min": rules.retry / MINUTE,
        "max_travel_min": rules.max_travel_min, "borrow_km": rules.borrow_km,
        "gather_after_min": min(rules.gather_after, 1000 * DAY) / MINUTE,
        "overtime_min": rules.overtime / MINUTE,
        "point_weights": PointWeights(**{**NO_POINT_WEIGHTS, **rules.point_weights}),
        "order_weights": OrderWeights(**{**NO_ORDER_WEIGHTS, **rules.order_weights}),
        "reserve": rules.reserve, "preempt": rules.preempt,
        "emergency_priority": rules.emergency, "offer_mode": OfferMode(rules.offer_mode),
        "reoptimise_every_min": rules.reoptimise_every / MINUTE,
        "pool_km": rules.pool_km,
        "grab": Grab(
            to=GrabBy(rules.grab_to), reaction=REACTION, react_prob=rules.react_prob,
            timeout_min=max(1, rules.grab_timeout) / MINUTE,
        ),
        "when_idle": WhenIdle.RETURN if rules.goes_back else WhenIdle.STAY,
    })
    places = [*(zone.id for zone in scenario.zones), *(point.id for point in scenario.points)]
    travel = scenario.travel.model_copy(update={
        "minutes": {
            a: dict(zip(places, row, strict=True))
            for a, row in zip(places, rules.matrix, strict=False)
        },
        "access_min": rules.access / MINUTE, "speed_by_hour": tuple(1 / s for s in rules.slow),
    })
    points = [
        point.model_copy(update={
            "open": WeeklyHours(text="", days=(tuple(spans),) * 7),
            "services": tuple(offered.split("|")),
        })
        for point, spans, offered in zip(scenario.points, hours, services, strict=True)
    ]
    zones = [
        zone.model_copy(update={"road_factor": factor})
        for zone, factor in zip(scenario.zones, rules.roads, strict=True)
    ]
    return scenario.model_copy(update={
        "dispatch": dispatch, "travel": travel, "points": tuple(points), "zones": tuple(zones),
    })


def with_territories(scenario: Scenario, territories: Sequence[str]) -> Scenario:
    """Each point run by an organisation of its own, for homes in these zones (``a|b``)."""
    named = [
        Organisation(id=f"o{n}", name_zh="机构", name_en="Organisation",
                     zones=tuple(area.split("|")) if area else ())
        for n, area in enumerate(territories)
    ]
    points = [
        point.model_copy(update={"organisation": f"o{n}"})
        for n, point in enumerate(scenario.points)
    ]
    return scenario.model_copy(update={"organisations": tuple(named), "points": tuple(points)})


def drawn(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """The tasks as rows of a workload."""
    return [
        {
            "time": task.time, "stream": task.service, "service": task.service,
            "zone": task.zone, "x_km": task.home[0], "y_km": task.home[1],
            "duration": task.duration, "noise_out": task.noise_out, "noise_back": task.noise_back,
            "no_show_coin": 0.0 if task.no_show else 0.9, "order_patience": task.patience,
            "due": task.due, "offer_delay": task.delays, "reaction": task.reaction,
            "offer_coin": [0.0 if accepts else 0.9 for accepts in task.accepts],
            **({"window_open": task.window[0], "window_close": task.window[1]}
               if task.window else {}),
        }
        for task in tasks
    ]


def simulated(
    tasks: Sequence[Task], people: Sequence[list[Shift]], rules: Rules,
    services: Sequence[str] = ONE_POINT,
) -> Result:
    """The tables of a run, points always open, as a planner would get them."""
    scenario = with_rules(rules, ([(0, DAY)],) * POINTS, services)
    return simulate(scenario, workload(scenario, drawn(tasks)), duties(people, first=1))


def sorted_out(
    tasks: list[Task], people: Sequence[list[Shift]], rules: Rules,
    hours: Sequence[list[tuple[int, int]]], services: Sequence[str], start: int,
    territories: Sequence[str],
) -> tuple[list[Task], list[list[Shift]], list[list[tuple[int, int]]], Scenario]:
    """The same, every time later by ``start``, tasks in order; and the county."""
    tasks = sorted((later(task, start) for task in tasks), key=lambda task: task.time)
    for task in tasks:
        task.home = (*task.home[:2], task.zone)
    people = [[later_shift(shift, start) for shift in own] for own in people]
    hours = [[(a + start, min(DAY, b + start)) for a, b in spans] for spans in hours]
    county_then = with_territories(with_rules(rules, hours, services), territories)
    return tasks, people, hours, county_then


def tables_of(
    tasks: list[Task], people: Sequence[list[Shift]], rules: Rules,
    hours: Sequence[list[tuple[int, int]]] = ([(0, DAY)],) * POINTS,
    services: Sequence[str] = ("all",) * POINTS, start: int = 0,
    territories: Sequence[str] = ("",) * POINTS,
) -> Result:
    """The tables of the run that :func:`compare` plays, as a planner would get them."""
    tasks, shifts, _, scenario = sorted_out(
        tasks, people, rules, hours, services, start, territories)
    return simulate(scenario, workload(scenario, drawn(tasks)), duties(shifts, first=1))


def compare(
    tasks: list[Task], people: Sequence[list[Shift]], rules: Rules,
    hours: Sequence[list[tuple[int, int]]] = ([(0, DAY)],) * POINTS,
    services: Sequence[str] = ("all",) * POINTS, start: int = 0,
    territories: Sequence[str] = ("",) * POINTS, naive_of: type[Dispatch] = Dispatch,
) -> Dispatch:
    """Play both, every time later by ``start``; the orders, visits and shifts must be the same."""
    tasks, people, hours, scenario = sorted_out(
        tasks, people, rules, hours, services, start, territories)
    roster = duties(people, first=1)
    log = played(scenario, workload(scenario, drawn(tasks)), roster)
    stations = [
        Station(
            spots()[n],
            {s for s in range(len(CARES)) if names == "all" or f"s{s}" in names},
            zone=min(n, 1), open_spans=list(spans),
            territory={z for z, name in enumerate(("town", "village")) if name in area or not area},
        )
        for n, (spans, names, area) in enumerate(zip(hours, services, territories, strict=True))
    ]
    carers = [
        Carer(
            n, (n - 1) // (2 * MEMBERS),
            set(range(4)) if (n - 1) // MEMBERS % 2 else {PLAIN, PAIR}, list(own),
        )
        for n, own in enumerate(people, 1)
    ]
    naive = naive_of(tasks, carers, stations, CARES, rules)
    assert orders_of_model(log) == orders_of_naive(naive)
    assert offers_of_model(log) == offers_of_naive(naive)
    assert visits_of_model(log) == visits_of_naive(naive)
    assert parts_of_model(log) == naive.parts()
    assert lines_of_model(log) == lines_of_naive(naive.sheet)
    assert grabs_of_model(log) == naive.grabs
    return naive


def later(task: Task, start: int) -> Task:
    """The task on a clock that began ``start`` earlier."""
    window = task.window and (task.window[0] + start, task.window[1] + start)
    due = task.due if task.due == NEVER else task.due + start
    return replace(task, time=task.time + start, window=window, due=due)


def later_shift(shift: Shift, start: int) -> Shift:
    breaks = [(first + start, last + start, length) for first, last, length in shift.breaks]
    return Shift(shift.start + start, shift.end + start, breaks)


def orders_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (
            o["order"], o["request"], o["state"], o["reason"], o["point"], o["created"],
            o["accepted"], o["eligible"], o["gathering"], o["departed"], o["started"], o["ended"],
            o["cancelled"], bool(o["borrowed"]), o["preempted"],
        )
        for o in log["orders"]
    ]


def orders_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return [
        (
            o.number, o.request, o.state, o.reason, o.point, o.created, o.accepted, o.eligible,
            o.gathering if o.departed >= 0 else -1, o.departed, o.started, o.ended, o.cancelled,
            o.borrowed, o.preempted,
        )
        for o in naive.orders
    ]


def offers_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (o["order"], o["offer"], o["point"], o["offered"], o["closed"], o["result"])
        for o in log["offers"]
    )


def offers_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return [(o.number, k, *offer) for o in naive.orders for k, offer in enumerate(o.offers)]


def grabs_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (g["order"], g["point"], g["caregiver"], g["shown"], g["reacted"], bool(g["won"]))
        for g in log.get("grabs", [])
    ]


def visits_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (
            v["order"], v["caregiver"], v["held"], v["departed"], v["arrived"], v["started"],
            v["ended"], v["turned_back"], bool(v["no_show"]), v["from_x_km"], v["from_y_km"],
            v["km"], v["planned_min"],
        )
        for v in log["visits"]
    )


def visits_of_naive(naive: Dispatch) -> list[tuple[Any, ...]]:
    return sorted(
        (
            v.order, v.caregiver, v.held, v.departed, v.arrived, v.started, v.ended, v.turned,
            v.no_show, *v.start[:2], v.km, v.planned / MINUTE,
        )
        for v in naive.outings
    )


def parts_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (
            part["staff"], "reserved" if part["reason"] == "reserved" else part["state"],
            part["start"], part["end"], part["order"],
        )
        for part in log["timesheet"]
        if part["state"] != "idle" or part["reason"] == "reserved"
    )
