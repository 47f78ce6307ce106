"""The hotline by hour of day: are callers answered, how long do they wait, how many ring."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots.drawing.frame import by, overall
from sim.plots.drawing.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    SKY,
    heading,
    new_figure,
    nothing,
    percent_axis,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

_TEXT = {
    "title": ("热线一天各时段", "The hotline through the day"),
    "service_level": ("服务水平：{s} 秒内接通的比例", "Service level: share answered within {s} s"),
    "wait": ("来电人平均等待（秒）", "Mean wait of callers (seconds)"),
    "offered": ("每小时呼入量（个）", "Calls offered per hour"),
    "overflow": ("等得太久、转到上级热线的比例", "Share passed up after waiting too long"),
    "hour": ("时刻", "hour of day"),
    "target": ("目标 {share:.0%}", "target {share:.0%}"),
    "band": ("浅色带：95%置信区间", "shaded: 95 % interval"),
    "none": ("没有来电", "no calls"),
}


def _hourly(kpis: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A measure's rows by hour 0..23, NaN where nothing happened."""
    rows = by(kpis, measure, "hour")
    return rows.set_index(rows.index.astype(int)).reindex(range(24))


def _line(axes: Axes, rows: pd.DataFrame, colour: str, marker: str) -> None:
    hours = rows.index.to_numpy() + 0.5
    low, high = rows["ci_low"].astype(float), rows["ci_high"].astype(float)
    axes.bar(hours, high - low, bottom=low, width=1, color=colour, alpha=0.25, linewidth=0)
    axes.plot(hours, rows["mean"].astype(float), color=colour, marker=marker, markersize=4.5)


def _service_level(axes: Axes, rows: pd.DataFrame, target: float | None, lang: Lang) -> None:
    _line(axes, rows, BLUE, "o")
    lowest = np.nanmin([*rows["ci_low"].astype(float), *rows["mean"].astype(float), target or 1])
    percent_axis(axes, max(0.0, np.floor(lowest * 10 - 0.5) / 10))
    if target is not None:
        axes.axhline(target, color=RED, linestyle="--", linewidth=1.2)
        axes.annotate(say(_TEXT, "target", lang, share=target), (0.15, target), xytext=(0, -4),
                      textcoords="offset points", va="top", color=RED, fontsize=9)


def _wait(axes: Axes, rows: pd.DataFrame) -> None:
    _line(axes, rows, GREEN, "s")
    axes.set_ylim(bottom=0)


def _offered(axes: Axes, rows: pd.DataFrame) -> None:
    axes.bar(rows.index + 0.5, rows["mean"].astype(float).fillna(0), width=0.86, color=SKY,
             edgecolor=GREY, linewidth=0.6)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))


def _overflow(axes: Axes, rows: pd.DataFrame) -> None:
    _line(axes, rows, ORANGE, "D")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")


@styled
def hours(kpis: pd.DataFrame, lang: Lang, acceptable_wait_s: float = 15) -> Figure:
    """Service level and mean wait by hour, with their intervals, over the calls offered per hour;
    between them the share passed up, where there are hotlines above.

    A panel without a single value is left out; a table without any gives an empty figure that
    says so.
    """
    level, wait, passed, offered = (
        _hourly(kpis, measure)
        for measure in ("service_level", "wait_all_s", "overflow_share", "offered_per_day")
    )
    target = overall(kpis, "service_level", "target")
    panels: list[tuple[pd.DataFrame, str, float, Callable[[Axes], None]]] = [
        (level, say(_TEXT, "service_level", lang, s=f"{acceptable_wait_s:g}"), 1.25,
         lambda axes: _service_level(axes, level, target, lang)),
        (wait, say(_TEXT, "wait", lang), 1.0, lambda axes: _wait(axes, wait)),
        (passed, say(_TEXT, "overflow", lang), 1.0, lambda axes: _overflow(axes, passed)),
        (offered, say(_TEXT, "offered", lang), 0.8, lambda axes: _offered(axes, offered)),
    ]
    panels = [panel for panel in panels if panel[0]["mean"].notna().any()]
    figure = new_figure(8.6, 1.2 + 1.9 * max(1, len(panels)))
    heading(figure, say(_TEXT, "title", lang))
    if not panels:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(len(panels), sharex=True, squeeze=False,
                           height_ratios=[panel[2] for panel in panels])[:, 0]
    for axes, (_, title, _, draw) in zip(grid, panels, strict=True):
        draw(axes)
        axes.set_title(title)
        axes.grid(axis="y")
    grid[-1].set_xlim(0, 24)
    ticks = range(0, 25, 2)
    grid[-1].set_xticks(ticks, [f"{hour}:00" for hour in ticks])
    grid[-1].set_xlabel(f"{say(_TEXT, 'hour', lang)}    ({say(_TEXT, 'band', lang)})", color=GREY)
    return figure
