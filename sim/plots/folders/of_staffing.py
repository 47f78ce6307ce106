"""The figures of ``hotline staff``, from the tables it leaves."""

from __future__ import annotations

from functools import partial

import pandas as pd

from sim.plots.folders.of_run import Drawings
from sim.plots.study.roster import roster
from sim.plots.study.search_path import search_path
from sim.words.glossary import Lang


def of_staffing(
    tried: pd.DataFrame, slots: pd.DataFrame, intervals: pd.DataFrame, lang: Lang
) -> Drawings:
    """``search``: the rosters tried; ``roster``: the one found, a figure for each desk."""
    rosters = tried[tried["people"].notna()]
    found: Drawings = {
        "search": partial(
            search_path, rosters, "cost_pay_yuan", lang, measures=("service_level", "abandonment"))
    }
    desks = list(slots["desk"].drop_duplicates())
    for number, desk in enumerate(desks, 1):
        name = "roster" if len(desks) == 1 else f"roster-{number}"
        found[name] = partial(
            roster, slots[slots["desk"] == desk], intervals[intervals["desk"] == desk], lang)
    return found
