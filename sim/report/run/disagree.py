"""Where a run and applicable theory disagree: something is wrong, with the scenario or with us."""

from __future__ import annotations

import pandas as pd

from sim.scenario.faults import Words
from sim.scenario.schema import Scenario
from sim.theory.assumptions import not_holding
from sim.theory.day import rates, summed

PAIRS = {
    "service_level": "service_level", "abandonment": "abandonment", "wait_all_s": "wait_s",
    "occupancy": "occupancy",
}
"""Measure of a run -> column of the theory."""
MARGIN = 0.03
"""The theory's own interval: what it leaves out even where all its assumptions hold (operators who
finish late, callers shortly before the staff changes), as a share of its value."""
WIDER = 1.5
"""The run's 95 % interval is taken so much wider, for several measures are looked at."""


def disagreements(kpis: pd.DataFrame, scenario: Scenario) -> list[Words]:
    """A warning for each measure of the hotline whose interval and theory's do not touch.

    None where an assumption of the theory does not hold (``hotline show`` says which), or where it
    has no figures.
    """
    if not_holding(scenario):
        return []
    try:
        sums = summed(scenario, ["weekday"])
    except ValueError:
        return []
    expected = rates(sums.drop(columns="weekday").sum().to_frame().T)
    run = kpis[kpis["group"] == "all"].set_index("measure")
    found = []
    for measure, column in PAIRS.items():
        truth = float(expected[column].iloc[0])
        if measure not in run.index or truth != truth:
            continue
        row = run.loc[measure]
        mean, low, high = (float(row[name]) for name in ("mean", "ci_low", "ci_high"))
        half = WIDER * max(high - mean, mean - low) + MARGIN * truth
        if half == half and abs(mean - truth) > half:
            found.append(Words(
                f"Simulation and theory disagree beyond both intervals: {measure} is {mean:.4g} "
                f"({low:.4g} to {high:.4g}), theory expects {truth:.4g}. See hotline show.",
                f"模拟与理论不符，超出两者的区间：{measure} 模拟为 {mean:.4g}"
                f"（{low:.4g} 至 {high:.4g}），理论为 {truth:.4g}。见 hotline show。",
            ))
    return found
