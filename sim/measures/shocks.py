"""How long a county takes to get over a shock."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import SHOCKS, Kind, Measure
from sim.measures.counting.groups import Block, Floats, Grouping, Groups, Ratio
from sim.measures.counting.observed import Observed, enum_codes
from sim.words.kinds import HOUR, CallKind, CallOutcome

_UNTIL = (
    "hours from the shock's end until {}, looking at the 24 hours from then on, is no longer than "
    "on the worst such 24 hours before the shock (at least a day of the run, warm-up included); "
    "not within observation: until its last whole day; all: the longest of the shocks that happened"
)

MEASURES = (
    Measure(
        "recovery_h", "h", "冲击后积压恢复时间", "recovery of the backlog after a shock",
        Kind.VALUE, SHOCKS, _UNTIL.format("the mean backlog"), "low",
    ),
    Measure(
        "recovery_wait_h", "h", "冲击后热线恢复时间", "recovery of the hotline after a shock",
        Kind.VALUE, SHOCKS,
        _UNTIL.format("the mean wait of callers (a busy tone counts as the longest of them)"),
        "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Nothing where the scenario knows no shocks. One that is switched off has its figure, too:
    what chance alone would give, for comparison."""
    if not seen.shocks:
        return []
    table = seen.result.reference["shocks"]
    spans = list(zip(
        seen.times(table, "begins").tolist(), seen.times(table, "ends").tolist(), strict=True
    ))
    names = Groups((
        Grouping("all", ("all",), np.zeros(0, dtype=np.int64)),
        Grouping("shock", seen.shocks, np.zeros(0, dtype=np.int64)),
    ))
    ratios = []
    for measure, level in (("recovery_h", _backlog(seen)), ("recovery_wait_h", _waits(seen))):
        each = np.array([recovery(level, *span) for span in spans])
        happened = each[table["on"].to_numpy(dtype=bool) & ~np.isnan(each)]
        longest = happened.max() if len(happened) else np.nan
        hours = np.append(longest, each)
        known = ~np.isnan(hours)
        ratios.append(Ratio(measure, np.where(known, hours, 0.0), known.astype(float)))
    return [Block(names, ratios)]


def recovery(level: Floats, begins: float, ends: float) -> float:
    """Hours from ``ends`` (milliseconds) until the level is ordinary again; ``level`` is its mean
    over the 24 hours from each whole hour of the run on. NaN without a day before it, or after."""
    first, last = int(begins // HOUR), int(ends // HOUR)
    before, after = level[: max(0, first - 23)], level[last:]
    if last < 0 or len(before) == 0 or len(after) == 0:
        return float("nan")
    ordinary = np.flatnonzero(after <= before.max())
    return float(ordinary[0]) if len(ordinary) else float(len(after))


def a_day_on(hourly: Floats, weight: Floats) -> Floats:
    """Weighted mean over each 24 hours in a row; 0 where nothing weighs."""
    total, heavy = (
        np.convolve(values, np.ones(24), "valid") for values in (hourly * weight, weight)
    )
    return np.asarray(np.where(heavy > 0, total / np.where(heavy > 0, heavy, 1), 0.0).round(9))


def _backlog(seen: Observed) -> Floats:
    """Orders waiting at each whole hour."""
    orders = seen.result.orders
    since = np.fmax(seen.times(orders, "created"), seen.times(orders, "window_open"))
    until = np.fmin(seen.times(orders, "started"), seen.times(orders, "cancelled"))
    until = np.where(np.isnan(until), np.inf, until)
    hours = np.arange(seen.end // HOUR) * float(HOUR)
    begun = np.searchsorted(np.sort(since), hours, side="right")
    waiting = begun - np.searchsorted(np.sort(np.maximum(since, until)), hours, side="right")
    return a_day_on(waiting.astype(float), np.ones(len(hours)))


def _waits(seen: Observed) -> Floats:
    """Mean wait of the callers of each hour, in milliseconds."""
    calls = seen.result.calls
    kind, outcome = enum_codes(calls["kind"], CallKind), enum_codes(calls["outcome"], CallOutcome)
    rings = np.isin(kind, (CallKind.FIRST, CallKind.REDIAL, CallKind.CHASE))
    rings &= outcome != CallOutcome.CLOSED
    arrived, answered = seen.times(calls, "arrived"), seen.times(calls, "answered")
    left = seen.times(calls, "left")
    until = np.where(np.isnan(answered), np.where(np.isnan(left), seen.end, left), answered)
    wait = np.where(rings, until - arrived, 0.0)
    wait = np.where(outcome == CallOutcome.BLOCKED, wait.max(initial=0.0), wait)
    hours = seen.end // HOUR
    hour = np.clip(arrived // HOUR, 0, hours - 1).astype(np.int64)
    number = np.bincount(hour[rings], minlength=hours).astype(float)
    total = np.bincount(hour[rings], wait[rings], minlength=hours)
    return a_day_on(total / np.maximum(number, 1), number)
