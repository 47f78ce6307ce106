"""How a broken statement is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.check.ground.facts import Facts
from sim.words.glossary import Lang
from sim.words.tables import EVERY

EXAMPLES = 5
"""Violations shown of one statement; the others are only counted."""

KEYS = {
    "grabs": ("order", "point", "caregiver"),
    "offers": ("order", "offer"), "payments": ("order", "payer"), "passed": ("call", "tier"),
    "dials": ("call", "number"), "sessions": ("order", "number"),
    "timesheet": ("staff", "start"), "roster": ("staff", "start"),
}
"""What names a row of a table that has no number of its own."""


@dataclass(frozen=True)
class Broken:
    """Rows of one table for which a statement does not hold."""

    table: str
    rows: NDArray[np.int64]
    columns: tuple[str, ...] = ()
    """what to show of each row"""
    also: Mapping[str, Any] = field(default_factory=dict)
    """further figures to show, an array each with one value a row"""


@dataclass(frozen=True)
class Violation:
    """One example of a statement that the tables break."""

    rule: str
    """the statement's short name"""
    table: str
    row: str
    """which row of the table: its number, or who and when; a whole table's total: empty"""
    statement_en: str
    statement_zh: str
    found: tuple[tuple[str, str], ...]
    """what was found: column or figure, and its value"""
    count: int
    """how many rows break the statement; no more than the first few become violations"""

    def line(self, lang: Lang = "en") -> str:
        """What should be so and what was found instead, in one line."""
        labels = {c.name: c.zh for c in EVERY.get(self.table, ())} if lang == "zh" else {}
        zh = lang == "zh"
        comma, colon, full = ("，", "：", "（共 {} 处）") if zh else (", ", ": ", " ({} in all)")
        found = comma.join(f"{labels.get(name, name)} {value}" for name, value in self.found)
        statement = self.statement_zh if zh else self.statement_en
        where = f"{self.table} {self.row}".rstrip()
        more = full.format(self.count) if self.count > 1 else ""
        return f"{self.rule}{colon}{statement} [{where}] {found}".rstrip() + more

    @property
    def message(self) -> str:
        return self.line()

    def __str__(self) -> str:
        return self.line()


def rows_where(
    table: str, broken: NDArray[np.bool_], *columns: str, **also: Any
) -> Iterator[Broken]:
    """The marked rows of a table, if any; ``also`` holds one value for every row of the table."""
    rows = np.flatnonzero(broken)
    if len(rows):
        yield Broken(table, rows, columns, {k: np.asarray(v)[rows] for k, v in also.items()})


def describe(facts: Facts, broken: Broken, place: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The name of the ``place``-th broken row, and what was found there."""
    found = [(name, _text(values[place])) for name, values in broken.also.items()]
    if broken.table not in EVERY:
        return "", tuple(found)
    row = facts.table(broken.table).iloc[int(broken.rows[place])]
    keys = KEYS.get(broken.table, (EVERY[broken.table][0].name,))
    shown = [(name, _text(row[name])) for name in broken.columns]
    return " ".join(_text(row[key]) for key in keys), tuple(shown + found)


def _text(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return "-"
    if isinstance(value, pd.Timestamp | np.datetime64):
        return str(pd.Timestamp(value))[:23]
    return str(value)
