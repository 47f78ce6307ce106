"""A roster through the week: who is there, who is needed, and whether every interval holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    RED,
    SKY,
    foot,
    heading,
    new_figure,
    percent_axis,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

_TEXT = {
    "title": ("接线员排班：每时段要几人、有几人", "Operators: needed and rostered, slot by slot"),
    "people": ("接线员（人）", "Operators"),
    "load": ("修正话务量（爱尔兰）", "modified offered load (erlangs)"),
    "needed": ("模拟所需席位", "seats needed, by simulation"),
    "found": ("求得的排班", "rostered, as found"),
    "erlang_c": ("逐时Erlang C的排班", "rostered by Erlang C per hour"),
    "level": ("服务水平", "Service level"),
    "gone": ("放弃率", "Abandonment"),
    "target": ("目标", "target"),
    "band": ("浅色带：95%置信区间；检验用的来电求解时没有用过",
             "shaded: 95 % interval, on workloads that the search has not seen"),
}
_DAYS_ZH = {
    "Mon": "周一", "Tue": "周二", "Wed": "周三", "Thu": "周四", "Fri": "周五", "Sat": "周六",
    "Sun": "周日", "holiday": "节假日",
}


@styled
def roster(slots: pd.DataFrame, intervals: pd.DataFrame, lang: Lang) -> Figure:
    """Of one desk: load, seats needed and people rostered in each slot of the week, and below them
    service level and abandonment of each interval.

    ``slots`` and ``intervals``: rows of one desk of the tables ``slots.csv`` and ``intervals.csv``
    that ``hotline staff`` leaves. Hours in which the hotline is closed are left out.
    """
    figure = new_figure(13.0, 7.4)
    heading(figure, say(_TEXT, "title", lang))
    people, level, gone = figure.subplots(3, sharex=True, height_ratios=[1.4, 1, 1])
    edges = np.arange(len(slots) + 1)
    people.stairs(slots["modified_erlang"], edges, fill=True, color=SKY, hatch="////",
                  edgecolor=BLUE, linewidth=0, label=say(_TEXT, "load", lang))
    for column, key, colour, line in (
        ("rostered_erlang_c", "erlang_c", ORANGE, ":"),
        ("seats_simulated", "needed", RED, "--"),
        ("rostered_found", "found", BLACK, "-"),
    ):
        people.stairs(slots[column], edges, baseline=None, color=colour, linestyle=line,
                      linewidth=1.5,
                      label=say(_TEXT, key, lang))
    people.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    most = slots[["rostered_erlang_c", "seats_simulated", "rostered_found"]].to_numpy().max()
    people.set_ylim(0, 1.3 * max(1.0, float(most)))
    people.legend(loc="upper right", ncols=4)
    for axes, measure in ((level, "service_level"), (gone, "abandonment")):
        _shares(axes, slots, intervals, measure, lang)
    low, high = level.dataLim.y0, gone.dataLim.y1
    percent_axis(level, max(0.0, np.floor(low * 10 - 0.5) / 10))
    percent_axis(gone)
    gone.set_ylim(0, min(1.02, 1.2 * high))
    for axes, name in ((people, "people"), (level, "level"), (gone, "gone")):
        axes.set_title(say(_TEXT, name, lang))
        axes.grid(axis="y")
    _days((people, level, gone), slots, lang)
    foot(figure, say(_TEXT, "band", lang))
    return figure


def _shares(
    axes: Axes, slots: pd.DataFrame, intervals: pd.DataFrame, measure: str, lang: Lang
) -> None:
    """A measure of the roster found, each slot with its interval's value."""
    found = intervals[intervals["variant"] == "found"].set_index("interval")
    rows = found.loc[slots["interval"]]
    edges = np.arange(len(slots) + 1)
    low, high = (rows[f"{measure}_{end}"].to_numpy() for end in ("low", "high"))
    axes.bar(edges[:-1] + 0.5, high - low, bottom=low, width=1, color=BLUE, alpha=0.25, linewidth=0)
    axes.stairs(rows[measure], edges, baseline=None, color=BLUE, linewidth=1.2)
    target = float(rows[f"{measure}_target"].iloc[0])
    axes.axhline(target, color=RED, linestyle="--", linewidth=1.2)
    axes.annotate(say(_TEXT, "target", lang), (0, target), xytext=(4, -4),
                  textcoords="offset points", va="top", color=RED, fontsize=9)


def _days(panels: tuple[Axes, ...], slots: pd.DataFrame, lang: Lang) -> None:
    """A line where a day begins, its name below it, and some of its hours."""
    days = slots["day"].to_numpy()
    begins = np.flatnonzero(np.append(True, days[1:] != days[:-1]))
    for axes in panels:
        for begin in begins[1:]:
            axes.axvline(begin, color=GREY, linewidth=0.7)
    ticks, words = [], []
    for begin, end in zip(begins, [*begins[1:], len(days)], strict=True):
        name = days[begin] if lang == "en" else _DAYS_ZH[days[begin]]
        step = max(1, (end - begin) // 2)
        for place in range(begin, end, step):
            ticks.append(place)
            words.append(slots["start"].iloc[place] + (f"\n{name}" if place == begin else ""))
    panels[-1].set_xlim(0, len(days))
    panels[-1].set_xticks(ticks, words)
