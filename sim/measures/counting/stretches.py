"""Stretches of time: cut at full hours, and how many overlap."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.groups import Floats, Ints
from sim.words.kinds import HOUR


def per_hour(start: Floats, end: Floats) -> tuple[Ints, Floats, Floats]:
    """Cut stretches at full hours: row of the stretch, start and length of each piece, ms."""
    rows = np.flatnonzero(end > start)
    first = (start[rows] // HOUR).astype(np.int64)
    pieces = np.ceil(end[rows] / HOUR).astype(np.int64) - first
    row = np.repeat(rows, pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    hour = (np.repeat(first, pieces) + place) * float(HOUR)
    low = np.maximum(start[row], hour)
    return row, low, np.minimum(end[row], hour + HOUR) - low


def most_at_once(start: Floats, end: Floats) -> int:
    """Greatest number of half-open stretches that overlap; an end makes room for a start."""
    real = end > start
    moment = np.concatenate([end[real], start[real]])
    change = np.repeat([-1, 1], np.count_nonzero(real))
    return int(np.cumsum(change[np.argsort(moment, kind="stable")]).max(initial=0))
