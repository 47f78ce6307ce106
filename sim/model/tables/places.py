"""Reference tables of places: what there is, when it is open, and how it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.log import timestamps
from sim.scenario.days import days, open_spans
from sim.scenario.schema import Scenario
from sim.words.kinds import DAY
from sim.words.tables import REFERENCE_WHERE_USED


def place_tables(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """By name; see the data dictionary."""
    calendar, end = days(scenario), scenario.horizon_days * DAY
    spans = [
        (row.id, start, min(stop, end)) for row in scenario.places
        for start, stop in open_spans(row.open, calendar)
    ]
    times = np.array([span[1:] for span in spans], dtype=np.int64).reshape(-1, 2)
    start = np.datetime64(scenario.time.start, "ms")
    return {
        "places": _frame("places", [
            (r.id, r.point, r.kind, r.count, r.places_per_carer, r.carer_skill)
            for r in scenario.places
        ]),
        "place_open": pd.DataFrame({
            "place_row": pd.Series([span[0] for span in spans], dtype="str"),
            "start": timestamps(times[:, 0], start),
            "end": timestamps(times[:, 1], start),
        }),
        "admissions": _frame("admissions", [
            (row.id, "|".join(row.kinds), row.waitlist) for row in scenario.admissions
        ]),
    }


def _frame(table: str, rows: list[tuple[str | int, ...]]) -> pd.DataFrame:
    columns = REFERENCE_WHERE_USED[table]
    types = {c.name: "int64" if c.kind == "count" else "str" for c in columns}
    return pd.DataFrame(rows, columns=[c.name for c in columns]).astype(types)
