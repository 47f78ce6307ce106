"""What happened in each hour of each day: counts, waits, time busy - of a log or of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calibrate.log import CallLog, Flags, Floats, Ints
from sim.calibrate.presence import covered
from sim.log import Result
from sim.scenario.schema import Scenario
from sim.words.kinds import CallOutcome, codes

HOUR_S = 3600.0
MEASURES = (
    "arrivals", "service_level", "abandonment", "wait_s", "wait_p50_s", "wait_p90_s", "occupancy",
)
"""Of a cell: calls; share answered in time; share that hung up; wait of all, answered or not: mean,
median, 90 % quantile; time busy with calls / time on duty."""


@dataclass(frozen=True, eq=False)
class Seen:
    """Calls that queued, seconds; one entry an attempt."""

    arrived: Floats
    wait: Floats
    served: Flags
    group: Ints
    """queue"""
    start: Floats
    """answered; NaN"""
    end: Floats
    """the agent is done with it; NaN"""


@dataclass(frozen=True, eq=False)
class Cells:
    """(groups + 1, days, 24) of each measure, all groups together last; NaN where nothing says."""

    values: dict[str, Floats]
    calls: Floats
    """(groups + 1, days, 24): calls"""


def seen_in_log(log: CallLog, with_wrap_up: bool) -> Seen:
    """The calls of a log; ``with_wrap_up``: busy until the recorded end of wrap-up."""
    end = np.where(np.isfinite(log.wrapped), log.wrapped, log.released) if with_wrap_up else (
        log.released
    )
    return Seen(log.arrived, log.wait, log.served, log.queue, log.answered, end)


def seen_in_run(result: Result, scenario: Scenario, queue_of: Ints, with_wrap_up: bool) -> Seen:
    """The inbound calls of a run; ``queue_of``: queue of each stream of the scenario."""
    calls = result.calls
    start = np.datetime64(scenario.time.start, "ms")

    def seconds(name: str) -> Floats:
        gap = calls[name].to_numpy() - start
        return np.where(np.isnat(gap), np.nan, gap.astype("timedelta64[ms]").astype(float) / 1000)

    names = codes(CallOutcome)
    outcome = calls["outcome"].cat.codes.to_numpy()
    served = outcome == names.index("answered")
    mine = served | (outcome == names.index("abandoned"))
    arrived, answered = seconds("arrived")[mine], seconds("answered")[mine]
    left = seconds("left")[mine]
    end = seconds("wrap_up_end" if with_wrap_up else "talk_end")[mine]
    stream = result.requests["stream"].cat.codes.to_numpy()[calls["request"].to_numpy()[mine]]
    served = served[mine]
    wait = np.where(served, answered, left) - arrived
    return Seen(arrived, wait, served, queue_of[stream], np.where(served, answered, np.nan), end)


def cells(
    seen: Seen, staff: Floats, groups: int, days: int, acceptable_wait_s: float
) -> Cells:
    """Every measure of every hour; ``staff``: (days, 24) mean number on duty."""
    size = days * 24
    hour = np.floor(seen.arrived / HOUR_S).astype(np.int64)
    inside = (hour >= 0) & (hour < size)
    hour, wait, served = hour[inside], seen.wait[inside], seen.served[inside]
    group = seen.group[inside]
    values = {name: np.full((groups + 1, size), np.nan) for name in MEASURES}
    counts = np.zeros((groups + 1, size))
    for part, place in ((group * size + hour, slice(0, groups)), (hour, slice(groups, None))):
        length = (groups if place.start == 0 else 1) * size
        n = np.bincount(part, minlength=length).astype(float)
        shape = (-1, size)

        def total(what: Floats | Flags, part: Ints = part, length: int = length) -> Floats:
            sums = np.bincount(part, weights=what.astype(np.float64), minlength=length)
            return np.asarray(sums, dtype=np.float64)

        with np.errstate(invalid="ignore", divide="ignore"):
            values["service_level"][place] = (
                total(served & (wait <= acceptable_wait_s)) / n).reshape(shape)
            values["abandonment"][place] = (total(~served) / n).reshape(shape)
            values["wait_s"][place] = (total(wait) / n).reshape(shape)
        values["arrivals"][place] = n.reshape(shape)
        counts[place] = n.reshape(shape)
        low, high = _quantiles(part, wait, length)
        values["wait_p50_s"][place], values["wait_p90_s"][place] = (
            low.reshape(shape), high.reshape(shape))
    talking = np.isfinite(seen.start) & np.isfinite(seen.end)
    busy = covered(seen.start[talking], seen.end[talking], days, HOUR_S).ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        on = staff.ravel()
        values["occupancy"][groups] = np.where(on > 0.05, busy / on, np.nan)
    shape3 = (groups + 1, days, 24)
    return Cells({name: v.reshape(shape3) for name, v in values.items()}, counts.reshape(shape3))


def _quantiles(part: Ints, wait: Floats, length: int) -> tuple[Floats, Floats]:
    """Median and 90 % quantile of the waits of each part; NaN where there is none."""
    order = np.lexsort((wait, part))
    part, wait = part[order], wait[order]
    names, first, count = np.unique(part, return_index=True, return_counts=True)
    out = np.full((2, length), np.nan)
    for row, share in enumerate((0.5, 0.9)):
        at = share * (count - 1)
        below = np.floor(at).astype(np.int64)
        above = np.minimum(below + 1, count - 1)
        part_way = at - below
        out[row, names] = wait[first + below] * (1 - part_way) + wait[first + above] * part_way
    return out[0], out[1]
