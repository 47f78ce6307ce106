"""What each assumption moves: every measure at its low, as assumed, and at its high."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.experiments.compare import ALPHA, Difference, difference, holm
from sim.experiments.sensitivity.assumptions import Assumption
from sim.measures.chosen import Chosen
from sim.measures.measured import Measured
from sim.measures.series import Series, series

ENDS = {"low": -1.0, "high": 1.0}
"""End of an assumption -> its place."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One row of one variant."""

    series: Series
    value: float
    low: float
    high: float
    """95 % interval of chance, cut off at the ends of the measure's range"""
    target: tuple[float, float]
    """least and greatest value that meets the target; NaN where there is no such end"""

    def margin(self) -> tuple[float, float, float]:
        """By how much the target is met (negative: missed): the value, and from least to greatest
        over its interval. NaN where there is no target."""
        low, high = self.target
        ends = [self.low, self.high]
        if low < high and self.low < (low + high) / 2 < self.high:
            ends.append((low + high) / 2)
        over = [_over(value, low, high) for value in ends]
        return _over(self.value, low, high), min(over), max(over)


def _over(value: float, low: float, high: float) -> float:
    """How far a value lies inside its target; NaN only where there is none."""
    return float(np.fmin(value - low, high - value))


Readings = Mapping[Chosen, Reading]


def readings(measured: Sequence[Measured], rows: Sequence[Chosen]) -> dict[Chosen, Reading]:
    """These rows of one variant."""
    found = {}
    for row in rows:
        own = series(measured, row)
        estimate = own.estimate()
        low, high = np.clip([estimate.low[0], estimate.high[0]], *own.measure.range)
        found[row] = Reading(
            own, float(estimate.mean[0]), float(low), float(high), _target(measured[0], row)
        )
    return found


def _target(one: Measured, row: Chosen) -> tuple[float, float]:
    ratios = one.ratios
    own = ratios[(ratios["measure"] == row.measure) & (ratios["group"] == row.group)]
    if own.empty:
        return np.nan, np.nan
    return float(own["low"].iloc[0]), float(own["high"].iloc[0])


def tornado(
    middle: Readings, ends: Mapping[str, Mapping[str, Readings]],
    assumptions: Sequence[Assumption],
) -> pd.DataFrame:
    """A row for each assumption and measure, those with the widest swing first.

    ``ends``: name of the assumption -> ``low``, ``high`` -> what was read there; an end that failed
    is missing. Columns: path, standing, cells, low, middle, high (the assumption's values,
    ``a - b`` where cells differ), measure, group, at_low, at_middle, at_high, each with its
    interval of chance (low_ci_low, low_ci_high, ...), change_low and change_high (paired
    differences from the middle) with their intervals, swing (greatest - least of the three values),
    p_adjusted (the lesser of the two ends; Holm over all assumptions of this measure), source, and
    shown (``yes`` where p_adjusted is below 0.05: chance alone does not explain it).
    """
    found = [
        _row(assumption, row, middle[row],
             {end: ends[assumption.name].get(end, {}).get(row) for end in ENDS})
        for row in middle for assumption in assumptions
    ]
    table = pd.DataFrame(found, columns=list(_row_columns()))
    for _, own in table.groupby(["measure", "group"]):
        p = holm([*own["p_low"], *own["p_high"]])
        both = p.reshape(2, -1)
        table.loc[own.index, "p_adjusted"] = np.fmin(both[0], both[1])
    table["shown"] = np.where(table["p_adjusted"] < ALPHA, "yes", "no")
    place = {row: n for n, row in enumerate(middle)}
    table["_row"] = [place[Chosen(*pair)] for pair in zip(
        table["measure"], table["group"], strict=True)]
    table = table.sort_values(["_row", "swing"], ascending=[True, False], kind="stable")
    return rounded(table.drop(columns=["_row", "p_low", "p_high"]).reset_index(drop=True))


def _row_columns() -> list[str]:
    spots = ("low", "middle", "high")
    return [
        "path", "standing", "cells", *spots, "measure", "group",
        *(f"at_{spot}" for spot in spots),
        *(f"{spot}_ci_{end}" for spot in spots for end in ENDS),
        *(f"change_{spot}{part}" for spot in ENDS for part in ("", "_ci_low", "_ci_high")),
        "swing", "p_low", "p_high", "p_adjusted", "source",
    ]


def _row(
    assumption: Assumption, row: Chosen, middle: Reading, ends: Mapping[str, Reading | None]
) -> dict[str, object]:
    out: dict[str, object] = {
        "path": assumption.name, "standing": "assumed", "cells": len(assumption.cells),
        "middle": assumption.value(0), "measure": row.measure, "group": row.group,
        "source": assumption.source,
    }
    values = [middle.value]
    for spot, reading in (("middle", middle), *ends.items()):
        if reading is not None:
            out[f"at_{spot}"] = reading.value
            out[f"{spot}_ci_low"], out[f"{spot}_ci_high"] = reading.low, reading.high
    for spot, place in ENDS.items():
        out[spot] = assumption.value(place)
        reading = ends[spot]
        change = difference(middle.series, reading.series) if reading else None
        if reading is not None and change is not None:
            values.append(reading.value)
            out |= _changed(spot, change)
    finite = [value for value in values if np.isfinite(value)]
    out["swing"] = float(np.ptp(finite)) if len(finite) == len(values) > 1 else np.nan
    return out


def _changed(spot: str, change: Difference) -> dict[str, float]:
    return {
        f"change_{spot}": change.difference,
        f"change_{spot}_ci_low": change.ci_low,
        f"change_{spot}_ci_high": change.ci_high,
        f"p_{spot}": change.p_value,
    }


def ranges(middle: Readings, table: pd.DataFrame) -> pd.DataFrame:
    """The two uncertainties of each measure, apart: of chance, and of the assumptions taken one at
    a time.

    Columns: measure, group, value, chance_low, chance_high (95 % interval as assumed), assumed_low,
    assumed_high (least and greatest value at any end of any assumption), low_path, high_path (the
    assumptions that give these).
    """
    found = []
    for row, reading in middle.items():
        own = table[(table["measure"] == row.measure) & (table["group"] == row.group)]
        ends = pd.concat([
            pd.DataFrame({"path": own["path"], "value": own[f"at_{spot}"]}) for spot in ENDS
        ]).dropna().reset_index(drop=True)
        least, most = (
            ends.loc[at(ends["value"])] if len(ends) else pd.Series({"path": "", "value": np.nan})
            for at in (pd.Series.idxmin, pd.Series.idxmax)
        )
        found.append({
            "measure": row.measure, "group": row.group, "value": reading.value,
            "chance_low": reading.low, "chance_high": reading.high,
            "assumed_low": np.fmin(least["value"], reading.value),
            "assumed_high": np.fmax(most["value"], reading.value),
            "low_path": least["path"] if least["value"] < reading.value else "",
            "high_path": most["path"] if most["value"] > reading.value else "",
        })
    return rounded(pd.DataFrame(found))


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with ten significant digits, so that a last bit never shows."""
    floats = table.select_dtypes("float").columns
    return table.assign(**{
        name: [float(f"{value:.10g}") for value in table[name]] for name in floats
    })
