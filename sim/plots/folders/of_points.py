"""The figures of a tidy table: whichever its varied keys allow."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from sim.plots.drawing.tidy import VARIANT, axes_of, held, is_people
from sim.plots.folders.of_run import Drawings
from sim.plots.study.by_point import BY_POINT, curves_by_point
from sim.plots.study.curves import CAREGIVERS, OPERATORS, staffing_curves
from sim.plots.study.pareto import COST, GOOD, pareto
from sim.plots.study.surface import surface
from sim.words.glossary import Lang

SURFACES = (GOOD, "service_level", COST)
MOST_LINES = 6
"""Lines of a panel that can still be told apart."""
MOST_VARIANTS = 20
"""Variants that can be named along an axis."""
_CHOSEN = ("operators", "caregivers", "dispatch", "hotline", "points", "shifts", "services")
"""Sections that a county decides; what it does not decide is no way to save money."""


def of_points(
    points: pd.DataFrame, lang: Lang, *, places: pd.DataFrame | None = None,
    theory: Callable[[], pd.DataFrame] | None = None, own: Mapping[str, object] | None = None,
) -> Drawings:
    """Curves of operators and of caregivers (in all and, given the table ``places`` of service
    points, by point), surfaces over both, the Pareto front.

    ``theory`` gives variant, measure, mean, once a figure needs it. Keys beyond the two that a
    figure can show are held, at their values in ``own`` where they can be (see
    :func:`sim.plots.drawing.tidy.held`), and the figure says so.
    """
    axes = axes_of(points)
    found: Drawings = {}
    for kind, measures in (("operators", OPERATORS), ("caregivers", CAREGIVERS)):
        if (chosen := _x_and_line(points, axes, kind)) is None:
            continue
        x, line = chosen
        part, note = points, ""
        if x != VARIANT:
            part, note = held(points, [x, *([line] if line else [])], lang, own)
        found[kind] = partial(
            _curves, part, x, line, measures, lang, note, theory if kind == "operators" else None)
        if kind == "caregivers" and places is not None and x != VARIANT:
            for measure in BY_POINT:
                found[f"points-{measure}"] = partial(
                    curves_by_point, part, x, measure, places, lang, line=line, note=note)
    found |= _surfaces(points, axes, lang, own)
    choices = [key for key in axes if key.partition(".")[0] in _CHOSEN]
    part, note = held(points, choices, lang, own) if choices else (points, "")
    if axes and not choices:
        return found
    if part[VARIANT].nunique() > 1 and {COST, GOOD} <= set(part["measure"]):
        found["pareto"] = partial(pareto, part, lang, note=note)
    return found


def _curves(
    points: pd.DataFrame, x: str, line: str | None, measures: Sequence[str], lang: Lang,
    note: str, theory: Callable[[], pd.DataFrame] | None,
) -> Figure:
    behind = None
    if theory is not None:
        keys = list(dict.fromkeys([VARIANT, x, *([line] if line else [])]))
        behind = points[keys].drop_duplicates().merge(theory(), on=VARIANT)
    return staffing_curves(
        points, x, lang, measures=measures, line=line, theory=behind, note=note)


def _x_and_line(
    points: pd.DataFrame, axes: list[str], kind: str
) -> tuple[str, str | None] | None:
    """The key along the axis and the key of the lines; ``None`` where curves make no sense."""
    if not _is_grid(points, axes):
        return (VARIANT, None) if 1 < points[VARIANT].nunique() <= MOST_VARIANTS else None
    people = [key for key in axes if is_people(key)]
    mine = [key for key in people if key.partition(".")[0] == kind]
    if people and not mine:
        return None
    numbers = [key for key in axes if pd.api.types.is_numeric_dtype(points[key])]
    x = next(iter([*mine, *numbers, *axes]))
    others = [key for key in axes if key != x and points[key].nunique() <= MOST_LINES]
    # demand before people: one line for each level of it
    return x, next(iter(sorted(others, key=is_people)), None)


def _is_grid(points: pd.DataFrame, axes: list[str]) -> bool:
    """Whether every combination of the keys' values is there, once."""
    if not axes:
        return False
    sizes = math.prod(points[key].nunique(dropna=False) for key in axes)
    return bool(
        sizes == len(points.drop_duplicates(axes)) == points[VARIANT].nunique())


def _surfaces(
    points: pd.DataFrame, axes: list[str], lang: Lang, own: Mapping[str, object] | None
) -> Drawings:
    numbers = [key for key in axes if pd.api.types.is_numeric_dtype(points[key])]
    pair = [
        next((key for key in numbers if key.partition(".")[0] == kind), None)
        for kind in ("operators", "caregivers")
    ]
    x, y = pair
    if x is None or y is None or not _is_grid(points, axes):
        return {}
    part, note = held(points, [x, y], lang, own)
    return {
        f"surface-{measure}": partial(surface, part, x, y, measure, lang, note)
        for measure in SURFACES if (part["measure"] == measure).any()
    }
