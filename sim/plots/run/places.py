"""Places: how full each kind is, and at which hours people are turned away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.plots.drawing.frame import by
from sim.plots.drawing.style import GREY, ORANGE, SKY, heading, new_figure, nothing, styled
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

_TEXT = {
    "title": ("床位与托位", "Places"),
    "full": ("开放时间里占用的比例", "Share in use while open"),
    "refused": ("每天谢绝的人次，按想来的时刻", "Turned away a day, by the hour wanted"),
    "hour": ("时刻", "hour of day"),
    "bar": ("短线：95%置信区间", "bars: 95 % interval"),
    "none": ("没有床位或托位", "no places"),
}
_KINDS = {
    "bed": ("床位", "beds"), "seat": ("座位", "seats"), "table": ("餐位", "tables"),
    "infant": ("婴幼儿托位", "infants' places"), "child": ("托位", "children's places"),
    "class": ("课堂", "class"), "cot": ("小床", "cots"),
}
"""What common kinds of places are called; others by their id."""


@styled
def places(kpis: pd.DataFrame, lang: Lang) -> Figure:
    """Occupancy of each kind of places over the refusals of each hour, with their intervals.

    The second panel is left out where nobody is turned away; a table without places gives an empty
    figure that says so.
    """
    full = by(kpis, "place_occupancy", "kind")
    hourly = by(kpis, "refused_per_day", "hour")
    refused = hourly.set_index(hourly.index.astype(int)).reindex(range(24))
    panels = 1 + bool(refused["mean"].gt(0).any())
    figure = new_figure(8.6, (1.6 + 0.45 * len(full)) + 2.6 * (panels - 1))
    heading(figure, say(_TEXT, "title", lang))
    if full.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(panels, squeeze=False, height_ratios=[0.5 + 0.3 * len(full), 1.8][
        :panels])[:, 0]
    _full(grid[0], full.iloc[::-1], lang)
    grid[0].set_title(say(_TEXT, "full", lang))
    if panels > 1:
        _refused(grid[1], refused)
        grid[1].set_title(say(_TEXT, "refused", lang))
        grid[1].set_xlabel(say(_TEXT, "hour", lang), color=GREY)
    note = grid[-1].get_xlabel()
    grid[-1].set_xlabel(f"{note}    ({say(_TEXT, 'bar', lang)})".strip(), color=GREY)
    return figure


def _full(axes: Axes, rows: pd.DataFrame, lang: Lang) -> None:
    mean = rows["mean"].astype(float).to_numpy()
    names = [_KINDS.get(kind, (kind, kind))[lang == "en"] for kind in rows.index]
    axes.barh(names, mean, height=0.6, color=SKY, edgecolor=GREY, linewidth=0.6,
              xerr=_reach(rows), ecolor=GREY, capsize=3)
    for place, value in enumerate(mean):
        axes.annotate(f"{value:.0%}", (0, place), xytext=(4, 0), textcoords="offset points",
                      va="center", fontsize=9)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.grid(axis="x")


def _refused(axes: Axes, rows: pd.DataFrame) -> None:
    axes.bar(rows.index.to_numpy() + 0.5, rows["mean"].astype(float).fillna(0), width=0.86,
             color=ORANGE, edgecolor=GREY, linewidth=0.6, yerr=np.nan_to_num(_reach(rows)),
             ecolor=GREY, capsize=2)
    axes.set_xlim(0, 24)
    axes.set_ylim(bottom=0)
    ticks = range(0, 25, 2)
    axes.set_xticks(ticks, [f"{hour}:00" for hour in ticks])
    axes.grid(axis="y")


def _reach(rows: pd.DataFrame) -> NDArray[np.float64]:
    """How far the interval reaches below and above the mean."""
    mean, low, high = (rows[name].astype(float).to_numpy() for name in (
        "mean", "ci_low", "ci_high"))
    reach = np.vstack([mean - low, high - mean])
    return np.asarray(np.nan_to_num(reach).clip(min=0), dtype=np.float64)
