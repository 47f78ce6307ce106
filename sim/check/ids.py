"""Every row has its own number, and whatever a row refers to exists."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.check.facts import Facts
from sim.check.findings import KEYS, Broken, rows_where
from sim.words.kinds import NONE
from sim.words.tables import TABLES

NUMBERED = {"request": "requests", "order": "orders", "call": "calls"}
"""Columns that hold the number of a row in another table."""
NAMED = {"staff": "staff", "points": "points", "zones": "zones", "services": "services"}
"""Kinds of names that a reference table lists."""


def ids_unique(f: Facts) -> Iterator[Broken]:
    for name, columns in TABLES.items():
        keys = KEYS.get(name, (columns[0].name,))
        if name in ("timesheet", "roster"):
            continue
        again = f.table(name).duplicated(list(keys)).to_numpy()
        yield from rows_where(name, again)
    for name in ("requests", "calls", "orders", "visits"):
        yield from rows_where(name, f.column(name, TABLES[name][0].name) < 0)


def references_resolve(f: Facts) -> Iterator[Broken]:
    """A time sheet's order or call may be -1, names may be missing, nothing else."""
    for name, columns in TABLES.items():
        for place, column in enumerate(columns):
            of = NUMBERED.get(column.name)
            if column.kind == "id" and of and not (place == 0 and of == name):
                lost = f.row_of(name, column.name, of) == NONE
                if name == "timesheet":
                    lost &= f.column(name, column.name) != NONE
                yield from rows_where(name, lost, column.name)
            elif column.kind == "name" and column.of in NAMED:
                known = f.place(name, column.name, NAMED[column.of]) != NONE
                stated = f.table(name)[column.name].notna().to_numpy()
                yield from rows_where(name, stated & ~known, column.name)
            elif column.kind == "code":
                blank = pd.isna(f.table(name)[column.name]).to_numpy()
                yield from rows_where(name, blank, column.name)
