"""Staffing curves: what more people buy, with intervals, targets and the least that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.plots.drawing.scale import Scale, from_zero, scale
from sim.plots.drawing.style import (
    BLACK,
    GREY,
    LINES,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    styled,
)
from sim.plots.drawing.text import say
from sim.plots.drawing.tidy import is_people, key_axis, key_name, of, places, value_name, values_of
from sim.words.glossary import Lang

OPERATORS = (
    "service_level", "connection_rate", "abandonment", "wait_all_s", "wait_all_p90_s", "occupancy",
)
"""Panels of the operators' curves."""
CAREGIVERS = (
    "on_time_request", "on_time", "response_min", "response_p90_min", "caregiver_utilisation",
    "caregiver_travel_share",
)
"""Panels of the caregivers' curves."""

_TEXT = {
    "operators": ("接线员配多少：热线表现", "How many operators: the hotline"),
    "caregivers": ("护理员配多少：上门表现", "How many caregivers: the visits"),
    "hotline": ("热线表现", "The hotline"),
    "visits": ("上门表现", "The visits"),
    "target": ("目标", "target"),
    "band": ("95%置信区间", "95 % interval"),
    "theory": ("排队论（Erlang A，逐小时；标记同各线）",
               "theory (Erlang A, hour by hour; marked as the lines)"),
    "enough": ("最少达标处（只看平均）", "least that meets the target (the mean does)"),
    "sure": ("最少达标处（整个置信区间都达标）", "least that meets it (the whole interval does)"),
    "short": ("试过的都未达标", "none that was tried meets the target"),
    "never": ("▲ 等不到（无穷大）", "▲ never reached (infinite)"),
    "none": ("没有数据", "no data"),
}
_COLUMNS = 3


