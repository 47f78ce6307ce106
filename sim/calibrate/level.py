"""What moves the level of a day: the time of the month, and what the staff on duty betrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from sim.calibrate.log import Flags, Floats

MONTH_DAYS = 365.25 / 12
WIDTH_DAYS = 2.5
"""Of the kernel over the days of the month."""
FULL_MONTH = 12
"""So many usual days of a month show its course."""
WORTH = 0.15
"""The course of the other months must explain this share of a month's own, or there is none."""


def month_phase(
    dates: Sequence[dt.date], residual: Floats, usual: Flags
) -> tuple[Floats, Floats]:
    """(31,) factor of each day of the month, mean 1: bills and benefits come on fixed days; and
    for each date the factor that the other months alone would have told.

    ``residual``: logarithm of a day's calls over those of its weekday. 1 throughout unless the
    course of the other months foretells that of each month, month by month left out; drawn in
    as far as it does.
    """
    months = np.array([date.year * 12 + date.month for date in dates])
    day = np.array([date.day for date in dates])
    full = [m for m in np.unique(months) if (usual & (months == m)).sum() >= FULL_MONTH]
    flat = np.ones(31), np.ones(len(dates))
    if len(full) < 2:
        return flat
    inside = usual & np.isin(months, full)
    centred = residual.copy()
    for month in full:
        mine = inside & (months == month)
        centred[mine] -= centred[mine].mean()
    product = square = total = 0.0
    by_others = np.zeros(len(dates))
    for month in full:
        mine = inside & (months == month)
        others = inside & ~mine
        told = _smooth(day[others], centred[others])[day[mine] - 1]
        told = told - told.mean()
        by_others[mine] = told
        product += float((told * centred[mine]).sum())
        square += float((told**2).sum())
        total += float((centred[mine] ** 2).sum())
    if product <= 0 or product**2 < WORTH * square * total:
        return flat
    sure = min(1.0, product / square)
    factor = np.exp(sure * _smooth(day[inside], centred[inside]))
    return factor / factor[day[inside] - 1].mean(), np.exp(sure * by_others)


def _smooth(day: Floats, values: Floats) -> Floats:
    """(31,) kernel mean over the days of the month, the last beside the first."""
    gap = np.abs(np.arange(1, 32)[:, None] - day[None, :])
    gap = np.minimum(gap, MONTH_DAYS - np.minimum(gap, MONTH_DAYS))
    weight = np.exp(-0.5 * (gap / WIDTH_DAYS) ** 2)
    return np.asarray((weight * values).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9))


def staff_elasticity(calls: Floats, staff: Floats, course: Floats) -> tuple[float, float]:
    """By how many per cent calls rise with staff, and with the course of the month, from logarithms
    of all three (of the first two over their weekdays' means): least squares, each coefficient
    between 0 and 1 and drawn to 0 as far as it may be chance, by t^2 / (t^2 + 1).

    Whoever makes the roster expects the calls; so a day's staff tells something of its calls.
    """
    n = len(calls)
    if n < 10 or staff.var() <= 0:
        return 0.0, 1.0
    seen = np.column_stack([staff, course])
    some = seen.std(axis=0) > 1e-9
    x = seen[:, some]
    inverse = np.linalg.pinv(x.T @ x)
    slope = inverse @ x.T @ calls
    left = float(((calls - x @ slope) ** 2).sum()) / max(1, n - 2)
    chance = np.maximum(left * np.diag(inverse), 1e-12)
    found = np.array([0.0, 1.0])
    found[some] = np.clip(slope * slope**2 / (slope**2 + chance), 0.0, 1.0)
    return float(found[0]), float(found[1])
