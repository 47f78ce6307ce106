"""Drawing a workload: every column of every request, before anything is simulated.

Nothing here looks at staff, shifts, places or policies, so one workload serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.days import days
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY
from sim.workload.clients import homes
from sim.workload.plans import planned
from sim.workload.request_columns import columns_of
from sim.workload.sampling import Dice
from sim.workload.shocks import Part, parts_of, stretch
from sim.workload.source import plan_source, stream_source
from sim.workload.tables import Ints, Workload
from sim.workload.widths import widths

_DTYPES = {"Ints": np.int64, "Floats": np.float64, "NDArray[np.bool_]": np.bool_}


def draw(scenario: Scenario, seed: int, replication: int) -> Workload:
    """The workload of one replication; the same arguments give the same bytes.

    Columns of a call are 0 for requests that need none; so are those of chasing calls where no
    kind of caller chases. Raises ``ValueError`` for a negative seed or replication, and for a
    stream whose group has no people.
    """
    calendar = days(scenario)
    first_plan = len(scenario.requests)
    plans = [planned(scenario, plan, seed, replication) for plan in scenario.plans]
    parts = [
        (code, part)
        for code, stream in enumerate(scenario.requests)
        for part in parts_of(scenario, stream, calendar, seed, replication)
    ] + [
        (code, Part(own.time, own.zone, Dice(seed, replication, plan.id, len(own.time))))
        for code, (plan, own) in enumerate(zip(scenario.plans, plans, strict=True), first_plan)
    ]
    columns = _zeros(scenario, sum(part.size for _, part in parts))
    for (code, part), rows in zip(parts, _rows([p.time[p.kept] for _, p in parts]), strict=True):
        if code < first_plan:
            source = stream_source(scenario, code, part)
        else:
            source = plan_source(scenario, code, part, plans[code - first_plan])
        for name, values in columns_of(source):
            columns[name][rows] = values[part.kept]
    stretch(scenario, columns)
    columns["x_km"], columns["y_km"] = homes(scenario, columns["client"])
    return Workload(
        seed=seed, replication=replication, horizon=scenario.horizon_days * DAY, **columns
    )


def require_fit(scenario: Scenario, workload: Workload) -> None:
    """Raise ``ValueError`` where a workload cannot be simulated on a scenario.

    Any staffing and any policy will do, but not other days, fewer streams or services, or more
    redials, offers or chasing calls than were drawn.
    """
    if workload.horizon != scenario.horizon_days * DAY:
        days = workload.horizon // DAY
        raise ValueError(
            f"the workload is of {days} days, the scenario of {scenario.horizon_days}: draw it anew"
        )
    for name, width in widths(scenario).items():
        drawn = getattr(workload, name).shape[1]
        if drawn < width:
            raise ValueError(
                f"the workload holds {drawn} of {name} a request, the scenario may need {width}: "
                "draw it anew"
            )
    for name, known in (
        ("stream", scenario.asked), ("service", scenario.services), ("zone", scenario.zones),
        ("group", scenario.groups), ("caller", scenario.callers),
    ):
        if getattr(workload, name).max(initial=-1) >= len(known):
            raise ValueError(
                f"the workload knows a {name} that the scenario does not have: draw it anew"
            )


def _zeros(scenario: Scenario, n: int) -> dict[str, NDArray[Any]]:
    wide = widths(scenario)
    return {
        f.name: np.zeros((n, wide[f.name]) if f.name in wide else n, dtype=_DTYPES[str(f.type)])
        for f in fields(Workload)
        if f.type in _DTYPES
    }


def _rows(times: Sequence[Ints]) -> list[Ints]:
    """Where the requests of each part of a stream go when all are sorted by time, ties by stream
    and part."""
    if not times:
        return []
    order = np.argsort(np.concatenate(times), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return np.split(place, np.cumsum([len(time) for time in times])[:-1])
