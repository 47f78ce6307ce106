"""Weekdays of like shape, and how uneven the hours of like days are."""

from __future__ import annotations

import math

import numpy as np

from sim.calibrate.log import Flags, Floats, Ints

SURELY = 12.0
"""Where so many calls were due and none came, the hotline was closed."""
MERGE = 0.5
"""Weekdays are put together where that saves more than this times the logarithm of the sample a
parameter (Schwarz's criterion)."""


def like_weekdays(counts: Ints, weekdays: Ints, usual: Flags, level: Floats) -> Ints:
    """Weekdays of like shape by the hour: the two most alike are put together as long as that
    lowers Schwarz's criterion, the likelihood being that of the calls' hours."""
    by_hour = hourly(counts)
    groups = {w: [w] for w in range(7) if level[w] > 0}
    sums = {w: by_hour[usual & (weekdays == w)].sum(axis=0).astype(float) for w in groups}
    # Hours of one day move together: their spread about the mean shape says by how much.
    spread = max(1.0, hourly_spread(by_hour, weekdays, usual))
    while len(groups) > 1:
        pairs = [(a, b) for a in groups for b in groups if a < b]
        losses = [
            math.inf if _one_closed(sums[a], sums[b])
            else _apart(sums[a], sums[b]) / spread
            for a, b in pairs
        ]
        least = int(np.argmin(losses))
        a, b = pairs[least]
        both = sums[a] + sums[b]
        # The sample that tells the two apart is the smaller one.
        size = max(math.e, min(sums[a].sum(), sums[b].sum()) / spread)
        if losses[least] > MERGE * (np.count_nonzero(both) - 1) * math.log(size):
            break
        groups[a] += groups.pop(b)
        sums[a] = both
        sums.pop(b)
    classes = np.full(7, -1)
    for number, members in enumerate(groups.values()):
        classes[members] = number
    return classes


def hourly(counts: Ints) -> Ints:
    """(days, 24) from (days, slots)."""
    return np.asarray(counts.reshape(len(counts), 24, -1).sum(axis=2))


def _one_closed(one: Floats, other: Floats) -> bool:
    """Whether an hour has no call on days of one kind where the other kind would bring some."""
    for a, b in ((one, other), (other, one)):
        if ((a == 0) & (b / b.sum() * a.sum() > SURELY)).any():
            return True
    return False


def hourly_spread(by_hour: Ints, weekdays: Ints, usual: Flags) -> float:
    """Pearson's statistic of the hours of like days over its degrees of freedom."""
    statistic = freedom = 0.0
    for weekday in range(7):
        days = by_hour[usual & (weekdays == weekday)]
        if len(days) < 2:
            continue
        table = days[:, days.sum(axis=0) > 4 * len(days)].astype(float)
        if table.shape[1] < 2:
            continue
        due = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
        statistic += float(((table - due) ** 2 / due).sum())
        freedom += (table.shape[0] - 1) * (table.shape[1] - 1)
    return statistic / freedom if freedom else 1.0


def _log_shape(counts: Floats) -> float:
    """Greatest log-likelihood of how counts fall on the hours."""
    some = counts[counts > 0]
    return float((some * np.log(some / some.sum())).sum()) if len(some) else 0.0


def _apart(one: Floats, other: Floats) -> float:
    """Log-likelihood lost where two have one shape."""
    return _log_shape(one) + _log_shape(other) - _log_shape(one + other)
