"""How much work waits: orders that could be begun and are not, over the counted days."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ALL, WAITING, Kind, Measure
from sim.measures.counting.groups import Block, Floats, Groups, Ints, Ratio, Sample
from sim.measures.counting.observed import Observed
from sim.measures.counting.stretches import most_at_once
from sim.words.kinds import DAY, HOUR

_WAITING = "orders from created (booked: window's opening, if later) until started or cancelled"

MEASURES = (
    Measure(
        "backlog", "orders", "平均积压工单", "backlog, mean over time", Kind.VALUE, WAITING,
        f"time average of {_WAITING}", "low",
    ),
    Measure(
        "backlog_end_of_day", "orders", "日终积压工单", "backlog at the end of the day", Kind.VALUE,
        WAITING, "orders waiting at midnight, mean over the counted days", "low",
    ),
    Measure(
        "backlog_max", "orders", "最大积压工单", "backlog, greatest", Kind.VALUE, ALL,
        "most orders waiting at once in the counted days", "low",
    ),
    Measure(
        "backlog_age_p90_h", "h", "积压工单时长90%分位", "age of the backlog, P90", Kind.QUANTILE,
        ALL,
        "90 % quantile of the ages, in steps of 0.1 h, of the orders waiting at each midnight",
        "low", sample="backlog_age_h", q=0.9,
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Backlog by group, and its greatest height and its age over all."""
    orders = seen.result.orders
    created, window = seen.times(orders, "created"), seen.times(orders, "window_open")
    since = np.fmax(created, window)
    # an order that is neither begun nor cancelled waits to the end of observation and beyond
    until = np.fmin(seen.times(orders, "started"), seen.times(orders, "cancelled"))
    until = np.where(np.isnan(until), np.inf, until)
    groups = seen.groups(orders, by=("zone", "service", "class", "point"))
    everybody = seen.groups(orders)
    highest = float(most_at_once(*seen.clipped(since, until)))
    return [
        Block(groups, average_height(seen, groups, since, until)),
        Block(
            everybody,
            [Ratio("backlog_max", np.array([highest]), np.ones(1))],
            [ages(seen, since, until)],
        ),
    ]


def average_height(seen: Observed, groups: Groups, since: Floats, until: Floats) -> list[Ratio]:
    """Orders waiting: over time, and at the midnight that ends each counted day."""
    low, high = seen.clipped(since, until)
    # midnights after `low`, up to and including `high` if it still waits then
    midnights = np.ceil(high / DAY) - np.floor(low / DAY) - 1 + (until > seen.stop)
    count = groups.total(np.where(high > low, midnights, 0))
    size = len(count)
    return [
        Ratio("backlog", groups.total(high - low), np.full(size, float(seen.stop - seen.start))),
        Ratio("backlog_end_of_day", count, np.full(size, float(seen.days))),
    ]


def ages(seen: Observed, since: Floats, until: Floats) -> Sample:
    """Ages of the waiting orders at the end of every counted day, in tenths of an hour."""
    tenth = HOUR // 10
    counts = np.zeros(0, dtype=np.int64)
    for midnight in range(seen.start + DAY, seen.stop + 1, DAY):
        waiting = (since < midnight) & (until > midnight)
        found = np.bincount(np.rint((midnight - since[waiting]) / tenth).astype(np.int64))
        counts = _added(counts, found)
    ticks = np.flatnonzero(counts)
    everybody = np.zeros(len(ticks), dtype=np.int64)
    return Sample("backlog_age_h", ALL, ALL, everybody, ticks / 10, counts[ticks])


def _added(a: Ints, b: Ints) -> Ints:
    """Sum of two histograms of different length."""
    total = np.zeros(max(len(a), len(b)), dtype=np.int64)
    total[: len(a)] += a
    total[: len(b)] += b
    return total
