"""Many replications into one table: value, interval, target met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sim.measures.catalogue import CATALOGUE, PLACE
from sim.measures.counting.definition import Kind, Measure
from sim.measures.counting.groups import Ints
from sim.measures.counting.intervals import (
    CONFIDENCE,
    FEW,
    Estimate,
    across_interval,
    mean_interval,
    quantile_estimate,
    quotients,
    ratio_interval,
    share_interval,
)
from sim.measures.measured import Measured
from sim.measures.orders.reach import ACROSS

COLUMNS = (
    "measure", "group", "unit", "n", "mean", "sd", "ci_low", "ci_high", "target", "p_meet",
)

Row = dict[str, Any]


def summarise(measured: Sequence[Measured]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The ``kpis`` table of these replications, and what stands behind each row.

    Numbers have ten significant digits. The order in which the replications are given does not
    matter. The details are plain JSON: ``measures[name]`` has unit, kind, formula and target;
    ``rows[name][group]`` the method, the number of events (sum of denominators, or values in the
    sample) and the interval of ``p_meet``. Raises ValueError without any replication.
    """
    if not measured:
        raise ValueError("nothing to summarise: no replication was given")
    ordered = sorted(measured, key=lambda one: one.replication)
    table = _Pivot.of([one.ratios for one in ordered])
    rows = [
        *_pooled_rows(table),
        *_quantile_rows([one.samples for one in ordered], table.groups),
        *_across_rows(table),
    ]
    place = {group: number for number, group in enumerate(table.groups)}
    rows.sort(key=lambda row: (PLACE[row["measure"]], place[row["group"]]))
    kpis = pd.DataFrame(
        {column: [row[column] for row in rows] for column in COLUMNS}, columns=COLUMNS
    )
    return kpis, _details(rows, len(ordered))


class _Pivot:
    """Numerators and denominators as matrices: a row per measure and group, a column per
    replication."""

    def __init__(self, frame: pd.DataFrame, replications: int) -> None:
        keys, first, row = np.unique(
            _keys(frame, "measure"), return_index=True, return_inverse=True
        )
        _, column = np.unique(frame["replication"].to_numpy(), return_inverse=True)
        shape = (len(keys), replications)
        self.num, self.den = np.zeros(shape), np.zeros(shape)
        self.num[row, column] = frame["num"].to_numpy()
        self.den[row, column] = frame["den"].to_numpy()
        self.measure = frame["measure"].iloc[first].astype(str).to_numpy()
        self.group = frame["group"].iloc[first].astype(str).to_numpy()
        self.low, self.high = (frame[end].iloc[first].to_numpy() for end in ("low", "high"))
        self.groups = list(map(str, frame["group"].cat.categories))

    @classmethod
    def of(cls, frames: Sequence[pd.DataFrame]) -> _Pivot:
        return cls(_stacked(frames, ("measure", "group")), len(frames))


def _stacked(frames: Sequence[pd.DataFrame], categorical: Sequence[str]) -> pd.DataFrame:
    """The frames below each other; groups that only some replications know are kept."""
    whole = pd.concat(frames, ignore_index=True)
    return whole.assign(
        **{name: union_categoricals([frame[name] for frame in frames]) for name in categorical}
    )


def _keys(frame: pd.DataFrame, name: str) -> Ints:
    """One number for each pair of a measure (or sample) and a group."""
    groups = frame["group"].cat
    codes = frame[name].cat.codes.to_numpy().astype(np.int64)
    return np.asarray(codes * len(groups.categories) + groups.codes.to_numpy())


def _pooled_rows(table: _Pivot) -> list[Row]:
    kinds = np.array([CATALOGUE[name].kind.value for name in table.measure])
    own = quotients(table.num, table.den)
    met = (~(own < table.low[:, None]) & ~(own > table.high[:, None]) & ~np.isnan(own)).sum(axis=1)
    rows: list[Row] = []
    for kind in (Kind.RATIO, Kind.VALUE):
        mine = np.flatnonzero(kinds == kind.value)
        if kind == Kind.RATIO:
            found = ratio_interval(table.num[mine], table.den[mine])
        else:
            found = mean_interval(own[mine])
        for place, row in enumerate(mine):
            if found.n[place] == 0:
                continue
            few = "jackknife" if found.n[place] < FEW else "delta method"
            rows.append(_row(
                CATALOGUE[table.measure[row]], table.group[row], found, place,
                method=few if kind == Kind.RATIO else "t interval of the replications' values",
                events=float(table.den[row].sum()),
                target=(table.low[row], table.high[row]), met=int(met[row]),
            ))
    return rows


