"""Dates along an axis."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

MONTHS = 100
"""Days from which on only the firsts of months are written."""


def date_axis(axes: Axes, first: pd.Timestamp, end: pd.Timestamp) -> None:
    """From the date ``first`` to before ``end``; at most some fourteen dates are written, those of
    a long stretch the firsts of months."""
    dates = pd.date_range(first, end, freq="D")
    if len(dates) > MONTHS:
        apart = -(-len(dates) // 430)
        ticks = dates[(dates.day == 1) & ((dates.month - 1) % apart == 0)]
    else:
        ticks = dates[:: 1 if len(dates) <= 15 else 7]
    axes.set_xticks(ticks, [f"{date:%m-%d}" for date in ticks])
    axes.set_xlim(dates[0], dates[-1])
