"""The path of a search: what was tried in which order, what was good enough, what was best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.measures.counting.groups import Flags, Floats
from sim.plots.drawing.scale import Scale, scale, show_in
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

_TEXT = {
    "title": ("找到答案的过程", "The path to the answer"),
    "tried": ("依次试过的方案", "candidates in the order in which they were tried"),
    "feasible": ("达标", "meets every target"),
    "infeasible": ("未达标", "misses some target"),
    "best": ("到此为止达标的最好值", "best so far of those that do"),
    "kept": ("最后采用", "kept in the end"),
    "none": ("没有试过的方案", "nothing was tried"),
}


@styled
def search_path(
    tried: pd.DataFrame, objective: str, lang: Lang, *, measures: Sequence[str] = (),
    note: str = "",
) -> Figure:
    """The objective of each candidate in the order of the table, and below it other measures.

    ``tried``: a column for each measure shown, named as in the catalogue, and yes-or-no columns
    ``feasible`` and ``kept``. The line joins the best feasible candidate so far.
    """
    figure = new_figure(10.0, 1.7 + 2.5 * (1 + len(measures)))
    heading(figure, say(_TEXT, "title", lang))
    if tried.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    good, last = (tried[name].to_numpy(dtype=bool) for name in ("feasible", "kept"))
    panels = figure.subplots(1 + len(measures), squeeze=False, sharex=True)[:, 0]
    for axes, name in zip(panels, (objective, *measures), strict=True):
        how, values = scale(name, lang), tried[name].to_numpy(dtype=float)
        _panel(axes, values, good, last, lang)
        if name == objective:
            axes.plot(range(1, len(tried) + 1), best_so_far(values, good, how), color=BLACK,
                      drawstyle="steps-post", linewidth=1.3, zorder=2,
                      label=say(_TEXT, "best", lang))
        axes.set_title(how.title)
        axes.grid(axis="both")
        axes.margins(y=0.12)
        show_in(axes.yaxis, how)
    panels[-1].set_xlabel(say(_TEXT, "tried", lang))
    panels[-1].set_xlim(0.5, len(tried) + 0.5)
    panels[-1].xaxis.set_major_locator(MaxNLocator(12, integer=True))
    foot(figure, note, panels[0].get_legend_handles_labels()[0])
    return figure


def best_so_far(values: Floats, feasible: Flags, how: Scale) -> Floats:
    """The best value among the feasible ones up to each; NaN before the first."""
    sign = -1.0 if how.better == "high" else 1.0
    usable = np.where(feasible & np.isfinite(values), sign * values, np.inf)
    running = np.minimum.accumulate(usable)
    return np.where(np.isfinite(running), sign * running, np.nan)


def _panel(axes: Axes, values: Floats, good: Flags, last: Flags, lang: Lang) -> None:
    number = np.arange(1, len(values) + 1)
    values = np.where(np.isfinite(values), values, np.nan)
    axes.plot(number, values, color=GREY, linewidth=0.6, zorder=1)
    for key, mine, colour, marker in (
        ("feasible", good, BLUE, "o"), ("infeasible", ~good, RED, "x")
    ):
        if mine.any():
            axes.scatter(number[mine], values[mine], s=30, marker=marker, color=colour,
                         zorder=3, label=say(_TEXT, key, lang))
    if last.any():
        axes.scatter(number[last], values[last], s=130, marker="o", facecolor="none",
                     edgecolor=BLACK, linewidth=1.4, zorder=4, label=say(_TEXT, "kept", lang))
