"""What money buys: cost against service, and the choices that no other one beats at both."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.drawing.scale import scale, show_in
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.plots.drawing.tidy import VARIANT, axes_of, key_name, of, value_name
from sim.words.glossary import Lang

COST, GOOD = "cost_per_year_yuan", "on_time_request"
MOST_NAMED = 24
"""So many choices of the front are named beside it; where there are more, evenly spread ones."""

_TEXT = {
    "title": ("花多少钱，办多好的事", "What money buys"),
    "front": ("没有更省又更好的（已编号）", "no other is both cheaper and better (numbered)"),
    "other": ("有别的方案不贵又不差", "another costs no more and does no worse"),
    "target": ("目标", "target"),
    "note": ("线段：95%置信区间", "whiskers: 95 % intervals"),
    "names": ("编号所指，依次为", "what the numbers stand for, in this order:"),
    "none": ("没有费用或服务的数据", "no costs, or no service, to show"),
}


def front(points: pd.DataFrame, cost: str = COST, good: str = GOOD) -> list[str]:
    """The variants that no other beats: none has a better mean of one of the two measures and no
    worse one of the other. Cheapest first; of equal ones all."""
    both = _both(points, cost, good)
    ordered = both.assign(**{
        name: both[name] * (-1 if scale(name, "en").better == "high" else 1)
        for name in (cost, good)
    }).sort_values([cost, good], kind="stable")
    kept, best = [], np.inf
    for _, same in ordered.groupby(cost, sort=False):
        least = float(same[good].min())
        if least < best:
            kept += list(same.index[same[good] == least])
            best = least
    return kept


@styled
def pareto(
    points: pd.DataFrame, lang: Lang, cost: str = COST, good: str = GOOD, note: str = ""
) -> Figure:
    """Every variant of a tidy table by two measures; those of the :func:`front` joined, numbered
    and named at the side by their variant, or by the values of the varied keys."""
    figure = new_figure(11.0, 6.4)
    heading(figure, say(_TEXT, "title", lang))
    both = _both(points, cost, good)
    if both.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    axes, names = figure.subplots(1, 2, width_ratios=[2.6, 1])
    best = front(points, cost, good)
    _cloud(axes, points, both, best, cost, good, lang)
    named = best if len(best) <= MOST_NAMED else [
        best[place] for place in np.unique(np.linspace(0, len(best) - 1, MOST_NAMED).astype(int))]
    for number, variant in enumerate(named, start=1):
        axes.annotate(str(number), tuple(both.loc[variant, [cost, good]]), xytext=(-5, 5),
                      textcoords="offset points", ha="right", fontsize=9, zorder=6)
    _names(names, points, named, lang)
    handles, _ = axes.get_legend_handles_labels()
    foot(figure, "    ".join(filter(None, [note, say(_TEXT, "note", lang)])), handles, 3)
    return figure


def _both(points: pd.DataFrame, cost: str, good: str) -> pd.DataFrame:
    """The means of both measures by variant, where both are finite."""
    columns = {
        name: of(points, name, VARIANT).set_index(VARIANT)["mean"].astype(float)
        for name in (cost, good)
    }
    table = pd.DataFrame(columns)
    table = table[np.isfinite(table).all(axis=1)]
    order = [variant for variant in points[VARIANT].drop_duplicates() if variant in table.index]
    return table.loc[order]


def _cloud(
    axes: Axes, points: pd.DataFrame, both: pd.DataFrame, best: list[str], cost: str, good: str,
    lang: Lang,
) -> None:
    ends = {
        name: of(points, name, VARIANT).set_index(VARIANT).reindex(both.index)
        for name in (cost, good)
    }
    axes.hlines(both[good], ends[cost]["ci_low"], ends[cost]["ci_high"], color=GREY, linewidth=0.7)
    axes.vlines(both[cost], ends[good]["ci_low"], ends[good]["ci_high"], color=GREY, linewidth=0.7)
    others, kept = both.drop(index=best), both.loc[best]
    axes.scatter(others[cost], others[good], marker="o", s=26, facecolor="white", edgecolor=GREY,
                 zorder=3, label=say(_TEXT, "other", lang))
    axes.plot(kept[cost], kept[good], drawstyle="steps-post", color=BLUE, linewidth=1.4, zorder=2)
    axes.scatter(kept[cost], kept[good], marker="D", s=42, color=BLUE, edgecolor=BLACK,
                 linewidth=0.8, zorder=4, label=say(_TEXT, "front", lang))
    target = float(ends[good]["target"].astype(float).max())
    if np.isfinite(target):
        axes.axhline(target, color=RED, linestyle="--", linewidth=1.2,
                     label=say(_TEXT, "target", lang))
    axes.grid(axis="both")
    axes.margins(0.08)
    for axis, name, write in ((axes.xaxis, cost, axes.set_xlabel), (axes.yaxis, good,
                                                                    axes.set_ylabel)):
        how = scale(name, lang)
        show_in(axis, how)
        write(how.title)


def _names(axes: Axes, points: pd.DataFrame, named: list[str], lang: Lang) -> None:
    """The list of the numbered variants."""
    axes.set_axis_off()
    keys = axes_of(points)
    rows = points.drop_duplicates(VARIANT).set_index(VARIANT)
    lines = [
        f"{number}:  " + (
            ", ".join(value_name(rows.loc[variant, key]) for key in keys) if keys
            else short(variant))
        for number, variant in enumerate(named, start=1)
    ]
    head = [say(_TEXT, "names", lang), *(key_name(key, lang) for key in keys or [VARIANT]), ""]
    axes.text(0, 1, "\n".join([*head, *lines]), va="top", fontsize=9, linespacing=1.25,
              transform=axes.transAxes)
