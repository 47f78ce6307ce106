"""The figure of ``hotline advise``, from the tables it leaves."""

from __future__ import annotations

from functools import partial

import pandas as pd

from sim.plots.folders.of_run import Drawings
from sim.plots.study.advice import advice
from sim.words.glossary import Lang


def of_advice(
    targets: pd.DataFrame, people: pd.DataFrame, budget: pd.DataFrame, lang: Lang
) -> Drawings:
    """``advice``: people, money and targets, today and as advised."""
    return {"advice": partial(advice, targets, people, budget, lang)}
