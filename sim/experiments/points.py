"""The tidy table of a set of variants: a row for each variant, measure and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.experiments.lab import Failure
from sim.measures.summary import COLUMNS

VARIANT = "variant"
Value = int | float | str
"""A level of what is varied, as set."""

BOM = "\ufeff"
"""By which Excel knows that a CSV is UTF-8."""


def tidy(
    names: Sequence[str], varied: Mapping[str, Sequence[Value]], kpis: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """``variant``, a column for each varied key, then those of a ``kpis`` table.

    ``varied``: key -> its value in each variant; a column of numbers if all of them are numbers,
    else of text. ``kpis``: the table of each variant.
    """
    columns = {VARIANT: list(names), **{key: _alike(values) for key, values in varied.items()}}
    sizes = [len(table) for table in kpis]
    keys = pd.DataFrame(columns).astype({VARIANT: str})
    rows = keys.loc[[n for n, size in enumerate(sizes) for _ in range(size)]]
    measures = pd.concat(kpis) if kpis else pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(
        [rows.reset_index(drop=True), measures.reset_index(drop=True)], axis="columns"
    )


def files(points: pd.DataFrame, failures: Sequence[Failure]) -> dict[str, bytes]:
    """Name and content of the tables that every set of variants leaves: ``points.csv`` and
    ``points.parquet``, the same, and ``failures.csv`` (variant, replication, reason)."""
    failed = pd.DataFrame(
        [(f.variant, f.replication, f.reason) for f in failures],
        columns=[VARIANT, "replication", "reason"],
    )
    return {
        "points.csv": csv(points),
        "points.parquet": bytes(points.to_parquet(index=False)),
        "failures.csv": csv(failed),
    }


def csv(table: pd.DataFrame) -> bytes:
    """A table as a CSV that Excel reads as it is."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return (BOM + text).encode()


def _alike(values: Sequence[Value]) -> list[Value]:
    numbers = all(not isinstance(value, str) for value in values)
    return list(values) if numbers else [str(value) for value in values]
