"""A finished run: its tables, what measures need beside them, and how both are stored."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.words import kinds
from sim.words.kinds import NEVER, NONE
from sim.words.tables import EVERY, TABLES, WHERE_USED

REFERENCE = "reference"
"""Prefix of the stored files of reference tables."""


@dataclass(frozen=True, eq=False)
class Result:
    """The tables of one replication; columns as in :mod:`sim.words.tables`."""

    replication: int
    requests: pd.DataFrame
    calls: pd.DataFrame
    orders: pd.DataFrame
    offers: pd.DataFrame
    visits: pd.DataFrame
    timesheet: pd.DataFrame
    roster: pd.DataFrame
    reference: Mapping[str, pd.DataFrame]
    """what does not come out of the run but is needed to read it: zones, points, services, staff,
    settings, coverage, open"""
    more: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """tables of mechanisms that the scenario uses, by name"""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {**{name: getattr(self, name) for name in TABLES}, **self.more}


def timestamps(times: NDArray[np.int64], start: np.datetime64) -> NDArray[Any]:
    """Model milliseconds -> wall clock; none and never become NaT. Before the start is negative."""
    happened = (times != NONE) & (times < NEVER)
    wall = start.astype("datetime64[ms]") + np.where(happened, times, 0).astype("timedelta64[ms]")
    return np.where(happened, wall, np.datetime64("NaT", "ms"))


def frame(
    table: str,
    columns: Mapping[str, NDArray[Any]],
    names: Mapping[str, Sequence[str]],
    start: np.datetime64,
) -> pd.DataFrame:
    """A table with the types its schema says, from plain arrays.

    ``columns``: an array for each column, codes for categories (negative: missing) and model
    milliseconds for times. ``names``: the ids behind the codes, by what they are ids of.
    """
    out: dict[str, Any] = {}
    for column in EVERY[table]:
        values = columns[column.name]
        if column.kind == "time":
            out[column.name] = timestamps(values, start)
        elif column.kind == "code":
            members = kinds.codes(getattr(kinds, column.of))
            out[column.name] = pd.Categorical.from_codes(values.astype(np.int64), members)
        elif column.kind == "name":
            out[column.name] = pd.Categorical.from_codes(
                values.astype(np.int64), list(names[column.of])
            )
        elif column.kind == "yes":
            out[column.name] = values.astype(bool)
        elif column.kind == "number":
            out[column.name] = values.astype(np.float64)
        else:
            out[column.name] = values.astype(np.int64)
    return pd.DataFrame(out)


def save(result: Result, folder: Path) -> None:
    """Write every table as Parquet into ``folder``, each aside first and then moved into place."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = dict(result.tables)
    tables |= {f"{REFERENCE}-{name}": table for name, table in result.reference.items()}
    for name, table in tables.items():
        aside = folder / f".{name}.parquet.part"
        table.to_parquet(aside, index=False)
        os.replace(aside, folder / f"{name}.parquet")
    aside = folder / ".replication.part"
    aside.write_text(f"{result.replication}\n", encoding="utf-8")
    os.replace(aside, folder / "replication.txt")


def read(folder: Path) -> Result:
    """Read what :func:`save` wrote. Raises ``FileNotFoundError`` where a table is missing."""
    reference = {
        path.stem.removeprefix(f"{REFERENCE}-"): pd.read_parquet(path)
        for path in sorted(folder.glob(f"{REFERENCE}-*.parquet"))
    }
    tables = {
        f.name: pd.read_parquet(folder / f"{f.name}.parquet")
        for f in fields(Result)
        if f.name in TABLES
    }
    more = {
        name: pd.read_parquet(folder / f"{name}.parquet")
        for name in WHERE_USED
        if (folder / f"{name}.parquet").exists()
    }
    replication = int((folder / "replication.txt").read_text(encoding="utf-8"))
    return Result(replication=replication, reference=reference, more=more, **tables)
