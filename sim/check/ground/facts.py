"""A run's tables as arrays: whole milliseconds since the run's start, codes in place of words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.log import Result
from sim.words.kinds import DAY, NONE, ServiceMode, codes
from sim.words.tables import EVERY, Column

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Yes = NDArray[np.bool_]

Made = TypeVar("Made")

NAT = int(np.iinfo(np.int64).min)
"""A time that never came, in every array of milliseconds."""


@dataclass(frozen=True, eq=False)
class Facts:
    """The tables of one run, and the ways the checks read them."""

    result: Result
    settings: dict[str, Any]
    origin: int
    """the run's start, in milliseconds since 1970"""
    horizon: int
    """the run's end, in milliseconds since its start"""
    _kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, result: Result) -> Facts:
        """Read the settings saved with the tables."""
        rows = result.reference["settings"]
        settings = {str(k): json.loads(v) for k, v in zip(rows["key"], rows["value"], strict=True)}
        days = sum(settings[f"time.{part}_days"] for part in ("warm_up", "cool_down"))
        origin = int(np.datetime64(settings["time.start"], "ms").astype(np.int64))
        return cls(result, settings, origin, (days + settings["time.days"]) * DAY)

    def once(self, name: str, make: Callable[[Facts], Made]) -> Made:
        """What several checks need and is worked out once."""
        if name not in self._kept:
            self._kept[name] = make(self)
        made: Made = self._kept[name]
        return made

    def table(self, name: str) -> pd.DataFrame:
        """An output table, or a reference table saved with them."""
        tables = self.result.tables
        return tables[name] if name in tables else self.result.reference[name]

    @property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """The columns of every output table that there is."""
        return {name: EVERY[name] for name in self.result.tables}

    def column(self, table: str, column: str) -> NDArray[Any]:
        """Numbers and yes/no as they stand."""
        return np.asarray(self.table(table)[column].to_numpy())

    def ms(self, table: str, column: str) -> Ints:
        """Milliseconds since the run's start, :data:`NAT` where the time is missing."""
        stamps = self.table(table)[column].to_numpy(dtype="datetime64[ms]").astype(np.int64)
        return np.where(stamps == NAT, NAT, stamps - self.origin)

    def until(self, table: str, column: str) -> Ints:
        """The same, with the run's end where the time is missing."""
        times = self.ms(table, column)
        return np.where(times == NAT, self.horizon, times)

    def code(self, table: str, column: str, kind: type[IntEnum]) -> Ints:
        """Members of a closed list as their codes, -1 where the word is not on it."""
        return self._codes(table, column, codes(kind))

    def place(self, table: str, column: str, of: str) -> Ints:
        """The row of the reference table ``of`` that each word names, -1 where there is none.

        The first column of a reference table holds its words.
        """
        return self._codes(table, column, self.table(of).iloc[:, 0].astype(str))

    def text(self, table: str, column: str) -> NDArray[np.object_]:
        """Words as plain text, empty where there is none."""
        values = self.table(table)[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            words = np.append(values.cat.categories.astype(str).to_numpy(dtype=object), "")
            return np.asarray(words[values.cat.codes.to_numpy()], dtype=object)
        return np.asarray(values.astype(object).where(values.notna(), ""), dtype=object)

    def _codes(self, table: str, column: str, words: Any) -> Ints:
        known = pd.Index(words)
        values = self.table(table)[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            spelled = known.get_indexer(values.cat.categories.astype(str))
            codes = values.cat.codes.to_numpy().astype(np.int64)
            found = np.append(spelled, NONE)[codes]
        else:
            found = known.get_indexer(values.astype(str))
        return np.asarray(found, dtype=np.int64)

    def row_of(self, table: str, column: str, of: str) -> Ints:
        """For each id in ``table.column`` its row in table ``of``; -1 where there is none."""
        known = self.table(of).iloc[:, 0].to_numpy(dtype=np.int64)
        return find(known, self.table(table)[column].to_numpy(dtype=np.int64))

    def when(self, ms: Ints) -> NDArray[np.datetime64]:
        """Milliseconds since the run's start as wall-clock times."""
        return (np.asarray(ms, dtype=np.int64) + self.origin).astype("datetime64[ms]")


def visits_only(f: Facts) -> Facts:
    """The same tables without orders for which nobody goes to the home."""
    mode = dict(zip(f.text("services", "service"), f.text("services", "mode"), strict=True))
    service = f.text("orders", "service")
    goes = (ServiceMode.VISIT, ServiceMode.DELIVERY)
    visit = np.array([mode.get(s, ServiceMode.VISIT) in goes for s in service], bool)
    if visit.all():
        return f
    orders = f.table("orders")[visit]
    offers = f.table("offers")
    offers = offers[offers["order"].isin(orders["order"])]
    return replace(f, result=replace(f.result, orders=orders, offers=offers), _kept={})


def has(times: Ints) -> Yes:
    """Where the time did come."""
    return np.asarray(times != NAT)


def take(values: NDArray[Any], rows: Ints, missing: Any) -> NDArray[Any]:
    """``values[rows]`` with ``missing`` where the row is -1."""
    if len(values) == 0:
        return np.full(len(rows), missing)
    return np.where(rows >= 0, values[rows], missing)


def find(known: Ints, wanted: Ints) -> Ints:
    """For each wanted value the first place in ``known`` that holds it; -1 where none does."""
    if len(known) == 0:
        return np.full(len(wanted), NONE, dtype=np.int64)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    return np.where(known[order][place] == wanted, order[place], NONE)
