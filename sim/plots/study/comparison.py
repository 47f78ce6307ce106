"""Policies, rosters or shocks against a base on the same workloads: differences and verdicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from sim.plots.drawing.scale import differences, show_in
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
from sim.words.glossary import Lang

MOST = 12
"""So many panels at most."""
VERDICTS: dict[str, tuple[str, str, Any]] = {
    "better": (BLUE, "D", "full"),
    "worse": (RED, "s", "full"),
    "different": (BLACK, "v", "full"),
    "no_difference_shown": (GREY, "o", "none"),
}
"""Colour, marker and fill of each verdict."""
_TEXT = {
    "title": ("与“{base}”相比（同样的来电与诉求）", 'Against "{base}", on the same workloads'),
    "better": ("更好", "better"),
    "worse": ("更差", "worse"),
    "no_difference_shown": ("未见差别", "no difference shown"),
    "different": ("有差别，无所谓好坏", "different, neither better nor worse"),
    "note": ("差值＝该方案－基准；线段：95%置信区间；好坏的判断已按比较次数校正",
             "difference = variant - base; whiskers: 95 % intervals; verdicts are corrected for "
             "the number of comparisons"),
    "none": ("没有可比较的指标", "nothing to compare"),
}
_COLUMNS = 4


@styled
def comparison(table: pd.DataFrame, lang: Lang) -> Figure:
    """A panel for each measure and group, a row for each variant: its difference from the base,
    with the interval; the marker tells the verdict.

    ``table``: base, variant, measure, group, difference, ci_low, ci_high, verdict; of one base.
    """
    shown = list(table[["measure", "group"]].drop_duplicates().itertuples(index=False))[:MOST]
    variants = list(table["variant"].drop_duplicates())
    columns = 3 if len(shown) in (3, 5, 6, 9) else min(_COLUMNS, max(1, len(shown)))
    lines = -(-len(shown) // columns) or 1
    figure = new_figure(2.6 + 2.5 * columns, 1.5 + lines * (0.9 + 0.42 * max(2, len(variants))))
    base = ", ".join(map(short, table["base"].astype(str).drop_duplicates()))
    heading(figure, say(_TEXT, "title", lang, base=base))
    if not shown:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(lines, columns, squeeze=False, sharey=True)
    met: set[str] = set()
    for axes, (measure, group) in zip(grid.ravel(), shown, strict=False):
        own = table[(table["measure"] == measure) & (table["group"] == group)]
        met |= _panel(axes, own.set_index("variant").reindex(variants), measure, group, lang)
    for axes in grid.ravel()[len(shown):]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(variants)), [short(str(name)) for name in variants])
    grid[0, 0].set_ylim(len(variants) - 0.5, -0.5)
    foot(figure, say(_TEXT, "note", lang), [
        Line2D([], [], color=colour, marker=marker, fillstyle=fill, linestyle="none",
               markersize=7, label=say(_TEXT, key, lang))
        for key, (colour, marker, fill) in VERDICTS.items() if key in met
    ])
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, measure: str, group: str, lang: Lang) -> set[str]:
    """One measure's differences; the verdicts met."""
    how, met = differences(measure, lang), set()
    axes.axvline(0, color=BLACK, linewidth=1)
    for place, row in enumerate(rows.itertuples()):
        if not np.isfinite(row.difference):
            continue
        colour, marker, fill = VERDICTS[row.verdict]
        axes.plot([row.ci_low, row.ci_high], [place, place], color=colour, linewidth=1.8)
        axes.plot([row.difference], [place], color=colour, marker=marker, fillstyle=fill,
                  markersize=7, linestyle="none", markerfacecoloralt="white", zorder=4)
        sign = "+" if row.difference > 0 else ""
        axes.annotate(sign + how.said(row.difference), (row.difference, place), xytext=(0, 6),
                      textcoords="offset points", ha="center", fontsize=8, zorder=5,
                      path_effects=[withStroke(linewidth=2, foreground="white")])
        met.add(row.verdict)
    axes.margins(x=0.18)
    axes.set_title(how.title + ("" if group == "all" else f"\n{group}"), fontsize=9.5)
    axes.locator_params(axis="x", nbins=4)
    show_in(axes.xaxis, how)
    axes.grid(axis="x")
    return met
