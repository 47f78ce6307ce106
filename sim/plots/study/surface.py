"""Operators against caregivers: one target over both, and which of the two is short where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.plots.drawing.scale import Scale, scale, three_digits
from sim.plots.drawing.style import BLACK, GREY, RED, foot, heading, new_figure, nothing, styled
from sim.plots.drawing.text import say
from sim.plots.drawing.tidy import key_axis, key_name, of, value_name, values_of
from sim.words.glossary import Lang

LEAST = 0.005
"""A gain of one more person below this share of the measure's greatest value is none."""

_TEXT = {
    "title": ("{measure}：两种人手一起看", "{measure}: both kinds of people together"),
    "target": ("目标 {value}", "target {value}"),
    "short": ("缺{key}", "short of {key}"),
    "flat": ("再加一人都不见效", "one more of either hardly helps"),
    "rule": (
        "斜线与点：从每格左下角起再加一人，加哪一种改善更多；不到最大值的 {least} 就算不见效",
        "hatches: from the lower left corner of each square, of which one more person improves "
        "it most; below {least} of the greatest value counts as nothing",
    ),
    "none": ("这张表排不成网格", "this table is no grid of the two"),
}
_HATCHES = ("////", "....")


class Square(NamedTuple):
    """What one more person is worth from a node of the grid."""

    x: float
    y: float
    right: float
    """the next value of x"""
    upper: float
    gain_x: float
    """improvement for one more of x; negative: it gets worse"""
    gain_y: float
    bottleneck: str
    """the key of which one more improves the measure most; empty where neither does"""


@styled
def surface(
    points: pd.DataFrame, x: str, y: str, measure: str, lang: Lang, note: str = ""
) -> Figure:
    """A measure over two counts of people: shade, contours, target line, the bottleneck named.

    ``points``: a tidy table in which the two keys alone vary, both numbers, at least two values
    each; ValueError where another key varies.
    """
    how = scale(measure, lang)
    figure = new_figure(8.8, 6.6)
    title = say(_TEXT, "title", lang, measure=how.title)
    heading(figure, title)
    rows = of(points, measure, y, x)
    heights = rows.pivot(index=y, columns=x, values="mean").astype(float)
    if min(heights.shape) < 2:
        return nothing(figure, say(_TEXT, "none", lang))
    across, up = (axis.to_numpy(dtype=float) for axis in (heights.columns, heights.index))
    values = np.where(np.isfinite(heights), heights, np.nan)
    axes = figure.subplots()
    target = float(rows["target"].max())
    _shade(figure, axes, across, up, values, how, target)
    found = squares(points, x, y, measure)
    short = [key for key in (x, y) if any(s.bottleneck == key for s in found)]
    rule = say(_TEXT, "rule", lang, least=f"{LEAST:.1%}") if short else ""
    handles = _name_regions(axes, found, (x, y), lang) if short else []
    foot(figure, "\n".join(filter(None, [rule, note])), handles, 3, handleheight=1.4)
    if not math.isnan(target) and np.nanmin(values) < target < np.nanmax(values):
        line = axes.contour(across, up, values, [target], colors=RED, linewidths=2.6,
                            linestyles="--")
        said = say(_TEXT, "target", lang, value=how.said(target) + how.unit)
        _labels(axes, line, {target: said}, RED)
    axes.plot(*(axis.ravel() for axis in np.meshgrid(across, up)), marker="+", markersize=4,
              color=BLACK, linestyle="none", alpha=0.6)
    key_axis(axes, points, x, lang)
    axes.set_xlim(across[0], across[-1])
    axes.set_yticks(values_of(points, y), [value_name(v) for v in values_of(points, y)])
    axes.set_ylabel(key_name(y, lang))
    return figure


