"""The terms of the care plans, beside the tables of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.scenario.schema import Scenario
from sim.words.kinds import MINUTE
from sim.words.tables import REFERENCE
from sim.workload.plans import enrolled


def plan_table(scenario: Scenario) -> pd.DataFrame:
    """The terms of every plan, for whoever reads its visits."""
    rows = [
        (p.id, p.service, p.group, len(enrolled(scenario, p)[1]), p.visits, p.per,
         "|".join(map(str, p.days)), p.opens / MINUTE, p.closes / MINUTE, p.within == "day",
         p.spare_days)
        for p in scenario.plans
    ]
    types = {"text": "str", "number": float, "yes": bool, "count": np.int64}
    columns = REFERENCE["plans"]
    return pd.DataFrame(rows, columns=[column.name for column in columns]).astype(
        {column.name: types[column.kind] for column in columns})
