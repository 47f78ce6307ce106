"""What is needed to read a run's tables: who, where, at what price, and what the county wants."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.geography import cells, centre, project
from sim.log import timestamps
from sim.model.funds import fund_table
from sim.model.plan import Plan
from sim.model.tables.care_plans import plan_table
from sim.model.tables.meals import meal_reference
from sim.model.tables.where_used import genders_matter, where_used
from sim.scenario.days import days
from sim.scenario.schema import Scenario
from sim.scenario.sections.demand import Caller, Group
from sim.words.kinds import DAY, MINUTE, ServiceMode, StaffRole
from sim.words.tables import REFERENCE
from sim.workload.roster import Person

GRID = 20
"""Homes along each side of a zone's square, from which coverage is judged."""


def reference(
    scenario: Scenario, plan: Plan, staff: Sequence[Person], draw: tuple[int, int] = (0, 0)
) -> dict[str, pd.DataFrame]:
    """Reference tables by name; see the data dictionary. ``draw``: seed and replication."""
    origin = centre([z.lat for z in scenario.zones], [z.lon for z in scenario.zones])
    calendar = days(scenario)
    zone_xy = [project(z.lat, z.lon, *origin) for z in scenario.zones]
    return {
        "zones": pd.DataFrame([
            {"zone": z.id, "name_zh": z.name_zh, "name_en": z.name_en, "x_km": x, "y_km": y,
             "area_km2": z.area_km2, "road_factor": z.road_factor, "population": z.population}
            for z, (x, y) in zip(scenario.zones, zone_xy, strict=True)
        ]),
        "points": pd.DataFrame([
            {"point": p.id, "name_zh": p.name_zh, "name_en": p.name_en, "zone": p.zone,
             "x_km": place.x, "y_km": place.y, "level": str(p.level),
             "organisation": p.organisation, "services": "|".join(_offered(scenario, plan, n)),
             "kmh": list(scenario.travel.modes.values())[plan.point_mode[n]].kmh}
            for n, (p, place) in enumerate(zip(scenario.points, plan.points, strict=True))
        ], columns=[column.name for column in REFERENCE["points"]]),
        "services": pd.DataFrame([
            {"service": s.id, "name_zh": s.name_zh, "name_en": s.name_en, "mode": str(s.mode),
             "skill": s.skill, "grade": s.grade, "crew": s.crew, "priority": s.priority,
             "target_min": s.target_min, "window_min": s.window_min, "price_yuan": s.price_yuan,
             "mean_min": plan.mean_service[n] / MINUTE, "round_size": s.round_size,
             "round_wait_min": s.round_wait_min, "lead_h": s.lead_h,
             "cut_off_min": None if s.cut_off is None else s.cut_off / MINUTE,
             "late_orders": str(s.late_orders)}
            for n, s in enumerate(scenario.services)
        ], columns=[column.name for column in REFERENCE["services"]]).astype(
            {"target_min": float, "window_min": float, "cut_off_min": float}
        ),
        "organisations": pd.DataFrame([
            {"organisation": o.id, "name_zh": o.name_zh, "name_en": o.name_en,
             "zones": "|".join(o.zones)} for o in scenario.organisations
        ], columns=[column.name for column in REFERENCE["organisations"]]).astype("str"),
        "prices": _prices(scenario, plan),
        "staff": _staff(scenario, staff),
        "settings": _settings(scenario),
        "coverage": _coverage(scenario, plan, zone_xy),
        "open": _open(scenario, plan),
        "days": pd.DataFrame({
            "date": np.array([d.date for d in calendar], dtype="datetime64[ms]"),
            "weekday": [d.weekday for d in calendar],
            "holiday": [d.holiday for d in calendar],
            "speed_factor": [d.speed_factor for d in calendar],
        }),
        "minutes": pd.DataFrame(
            [(start, end, minutes) for start, row in scenario.travel.minutes.items()
             for end, minutes in row.items()],
            columns=["start", "end", "minutes"],
        ).astype({"start": "str", "end": "str", "minutes": float}),
        "breaks": _breaks(scenario),
        "groups": _named("group", scenario.groups),
        "callers": _named("caller", scenario.callers),
        "funds": fund_table(scenario),
        **where_used(scenario, staff, draw),
        "plans": plan_table(scenario),
        **meal_reference(scenario, plan),
    }


def _prices(scenario: Scenario, plan: Plan) -> pd.DataFrame:
    """What points charge that is not the service's own price."""
    rows = [
        (point.id, service.id, plan.price[s][p])
        for s, service in enumerate(scenario.services)
        for p, point in enumerate(scenario.points)
        if plan.offers[s, p] and plan.price[s][p] != service.price_yuan
    ]
    return pd.DataFrame(rows, columns=["point", "service", "price_yuan"]).astype(
        {"point": "str", "service": "str", "price_yuan": float}
    )


def _named(kind: str, things: Mapping[str, Group] | Mapping[str, Caller]) -> pd.DataFrame:
    rows = [(key, thing.name_zh, thing.name_en) for key, thing in things.items()]
    return pd.DataFrame(rows, columns=[kind, "name_zh", "name_en"]).astype("str")


def _breaks(scenario: Scenario) -> pd.DataFrame:
    """Break windows, in minutes after the midnight of the shift's date."""
    rows = [
        (shift.id, *(length / MINUTE for length in rest))
        for shift in scenario.shifts for rest in shift.rests
    ]
    columns = ["shift", "opens_min", "closes_min", "length_min"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"shift": "str", **dict.fromkeys(columns[1:], float)}
    )


def _offered(scenario: Scenario, plan: Plan, point: int) -> list[str]:
    return [s.id for s, at in zip(scenario.services, plan.offering, strict=True) if point in at]


