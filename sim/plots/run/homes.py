"""The county home by home: who lives near a point, who was reached in time, where nobody was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from sim.log import Result
from sim.measures.counting.groups import Flags, Floats
from sim.measures.counting.observed import Observed, observe, text_codes
from sim.measures.orders.reach import asked_and_reached
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.plots.run.county_map import draw_points, scale_bar
from sim.words.glossary import Lang

LEAST_KM = 0.25
"""Smaller squares than this are not looked at."""
LUCK = 0.05
"""A square is empty by accident with at most this probability."""

_TEXT = {
    "title": ("{minutes:g}分钟内：谁够得着，谁真的等到了",
              "Within {minutes:g} minutes: who lives near, who was reached"),
    "near_reached": ("圈内，按时到达", "near a point, reached in time"),
    "near_missed": ("圈内，未按时到达（护理员忙、夜间、没打通）",
                    "near, not reached in time (busy, closed, not answered)"),
    "far_reached": ("圈外，按时到达", "far from any point, yet reached in time"),
    "far_missed": ("圈外，未按时到达", "far, not reached in time"),
    "nobody": ("无人按时到达的地方（方格内至少{n}件诉求，没有一件按时到达）",
               "nobody reaches: none of {n} or more requests in the square was in time"),
    "share": ("{name}：{share:.0%}", "{name}: {share:.0%}"),
    "none": ("没有尽快上门的诉求", "no requests for a visit as soon as possible"),
}
_LOOKS = {
    (True, True): ("near_reached", BLUE, "o", 12),
    (True, False): ("near_missed", ORANGE, "^", 16),
    (False, True): ("far_reached", GREEN, "D", 12),
    (False, False): ("far_missed", RED, "x", 16),
}


def homes(results: Sequence[Result]) -> pd.DataFrame:
    """Homes of the requests that effective coverage counts, over replications of one scenario.

    Columns: ``zone``, ``x_km``, ``y_km``; ``near``, whether a point offering the service is within
    ``circle_min`` of planned travel; ``reached``, whether somebody was at the home within that
    time of the order.
    """
    return pd.concat(map(_homes, results), ignore_index=True)


def _homes(result: Result) -> pd.DataFrame:
    seen = observe(result)
    asked, reached = asked_and_reached(seen)
    requests = result.requests
    return pd.DataFrame({
        "zone": requests["zone"].astype(str),
        "x_km": requests["x_km"],
        "y_km": requests["y_km"],
        "near": _near(seen),
        "reached": reached,
    })[asked]


def _near(seen: Observed) -> Flags:
    """For each request whether a point that offers its service is near, at speed factor 1."""
    requests, tables = seen.result.requests, seen.result.reference
    zone = text_codes(requests["zone"], seen.zones)
    points = tables["points"]
    if seen.settings["travel.by_matrix"]:
        minutes = tables["minutes"].pivot(index="start", columns="end", values="minutes")
        on_road = minutes.reindex(index=seen.points, columns=seen.zones).to_numpy().T[zone]
    else:
        dx = points["x_km"].to_numpy() - requests["x_km"].to_numpy()[:, None]
        dy = points["y_km"].to_numpy() - requests["y_km"].to_numpy()[:, None]
        factor = seen.settings["travel.detour"] * tables["zones"]["road_factor"].to_numpy()[zone]
        on_road = np.hypot(dx, dy) * factor[:, None] * 60 / points["kmh"].to_numpy()
    offered = np.array([
        [service in services.split("|") for services in points["services"].astype(str)]
        for service in seen.services
    ], dtype=bool).reshape(len(seen.services), len(points))
    within = on_road + seen.settings["travel.access_min"] <= seen.settings["targets.circle_min"]
    return np.asarray(
        (within & offered[text_codes(requests["service"], seen.services)]).any(axis=1), dtype=bool)


def unreached(found: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """The largest squares from which at least :func:`fewest` requests came and none was reached in
    time: each zone's square, or a quarter, a sixteenth, ... of it.

    Columns ``zone``, ``x_km``, ``y_km`` (lower left corner), ``side_km``, ``requests``.
    """
    enough, squares = fewest(found), []
    for zone in zones.itertuples():
        side = zone.area_km2 ** 0.5
        own = found[found["zone"] == str(zone.zone)]
        squares += [
            (str(zone.zone), *square) for square in _empty_squares(
                own["x_km"].to_numpy(), own["y_km"].to_numpy(), own["reached"].to_numpy(),
                (zone.x_km - side / 2, zone.y_km - side / 2, side), enough)
        ]
    return pd.DataFrame(squares, columns=["zone", "x_km", "y_km", "side_km", "requests"])


def _empty_squares(
    x: Floats, y: Floats, reached: Flags, square: tuple[float, float, float], enough: int
) -> list[tuple[float, float, float, int]]:
    """``square`` itself if nobody in it was reached, else what is found in its quarters."""
    left, low, side = square
    if len(x) < enough or side < LEAST_KM:
        return []
    if not reached.any():
        return [(*square, len(x))]
    half, found = side / 2, []
    for right, upper in product((False, True), repeat=2):
        mine = ((x >= left + half) == right) & ((y >= low + half) == upper)
        corner = (left + half * right, low + half * upper, half)
        found += _empty_squares(x[mine], y[mine], reached[mine], corner, enough)
    return found


def fewest(found: pd.DataFrame) -> int:
    """So many requests that none of them is reached by accident with at most :data:`LUCK`, where
    each is reached with the county's overall share."""
    share = float(found["reached"].mean())
    if share in (0.0, 1.0):
        return 1
    return math.ceil(math.log(LUCK) / math.log1p(-share))


