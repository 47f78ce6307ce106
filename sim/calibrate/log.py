"""A call log, cleaned: the calls of a period, and what was left out and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DAY_S = 86_400.0


@dataclass(frozen=True)
class Dropped:
    """Rows left out, or changed, for one reason."""

    reason_en: str
    reason_zh: str
    rows: int


@dataclass(frozen=True, eq=False)
class CallLog:
    """Calls in order of arrival; every array has one entry a call, times in seconds from the
    midnight of ``first``."""

    name: str
    first: dt.date
    days: int
    arrived: Floats
    answered: Floats
    """NaN: abandoned"""
    released: Floats
    """the agent has left the call; NaN: abandoned"""
    left: Floats
    """the caller has left the queue: answered, or hung up"""
    wrapped: Floats
    """the agent is free again; NaN where the log does not say"""
    wait: Floats
    """seconds in the queue; 0 where answered at once"""
    queue: Ints
    kind: Ints
    agent: Ints
    """-1: abandoned, or not known"""
    caller: Ints
    """-1: not known"""
    first_class: Flags
    """answered before all others"""
    queues: tuple[str, ...]
    kinds: tuple[str, ...]
    agents: tuple[str, ...]
    acceptable_wait_s: float
    redial_within_s: float
    at_once_s: float
    """a recorded wait up to this was taken for none, and taken off the others"""
    sign_ins: pd.DataFrame
    """columns ``agent`` (position in ``agents``), ``start``, ``end``, seconds; empty where the log
    has none"""
    dropped: tuple[Dropped, ...] = ()
    read: int = 0
    """rows read"""

    def __len__(self) -> int:
        return len(self.arrived)

    @property
    def served(self) -> Flags:
        return ~np.isnan(self.answered)

    @property
    def queued(self) -> Flags:
        """Who found nobody free: waited, or hung up."""
        return (self.wait > 0) | ~self.served

    @property
    def day(self) -> Ints:
        """Day of each arrival, from 0."""
        return np.floor(self.arrived / DAY_S).astype(np.int64)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        return tuple(self.first + dt.timedelta(days=n) for n in range(self.days))

    @property
    def weekdays(self) -> Ints:
        """Weekday of each day, Monday 0."""
        return (self.first.weekday() + np.arange(self.days)) % 7

    def between(self, first: dt.date, last: dt.date) -> CallLog:
        """The calls that arrived from ``first`` to ``last``, both included."""
        start = (first - self.first).days * DAY_S
        end = ((last - self.first).days + 1) * DAY_S
        return self._rows((self.arrived >= start) & (self.arrived < end), first,
                          (last - first).days + 1, start)

    def _rows(self, keep: Flags, first: dt.date, days: int, start: float) -> CallLog:
        signs = self.sign_ins
        if len(signs):
            there = (signs["end"] > start) & (signs["start"] < start + days * DAY_S)
            signs = signs[there].assign(
                start=signs["start"][there] - start, end=signs["end"][there] - start
            )
        moved = {
            name: getattr(self, name)[keep] - start
            for name in ("arrived", "answered", "released", "left", "wrapped")
        }
        same = {
            name: getattr(self, name)[keep]
            for name in ("wait", "queue", "kind", "agent", "caller", "first_class")
        }
        rest = {
            name: getattr(self, name)
            for name in ("name", "queues", "kinds", "agents", "acceptable_wait_s",
                         "redial_within_s", "at_once_s", "dropped", "read")
        }
        return CallLog(first=first, days=days, sign_ins=signs, **moved, **same, **rest)


def joined(names: Sequence[str], limit: int = 6) -> str:
    """The first few names."""
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")
