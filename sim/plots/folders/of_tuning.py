"""The figures of ``hotline tune``, from the tables it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from sim.measures.catalogue import CATALOGUE
from sim.plots.folders.of_run import Drawings
from sim.plots.study.comparison import comparison
from sim.plots.study.pareto import pareto
from sim.plots.study.search_path import search_path
from sim.words.glossary import Lang


def of_tuning(
    tried: pd.DataFrame, compared: pd.DataFrame, objectives: Sequence[str], lang: Lang
) -> Drawings:
    """``search``: every candidate in the order tried, by its objectives in training;
    ``comparison``: on held-out workloads against the default; ``front``: of the first two
    objectives, if there are so many.

    ``objectives``: as the columns of ``tried`` are named, ``on_time`` or ``on_time:service=meal``.
    """
    measures = list(dict.fromkeys(name.partition(":")[0] for name in objectives))
    named = {name.partition(":")[0]: name for name in reversed(objectives)}
    path = tried.rename(columns={name: measure for measure, name in named.items()})
    drawings: Drawings = {
        "search": partial(search_path, path, measures[0], lang, measures=measures[1:])
    }
    if len(compared):
        drawings["comparison"] = partial(comparison, compared, lang)
    if len(measures) > 1:
        tidy = pd.concat([_tidy(tried, named[m], m) for m in measures[:2]], ignore_index=True)
        drawings["front"] = partial(pareto, tidy, lang, measures[1], measures[0])
    return drawings


def _tidy(tried: pd.DataFrame, column: str, measure: str) -> pd.DataFrame:
    """An objective as rows of a tidy table."""
    return pd.DataFrame({
        "variant": tried["candidate"], "measure": measure, "group": "all",
        "unit": CATALOGUE[measure].unit, "n": tried["replications"], "mean": tried[column],
        "ci_low": tried[f"{column}_ci_low"], "ci_high": tried[f"{column}_ci_high"],
        "target": float("nan"), "p_meet": float("nan"), "sd": float("nan"),
    })
