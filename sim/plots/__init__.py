"""Floor 6: figures, each a pure function from tables to a Matplotlib figure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sim.plots.county import county_map
from sim.plots.hours import hours
from sim.plots.response import response_parts
from sim.plots.style import name_it, save
from sim.words.glossary import Lang

__all__ = ["county_map", "hours", "response_parts", "save", "save_all"]


def save_all(
    kpis: pd.DataFrame, reference: Mapping[str, pd.DataFrame], folder: Path, lang: Lang
) -> list[Path]:
    """Draw every figure of a result into ``folder``, as PNG and SVG; the files written.

    ``reference`` holds the reference tables saved with the run; every figure bears the scenario's
    name out of them.
    """
    settings = {
        str(key): json.loads(value)
        for key, value in zip(*(reference["settings"][c] for c in ("key", "value")), strict=True)
    }
    figures = {
        "hours": hours(kpis, lang, settings["targets.acceptable_wait_s"]),
        "response": response_parts(kpis, reference["services"], lang),
        "coverage": county_map(
            reference["zones"], reference["points"], kpis, lang, settings["targets.circle_min"]),
    }
    if name := settings.get("name"):
        for figure in figures.values():
            name_it(figure, name)
    folder.mkdir(parents=True, exist_ok=True)
    return [
        save(figure, folder / f"{name}.{kind}")
        for name, figure in figures.items()
        for kind in ("png", "svg")
    ]
