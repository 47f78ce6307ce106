"""What reading the tables of meals and rounds needs: the kitchens, and when they are open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.log import timestamps
from sim.model.plan import Plan
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY
from sim.words.tables import REFERENCE_WHERE_USED


def meal_reference(scenario: Scenario, plan: Plan) -> dict[str, pd.DataFrame]:
    """Reference tables by name, of a scenario that delivers; see the data dictionary."""
    if not any(plan.delivers):
        return {}
    return {"kitchens": _kitchens(scenario, plan), "kitchen_hours": _hours(scenario, plan)}


def _kitchens(scenario: Scenario, plan: Plan) -> pd.DataFrame:
    modes = list(scenario.travel.modes.values())
    rows = [
        (row.id, row.name_zh, row.name_en, row.point, "|".join(row.supplies),
         "|".join(row.services), row.capacity_per_day, modes[kitchen.mode].kmh)
        for row, kitchen in zip(scenario.kitchens, plan.meals.kitchens, strict=True)
    ]
    columns = [column.name for column in REFERENCE_WHERE_USED["kitchens"]]
    text = dict.fromkeys(columns[:6], "str")
    return pd.DataFrame(rows, columns=columns).astype(
        {**text, "capacity_per_day": "int64", "kmh": float})


def _hours(scenario: Scenario, plan: Plan) -> pd.DataFrame:
    start = np.datetime64(scenario.time.start, "ms")
    end = scenario.horizon_days * DAY
    rows = [
        (row.id, opens, min(closes, end))
        for row, kitchen in zip(scenario.kitchens, plan.meals.kitchens, strict=True)
        for opens, closes in kitchen.spans if opens < end
    ]
    times = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 2)
    return pd.DataFrame({
        "kitchen": np.array([row[0] for row in rows], dtype=object),
        "start": timestamps(times[:, 0], start), "end": timestamps(times[:, 1], start),
    }).astype({"kitchen": "str"})
