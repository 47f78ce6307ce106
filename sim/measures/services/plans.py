"""Are the visits of care plans made: those planned, those done, and who was visited each month.

A planned visit counts if the end of its time lies in the counted days. Where there are no plans
these measures have no rows.
"""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Floats, Groups, Ints, Ratio
from sim.measures.counting.observed import Observed, rows_of, text_codes

PLANNED = ("all", "zone", "service")

MEASURES = (
    Measure(
        "visited_share", SHARE, "每月探访到的比例", "enrolled clients visited in the month",
        Kind.RATIO, PLANNED,
        "clients of a plan with a visit of it begun in the month / clients of a plan of whose "
        "visits one ends its time in the month; over plans and calendar months", "high",
    ),
    Measure(
        "plan_done_share", SHARE, "计划上门完成率", "planned visits done", Kind.RATIO, PLANNED,
        "planned visits begun / planned visits", "high",
    ),
    Measure(
        "planned_per_day", "visits/day", "每天计划上门", "planned visits a day", Kind.VALUE,
        PLANNED,
        "planned visits / counted days",
    ),
    Measure(
        "plan_missed_per_day", "visits/day", "每天漏做的计划上门", "planned visits missed a day",
        Kind.VALUE, PLANNED, "planned visits never begun / counted days", "low",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Every measure of care plans."""
    plans = tuple(map(str, seen.result.reference["plans"]["plan"]))
    if not plans:
        return []
    everything, orders = seen.result.requests, seen.result.orders
    plan = text_codes(everything["stream"], plans)
    closes = seen.times(everything, "window_close")
    # the end of a day belongs to that day
    due = closes - 1
    table = everything[(plan >= 0) & seen.counted(due)]
    plan, due = plan[table.index], due[table.index]
    rows = rows_of(orders["request"].to_numpy(), everything["request"].to_numpy())
    started = np.append(seen.times(orders, "started"), np.nan)[rows]
    begun = ~np.isnan(started[table.index])
    groups = seen.groups(table, by=("zone", "service"))
    count, done = groups.total(np.ones(len(table))), groups.total(begun)
    days = np.where(count > 0, float(seen.days), 0.0)
    return [Block(groups, [
        Ratio("plan_done_share", done, count),
        Ratio("planned_per_day", count, days),
        Ratio("plan_missed_per_day", count - done, days),
        _visited(
            seen, groups, plan, table["client"].to_numpy(), due, started[table.index]),
    ])]


def _visited(
    seen: Observed, groups: Groups, plan: Ints, client: Ints, due: Floats, started: Floats
) -> Ratio:
    """Each client of each plan once a month: at its first visit there, and at its first done."""
    month, done = _months(seen, due), _months(seen, started)
    enrolled = np.column_stack([plan, client, month])
    first = _first(enrolled, np.ones(len(plan), dtype=bool))
    visited = _first(enrolled, done == month)
    return Ratio("visited_share", groups.total(visited), groups.total(first))


def _first(keys: Ints, among: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """1 for the first row of each key among the rows marked, 0 for all others."""
    rows = np.flatnonzero(among)
    _, first = np.unique(keys[rows], axis=0, return_index=True)
    found = np.zeros(len(keys))
    found[rows[first]] = 1.0
    return found


def _months(seen: Observed, times: Floats) -> Ints:
    """Months since 1970; -1 where the time never came."""
    known = ~np.isnan(times)
    since = np.where(known, times, 0).astype(np.int64).astype("timedelta64[ms]")
    months = (seen.midnight + since).astype("datetime64[M]").astype(np.int64)
    return np.asarray(np.where(known, months, -1))