@styled
def homes_map(
    zones: pd.DataFrame, points: pd.DataFrame, found: pd.DataFrame, lang: Lang,
    circle_min: float = 15,
) -> Figure:
    """A mark for each request's home: near a point or not, reached in time or not; squares where
    nobody was.

    ``zones`` and ``points`` are the reference tables of a result, ``found`` the table of
    :func:`homes`.
    """
    figure = new_figure(10.0, 9.4)
    heading(figure, say(_TEXT, "title", lang, minutes=circle_min))
    if found.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    axes = figure.subplots()
    _outlines(axes, zones, lang)
    for row in unreached(found, zones).itertuples():
        axes.add_patch(Rectangle(
            (row.x_km, row.y_km), row.side_km, row.side_km, facecolor="none",
            edgecolor=(0, 0, 0, 0.55),
            hatch="////", linewidth=0.8, zorder=2))
    handles: list[Artist] = []
    for (near, reached), (key, colour, marker, size) in _LOOKS.items():
        own = found[(found["near"] == near) & (found["reached"] == reached)]
        axes.scatter(own["x_km"], own["y_km"], s=size, marker=marker, color=colour, linewidth=0.8,
                     alpha=0.75, zorder=3, rasterized=True)
        name = say(_TEXT, "share", lang, name=say(_TEXT, key, lang), share=len(own) / len(found))
        handles.append(Line2D([], [], color=colour, marker=marker, markersize=6, linestyle="none",
                              label=name))
    handles.append(Patch(facecolor="none", edgecolor=BLACK, hatch="////",
                         label=say(_TEXT, "nobody", lang, n=fewest(found))))
    draw_points(axes, points, lang, BLACK)
    handles += axes.get_legend_handles_labels()[0]
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    scale_bar(axes, lang)
    foot(figure, "", handles, 2, handlelength=1.8)
    return figure


def _outlines(axes: Axes, zones: pd.DataFrame, lang: Lang) -> None:
    """The zones' squares with their names in the upper left corner, a word a line."""
    for row in zones.itertuples():
        side = row.area_km2 ** 0.5
        axes.add_patch(Rectangle(
            (row.x_km - side / 2, row.y_km - side / 2), side, side, facecolor="none",
            edgecolor=GREY, linewidth=1.0, zorder=1))
        axes.annotate(
            short(str(getattr(row, f"name_{lang}"))).replace(" ", "\n"),
            (row.x_km - side / 2, row.y_km + side / 2), xytext=(2, -2), va="top",
            textcoords="offset points", fontsize=8, linespacing=0.95, zorder=6,
            path_effects=[withStroke(linewidth=2.5, foreground="white")])
