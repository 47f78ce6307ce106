"""Floor 6: figures, each a pure function from tables to a Matplotlib figure.

From Python, for instance::

    from sim.plots import pareto, save, staffing_curves

    points = pandas.read_parquet("results/growth/points.parquet")
    save(staffing_curves(points, "operators.desk.count", "en", line="demand.growth"), "desk.png")

- Of a ``kpis`` table: :func:`hours`, :func:`response_parts`, :func:`county_map`.
- Of the tables of replications: :func:`week` (of :func:`hours_of_week`), :func:`waits` and
  :func:`responses` (of samples), :func:`backlog` (of :func:`open_orders`), :func:`homes_map` (of
  :func:`homes`), :func:`day_sheet`; where there are such, ``funds`` and ``meals`` of
  ``sim.plots.run``.
- Of the tidy table of a sweep: :func:`staffing_curves`, :func:`curves_by_point`, :func:`surface`,
  :func:`pareto`.
- Of what the other commands leave: :func:`comparison`, :func:`tornado`, :func:`search_path`.

The drawing itself stands in ``run``, ``study`` and ``calibration``, by what a figure is of; what
all figures share in ``drawing``; which figures a result folder can give in ``folders``, for
``hotline plot``. :func:`save` writes one as PNG or SVG.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sim.plots.drawing.style import name_it, save
from sim.plots.folders.of_run import Drawings, of_kpis, settings_of
from sim.plots.run.backlog import backlog, open_orders
from sim.plots.run.county_map import county_map
from sim.plots.run.day_sheet import day_sheet
from sim.plots.run.ecdf import responses, waits
from sim.plots.run.homes import homes, homes_map
from sim.plots.run.hours import hours
from sim.plots.run.response import response_parts
from sim.plots.run.week import hours_of_week, week
from sim.plots.study.by_point import curves_by_point
from sim.plots.study.comparison import comparison
from sim.plots.study.curves import staffing_curves
from sim.plots.study.pareto import pareto
from sim.plots.study.search_path import search_path
from sim.plots.study.surface import surface
from sim.plots.study.tornado import tornado
from sim.words.glossary import Lang

__all__ = [
    "Drawings", "backlog", "comparison", "county_map", "curves_by_point", "day_sheet", "homes",
    "homes_map", "hours", "hours_of_week", "open_orders", "pareto", "response_parts", "responses",
    "save", "save_all", "save_drawings", "search_path", "staffing_curves", "surface", "tornado",
    "waits", "week",
]


def save_all(
    kpis: pd.DataFrame, reference: Mapping[str, pd.DataFrame], folder: Path, lang: Lang
) -> list[Path]:
    """Draw the figures of a run's measures into ``folder``, as PNG and SVG; the files written.

    ``reference`` holds the reference tables saved with the run; every figure bears the scenario's
    name out of them. What needs the tables of replications as well is left to ``hotline plot``.
    """
    name = str(settings_of(reference).get("name", ""))
    return save_drawings(of_kpis(kpis, reference, lang), folder, name)


def save_drawings(drawings: Drawings, folder: Path, name: str) -> list[Path]:
    """Draw figures into ``folder``, each as PNG and SVG with ``name`` in its corner; the files
    written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, draw in drawings.items():
        figure = draw()
        if name:
            name_it(figure, name)
        written += [save(figure, folder / f"{key}.{kind}") for kind in ("png", "svg")]
    return written
