"""The county on a map: who lives near a service point, and who is really reached in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from sim.plots.drawing.frame import by
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    foot,
    heading,
    new_figure,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import Level
from sim.words.state_names import label

_TEXT = {
    "title": ("{minutes:g}分钟养老服务圈：名义与实际",
              "The {minutes:g}-minute circle: on paper and in fact"),
    "map": ("底色：实际覆盖率（诉求中真正在圈内时间到达的比例）",
            "Shade: share of requests really reached in that time"),
    "bars": ("各镇街覆盖率（%）", "Coverage of each zone (%)"),
    "worst": ("实际覆盖率最低的{shown}个镇街（%）\n其余{left}个没有列出",
              "The {shown} zones worst covered in fact (%)\n{left} others are not listed"),
    "nominal": ("名义：家在圈内的服务对象", "on paper: clients living in the circle"),
    "effective": ("实际：按时间到达的诉求", "in fact: requests reached in that time"),
    "points": ("服务站点", "service points"),
    "km": ("{km:g} 公里", "{km:g} km"),
    "note": ("方框是同面积的示意，不是行政界线；实际覆盖率只计要求尽快上门的诉求",
             "squares show the zones' areas, not their borders; in fact: requests for a visit as "
             "soon as possible only"),
}
MOST = 25
"""So many zones can be listed."""
CROWD = 60
"""So many points hide what is written under them."""
_MARKERS = {Level.COUNTY: ("*", 90.0), Level.TOWN: ("^", 36.0), Level.VILLAGE: ("o", 22.0)}
_SHADES = colormaps["Blues"]
_SCALE = Normalize(0, 1.25)
"""1 stays light enough for black text on it."""


@styled
def county_map(
    zones: pd.DataFrame, points: pd.DataFrame, kpis: pd.DataFrame, lang: Lang,
    circle_min: float = 15,
) -> Figure:
    """Zones shaded by effective coverage with the points on them; beside it both coverages.

    ``zones`` and ``points`` are the reference tables of a result. Of more than :data:`MOST` zones
    those are listed, and named on the map, that are covered worst in fact; the list says how many
    are left out.
    """
    cover = pd.DataFrame({
        name: by(kpis, f"{name}_coverage", "zone")["mean"].astype(float)
        for name in ("nominal", "effective")
    }).reindex(zones["zone"].astype(str))
    worst = cover.sort_values("effective", na_position="last", kind="stable").index[:MOST]
    listed = cover.loc[worst].sort_values("effective", na_position="first")
    figure = new_figure(11.0, max(8.6, 2.2 + 0.36 * len(listed)))
    heading(figure, say(_TEXT, "title", lang, minutes=circle_min))
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
    names = dict(zip(
        zones["zone"].astype(str), map(short, zones[f"name_{lang}"].astype(str)), strict=True))
    names = {zone: names[zone] for zone in listed.index}
    labels = _map(left, zones, points, cover["effective"], names, lang)
    _coverage(right, listed, by(kpis, "effective_coverage", "zone"), names, lang)
    if len(listed) < len(cover):
        right.set_title(say(
            _TEXT, "worst", lang, shown=len(listed), left=len(cover) - len(listed)))
    foot(figure, say(_TEXT, "note", lang))
    _number_what_does_not_fit(figure, left, right, labels, list(listed.index[::-1]))
    return figure


def _map(
    axes: Axes, zones: pd.DataFrame, points: pd.DataFrame, effective: pd.Series,
    names: dict[str, str], lang: Lang,
) -> dict[str, tuple[Text, float]]:
    """Draw the map; the label of each zone that ``names`` has, and the width it may have, in km."""
    axes.set_title(say(_TEXT, "map", lang))
    largest_first = zones.sort_values("area_km2", ascending=False)
    for row in largest_first.itertuples():
        side = row.area_km2 ** 0.5
        value = effective[str(row.zone)]
        axes.add_patch(Rectangle(
            (row.x_km - side / 2, row.y_km - side / 2), side, side, alpha=0.85,
            facecolor="white" if pd.isna(value) else _SHADES(_SCALE(value)),
            edgecolor=GREY, linewidth=0.8, hatch="///" if pd.isna(value) else None))
    draw_points(axes, points, lang)
    labels: dict[str, tuple[Text, float]] = {}
    for row in zones[zones["zone"].astype(str).isin(list(names))].itertuples():
        zone, side, value = str(row.zone), row.area_km2 ** 0.5, effective[str(row.zone)]
        labels[zone] = axes.annotate(
            names[zone] + ("" if pd.isna(value) else f"\n{value:.0%}"),
            (row.x_km - side / 2, row.y_km + side / 2), xytext=(2, -2),
            textcoords="offset points", ha="left", va="top", fontsize=7, linespacing=0.95,
            zorder=8 if len(points) > CROWD else 6,
            path_effects=[withStroke(linewidth=2, foreground="white")]), side
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    scale_bar(axes, lang)
    if len(points):
        axes.legend(title=say(_TEXT, "points", lang), loc="upper center",
                    bbox_to_anchor=(0.5, 0.0), ncols=3)
    return labels


def draw_points(
    axes: Axes, points: pd.DataFrame, lang: Lang, colour: str = ORANGE
) -> None:
    """The service points, a marker for each level, with a name for the legend."""
    for level, (marker, size) in _MARKERS.items():
        here = points[points["level"].astype(str) == level.value]
        if len(here):
            crowd = len(here) > CROWD
            axes.scatter(here["x_km"], here["y_km"], marker=marker, s=size / (4 if crowd else 1),
                         color=colour, edgecolor=BLACK, linewidth=0.4 if crowd else 0.8, zorder=7,
                         label=label(level, lang),
                         path_effects=None if crowd else [
                             withStroke(linewidth=3, foreground="white")])


def _number_what_does_not_fit(
    figure: Figure, left: Axes, right: Axes, labels: dict[str, tuple[Text, float]],
    order: list[str],
) -> None:
    """Where a name is wider than its zone, the map shows numbers, and the list beside it too."""
    figure.draw_without_rendering()
    per_km = left.transData.transform((1, 0))[0] - left.transData.transform((0, 0))[0]
    if all(text.get_window_extent().width <= km * per_km for text, km in labels.values()):
        return
    for number, zone in enumerate(order, start=1):
        text, _ = labels[zone]
        _, *share = text.get_text().split("\n")
        text.set_text("\n".join([str(number), *share]))
    listed = [tick.get_text() for tick in right.get_yticklabels()]
    right.set_yticks(
        right.get_yticks(),
        [f"{name}  {len(listed) - place}" for place, name in enumerate(listed)])


def scale_bar(axes: Axes, lang: Lang) -> None:
    """So many kilometres, below the map."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    km = max((step for step in (0.5, 1, 2, 5, 10, 20, 50) if step <= (high - low) / 4), default=0.5)
    y = bottom - 0.03 * (top - bottom)
    axes.plot([low, low + km], [y, y], color=BLACK, linewidth=2, marker="|", markersize=7)
    axes.annotate(say(_TEXT, "km", lang, km=km), (low + km, y), xytext=(6, 0),
                  textcoords="offset points", va="center", fontsize=9)
    axes.set_ylim(bottom - 0.07 * (top - bottom), top)


