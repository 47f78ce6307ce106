"""The tables of a result: everything tried, how the choice was made, the front."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.experiments.tune.front import undominated
from sim.experiments.tune.outcome import Outcome
from sim.measures.counting.groups import Floats
from sim.measures.counting.intervals import mean_interval


def tried(found: Outcome) -> pd.DataFrame:
    """One row a candidate, in order: how it differs from the study's scenario; on the training
    workloads each objective with its 95 % interval; how far it came in the choice (replications,
    the first objective's mean there); whether it was the one chosen."""
    rows = []
    came = {found.finalists[int(row.system)]: row for row in found.choice.table.itertuples()}
    sign = found.plan.signs[0]
    for place, one in enumerate(found.candidates):
        own = came.get(place)
        rows.append({
            "candidate": one.name,
            "stage": "search" if one.searched else "named",
            "settings": " | ".join(one.settings),
            "replications": found.training.shape[1],
            **_objectives(found, found.training[place]),
            "finalist": place in found.finalists,
            "n_choice": 0 if own is None else int(own.n),
            "mean_choice": math.nan if own is None else _rounded(sign * float(own.mean)),
            "feasible": True,
            "kept": place == found.chosen,
        })
    return pd.DataFrame(rows)


def selection(found: Outcome) -> pd.DataFrame:
    """One row a finalist: replications, mean of the first objective, after how many replications it
    fell out and behind whom."""
    names = [found.candidates[place].name for place in found.finalists]
    table = found.choice.table
    return pd.DataFrame({
        "candidate": names,
        "n": table["n"],
        "mean": [_rounded(found.plan.signs[0] * value) for value in table["mean"]],
        "out_after": table["out_after"],
        "out_by": [None if pd.isna(by) else names[int(by)] for by in table["out_by"]],
        "chosen": [place == found.chosen for place in found.finalists],
    })


def front(found: Outcome) -> pd.DataFrame:
    """One row a candidate that no other beats at every objective in training, by the first of them:
    each objective there and, of those run there, on held-out workloads, with 95 % intervals;
    whether it is still unbeaten among these."""
    signs = np.array(found.plan.signs)
    held = [place for place in found.fronts if place in found.held]
    still = undominated([signs * found.held[place].mean(axis=0) for place in held])
    unbeaten = dict(zip(held, still.tolist(), strict=True))
    order = sorted(found.fronts, key=lambda place: -signs[0] * found.mean(place)[0])
    return pd.DataFrame([
        {
            "candidate": found.candidates[place].name,
            "settings": " | ".join(found.candidates[place].settings),
            **_objectives(found, found.training[place]),
            **_objectives(found, found.held.get(place), "held_out_"),
            "unbeaten_held_out": unbeaten.get(place),
        }
        for place in order
    ])


def _objectives(found: Outcome, values: Floats | None, before: str = "") -> dict[str, float]:
    """Mean and interval of each objective, from (replication, objective)."""
    count = len(found.plan.objectives)
    if values is None:
        values = np.full((1, count), np.nan)
    interval = mean_interval(values.T)
    out: dict[str, float] = {}
    for n, row in enumerate(found.plan.objectives):
        ends = (("", interval.mean), ("_ci_low", interval.low), ("_ci_high", interval.high))
        out |= {f"{before}{row}{end}": _rounded(float(numbers[n])) for end, numbers in ends}
    return out


def _rounded(value: float) -> float:
    """Ten digits, so that a last bit never shows."""
    return float(f"{value:.10g}") if math.isfinite(value) else value
