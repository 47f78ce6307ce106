"""Reference tables that only scenarios with their mechanism have."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.model.tables.places import place_tables
from sim.scenario.schema import Scenario
from sim.scenario.sections.experts import ExpertGroup
from sim.scenario.sections.posts import Post
from sim.scenario.sections.staff import CaregiverGroup, OperatorGroup
from sim.scenario.shock_effects import concerns
from sim.words.kinds import StaffRole
from sim.workload.posts import gaps
from sim.workload.roster import Person


def where_used(
    scenario: Scenario, staff: Sequence[Person], draw: tuple[int, int]
) -> dict[str, pd.DataFrame]:
    """Those that this scenario has, by name; see the data dictionary. ``draw``: the seed and the
    replication by which posts are empty."""
    found = {}
    if scenario.shocks:
        found["shocks"] = _shocks(scenario)
    if scenario.places:
        found |= place_tables(scenario)
    if people_matter(scenario):
        found["people"] = _people(scenario, staff)
    groups = (*scenario.operators, *scenario.caregivers, *scenario.experts)
    if any(group.turnover_per_year or group.employed_from for group in groups):
        found["gaps"] = _gaps(scenario, staff, *draw)
    return found


def _gaps(
    scenario: Scenario, staff: Sequence[Person], seed: int, replication: int
) -> pd.DataFrame:
    start = np.datetime64(scenario.time.start, "ms")
    rows = []
    for person in staff:
        groups: Sequence[Post] = {
            StaffRole.OPERATOR: scenario.operators, StaffRole.CAREGIVER: scenario.caregivers,
            StaffRole.EXPERT: scenario.experts,
        }[person.role]
        rows += [
            (person.id, *(start + np.timedelta64(day, "D") for day in gap))
            for gap in gaps(scenario, groups[person.group], person.id, seed, replication)
        ]
    columns = ["staff", "first", "hired", "last"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"staff": "str", **dict.fromkeys(columns[1:], "datetime64[ms]")}
    )


def people_matter(scenario: Scenario) -> bool:
    """Whether caregivers differ in more than point, skills, grade and pay."""
    return genders_matter(scenario) or any(
        group.services or group.zones or group.pay_yuan_per_visit
        or group.max_hours_per_week or group.max_hours_per_month
        for group in scenario.caregivers
    )


def genders_matter(scenario: Scenario) -> bool:
    """Whether a service looks to the client's gender."""
    return any(service.same_gender != "no" for service in scenario.services)


def _people(scenario: Scenario, staff: Sequence[Person]) -> pd.DataFrame:
    rows = []
    for person in staff:
        operator = person.role == StaffRole.OPERATOR
        group: CaregiverGroup | None = None if operator else scenario.caregivers[person.group]
        rows.append({
            "staff": person.id,
            "services": "|".join(group.services) if group else "",
            "zones": "|".join(group.zones) if group else "",
            "woman": person.woman,
            "pay_yuan_per_visit": group.pay_yuan_per_visit if group else 0.0,
            "max_hours_per_week": (group and group.max_hours_per_week) or math.nan,
            "max_hours_per_month": (group and group.max_hours_per_month) or math.nan,
        })
    return pd.DataFrame(rows)


def _shocks(scenario: Scenario) -> pd.DataFrame:
    staff: tuple[OperatorGroup | CaregiverGroup | ExpertGroup, ...] = (
        *scenario.operators, *scenario.caregivers, *scenario.experts)
    rows = [
        {
            "shock": name, "name_zh": shock.name_zh, "name_en": shock.name_en, "on": shock.on,
            "begins": np.datetime64(shock.begins, "ms"), "ends": np.datetime64(shock.ends, "ms"),
            "speed_factor": shock.speed_factor, "points_closed": "|".join(shock.points_closed),
            "hotline_closed": shock.hotline_closed, "lines_down": shock.lines_down,
            "attendance_factor": shock.attendance_factor,
            "staff": "|".join(group.id for group in staff if concerns(shock, group)),
        }
        for name, shock in scenario.shocks.items()
    ]
    return pd.DataFrame(rows).astype({"begins": "datetime64[ms]", "ends": "datetime64[ms]"})