def _coverage(
    axes: Axes, cover: pd.DataFrame, intervals: pd.DataFrame, names: dict[str, str], lang: Lang
) -> None:
    places = np.arange(len(cover))
    axes.hlines(places, cover.min(axis=1) * 100, cover.max(axis=1) * 100, color=GREY, linewidth=1)
    axes.scatter(cover["nominal"] * 100, places, marker="D", s=46, facecolor="white",
                 edgecolor=ORANGE, linewidth=1.8, zorder=3, label=say(_TEXT, "nominal", lang))
    axes.scatter(cover["effective"] * 100, places, marker="o", s=46, color=BLUE, zorder=4,
                 label=say(_TEXT, "effective", lang))
    for place, zone in enumerate(cover.index):
        if zone in intervals.index:
            low, high = intervals.loc[zone, ["ci_low", "ci_high"]].astype(float) * 100
            axes.plot([low, high], [place, place], color=BLUE, linewidth=3.5, alpha=0.55,
                      solid_capstyle="butt", zorder=2)
    axes.set_yticks(places, [names[zone] for zone in cover.index])
    axes.set_xlim(0, 104)
    axes.set_ylim(-0.6, len(cover) - 0.4)
    axes.grid(axis="both")
    axes.set_title(say(_TEXT, "bars", lang))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=1)
