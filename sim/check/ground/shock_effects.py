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


def shut(f: Facts, point: str) -> list[tuple[int, int]]:
    """When shocks close a point."""
    return [
        (begins, ends) for row, begins, ends in acting(f)
        if point in row.points_closed.split("|")
    ]


def open_but_for(shut: list[tuple[int, int]], starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Rising spans without these stretches."""
    for begins, stops in shut:
        before = np.stack([starts, np.minimum(ends, begins)])
        after = np.stack([np.maximum(starts, stops), ends])
        both = np.hstack([before, after])
        starts, ends = both[:, both[0] < both[1]]
        order = np.argsort(starts)
        starts, ends = starts[order], ends[order]
    return starts, ends
