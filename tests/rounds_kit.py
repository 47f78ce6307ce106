"""The scenario of the row-by-row test of delivery rounds, and the comparison itself.

A kilometre takes a second and everything else a few, as in :mod:`tests.orders_kit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sim.geography import centre, project
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import WeeklyHours
from sim.words.kinds import DAY, HOUR, MINUTE, NEVER, LateOrders
from sim.workload.tables import Workload
from tests.naive import Shift
from tests.naive_rounds import Ask, Carer, Kitchens, Spot, World
from tests.row_kit import SECOND, Log, duties, lines_of_model, lines_of_naive, played
from tests.scenario_kit import build, raw_small
from tests.workload_kit import workload

HELP, LUNCH, ERRAND = range(3)
NAMES = ("help", "lunch", "errand")
MEMBERS = 2
"""people of each of the two points"""
SPREAD = ((37.45, 116.33), (37.48, 116.36))


@lru_cache
def county() -> Scenario:
    """Two points with two caregivers each, a visit, a meal and an errand."""
    words = {"name_zh": "甲", "name_en": "A"}
    changes: dict[str, Any] = {
        "time.days": 3, "time.cool_down_days": 0, "services": {}, "requests": {}, "points": {},
        "caregivers": {}, "operators.desk.count": 1, "travel.detour": 1.0,
        "travel.modes.ebike.kmh": 3600, "zones.town.lat": 37.45, "zones.town.lon": 116.3,
        "zones.village": {
            **words, "lat": 37.45, "lon": 116.36, "area_km2": 9.0, "population": 100,
            "pop_elder": 100,
        },
    }
    for name in NAMES:
        changes[f"services.{name}"] = {
            **words, "mode": "visit" if name == "help" else "delivery",
            "duration_dist": "constant", "duration_value_s": 3, "no_show_prob": 0.5,
            "door_min": 2 / 60, "window_min": 1, "carry_value_s": 5, "carry_dist": "constant",
        }
        changes[f"requests.{name}"] = {
            "channel": "plan", "service": name, "group": "elder", "per_day": 1,
        }
    for number, (lat, lon) in enumerate(SPREAD):
        changes[f"points.p{number}"] = {
            **words, "zone": "village" if number else "town", "lat": lat, "lon": lon,
            "open": "always", "services": "all",
        }
        changes[f"caregivers.c{number}"] = {
            "point": f"p{number}", "count": MEMBERS, "shifts": "round", "mode": "ebike",
        }
    for number in range(2):
        changes[f"kitchens.k{number}"] = {
            **words, "point": f"p{number}", "capacity_per_day": 9, "open": "always",
        }
    return build(raw_small(), **changes)


@lru_cache
def spots() -> list[Spot]:
    zones, points = county().zones, county().points
    origin = centre([z.lat for z in zones], [z.lon for z in zones])
    return [
        (*project(p.lat, p.lon, *origin), len(zones) + n) for n, p in enumerate(points)
    ]


def scenario_of(world: World) -> Scenario:
    """The county with this world's settings."""
    scenario = county()
    places = [*(zone.id for zone in scenario.zones), *(point.id for point in scenario.points)]
    services = tuple(
        service.model_copy(update={
            "priority": item.priority, "round_size": max(1, item.size),
            "round_wait_min": item.wait / MINUTE, "lead_h": item.lead / HOUR,
            "cut_off": item.cut_off, "door_min": item.door / MINUTE,
            "late_orders": LateOrders.REFUSE if item.refuses else LateOrders.NEXT_DAY,
        })
        for service, item in zip(scenario.services, world.items, strict=True)
    )
    kitchens = tuple(
        kitchen.model_copy(update={
            "point": f"p{cook.point}", "meal_points": tuple(f"p{n}" for n in cook.points),
            "services": tuple(NAMES[n] for n in sorted(cook.items)),
            "capacity_per_day": cook.capacity, "collect_prob": cook.collect,
            "carry_prob": cook.carry,
            "open": WeeklyHours(text="", days=(tuple(
                span for span in cook.spans if span[0] < DAY),) * 7),
        })
        for kitchen, cook in zip(scenario.kitchens, world.cooks, strict=True)
    )
    dispatch = scenario.dispatch.model_copy(update={
        "choose_point": world.choose_point, "choose_order": world.choose_order,
        "choose_caregiver": world.choose_caregiver, "overtime_min": world.overtime / MINUTE,
        "max_travel_min": world.max_travel_min,
    })
    travel = scenario.travel.model_copy(update={
        "access_min": world.access / MINUTE, "speed_by_hour": tuple(1 / s for s in world.slow),
        "minutes": {
            a: dict(zip(places, row, strict=True))
            for a, row in zip(places, world.matrix, strict=False)
        },
    })
    zones = tuple(
        zone.model_copy(update={"road_factor": factor})
        for zone, factor in zip(scenario.zones, world.roads, strict=True)
    )
    return scenario.model_copy(update={
        "services": services, "kitchens": kitchens, "dispatch": dispatch, "travel": travel,
        "zones": zones,
    })