@styled
def staffing_curves(
    points: pd.DataFrame, x: str, lang: Lang, *, measures: Sequence[str] = OPERATORS,
    line: str | None = None, theory: pd.DataFrame | None = None, title: str = "", note: str = "",
) -> Figure:
    """A panel for each measure against the key ``x``, one line for each value of the key ``line``.

    ``points``: a tidy table (see :mod:`sim.plots.drawing.tidy`) in which ``x`` and ``line`` alone
    vary; ValueError where another key does. ``theory``: the columns ``x``, ``line`` (if given),
    ``measure``, ``mean``; drawn behind. Where ``x`` counts people, the fewest that meet the
    target of a panel are ringed, twice if the whole interval meets it (see :func:`enough`).
    """
    shown = [name for name in measures if (points["measure"] == name).any()]
    columns = min(_COLUMNS, max(1, len(shown)))
    lines = -(-len(shown) // columns)
    figure = new_figure(3.9 * columns if columns > 1 else 6.5, 1.5 + 2.7 * max(1, lines))
    names = ("operators", "hotline") if tuple(measures) == OPERATORS else ("caregivers", "visits")
    heading(figure, title or say(_TEXT, names[0 if is_people(x) else 1], lang))
    if not shown:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    levels = [None] if line is None else values_of(points, line)
    marked: set[str] = set()
    for axes, name in zip(grid, shown, strict=False):
        how = scale(name, lang)
        marked |= _panel(axes, points, x, line, levels, name, how, theory, lang)
        axes.set_title(how.title)
        axes.grid(axis="both")
        key_axis(axes, points, x, lang)
    for axes in grid[len(shown):]:
        axes.set_axis_off()
    foot(figure, note, _handles(line, levels, marked, lang))
    return figure


def enough(rows: pd.DataFrame, x: str, how: Scale) -> tuple[float, bool] | None:
    """The least value of ``x`` at which the mean meets its target, and whether the whole interval
    meets it there; ``None`` where no value does. ``rows``: one measure, one row a value of ``x``.
    """
    good = rows[how.meets(rows["mean"], rows["target"])].sort_values(x)
    if good.empty:
        return None
    first = good.iloc[:1]
    worse = first["ci_high" if how.better == "low" else "ci_low"]
    return float(first[x].iloc[0]), bool(how.meets(worse, first["target"]).iloc[0])


def draw_line(
    axes: Axes, rows: pd.DataFrame, at: NDArray[np.float64], number: int, *, joined: bool,
    pale: bool,
) -> float:
    """One line with its band; infinite values become arrows at the upper edge.

    How high the axis has to reach: a band is cut off far above the lines.
    """
    colour, marker, dashes = LINES[number % len(LINES)]
    mean, low, high = (
        rows[column].astype(float).replace([np.inf, -np.inf], np.nan)
        for column in ("mean", "ci_low", "ci_high")
    )
    if joined:
        axes.fill_between(at, low, high, color=colour, alpha=0.1 if pale else 0.2,
                          linewidth=0)
    else:
        axes.vlines(at, low, high, color=colour, linewidth=1.5)
    axes.plot(at, mean, color=colour, marker=marker, markersize=5,
              linestyle=dashes if joined else "none", linewidth=1.6, zorder=3)
    endless = np.isinf(rows["mean"].to_numpy(dtype=float))
    if endless.any():
        axes.plot(at[endless], np.full(endless.sum(), 0.97), color=colour, marker="^",
                  markersize=7, linestyle="none", transform=axes.get_xaxis_transform(),
                  clip_on=False)
    return float(min(np.nanmax([0.0, *mean, *high]), 2.5 * np.nanmax([0.0, *mean])))


def _panel(
    axes: Axes, points: pd.DataFrame, x: str, line: str | None, levels: Sequence[object],
    measure: str, how: Scale, theory: pd.DataFrame | None, lang: Lang,
) -> set[str]:
    """Draw one measure; what the legend has to explain."""
    keys = [x] if line is None else [line, x]
    rows, known = of(points, measure, *keys), values_of(points, x)
    joined, people = pd.api.types.is_numeric_dtype(points[x]), is_people(x)
    marked = {"band"} if rows["ci_low"].notna().any() else set[str]()
    top = 0.0
    rings: list[tuple[float, float, bool]] = []
    for number, level in enumerate(levels):
        own = rows if line is None else rows[rows[line] == level]
        at = places(own, x, known)
        top = max(top, draw_line(
            axes, own, at, number, joined=joined, pale=len(levels) > 2))
        if np.isinf(own["mean"].astype(float)).any():
            marked.add("never")
        if people and (found := enough(own, x, how)):
            value, sure = found
            mean = float(own.loc[own[x] == value, "mean"].iloc[0])
            rings.append((value, mean, sure))
            marked.add("sure" if sure else "enough")
        if theory is not None and (theory["measure"] == measure).any():
            curve = theory[theory["measure"] == measure]
            curve = (curve if line is None else curve[curve[line] == level]).sort_values(x)
            _draw_theory(axes, places(curve, x, known), curve["mean"], number, joined)
            marked.add("theory")
    if rows["target"].notna().any():
        _draw_target(axes, rows, x, known)
        marked.add("target")
        top = max(top, float(rows["target"].max()) * 1.05)
        if people and not rings:
            axes.annotate(say(_TEXT, "short", lang), (0.97, 0.9 if how.better == "low" else 0.06),
                          xycoords="axes fraction", ha="right", fontsize=8, color=GREY)
    from_zero(axes, how, top)
    if not top:
        axes.set_yticks([])
    _rings(axes, rings)
    return marked


def _draw_theory(
    axes: Axes, at: NDArray[np.float64], mean: pd.Series, number: int, joined: bool
) -> None:
    """Behind a line: wide, pale and grey, with hollow marks of the line's own shape."""
    axes.plot(at, mean, color=GREY, linewidth=3.2 if joined else 0, alpha=0.4, zorder=1.5)
    axes.plot(at, mean, color=GREY, linestyle="none", marker=LINES[number % len(LINES)][1],
              markersize=7, markerfacecolor="white", zorder=1.6)


def _draw_target(axes: Axes, rows: pd.DataFrame, x: str, known: list[Any]) -> None:
    if rows["target"].nunique() == 1:
        axes.axhline(float(rows["target"].max()), color=RED, linestyle="--", linewidth=1.2)
    else:
        aims = rows.drop_duplicates(x).sort_values(x)
        axes.plot(places(aims, x, known), aims["target"], color=RED, linestyle="--", linewidth=1.2)


def _rings(axes: Axes, rings: Sequence[tuple[float, float, bool]]) -> None:
    """Rings around the least that is enough, with a line down to its value."""
    for at, mean, sure in rings:
        for size in (90, 190) if sure else (90,):
            axes.scatter([at], [mean], s=size, facecolor="none", edgecolor=BLACK, linewidth=1.1,
                         zorder=5, clip_on=False)
        axes.vlines(at, 0, mean, color=BLACK, linewidth=0.8, linestyle=":", zorder=2)


def level_handles(line: str | None, levels: Sequence[object], lang: Lang) -> list[Artist]:
    """What a legend says of the lines; nothing where there is only one."""
    handles: list[Artist] = []
    if line is not None:
        for number, level in enumerate(levels):
            colour, marker, dashes = LINES[number % len(LINES)]
            name = f"{key_name(line, lang)} {value_name(level)}"
            handles.append(Line2D(
                [], [], color=colour, marker=marker, markersize=5, linestyle=dashes, label=name))
    return handles


def _handles(
    line: str | None, levels: Sequence[object], marked: set[str], lang: Lang
) -> list[Artist]:
    """The lines, and whatever else stands in the panels."""
    handles = level_handles(line, levels, lang)
    ring: dict[str, Any] = {
        "color": "none", "marker": "o", "markeredgecolor": BLACK, "markerfacecolor": "none"}
    others: dict[str, Line2D | Patch] = {
        "band": Patch(facecolor=GREY, alpha=0.25),
        "target": Line2D([], [], color=RED, linestyle="--", linewidth=1.2),
        "theory": Line2D([], [], color=GREY, linewidth=3.2, alpha=0.4, marker="o", markersize=7,
                         markerfacecolor="white"),
        "enough": Line2D([], [], markersize=9, **ring),
        "sure": Line2D([], [], markersize=13, **ring),
        "never": Line2D([], [], color="none"),
    }
    for key, handle in others.items():
        if key in marked:
            handle.set_label(say(_TEXT, key, lang))
            handles.append(handle)
    return handles
