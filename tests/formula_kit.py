"""Cells by formula in the place of simulated ones: a lab in which the truth is known."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from sim.experiments import lab
from sim.experiments.replicate import prepare, simulated
from sim.measures import Measured, measure

Raw = Mapping[str, Any]
Formula = Callable[[Raw, int], Mapping[str, float]]
"""``formula(raw, replication)``: measure -> its value in every group; NaN: nothing happened."""
EVENTS = 1000.0
"""Denominator of every value."""


class Stop(BaseException):
    """In the place of a signal that ends a program at once."""


class Formulas:
    """Counts the cells that were asked for; ends the program before the ``last`` one."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.done = 0
        self.last: int | None = None

    def cell(self, reader: object, seed: int, asked: tuple[lab.Cell, Path]) -> dict[str, bytes]:
        cell, book = asked
        if self.done == self.last:
            raise Stop
        self.done += 1
        raw = json.loads(gzip.decompress(book.read_bytes()))
        values = self.formula(raw, cell.replication)
        return _measured(values, cell.replication).packed() | {lab.WORKLOAD: b"formula"}


def by_formula(monkeypatch: pytest.MonkeyPatch, formula: Formula) -> Formulas:
    """From here on every lab that computes in this process goes by the formula."""
    found = Formulas(formula)
    monkeypatch.setattr(lab, "_measured", found.cell)
    return found


def _measured(values: Mapping[str, float], replication: int) -> Measured:
    whole = _template()
    num, den = (whole.ratios[column].to_numpy().copy() for column in ("num", "den"))
    codes = whole.ratios["measure"].cat.codes.to_numpy()
    names = whole.ratios["measure"].cat.categories
    for name, value in values.items():
        mine = codes == names.get_loc(name)
        events = 0.0 if math.isnan(value) else EVENTS
        num[mine], den[mine] = value * EVENTS if events else 0.0, events
    ratios = whole.ratios.assign(replication=replication, num=num, den=den)
    return Measured(ratios, whole.samples.assign(replication=replication))


@lru_cache
def _template() -> Measured:
    county = prepare("quickstart", ["time.days=1", "time.warm_up_days=0", "time.cool_down_days=0"])
    return measure(simulated(county.scenario, 1, 0)[0])
