"""An advice at a glance: people, money, and the targets, today and as advised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.measures.catalogue import CATALOGUE
from sim.plots.drawing.scale import three_digits
from sim.plots.drawing.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    RED,
    SKY,
    foot,
    heading,
    new_figure,
    nothing,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

WAN = 1e-4
_TEXT = {
    "title": ("建议：人手、花费与目标", "The advice: people, money, targets"),
    "today": ("现有", "today"),
    "advised": ("建议", "advised"),
    "grown": ("建议的人手，需求多一半", "advised staff, half as much demand again"),
    "grown-staffed": ("需求多一半，加足人手", "half as much again, staffed for it"),
    "more": ("需求多一半", "half more"),
    "people": ("班表上的人", "People on the rosters"),
    "operators": ("接线员", "operators"),
    "caregivers": ("护理员", "caregivers"),
    "money": ("每年花费（万元）", "Budget (10,000 yuan a year)"),
    "relief": ("后备编制", "posts behind it"),
    "targets": ("目标（%）", "Targets (%)"),
    "target": ("目标", "target"),
    "note": ("线段：95%置信区间；都在求解没有用过的来电上检验",
             "whiskers: 95 % intervals; all on workloads that no search has seen"),
    "none": ("没有可看的目标", "no targets to show"),
}
_VARIANTS: dict[str, tuple[str, str, Any, float]] = {
    "today": (GREY, "o", "none", -0.26), "advised": (BLUE, "D", "full", 0.0),
    "grown": (ORANGE, "^", "full", 0.26),
}
"""Colour, marker, fill and place in its row of each variant's targets."""
_BARS = {"today": (PALE, ""), "advised": (SKY, "////"), "grown-staffed": (ORANGE, "....")}
"""Colour and hatch of each variant's people and money."""


@styled
def advice(
    targets: pd.DataFrame, people: pd.DataFrame, budget: pd.DataFrame, lang: Lang
) -> Figure:
    """Every target today, as advised and with half as much demand again; people and money of today,
    of the advice and of staff for half as much demand again.

    The tables as ``hotline advise`` leaves them: ``targets.csv`` (variant, measure, least, most,
    mean, ci_low, ci_high), ``people.csv`` (role, today, advised, grown-staffed), ``budget.csv``
    (variant, run_yuan, relief_yuan).
    """
    figure = new_figure(13.0, 5.8)
    heading(figure, say(_TEXT, "title", lang))
    own = targets.dropna(subset=["mean"])
    if own.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    met, staff, money = figure.subplots(1, 3, width_ratios=[2.1, 1.2, 1])
    _targets(met, own, lang)
    _people(staff, people, lang)
    _money(money, budget, lang)
    handles = [
        *(Line2D([], [], color=colour, marker=marker, fillstyle=fill, linewidth=1,
                 label=say(_TEXT, name, lang))
          for name, (colour, marker, fill, _) in _VARIANTS.items()),
        Line2D([], [], color=RED, linestyle="--", linewidth=1.2, label=say(_TEXT, "target", lang)),
    ]
    foot(figure, say(_TEXT, "note", lang), handles)
    return figure


def _targets(axes: Axes, targets: pd.DataFrame, lang: Lang) -> None:
    measures = list(targets["measure"].drop_duplicates())
    for row in targets[targets["variant"].isin(_VARIANTS)].to_dict("records"):
        colour, marker, fill, shift = _VARIANTS[str(row["variant"])]
        place, mean = measures.index(row["measure"]), 100 * row["mean"]
        low, high = 100 * row["ci_low"], 100 * row["ci_high"]
        if np.isfinite([low, high]).all():
            axes.plot([low, high], [place + shift] * 2, color=colour, linewidth=1.4)
        axes.plot([mean], [place + shift], color=colour, marker=marker, fillstyle=fill,
                  linestyle="none", markersize=7)
        axes.annotate(three_digits(mean), (max(mean, high) if np.isfinite(high) else mean,
                                           place + shift),
                      xytext=(7, 0), textcoords="offset points", va="center", fontsize=8)
    for measure, rows in targets.groupby("measure"):
        place = measures.index(str(measure))
        for end in ("least", "most"):
            value = float(rows[end].iloc[0])
            if np.isfinite(value):
                axes.plot([100 * value] * 2, [place - 0.45, place + 0.45], color=RED,
                          linestyle="--", linewidth=1.2)
    names = [getattr(CATALOGUE[measure], lang) for measure in measures]
    axes.set_yticks(range(len(measures)), names)
    axes.set_ylim(len(measures) - 0.5, -0.5)
    axes.set_xlim(-2, 112)
    axes.set_xticks(range(0, 101, 20))
    axes.grid(axis="x")
    axes.set_title(say(_TEXT, "targets", lang))


def _people(axes: Axes, people: pd.DataFrame, lang: Lang) -> None:
    sums = people.groupby("role", sort=False)[list(_BARS)].sum()
    width = 0.27
    for number, (name, (colour, hatch)) in enumerate(_BARS.items()):
        places = np.arange(len(sums)) + (number - 1) * width
        bars = axes.bar(places, sums[name], width=width, color=colour, hatch=hatch,
                        edgecolor=BLACK, linewidth=0.6,
                        label=say(_TEXT, "more" if number == 2 else name, lang))
        axes.bar_label(bars, fontsize=9)
    axes.set_xticks(range(len(sums)), [say(_TEXT, str(role), lang) for role in sums.index])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(0, 1.32 * max(1.0, float(sums.to_numpy().max())))
    axes.set_title(say(_TEXT, "people", lang))
    axes.legend(loc="upper left", ncols=1)


def _money(axes: Axes, budget: pd.DataFrame, lang: Lang) -> None:
    own = budget.set_index("variant").loc[list(_BARS)]
    run, relief = own["run_yuan"] * WAN, own["relief_yuan"] * WAN
    places = np.arange(len(own))
    for place, (colour, hatch) in enumerate(_BARS.values()):
        axes.bar(place, run.iloc[place], color=colour, hatch=hatch, edgecolor=BLACK, linewidth=0.6)
    bars = axes.bar(places, relief, bottom=run, color="white", edgecolor=BLACK, linewidth=0.6,
                    linestyle="--", label=say(_TEXT, "relief", lang))
    axes.bar_label(bars, [three_digits(value) for value in run + relief], fontsize=9)
    axes.set_xticks(places, [
        say(_TEXT, "more" if name == "grown-staffed" else str(name), lang) for name in own.index])
    axes.set_ylim(0, 1.25 * float((run + relief).max() or 1.0))
    axes.set_title(say(_TEXT, "money", lang))
    axes.legend(loc="upper left")