def _quantile_rows(frames: Sequence[pd.DataFrame], groups: Sequence[str]) -> list[Row]:
    samples = _stacked(frames, ("sample", "group"))
    replication, value, count = (
        samples[column].to_numpy() for column in ("replication", "value", "count")
    )
    keys = _keys(samples, "sample")
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    wanted: dict[str, list[Measure]] = {}
    for measure in CATALOGUE.values():
        if measure.kind == Kind.QUANTILE:
            wanted.setdefault(measure.sample, []).append(measure)
    rows = []
    for mine in np.split(order, cuts[1:]) if len(order) else ():
        name, group = str(samples["sample"].iloc[mine[0]]), str(samples["group"].iloc[mine[0]])
        for measure in wanted[name]:
            found, sections = quantile_estimate(
                replication[mine], value[mine], count[mine], measure.q
            )
            events = int(count[mine].sum())
            how = f"{sections} sections" if sections else "interval of the share below it inverted"
            method = f"pooled quantile, {how}"
            rows.append(_row(measure, group, found, 0, method=method, events=events))
    return rows


def _across_rows(table: _Pivot) -> list[Row]:
    rows = []
    for measure in CATALOGUE.values():
        if measure.kind != Kind.ACROSS:
            continue
        over = np.char.startswith(table.group.astype(str), f"{measure.over}=")
        mine = np.flatnonzero((table.measure == measure.sample) & over)
        num, den = table.num[mine], table.den[mine]
        found = across_interval(ACROSS[measure.name], num, den)
        if np.isnan(found.mean[0]):
            continue
        pooled = quotients(num.sum(axis=1), den.sum(axis=1))
        rows.append(_row(
            measure, "all", found, 0, method="jackknife of the pooled ratios",
            events=float(den.sum()), worst=str(table.group[mine[np.nanargmin(pooled)]]),
        ))
    return rows


def _row(
    measure: Measure, group: str, found: Estimate, place: int, *, method: str, events: float,
    target: tuple[float, float] = (np.nan, np.nan), met: int = 0, worst: str = "",
) -> Row:
    """A row of the table together with its details."""
    n = int(found.n[place])
    low, high = np.clip([found.low[place], found.high[place]], *measure.range)
    aimed = not all(np.isnan(target))
    return {
        "measure": measure.name,
        "group": group,
        "unit": measure.unit,
        "n": n,
        "mean": _ten_digits(found.mean[place]),
        "sd": _ten_digits(found.sd[place]),
        "ci_low": _ten_digits(low),
        "ci_high": _ten_digits(high),
        "target": float(target[0] if np.isnan(target[1]) else target[1]),
        "p_meet": _ten_digits(met / n) if aimed else np.nan,
        "ends": [None if np.isnan(end) else float(end) for end in target] if aimed else None,
        "details": {
            "method": method,
            "events": events,
            **({"p_meet": list(share_interval(met, n))} if aimed else {}),
            **({"worst": worst} if worst else {}),
        },
    }


def _ten_digits(value: float) -> float:
    """So that a last bit that depends on the order of a sum never shows."""
    return float(f"{value:.10g}")


def _details(rows: Sequence[Row], replications: int) -> dict[str, Any]:
    """What the table has no room for."""
    measures: dict[str, Any] = {}
    behind: dict[str, dict[str, Any]] = {}
    for row in rows:
        declared = CATALOGUE[row["measure"]]
        measures[declared.name] = {
            "unit": declared.unit,
            "kind": declared.kind.value,
            "formula": declared.formula,
            "better": declared.better,
            "target": row["ends"],
        }
        behind.setdefault(declared.name, {})[row["group"]] = row["details"]
    return {
        "replications": replications,
        "confidence": CONFIDENCE,
        "p_meet_method": "Clopper-Pearson",
        "measures": measures,
        "rows": behind,
    }
