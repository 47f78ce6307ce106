"""Reading the measures a figure needs out of a ``kpis`` table."""

from __future__ import annotations

import pandas as pd


def by(kpis: pd.DataFrame, measure: str, key: str) -> pd.DataFrame:
    """The rows of one measure over the groups of ``key``, indexed by the group's value, as text.

    Empty where the measure has no such groups.
    """
    prefix = f"{key}="
    rows = kpis[(kpis["measure"] == measure) & kpis["group"].str.startswith(prefix)]
    return rows.set_index(rows["group"].str.removeprefix(prefix).rename(key))


def overall(kpis: pd.DataFrame, measure: str, column: str = "mean") -> float | None:
    """One cell of a measure's row for everybody; ``None`` where it is missing."""
    rows = kpis.loc[(kpis["measure"] == measure) & (kpis["group"] == "all"), column]
    return None if rows.empty or pd.isna(rows.iloc[0]) else float(rows.iloc[0])
