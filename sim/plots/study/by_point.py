"""The same curves point by point: where one more caregiver is felt."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.drawing.scale import from_zero, scale
from sim.plots.drawing.style import RED, foot, heading, new_figure, nothing, short, styled
from sim.plots.drawing.text import say
from sim.plots.drawing.tidy import key_axis, of, places, values_of
from sim.plots.study.curves import draw_line, level_handles
from sim.words.glossary import Lang

BY_POINT = ("on_time", "response_min", "caregiver_utilisation", "caregiver_travel_share")
"""Measures that are shown point by point."""

_TEXT = {
    "title": ("{measure}：各服务站点", "{measure}: point by point"),
    "target": ("目标", "target"),
    "note": ("浅色带：95%置信区间", "shaded: 95 % interval"),
    "none": ("没有按站点的数据", "nothing by point"),
}
_COLUMNS = 4


@styled
def curves_by_point(
    points: pd.DataFrame, x: str, measure: str, places_table: pd.DataFrame, lang: Lang, *,
    line: str | None = None, note: str = "",
) -> Figure:
    """One small panel a service point, all on the same axes: a measure against the key ``x``.

    ``points``: a tidy table in which ``x`` and ``line`` alone vary; ``places_table``: the
    reference table of service points, which gives their order and names.
    """
    how = scale(measure, lang)
    ids = [str(point) for point in places_table["point"]]
    keys = [x] if line is None else [line, x]
    own = {
        point: rows for point in ids
        if len(rows := of(points, measure, *keys, group=f"point={point}"))
    }
    names = dict(zip(ids, places_table[f"name_{lang}"].astype(str), strict=True))
    columns = min(_COLUMNS, max(1, len(own)))
    lines = -(-max(1, len(own)) // columns)
    figure = new_figure(max(6.0, 3.0 * columns), 1.6 + 1.9 * lines)
    heading(figure, say(_TEXT, "title", lang, measure=how.title))
    if not own:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(lines, columns, squeeze=False, sharey=True).ravel()
    levels = [None] if line is None else values_of(points, line)
    known, top = values_of(points, x), 0.0
    joined = pd.api.types.is_numeric_dtype(points[x])
    aimed = False
    for axes, (point, rows) in zip(grid, own.items(), strict=False):
        for number, level in enumerate(levels):
            part = rows if line is None else rows[rows[line] == level]
            top = max(top, draw_line(
                axes, part, places(part, x, known), number, joined=joined, pale=len(levels) > 2))
        if rows["target"].notna().any():
            axes.axhline(float(rows["target"].max()), color=RED, linestyle="--", linewidth=1)
            aimed, top = True, max(top, float(rows["target"].max()))
        axes.set_title(short(names[point]), fontsize=9)
        axes.grid(axis="both")
        key_axis(axes, points, x, lang)
    from_zero(grid[0], how, top)
    for axes in grid[:max(0, len(own) - columns)]:
        axes.set_xlabel("")
    for axes in grid[len(own):]:
        axes.set_axis_off()
    handles = level_handles(line, levels, lang)
    if aimed:
        name = say(_TEXT, "target", lang)
        handles.append(Line2D([], [], color=RED, linestyle="--", linewidth=1, label=name))
    foot(figure, "    ".join(filter(None, [note, say(_TEXT, "note", lang)])), handles)
    return figure
