"""Which assumptions matter: each at its low and its high value, all else as assumed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.plots.drawing.scale import scale, show_in, three_digits
from sim.plots.drawing.style import (
    BLACK,
    GREY,
    ORANGE,
    SKY,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

MOST = 15
"""So many assumptions are shown, those that move the measure most."""
ENDS = {"low": (SKY, "////", -0.2), "high": (ORANGE, "", 0.2)}
"""Colour, hatch and place in its row of each end."""
_TEXT = {
    "title": ("{measure}：哪些假设最要紧", "{measure}: which assumptions matter most"),
    "low": ("假设取低值", "the assumption at its low value"),
    "high": ("假设取高值", "at its high value"),
    "chance": ("按原假设：平均与95%置信区间", "as assumed: mean and 95 % interval"),
    "note": ("条末数字是假设的取值；线段：与原假设之差的95%置信区间（同样的来电与诉求）",
             "numbers at the ends: values of the assumption; whiskers: 95 % intervals of the "
             "change on the same workloads"),
    "unsure": ("括号里的：差别可能只是偶然", "in brackets: chance alone could make the difference"),
    "more": ("另有{n}个假设影响更小", "{n} more matter less"),
    "none": ("没有可变的假设", "no assumption to vary"),
}


@styled
def tornado(table: pd.DataFrame, measure: str, lang: Lang, group: str = "all") -> Figure:
    """Two bars for each assumption, from the value as assumed to those at its low and high, the
    widest swing on top.

    ``table``: path, low, high (values of the assumption), measure, group, at_middle,
    middle_ci_low, middle_ci_high, change_low, change_low_ci_low, change_low_ci_high, change_high,
    ... (paired differences from the middle), swing, shown (``yes``: more than chance).
    """
    how = scale(measure, lang)
    own = table[(table["measure"] == measure) & (table["group"] == group)]
    own = own.dropna(subset=["swing"]).sort_values("swing", ascending=False, kind="stable")
    rows = own.iloc[:MOST]
    figure = new_figure(11.0, 1.9 + 0.5 * max(2, len(rows)))
    name = how.title + ("" if group == "all" else f" {group}")
    heading(figure, say(_TEXT, "title", lang, measure=name))
    if rows.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    axes = figure.subplots()
    first = rows.iloc[0]
    base = float(first["at_middle"])
    axes.axvspan(first["middle_ci_low"], first["middle_ci_high"], color=GREY, alpha=0.18,
                 linewidth=0)
    axes.axvline(base, color=BLACK, linewidth=1.2)
    for place, (_, row) in enumerate(rows.iterrows()):
        for end in ENDS:
            _bar(axes, place, row, end, base)
    _names(axes, rows)
    axes.margins(x=0.1)
    axes.set_xlabel(how.title)
    show_in(axes.xaxis, how)
    axes.grid(axis="x")
    left = len(own) - len(rows)
    note = "    ".join(filter(None, [
        say(_TEXT, "note", lang),
        say(_TEXT, "unsure", lang) if (rows["shown"] != "yes").any() else "",
        say(_TEXT, "more", lang, n=left) if left else "",
    ]))
    foot(figure, note, [
        *(Patch(facecolor=colour, hatch=hatch, edgecolor=BLACK, linewidth=0.6,
                label=say(_TEXT, end, lang)) for end, (colour, hatch, _) in ENDS.items()),
        Patch(facecolor=GREY, alpha=0.3, label=say(_TEXT, "chance", lang)),
    ])
    return figure


def _names(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set_yticks(range(len(rows)), [
        short(str(path)) if sure else f"({short(str(path))})"
        for path, sure in zip(rows["path"], rows["shown"] == "yes", strict=True)])
    axes.set_ylim(len(rows) - 0.5, -0.5)


def _bar(axes: Axes, place: int, row: pd.Series, end: str, base: float) -> None:
    """One end of one assumption, with its interval, its value written beyond both."""
    colour, hatch, shift = ENDS[end]
    change, low, high = (
        float(row[f"change_{end}{part}"]) for part in ("", "_ci_low", "_ci_high"))
    if not np.isfinite(change):
        return
    axes.barh(place + shift, change, left=base, height=0.38, color=colour, hatch=hatch,
              edgecolor=BLACK, linewidth=0.6, zorder=3)
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([base + low, base + high], [place + shift] * 2, color=BLACK, linewidth=1,
                  marker="|", markersize=4, zorder=4)
    above = change >= 0
    reach = base + (np.nanmax([change, high]) if above else np.nanmin([change, low]))
    axes.annotate(_said(row[end]), (reach, place + shift), xytext=(4 if above else -4, 0),
                  textcoords="offset points", ha="left" if above else "right", va="center",
                  fontsize=8, zorder=5)


def _said(value: object) -> str:
    """A value of an assumption: a number in short, anything else as written."""
    try:
        return three_digits(float(str(value)))
    except ValueError:
        return str(value)
