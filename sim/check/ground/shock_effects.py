"""Shocks as the checks read them, from the table of shocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.check.ground.facts import Facts, Floats, Ints
from sim.words.kinds import DAY, HOUR


def acting(f: Facts) -> Iterator[tuple[Any, int, int]]:
    """Row, beginning and end of each shock that happened."""
    if "shocks" not in f.result.reference:
        return
    begins, ends = f.ms("shocks", "begins"), f.ms("shocks", "ends")
    for n, row in enumerate(f.table("shocks").itertuples()):
        if row.on:
            yield row, int(begins[n]), int(ends[n])


def speed(f: Facts) -> Floats:
    """Factor on travel speed in each hour of the run."""
    hours = np.arange(f.horizon // DAY * 24) * HOUR
    factor = np.ones(len(hours))
    for row, begins, ends in acting(f):
        factor[(hours >= begins) & (hours < ends)] *= row.speed_factor
    return factor


def lines_down(f: Facts, moments: Ints) -> Ints:
    """Trunk lines out of order at each moment."""
    down = np.zeros(len(moments), dtype=np.int64)
    for row, begins, ends in acting(f):
        down[(moments >= begins) & (moments < ends)] += row.lines_down
    return down