def squares(points: pd.DataFrame, x: str, y: str, measure: str) -> list[Square]:
    """For each square of the grid what one more of ``x``, or of ``y``, improves from its lower left
    corner, and which is the bottleneck there: the one that improves the measure more, if it does by
    at least :data:`LEAST` of the greatest value on the grid. Squares with a missing corner are left
    out."""
    rows = of(points, measure, y, x)
    means = {
        (a, b): value for a, b, value in zip(
            rows[x].astype(float), rows[y].astype(float), rows["mean"].astype(float), strict=True)
        if math.isfinite(value)
    }
    if not means:
        return []
    sign = -1.0 if scale(measure, "en").better == "low" else 1.0
    least = LEAST * max(map(abs, means.values()))
    found = []
    for (a, right), (b, upper) in product(
        pairwise(sorted(set(rows[x].astype(float)))), pairwise(sorted(set(rows[y].astype(float))))
    ):
        if not {(a, b), (right, b), (a, upper)} <= set(means):
            continue
        gain_x = sign * (means[right, b] - means[a, b]) / (right - a)
        gain_y = sign * (means[a, upper] - means[a, b]) / (upper - b)
        best = x if gain_x >= gain_y else y
        name = best if max(gain_x, gain_y) >= least else ""
        found.append(Square(a, b, right, upper, gain_x, gain_y, name))
    return found


def _shade(
    figure: Figure, axes: Axes, across: NDArray[np.float64], up: NDArray[np.float64],
    values: NDArray[np.float64], how: Scale, target: float,
) -> None:
    shades = colormaps["Blues" if how.better == "high" else "Blues_r"]
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    ticks = MaxNLocator(8).tick_values(low * how.factor, high * how.factor)
    levels = np.asarray(ticks) / how.factor
    if high > low:
        # pale enough at the dark end for black lines and letters
        filled: ScalarMappable = axes.contourf(
            across, up, values, levels, cmap=shades, alpha=0.55)
        others = levels[1:-1][~np.isclose(levels[1:-1], target)]
        lines = axes.contour(across, up, values, others, colors=BLACK, linewidths=0.8)
        _labels(axes, lines, {level: three_digits(level * how.factor) for level in levels}, BLACK)
    else:
        filled = axes.pcolormesh(across, up, values, cmap=shades, alpha=0.55, shading="nearest")
    bar = figure.colorbar(filled, ax=axes, pad=0.02)
    bar.set_label(how.title)
    bar.ax.yaxis.set_major_formatter(lambda value, _: three_digits(value * how.factor))


def _labels(axes: Axes, lines: ContourSet, said: dict[float, str], colour: str) -> None:
    texts = axes.clabel(lines, fontsize=8, colors=colour, fmt=lambda level: _nearest(said, level))
    for text in texts:
        text.set_path_effects([withStroke(linewidth=3, foreground="white")])
        text.set_zorder(6)


def _nearest(said: dict[float, str], level: float) -> str:
    return said[min(said, key=lambda known: abs(known - level))]


def _name_regions(
    axes: Axes, found: Sequence[Square], keys: tuple[str, str], lang: Lang
) -> list[Artist]:
    """Hatch the squares of each bottleneck; name the widest region of each in the picture too."""
    handles: list[Artist] = []
    for key, hatch in zip((*keys, ""), (*_HATCHES, ""), strict=True):
        mine = [s for s in found if s.bottleneck == key]
        if not mine:
            continue
        name = (say(_TEXT, "short", lang, key=key_name(key, lang)) if key
                else say(_TEXT, "flat", lang))
        for s in mine:
            axes.add_patch(Rectangle(
                (s.x, s.y), s.right - s.x, s.upper - s.y, facecolor="none",
                edgecolor=(0, 0, 0, 0.4), hatch=hatch, linewidth=0, zorder=2))
        handles.append(Patch(facecolor="white", edgecolor=GREY, hatch=hatch, label=name))
        middle = _middle(mine)
        axes.annotate(
            name, ((middle.x + middle.right) / 2, (middle.y + middle.upper) / 2), ha="center",
            va="center", fontsize=10, zorder=7,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": GREY,
                  "alpha": 0.92})
    return handles


def _middle(mine: Sequence[Square]) -> Square:
    """The square nearest to the middle of all of them."""
    x, y = (np.mean([(s.x + s.right) / 2 for s in mine]), np.mean(
        [(s.y + s.upper) / 2 for s in mine]))
    return min(mine, key=lambda s: math.hypot((s.x + s.right) / 2 - x, (s.y + s.upper) / 2 - y))
