"""What one replication says of its calls, by skill and quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sim.log import Result
from sim.measures import measure
from sim.measures.catalogue import CATALOGUE
from sim.measures.counting.groups import Grouping, Groups
from sim.measures.counting.observed import Observed, observe
from sim.measures.hotline.calls import hotline_ratios, read_calls
from sim.measures.measured import Measured, target
from sim.words.kinds import DAY, MINUTE

QUARTER = 15 * MINUTE
PER_DAY = DAY // QUARTER
JUDGED = ("service_level", "abandonment")
MARK = "quarter="
"""Begins the name of a group: ``quarter=137 elder``, the number counted from model time 0."""


def by_quarter(result: Result) -> Measured:
    """Service level and abandonment of each quarter of an hour of the counted days, by the skill
    that calls need; quarters without calls are left out."""
    seen = observe(result)
    lines = [line for skill in _skills(result.calls) for line in _lines(seen, skill)]
    names = list(dict.fromkeys(line.group for line in lines))
    place = {name: number for number, name in enumerate(names)}
    ends = np.array([target(CATALOGUE[name], seen.settings) for name in JUDGED])
    measure = np.array([line.measure for line in lines], dtype=np.int64)
    ratios = pd.DataFrame({
        "replication": result.replication,
        "measure": pd.Categorical.from_codes(measure, list(JUDGED)),
        "group": pd.Categorical.from_codes([place[line.group] for line in lines], names),
        "low": ends[measure, 0],
        "high": ends[measure, 1],
        "num": [line.num for line in lines],
        "den": [line.den for line in lines],
    })
    samples = pd.DataFrame(columns=["replication", "sample", "group", "value", "count"])
    return Measured(ratios, samples)


def with_quarters(result: Result) -> Measured:
    """All measures of a replication and, below them, :func:`by_quarter`."""
    whole = measure(result)
    return Measured(_below([whole.ratios, by_quarter(result).ratios]), whole.samples)


def without_quarters(measured: Measured) -> Measured:
    """The measures alone of what :func:`with_quarters` kept."""
    ratios = measured.ratios
    mine = ratios["group"].cat.categories.str.startswith(MARK)
    kept = ratios[~mine[ratios["group"].cat.codes]].reset_index(drop=True)
    groups = kept["group"].cat.remove_unused_categories()
    return Measured(kept.assign(group=groups), measured.samples)


def _skills(calls: pd.DataFrame) -> list[str]:
    return ["", *(skill for skill in map(str, calls["skill"].cat.categories) if skill)]


class _Line(NamedTuple):
    """A row: what was counted in one quarter for calls of one skill."""

    measure: int
    group: str
    num: float
    den: float


def _lines(seen: Observed, skill: str) -> Iterator[_Line]:
    rows = seen.result.calls[seen.result.calls["skill"] == skill]
    calls = read_calls(replace(seen, result=replace(seen.result, calls=rows)))
    first, last = seen.start // QUARTER, seen.stop // QUARTER
    quarters = (calls.arrived // QUARTER).astype(np.int64) - first
    everything = Groups((Grouping("quarter", ("",) * (last - first), quarters),))
    for ratio in hotline_ratios(replace(calls, groups=everything), seen):
        if ratio.measure in JUDGED:
            measure = JUDGED.index(ratio.measure)
            for place in np.flatnonzero(ratio.den).tolist():
                group = f"{MARK}{first + place} {skill}"
                yield _Line(measure, group, float(ratio.num[place]), float(ratio.den[place]))


def _below(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).assign(
        **{name: union_categoricals([f[name] for f in frames]) for name in ("measure", "group")}
    )
