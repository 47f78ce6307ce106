"""The theory behind a staffing curve: the hotline of each variant by Erlang A, hour by hour."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.scenario.schema import Scenario
from sim.theory.day import SUMS, rates, summed

CURVES = {
    "service_level": "service_level_erlang_a",
    "abandonment": "abandonment_erlang_a",
    "wait_all_s": "wait_s_erlang_a",
    "occupancy": "occupancy_erlang_a",
}
"""Measure of the catalogue -> what :func:`sim.theory.day.rates` calls it."""


def hotline_theory(scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """What an Erlang A for each hour by itself expects over the counted days: ``variant``,
    ``measure``, ``mean``, for every measure that it knows of.

    ``scenarios``: those of the variants, by name.
    """
    rows = []
    for name, scenario in scenarios.items():
        total = summed(scenario, ["hour"])[SUMS].sum().to_frame().T
        expected = rates(total).iloc[0]
        rows += [
            (name, measure, float(expected[column])) for measure, column in CURVES.items()
            if np.isfinite(expected[column])
        ]
    return pd.DataFrame(rows, columns=["variant", "measure", "mean"])
