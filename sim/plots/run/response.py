"""Where the waiting time of an as-soon-as-possible order goes, from first ring to service."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.measures.orders.requests import PARTS
from sim.plots.drawing.frame import by
from sim.plots.drawing.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

LOOKS = {
    "redial": (PURPLE, ""),
    "hotline": (RED, "////"),
    "talk": (YELLOW, ""),
    "offers": (ORANGE, "\\\\\\\\"),
    "queue": (BLUE, ""),
    "gathering": (GREY, "...."),
    "travel": (SKY, "xxxx"),
    "early_wait": (GREEN, "oo"),
}
"""Colour and hatch of each part of a response."""

WIDEST = 30
"""Letters of a line beside the bars."""
_PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
_TEXT = {
    "title": ("从来电到服务开始，时间花在哪里（平均，分钟）",
              "From first ring to service: where the minutes go (mean)"),
    "minutes": ("分钟", "minutes"),
    "note": ("只含尽快上门且已经开始的服务；线段为合计的95%置信区间",
             "as-soon-as-possible orders that were started; whisker: 95 % interval of the total"),
    "none": ("没有尽快上门的工单", "no as-soon-as-possible orders"),
}


@styled
def response_parts(kpis: pd.DataFrame, services: pd.DataFrame, lang: Lang) -> Figure:
    """One bar a priority class, the most urgent on top, made of the parts of its mean response.

    ``services`` is the reference table; it names the services of each class.
    """
    parts = pd.DataFrame({
        name: by(kpis, f"response_{name}_min", "class")["mean"] for name, *_ in PARTS
    })
    parts = parts.astype(float).dropna(how="all").fillna(0.0)
    parts = parts.loc[sorted(parts.index, key=int)]
    figure = new_figure(9.6, 2.3 + 0.7 * max(1, len(parts)))
    heading(figure, say(_TEXT, "title", lang))
    if parts.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    axes = figure.subplots()
    _bars(axes, parts, lang)
    _totals(axes, parts, by(kpis, "response_min", "class"))
    axes.set_yticks(
        range(len(parts)), [_folded(class_name(rank, services, lang)) for rank in parts.index])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.set_xlabel(say(_TEXT, "minutes", lang), color=GREY)
    foot(figure, say(_TEXT, "note", lang), axes.get_legend_handles_labels()[0],
         handleheight=1.2, handlelength=2.2)
    return figure


def _bars(axes: Axes, parts: pd.DataFrame, lang: Lang) -> None:
    left = pd.Series(0.0, index=parts.index)
    visible = 0.05 * parts.sum(axis=1).max()
    for name, zh, en, *_ in PARTS:
        if parts[name].max() > 0:
            colour, hatch = LOOKS[name]
            bars = axes.barh(range(len(parts)), parts[name], left=left, height=0.62, color=colour,
                             hatch=hatch, edgecolor="white", linewidth=0.8,
                             label=zh if lang == "zh" else en)
            minutes = [f"{length:.0f}" if length >= visible else "" for length in parts[name]]
            axes.bar_label(bars, minutes, label_type="center", fontsize=9, bbox=_PLATE)
        left += parts[name]


def _totals(axes: Axes, parts: pd.DataFrame, response: pd.DataFrame) -> None:
    """The total beside each bar, with its interval where there is one."""
    for place, rank in enumerate(parts.index):
        total = end = float(parts.loc[rank].sum())
        if rank in response.index:
            low, high = response.loc[rank, ["ci_low", "ci_high"]].astype(float)
            if pd.notna(low):
                axes.plot([low, high], [place, place], color="black", linewidth=1.4,
                          marker="|", markersize=7)
                end = max(end, high)
        axes.annotate(f"{total:.0f}", (end, place), xytext=(6, 0),
                      textcoords="offset points", va="center")
    axes.margins(x=0.08)


def _folded(name: str) -> str:
    """A long name in lines that leave room for the bars: Chinese letters are twice as wide."""
    lines, width = [""], 0
    for piece in re.split(r"(?<=[、， ])", name):
        wide = sum(2 if letter >= "\u2e80" else 1 for letter in piece)
        if width and width + wide > WIDEST:
            lines, width = [*lines, ""], 0
        lines[-1], width = lines[-1] + piece, width + wide
    return "\n".join(line.strip() for line in lines)


def class_name(rank: str, services: pd.DataFrame, lang: Lang) -> str:
    """``class 5: cleaning, bathing and 2 more``: the class and the first of its services."""
    own = services.loc[services["priority"] == int(rank), f"name_{lang}"].astype(str)
    names = [short(name) for name in own]
    more = len(names) - 2
    if lang == "zh":
        return f"{rank}级 " + "、".join(names[:2]) + (f"等{len(names)}项" if more > 0 else "")
    return f"class {rank}: " + ", ".join(names[:2]) + (f" and {more} more" if more > 0 else "")