def drawn(scenario: Scenario, asks: Sequence[Ask]) -> Workload:
    """The requests as a workload."""
    return workload(scenario, [
        {
            "time": ask.time, "stream": ask.item, "zone": ask.zone, "x_km": ask.home[0],
            "y_km": ask.home[1], "duration": ask.duration, "noise_out": ask.noise_out,
            "noise_back": ask.noise_back, "no_show_coin": 0.0 if ask.no_show else 0.9,
            "order_patience": ask.patience, "hand_coin": ask.coin, "carry_delay": ask.carry,
            **({} if ask.window is None
               else {"window_open": ask.window, "window_close": ask.window, "due": ask.window}),
        }
        for ask in asks
    ])


def every_day(spans: Sequence[tuple[int, int]], days: int) -> list[tuple[int, int]]:
    """The same hours on every day of the run, and a week more."""
    if list(spans) == [(0, DAY)]:
        return [(0, (days + 62) * DAY)]
    return [(day * DAY + a, day * DAY + b) for day in range(days + 8) for a, b in spans]


def compare(asks: Sequence[Ask], people: Sequence[list[Shift]], world: World) -> Kitchens:
    """Play both; orders, meals, rounds, visits, ways back and shifts must be the same."""
    asks = sorted(asks, key=lambda ask: ask.time)
    for ask in asks:
        ask.home = (*ask.home[:2], ask.zone)
    scenario = scenario_of(world)
    log = played(scenario, drawn(scenario, asks), duties(people, first=1))
    days = scenario.horizon_days
    cooks = [replace(cook, spans=every_day(cook.spans, days)) for cook in world.cooks]
    carers = [
        Carer(n, (n - 1) // MEMBERS, {HELP, LUNCH, ERRAND}, list(own))
        for n, own in enumerate(people, 1)
    ]
    naive = Kitchens(asks, carers, replace(world, cooks=cooks), days * DAY)
    assert orders_of_model(log) == orders_of_naive(naive)
    assert meals_of_model(log) == meals_of_naive(naive)
    assert rounds_of_model(log) == rounds_of_naive(naive)
    assert legs_of_model(log) == sorted(naive.legs)
    assert returns_of_model(log) == sorted(naive.returns)
    assert lines_of_model(log) == lines_of_naive(naive.sheet)
    return naive


def orders_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (o["order"], o["state"], o["reason"], o["point"], o["accepted"], o["eligible"],
         o["departed"], o["started"], o["ended"], o["cancelled"])
        for o in log["orders"]
    ]


def orders_of_naive(naive: Kitchens) -> list[tuple[Any, ...]]:
    found = []
    for job in naive.jobs:
        state = job.state
        if state == "accepted" and job.started >= 0:
            state = "completed"
        found.append((
            job.number, state, job.reason, job.point, job.accepted, job.eligible, job.departed,
            job.started, job.ended, job.cancelled,
        ))
    return found


def meals_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (m["order"], m["kitchen"], m["left"], m["ready"], m["hand"], m["round"], m["stop"])
        for m in log["meals"]
    ]


def meals_of_naive(naive: Kitchens) -> list[tuple[Any, ...]]:
    return [
        (j.number, j.cook, _past(naive, j.left), _past(naive, j.ready), j.hand, j.round, j.place)
        for j in naive.jobs if j.cook >= 0
    ]


def _past(naive: Kitchens, time: int) -> int:
    return time if time < naive.until else -1


def rounds_of_model(log: Log) -> list[tuple[Any, ...]]:
    return [
        (r["round"], r["point"], r["kitchen"], r["service"], r["opened"], r["closed"], r["cause"],
         r["caregiver"], r["departed"], r["ended"], r["meals"], round(r["planned_min"] * MINUTE))
        for r in log["rounds"]
    ]


def rounds_of_naive(naive: Kitchens) -> list[tuple[Any, ...]]:
    return [
        (t.number, t.point, t.cook, t.item, t.opened, t.closed, t.cause, t.caregiver, t.departed,
         t.ended, t.count, t.planned)
        for t in naive.trips
    ]


def legs_of_model(log: Log) -> list[tuple[Any, ...]]:
    return sorted(
        (v["order"], v["caregiver"], v["departed"], v["arrived"], v["started"], v["ended"],
         v["turned_back"], bool(v["no_show"]), v["from_x_km"], v["from_y_km"], v["km"],
         round(v["planned_min"] * MINUTE))
        for v in log["visits"]
    )


def returns_of_model(log: Log) -> list[tuple[Any, ...]]:
    """Ways back, those that the shift's end divides made one."""
    lines = sorted(
        (p["staff"], p["start"], p["end"]) for p in log["timesheet"] if p["state"] == "return"
    )
    return lines


__all__ = ["ERRAND", "HELP", "LUNCH", "MEMBERS", "NEVER", "SECOND", "compare", "county", "spots"]