def _staff(scenario: Scenario, staff: Sequence[Person]) -> pd.DataFrame:
    rows = []
    for person in staff:
        operator = person.role == StaffRole.OPERATOR
        at_desk = person.role != StaffRole.CAREGIVER
        group: Any = {
            StaffRole.OPERATOR: scenario.operators, StaffRole.CAREGIVER: scenario.caregivers,
            StaffRole.EXPERT: scenario.experts,
        }[person.role][person.group]
        mode = None if at_desk else scenario.travel.modes[group.mode]
        rows.append({
            "staff": person.id,
            "role": person.role.name.lower(),
            "staff_group": group.id,
            "point": "" if at_desk else group.point,
            "kind": "staff" if at_desk else str(group.kind),
            "skills": "|".join(group.skills),
            "grade": 1 if operator else group.grade,
            "mode": "" if at_desk else group.mode,
            "pay_yuan_per_month": group.pay_yuan_per_month,
            "yuan_per_km": mode.yuan_per_km if mode else 0.0,
            "kmh": mode.kmh if mode else 0.0,
        })
    columns = ["staff", "role", "staff_group", "point", "kind", "skills", "grade", "mode",
               "pay_yuan_per_month", "yuan_per_km", "kmh"]
    return pd.DataFrame(rows, columns=columns)


def _settings(scenario: Scenario) -> pd.DataFrame:
    """Sections of scalars as dotted keys with JSON values."""
    whole = scenario.model_dump(mode="json")
    rows = [{"key": "name", "value": json.dumps(scenario.name)}]
    for section in ("time", "targets", "money", "payment", "chasing", "dispatch", "travel"):
        for name, value in whole[section].items():
            if name not in ("code", "minutes", "modes"):
                rows.append({"key": f"{section}.{name}", "value": json.dumps(value)})
    for name in ("lines", "lines_for_buttons", "when_closed", "at_closing", "call_back_prob"):
        rows.append({"key": f"hotline.{name}", "value": json.dumps(whole["hotline"][name])})
    if genders_matter(scenario):
        rows += [
            {"key": f"services.{s.id}.same_gender", "value": json.dumps(s.same_gender)}
            for s in scenario.services
        ]
        rows += [
            {"key": f"groups.{name}.women_share", "value": json.dumps(group.women_share)}
            for name, group in scenario.groups.items()
        ]
    if scenario.opening.ramp_days:
        rows.append({"key": "opening.ramp_days", "value": json.dumps(scenario.opening.ramp_days)})
    if scenario.places:
        modes = scenario.travel.modes
        client = scenario.travel.client_mode or next(iter(modes))
        rows.append({"key": "travel.client_kmh", "value": json.dumps(modes[client].kmh)})
    if scenario.experts:
        rows += [{"key": f"remote.{name}", "value": json.dumps(value)}
                 for name, value in whole["remote"].items()]
        rows.append({"key": "remote.services", "value": json.dumps({
            s.id: {"door_min": s.door_min} for s in scenario.services
            if s.mode == ServiceMode.REMOTE})})
    if scenario.hold.prob:
        for name, value in whole["hold"].items():
            rows.append({"key": f"hold.{name}", "value": json.dumps(value)})
    if scenario.tiers:
        after = whole["hotline"]["overflow_after_s"]
        rows.append({"key": "hotline.overflow_after_s", "value": json.dumps(after)})
        rows.append({"key": "tiers", "value": json.dumps(whole["tiers"])})
    rows.append({"key": "travel.by_matrix", "value": json.dumps(bool(scenario.travel.minutes))})
    return pd.DataFrame(rows)


def _coverage(
    scenario: Scenario, plan: Plan, zone_xy: Sequence[tuple[float, float]]
) -> pd.DataFrame:
    """People of each zone and group, and how many live near enough to a point, for every service
    that the group asks to have at home.

    Homes stand on a grid over the zone's square, as homes are drawn; travel is planned at factor 1.
    """
    asked = set(scenario.asked)
    circle = scenario.targets.circle_min - plan.trips.access / MINUTE
    rows = []
    for number, (zone, (x, y)) in enumerate(zip(scenario.zones, zone_xy, strict=True)):
        grid_x, grid_y = cells(x, y, zone.area_km2, GRID)
        minutes = plan.trips.minutes_from(
            plan.points, plan.point_mode, grid_x, grid_y, np.full(len(grid_x), number)
        )
        for code, (service, visits) in enumerate(
            zip(scenario.services, plan.visits, strict=True)
        ):
            at = plan.candidates(code, number)
            share = float((minutes[:, at].min(axis=1) <= circle).mean()) if len(at) else 0.0
            rows += [
                {"zone": zone.id, "group": group, "service": service.id,
                 "clients": float(people), "near": people * share}
                for group, people in zone.pop.items()
                if visits and (service.id, group) in asked
            ]
    return pd.DataFrame(rows, columns=["zone", "group", "service", "clients", "near"])


def _open(scenario: Scenario, plan: Plan) -> pd.DataFrame:
    """When the hotline and each point are open."""
    start = np.datetime64(scenario.time.start, "ms")
    spans = [("hotline", plan.hotline_open)]
    spans += list(zip((p.id for p in scenario.points), plan.point_open, strict=True))
    end = scenario.horizon_days * DAY
    rows = [(name, *span) for name, own in spans for span in own if span[0] < end]
    what = [name for name, _, _ in rows]
    times = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 2)
    return pd.DataFrame({
        "what": what,
        "start": timestamps(times[:, 0], start),
        "end": timestamps(np.minimum(times[:, 1], end), start),
    })
