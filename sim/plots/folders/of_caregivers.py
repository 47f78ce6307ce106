"""The figures of ``hotline caregivers``, from the tables it leaves."""

from __future__ import annotations

from functools import partial

import pandas as pd

from sim.plots.folders.of_run import Drawings
from sim.plots.study.search_path import search_path
from sim.words.glossary import Lang


def of_caregivers(tried: pd.DataFrame, lang: Lang) -> Drawings:
    """``search``: the staffings tried, what they cost and how many are served on time."""
    return {
        "search": partial(
            search_path, tried, "cost_pay_yuan", lang, measures=("on_time_request",))
    }
