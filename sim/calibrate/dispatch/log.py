"""An orders log, cleaned: requests of a period with what became of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.calibrate.log import DAY_S, CallLog, Dropped, Flags, Floats, Ints

SERVED, DECLINED, NO_SHOW, CANCELLED = range(4)
"""Outcomes: somebody came and worked; came and was sent away; came and found nobody; never came."""
LONG_GAP_DAYS = 14
"""So many days without any request: the log has a hole, or the service stood still."""
TIMES = ("requested", "accepted", "dispatched", "departed", "arrived", "started", "ended",
         "cancelled")


@dataclass(frozen=True, eq=False)
class OrderLog:
    """Requests in order of time; arrays have one entry a request, times in seconds from the
    midnight of ``first``, NaN where not recorded."""

    name: str
    first: dt.date
    days: int
    requested: Floats
    accepted: Floats
    """somebody undertook to go; NaN throughout where the log does not tell it from dispatch"""
    dispatched: Floats
    """a unit was told to go and is busy from now on"""
    departed: Floats
    arrived: Floats
    started: Floats
    ended: Floats
    """the unit is free again"""
    cancelled: Floats
    unit: Ints
    """-1: not known"""
    place: Ints
    priority: Ints
    outcome: Ints
    lat: Floats
    lon: Floats
    units: tuple[str, ...]
    places: tuple[str, ...]
    priorities: tuple[str, ...]
    """the most urgent first"""
    others: pd.DataFrame
    """further units sent to a request: columns ``unit``, ``dispatched``, ``ended``"""
    sign_ins: pd.DataFrame
    """columns ``unit`` (a number of its own), ``start``, ``end``; empty where there is none"""
    target_s: float
    dropped: tuple[Dropped, ...] = ()
    read: int = 0

    def __len__(self) -> int:
        return len(self.requested)

    @property
    def response(self) -> Floats:
        """Seconds from request to arrival on scene; NaN where nobody arrived, or not known."""
        return np.where(self.outcome == CANCELLED, np.nan, self.arrived - self.requested)

    @property
    def weekdays(self) -> Ints:
        """Weekday of each day, Monday 0."""
        return (self.first.weekday() + np.arange(self.days)) % 7

    @property
    def lost_trip(self) -> Flags:
        """Somebody was sent for nothing: nobody there, or called off after dispatch."""
        sent = ~np.isnan(self.dispatched)
        return np.asarray(sent & np.isin(self.outcome, (NO_SHOW, CANCELLED)))

    @property
    def busy(self) -> tuple[Floats, Floats]:
        """Start and end of every job, of further units too; those whose end is not known last as
        long as the others do in the middle."""
        start = np.concatenate([self.dispatched, self.others["dispatched"].to_numpy(float)])
        end = np.concatenate([self.ended, self.others["ended"].to_numpy(float)])
        known = ~np.isnan(start)
        start, end = start[known], end[known]
        length = end - start
        usual = float(np.nanmedian(length)) if np.isfinite(length).any() else 0.0
        return start, np.where(np.isnan(end), start + usual, end)

    def as_calls(self) -> CallLog:
        """The requests as calls, for what looks at arrivals only: a queue a priority."""
        n = len(self)
        nothing, none = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
        return CallLog(
            name=self.name, first=self.first, days=self.days, arrived=self.requested,
            answered=nothing, released=nothing, left=self.requested, wrapped=nothing,
            wait=np.zeros(n), queue=self.priority, kind=none, agent=none - 1, caller=none - 1,
            first_class=np.zeros(n, dtype=bool), queues=self.priorities, kinds=("",), agents=(),
            acceptable_wait_s=1.0, redial_within_s=0.0, at_once_s=0.0,
            sign_ins=pd.DataFrame({"agent": [], "start": [], "end": []}),
        )

    def between(self, first: dt.date, last: dt.date) -> OrderLog:
        """Requests from ``first`` to ``last``, both included."""
        begin = (first - self.first).days * DAY_S
        days = (last - first).days + 1
        keep = (self.requested >= begin) & (self.requested < begin + days * DAY_S)
        kept = self.where(keep)
        times = {name: getattr(kept, name) - begin for name in TIMES}
        return replace(kept, first=first, days=days, others=_moved(self.others, begin, days),
                       sign_ins=_moved(self.sign_ins, begin, days), **times)

    def where(self, keep: Flags) -> OrderLog:
        """Some of the requests; all else as it is."""
        return replace(self, **{
            name: getattr(self, name)[keep]
            for name in (*TIMES, "unit", "place", "priority", "outcome", "lat", "lon")})

    def recent(self) -> OrderLog:
        """What follows the last hole of ``LONG_GAP_DAYS``, if that is as long as such a hole."""
        day = np.unique(np.floor(self.requested / DAY_S).astype(np.int64))
        holes = np.flatnonzero(np.diff(day) > LONG_GAP_DAYS)
        if not len(holes):
            return self
        begin = int(day[holes[-1] + 1])
        if self.days - begin < LONG_GAP_DAYS:
            return self
        return self.between(self.first + dt.timedelta(days=begin),
                            self.first + dt.timedelta(days=self.days - 1))


def _moved(table: pd.DataFrame, begin: float, days: int) -> pd.DataFrame:
    start, end = table.columns[1], table.columns[2]
    ends = table[end].fillna(table[start])
    keep = (ends > begin) & (table[start] < begin + days * DAY_S)
    kept = table[keep]
    return kept.assign(**{start: kept[start] - begin, end: kept[end] - begin})
