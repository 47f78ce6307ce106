"""Funds over the run: what is left of each day by day, and when it runs out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.log import Result
from sim.measures.counting.observed import observe
from sim.measures.staff_and_money.funds import days_out, money_left
from sim.plots.drawing.dates import date_axis
from sim.plots.drawing.style import (
    BLUE,
    GREEN,
    RED,
    foot,
    heading,
    new_figure,
    nothing,
    short,
    styled,
)
from sim.plots.drawing.text import say
from sim.words.glossary import Lang
from sim.words.kinds import DAY

LARGE = 100_000
"""Yuan from which on they are shown by the ten thousand."""
_TEXT = {
    "title": ("资金：每天还剩多少", "Funds: what is left day by day"),
    "used_title": ("资金：用了多少", "Funds: how much is used"),
    "left": ("{fund}：还剩", "{fund}: left"),
    "used": ("{fund}：已用（不设总额）", "{fund}: used so far (no yearly limit)"),
    "yuan": ("元", "yuan"),
    "wan": ("万元", "10,000 yuan"),
    "mean": ("各次重复的平均", "mean of the replications"),
    "band": ("{n} 次重复中最少到最多", "from the least to the most of {n} replications"),
    "out": ("各次用完的日子", "days on which it runs out"),
    "always": ("{n} 次重复都用完：{first} 至 {last}，居中 {middle}",
               "runs out in all {n} replications: {first} to {last}, middle {middle}"),
    "some": ("{n} 次重复中有 {k} 次用完：{first} 至 {last}",
             "runs out in {k} of {n} replications: {first} to {last}"),
    "never": ("没有用完（{n} 次重复）", "does not run out (replications: {n})"),
    "once": ("{first} 用完（1 次重复）", "runs out on {first} (1 replication)"),
    "promised": ("已承诺给工单的钱算作已用", "money promised to orders counts as used"),
    "note": ("已承诺给工单的钱算作已用；用完：第一次有该付的工单付不起的那天",
             "money promised to orders counts as used; it runs out on the first day on which an "
             "order that it covers cannot be paid for"),
    "none": ("没有资金", "no funds"),
}


def fund_days(results: Sequence[Result]) -> pd.DataFrame:
    """Each fund as the counted days begin and at the end of each of them: replication, fund, time,
    used_yuan, left_yuan (see :func:`sim.measures.staff_and_money.funds.money_left`), and ``out``,
    whether it runs out on the day that then ends."""
    return pd.concat(map(_days, results), ignore_index=True)


def _days(result: Result) -> pd.DataFrame:
    seen = observe(result)
    midnights = np.arange(seen.start, seen.stop + 1, DAY)
    # what is promised at midnight itself belongs to the day that begins
    table = money_left(seen, np.maximum(midnights - 1, seen.start))
    day = np.tile(np.arange(len(midnights)), len(seen.funds))
    time = seen.midnight + midnights.astype("timedelta64[ms]")
    out = table["fund"].map(days_out(seen)).to_numpy(dtype=float)
    return table.drop(columns="at").assign(
        replication=result.replication, time=np.tile(time, len(seen.funds)), out=out == day)


@styled
def funds(days: pd.DataFrame, names: pd.DataFrame, lang: Lang) -> Figure:
    """A panel for each fund: the money left at the end of each day, or used where the year has no
    limit; mean and range of the replications, and the days on which it runs out.

    ``days``: the table of :func:`fund_days`; ``names``: the reference table ``funds``.
    """
    figure = new_figure(10.0, 1.6 + 2.4 * max(1, len(names)))
    limited = days["left_yuan"].notna().any() or days.empty
    heading(figure, say(_TEXT, "title" if limited else "used_title", lang))
    if days.empty:
        return nothing(figure, say(_TEXT, "none", lang))
    grid = figure.subplots(len(names), sharex=True, squeeze=False)[:, 0]
    for axes, row in zip(grid, names.itertuples(), strict=True):
        own = days[days["fund"].astype(str) == str(row.fund)]
        _panel(axes, own, short(str(getattr(row, f"name_{lang}"))), lang)
    date_axis(grid[-1], days["time"].min(), days["time"].max())
    known: dict[str, Artist] = {}
    for axes in grid:
        known = dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True)) | known
    foot(figure, say(_TEXT, "note" if limited else "promised", lang), list(known.values()))
    return figure


def _panel(axes: Axes, own: pd.DataFrame, name: str, lang: Lang) -> None:
    limited = own["left_yuan"].notna().any()
    daily = own.pivot(
        index="time", columns="replication", values="left_yuan" if limited else "used_yuan")
    dates, mean, n = daily.index, daily.mean(axis=1), len(daily.columns)
    unit = 1e4 if daily.to_numpy().max() >= LARGE else 1.0
    if n > 1:
        axes.fill_between(dates, daily.min(axis=1) / unit, daily.max(axis=1) / unit, color=BLUE,
                          alpha=0.25, linewidth=0, label=say(_TEXT, "band", lang, n=n))
    axes.plot(dates, mean / unit, color=BLUE if limited else GREEN, linewidth=2,
              label=say(_TEXT, "mean", lang))
    title = say(_TEXT, "left" if limited else "used", lang, fund=name)
    said = say(_TEXT, "wan" if unit > 1 else "yuan", lang)
    axes.set_title(f"{title}（{said}）" if lang == "zh" else f"{title} ({said})")
    axes.set_ylim(0, 1.08 * max(float(daily.to_numpy().max()) / unit, 1e-9))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.grid(axis="both")
    if limited:
        out = own.loc[own["out"], "time"] - pd.Timedelta(days=1)
        axes.plot(out, np.zeros(len(out)), linestyle="none", marker="v", markersize=8, color=RED,
                  markeredgecolor="black", clip_on=False, zorder=5,
                  label=say(_TEXT, "out", lang) if len(out) else "")
        axes.annotate(_when(out.sort_values(), n, lang), (1, 1), xycoords="axes fraction",
                      xytext=(0, 8), textcoords="offset points", ha="right", va="bottom",
                      color=RED if len(out) else "black", fontsize=10)


def _when(out: pd.Series, n: int, lang: Lang) -> str:
    """The days on which it ran out, in words."""
    if out.empty:
        return say(_TEXT, "never", lang, n=n)
    first, middle, last = (
        f"{date:%Y-%m-%d}" for date in (out.iloc[0], out.iloc[(len(out) - 1) // 2], out.iloc[-1]))
    key = "once" if n == 1 else "always" if len(out) == n else "some"
    return say(_TEXT, key, lang, n=n, k=len(out), first=first, middle=middle, last=last)
