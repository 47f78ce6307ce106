"""How much work waits from day to day: does the county keep up?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.log import Result
from sim.measures.counting.groups import Ints
from sim.measures.counting.intervals import mean_interval
from sim.measures.counting.observed import Observed, observe
from sim.plots.drawing.style import BLUE, GREY, PALE, foot, heading, new_figure, nothing, styled
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import HOUR

_TEXT = {
    "title": ("积压工单：已受理而未开始", "Backlog: orders written and not yet begun"),
    "orders": ("工单（单）", "orders"),
    "hourly": ("每小时整点（各次重复的平均）", "at each full hour, mean of the replications"),
    "daily": ("全天平均", "mean of the day"),
    "band": ("全天平均的95%置信区间", "95 % interval of the mean of the day"),
    "aside": ("不计入指标的日子（预热、收尾）", "days not counted (warm-up, cool-down)"),
    "note": ("预约工单从预约时段开始时算起",
             "a booked order counts from the opening of its window"),
    "none": ("没有工单", "no orders"),
}


def open_orders(results: Sequence[Result]) -> pd.DataFrame:
    """Orders waiting at each full hour of the run: replication, time, counted, waiting.

    ``counted`` tells whether the hour that begins then is in the counted days. An order waits as
    the measure ``backlog`` says: from its writing (booked: the opening of its window, if later)
    until it is begun or cancelled.
    """
    return pd.concat(map(_waiting, results), ignore_index=True)


def _waiting(result: Result) -> pd.DataFrame:
    seen = observe(result)
    hours = np.arange(seen.end // HOUR) * HOUR
    return pd.DataFrame({
        "replication": result.replication,
        "time": seen.midnight + hours.astype("timedelta64[ms]"),
        "counted": (hours >= seen.start) & (hours < seen.stop),
        "waiting": _heights(seen, hours),
    })


def _heights(seen: Observed, hours: Ints) -> Ints:
    orders = seen.result.orders
    since = np.fmax(seen.times(orders, "created"), seen.times(orders, "window_open"))
    until = np.fmin(seen.times(orders, "started"), seen.times(orders, "cancelled"))
    until = np.where(np.isnan(until), np.inf, until)
    # some are cancelled before their window opens: they never wait
    waits = until > since
    begun = np.searchsorted(np.sort(since[waits]), hours, "left")
    ended = np.searchsorted(np.sort(until[waits]), hours, "right")
    return np.asarray(begun - ended, dtype=np.int64)


@styled
def backlog(waiting: pd.DataFrame, lang: Lang) -> Figure:
    """Orders waiting hour by hour, and the mean of each day with its interval over replications.

    ``waiting``: the table of :func:`open_orders`.
    """
    figure = new_figure(11.0, 4.6)
    heading(figure, say(_TEXT, "title", lang))
    if not waiting["waiting"].gt(0).any():
        return nothing(figure, say(_TEXT, "none", lang))
    axes = figure.subplots()
    hourly = waiting.pivot(index="time", columns="replication", values="waiting")
    days = hourly.groupby(hourly.index.floor("D")).mean()
    found = mean_interval(days.to_numpy(dtype=float))
    edges = np.append(days.index.to_numpy(), days.index[-1] + pd.Timedelta(days=1))
    _shade_uncounted(axes, waiting, lang)
    axes.plot(hourly.index, hourly.mean(axis=1), color=GREY, linewidth=0.8,
              label=say(_TEXT, "hourly", lang))
    if len(days.columns) > 1:
        axes.stairs(found.high, edges, baseline=np.maximum(found.low, 0), fill=True, color=BLUE,
                    alpha=0.3, label=say(_TEXT, "band", lang))
    axes.stairs(found.mean, edges, baseline=None, color=BLUE, linewidth=2.2,
                label=say(_TEXT, "daily", lang))
    top = max(float(hourly.mean(axis=1).max()), min(
        float(np.nanmax([0.0, *found.high])), 2.5 * float(found.mean.max())))
    axes.set_ylim(0, 1.05 * top)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylabel(say(_TEXT, "orders", lang))
    axes.grid(axis="both")
    # at most fourteen dates are written
    apart = 1 if len(days) <= 14 else 7 * -(-len(days) // 98)
    axes.set_xticks(edges[::apart], [f"{date:%m-%d}" for date in pd.DatetimeIndex(edges[::apart])])
    handles, _ = axes.get_legend_handles_labels()
    foot(figure, say(_TEXT, "note", lang), handles, handlelength=2)
    return figure


def _shade_uncounted(axes: Axes, waiting: pd.DataFrame, lang: Lang) -> None:
    hour = pd.Timedelta(hours=1)
    time, counted = waiting["time"], waiting.loc[waiting["counted"], "time"]
    name = say(_TEXT, "aside", lang)
    for start, end in ((time.min(), counted.min()), (counted.max() + hour, time.max() + hour)):
        if start < end:
            axes.axvspan(start, end, facecolor=PALE, edgecolor=(0, 0, 0, 0.2), hatch="..",
                         linewidth=0, zorder=0, label=name)
            name = ""
