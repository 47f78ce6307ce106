"""What the tables of a run need beside its journal: the names behind the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.log import Context
from sim.model.plan import Plan
from sim.scenario.schema import Scenario
from sim.scenario.sections.funds import SELF, decides
from sim.words.kinds import Channel, ServiceMode, StaffRole
from sim.workload.roster import Duty, Person
from sim.workload.tables import Workload
from sim.workload.widths import widths


def context(
    scenario: Scenario, plan: Plan, workload: Workload, staff: Sequence[Person],
    roster: Sequence[Duty], skills: Sequence[str],
) -> Context:
    """What the tables need beside the journal."""
    channels = [channel.value for channel in Channel]
    modes = [mode.value for mode in ServiceMode]
    draws = workload
    service = draws.service
    of_stream = np.array([
        *(channels.index(s.channel) for s in scenario.requests),
        *(channels.index(Channel.PLAN) for _ in scenario.plans),
    ], dtype=int)
    of_service = np.array([modes.index(s.mode) for s in scenario.services], dtype=int)
    priority = np.array(plan.priority, dtype=int)
    points = [point.id for point in scenario.points]
    kinds = list(dict.fromkeys(row.kind for row in scenario.places))
    columns = {
        "request": np.arange(len(draws)),
        "stream": draws.stream,
        "channel": of_stream[draws.stream],
        "service": service,
        "mode": of_service[service],
        "priority": priority[service],
        "requested": draws.time,
    }
    for name in (
        "group", "zone", "client", "caller", "x_km", "y_km", "window_open", "window_close",
        "due", "false_alarm",
    ):
        columns[name] = getattr(draws, name)
    return Context(
        start=np.datetime64(scenario.time.start, "ms"),
        horizon=draws.horizon,
        names={
            "requests": [
                *(s.id for s in scenario.requests), *(p.id for p in scenario.plans)
            ],
            "channels": channels,
            "services": [s.id for s in scenario.services],
            "modes": modes,
            "groups": list(scenario.groups),
            "zones": [z.id for z in scenario.zones],
            "callers": list(scenario.callers),
            "skills": skills,
            "staff": [p.id for p in staff],
            "points": points,
            "kitchens": [k.id for k in scenario.kitchens],
            "staff_groups": [
                *(g.id for g in scenario.operators), *(g.id for g in scenario.caregivers),
                *(g.id for g in scenario.experts),
            ],
            "shifts": [s.id for s in scenario.shifts],
            "payers": [*(fund.id for fund in scenario.funds), SELF],
            "place_kinds": kinds,
            "tiers": list(scenario.tiers),
        },
        requests=columns,
        duties=_duties(scenario, staff, roster),
        crew=np.array(plan.crew, dtype=np.int64),
        staff_point=np.array([p.point for p in staff], dtype=np.int64),
        more=_more(scenario, plan),
        place_rows=(
            np.array([points.index(row.point) for row in scenario.places], dtype=np.int64),
            np.array([kinds.index(row.kind) for row in scenario.places], dtype=np.int64),
        ),
    )


def _duties(
    scenario: Scenario, staff: Sequence[Person], roster: Sequence[Duty]
) -> dict[str, Any]:
    """Columns of every rostered duty."""
    before = len(scenario.operators)
    first = {
        StaffRole.OPERATOR: 0, StaffRole.CAREGIVER: before,
        StaffRole.EXPERT: before + len(scenario.caregivers),
    }
    rows = [
        (d.person, staff[d.person].role, first[staff[d.person].role] + staff[d.person].group,
         staff[d.person].point, d.shift, d.date_ms, d.start, d.end, d.absent, len(d.breaks))
        for d in roster
    ]
    names = (
        "staff", "role", "staff_group", "point", "shift", "shift_date", "start", "end",
        "absent", "breaks",
    )
    columns = np.array(rows, dtype=np.int64).reshape(-1, len(names))
    return {name: columns[:, i] for i, name in enumerate(names)}


def _more(scenario: Scenario, plan: Plan) -> frozenset[str]:
    """The tables of mechanisms that the scenario uses."""
    holds, brings = scenario.hold.prob > 0, any(plan.delivers)
    used = {
        "payments": decides(scenario), "passed": bool(scenario.tiers), "held": holds,
        "dials": holds, "consults": bool(scenario.experts), "sessions": bool(scenario.experts),
        "meals": brings, "rounds": brings, "grabs": widths(scenario)["reaction"] > 0,
    }
    return frozenset(name for name, there in used.items() if there)
